"""What an agency states with a submission: checked against the regulation in force, written once beside the version."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes import asked
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.asked import Asked
from bangtin.hub.programmes.models import Language, ProgrammeVersion
from bangtin.hub.programmes.paperwork import Channel, Nature, SubmissionFacts
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import content, ways
from bangtin.rulebook.shapes import CategorySeed

LONGEST = 200
LETTER_LONGEST = 80
# without letters that are easily taken for another one
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_WORDS = (
    "letter_number", "published_in", "rights_author", "rights_owner", "rights_licence", "rights_territory",
    "rights_source", "rights_consent",
)  # fmt: skip
_SPANS = (("wanted_from", "wanted_until"), ("rights_from", "rights_until"))


@dataclass(frozen=True)
class Facts:
    """What is stated; the columns of `SubmissionFacts`. `is_declared`: no state secret in it, it may be made public.

    `categories` are more ids of the instrument beside the submission's own category.
    """

    channel: str = Channel.ONLINE
    letter_number: str = ""
    letter_on: date | None = None
    nature: str = Nature.PROPAGANDA
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_finished_report: bool | None = None
    published_in: str = ""
    published_on: date | None = None
    wanted_from: date | None = None
    wanted_until: date | None = None
    rights_author: str = ""
    rights_owner: str = ""
    rights_licence: str = ""
    rights_from: date | None = None
    rights_until: date | None = None
    rights_territory: str = ""
    rights_source: str = ""
    rights_consent: str = ""
    subject: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    is_declared: bool = False


def checked(facts: Facts, *, category: str, clusters: Iterable[Cluster], on: date) -> tuple[Facts, Mapping[str, str]]:
    """The facts in order, and what does not hold, by field. `clusters` are of one instrument, or none was chosen."""
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name in _WORDS:
        try:
            longest = LETTER_LONGEST if name == "letter_number" else LONGEST
            values[name] = wording.clean(getattr(facts, name), longest=longest)
        except wording.BadWords as error:
            errors[name] = str(error)
    facts = replace(facts, **values)
    errors |= _days(facts, on=on)
    if facts.channel not in Channel.values:
        errors["channel"] = _("Choose the way it came.")
    if not facts.is_declared:
        errors["is_declared"] = _(
            "Tick that it holds no state secret and may be made public; without that it is not taken."
        )
    if not set(facts.languages) <= set(Language.values):
        errors["languages"] = _("Choose the languages from the list.")
    rows = list(clusters)
    if len({row.instrument_id for row in rows}) == 1:
        facts, wrong = _under(facts, category=category, clusters=rows)
        errors |= wrong
    return facts, errors


def write(version: ProgrammeVersion, facts: Facts) -> SubmissionFacts:
    """The row beside the version, with a new code to follow it by; opens no transaction."""
    values = {one.name: getattr(facts, one.name) for one in fields(facts)}
    values |= {"categories": list(facts.categories), "languages": list(facts.languages)}
    stated = facts.subject.items()
    values["subject"] = {name: value if isinstance(value, str) else list(value) for name, value in stated}
    return SubmissionFacts.objects.create(version=version, follow_code=new_follow_code(), **values)


def new_follow_code() -> str:
    """A code to follow a version by, that nobody guesses."""
    return "".join(secrets.choice(_SIGNS) for _sign in range(10))


def in_trail(facts: Facts) -> dict[str, object]:
    """What the audit entry keeps of them: what was filled in."""
    values = {one.name: getattr(facts, one.name) for one in fields(facts)}
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in ("", None, (), {})
    }


def _days(facts: Facts, *, on: date) -> dict[str, str]:
    errors = {}
    for first, last in _SPANS:
        starts, ends = getattr(facts, first), getattr(facts, last)
        if starts and ends and ends < starts:
            errors[last] = _("The last day lies before the first one.")
    if facts.wanted_until and facts.wanted_until < on:
        errors["wanted_until"] = _("This day is over.")
    if facts.published_on and facts.published_on > on:
        errors["published_on"] = _("This day has not come yet: only what was published already is stated here.")
    if facts.published_in and not facts.published_on:
        errors["published_on"] = _("Add the day of first publication.")
    if facts.published_on and not facts.published_in:
        errors["published_in"] = _("Add where it was first published.")
    if facts.letter_on and facts.letter_on > on:
        errors["letter_on"] = _("The letter's day has not come yet.")
    if facts.channel != Channel.ONLINE:
        if not facts.letter_number:
            errors["letter_number"] = _("Write the number of the letter it came with.")
        if not facts.letter_on:
            errors["letter_on"] = _("Write the day of the letter.")
    return errors


def _under(facts: Facts, *, category: str, clusters: list[Cluster]) -> tuple[Facts, dict[str, str]]:
    """The facts as the clusters' instrument has them: its categories, the nature that they make certain."""
    errors = {}
    asks = asked.of(clusters[0].instrument_id)
    known = {one.id: one for one in asks.categories}
    chosen = tuple(dict.fromkeys(one for one in (category, *facts.categories) if one))
    if unknown := [one for one in chosen if one not in known]:
        errors["category" if category in unknown else "categories"] = _(
            "The regulation of these clusters has no such kind of content. Choose one of its own."
        )
    if not chosen and any(one.kind == "category" for one in asks.categories):
        errors["category"] = _("Choose the kind of content: the regulation names what its clusters carry.")
    errors |= _placed([known[one] for one in chosen if one in known], category=category, clusters=clusters)
    if not _is_one_way(clusters):
        errors["cluster_ids"] = _("These clusters are decided on in different ways; hand in one programme for each.")
    certain = {nature for one in chosen if one in known and (nature := asked.nature_of(known[one]))}
    if facts.nature not in asks.natures:
        errors["nature"] = _("The regulation of these clusters provides for no such content.")
    elif Nature.ADVERTISING in certain and facts.nature != Nature.ADVERTISING:
        errors["nature"] = _("The chosen kind of content is advertising; say so here.")
    elif facts.nature == Nature.ADVERTISING and Nature.ADVERTISING not in certain:
        errors["category"] = _("Advertising is a kind of content of its own; choose it.")
    subject, unstated = _subject(facts, [known[one] for one in chosen if one in known], asks)
    return replace(facts, categories=chosen, subject=subject), errors | unstated


def _is_one_way(clusters: list[Cluster]) -> bool:
    pack = regulations.regulation(clusters[0].instrument_id)
    kinds = {one.id: one.kind for one in pack.clusters}
    return ways.has_one_way(pack, frozenset(kinds[row.pk] for row in clusters if row.pk in kinds))


def _placed(chosen: list[CategorySeed], *, category: str, clusters: list[Cluster]) -> dict[str, str]:
    """Kinds of content that the regulation keeps to other clusters than the wanted ones."""
    pack = regulations.regulation(clusters[0].instrument_id)
    for one in chosen:
        if one.cluster_kinds and not all(content.on_cluster(pack, one.id, row.id).is_permitted for row in clusters):
            words = _("“%(kind)s” is not for all of these clusters (%(clause)s). Choose others, or another kind.")
            name = regulations.in_words(one.name)
            field_name = "category" if one.id == category else "categories"
            return {field_name: words % {"kind": name, "clause": regulations.cited(one.clause)}}
    return {}


def _subject(
    facts: Facts, chosen: list[CategorySeed], asks: Asked
) -> tuple[dict[str, str | tuple[str, ...]], dict[str, str]]:
    """What the chosen kinds have stated besides, in order; what was typed for other kinds is left out."""
    found: dict[str, str | tuple[str, ...]] = {}
    errors: dict[str, str] = {}
    for name, (is_needed, clause) in asked.subject_fields(chosen).items():
        given = facts.subject.get(name, "")
        try:
            value = given if isinstance(given, tuple) else wording.clean(given, longest=LONGEST)
        except wording.BadWords as error:
            errors[name] = str(error)
            continue
        if isinstance(value, tuple) and not set(value) <= {one.id for one in asks.forms}:
            errors[name] = _("Choose from the list.")
        elif value:
            found[name] = value
        elif is_needed:
            errors[name] = _("This kind of content asks for it (%(clause)s).") % {"clause": regulations.cited(clause)}
    return found, errors
