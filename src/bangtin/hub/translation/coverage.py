"""Which languages a programme, a cluster, a year has, against what the regulation names (`languages:` of its pack)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Language, Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import content
from bangtin.rulebook.shapes import LanguageRule, Regulation


@dataclass(frozen=True)
class Standing:
    """How a version stands on a cluster under one rule: `missing` required languages; `replaced`: the ones that were
    to be there where available, in whose place it is shown. Codes of the pack: `vi`, `vi+en`, `minority`."""

    rule: LanguageRule
    missing: tuple[str, ...]
    replaced: tuple[str, ...]

    @property
    def clause(self) -> str:
        """The clause of the rule."""
        return self.rule.clause


@dataclass(frozen=True)
class Covered:
    """One language that a rule names, and the year's ready programmes that come in it."""

    code: str
    is_required: bool
    versions: tuple[ProgrammeVersion, ...]


@dataclass(frozen=True)
class YearSet:
    """A rule over a year: what it names, what there is of each."""

    rule: LanguageRule
    rows: tuple[Covered, ...]
    others: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The required languages of which there is nothing."""
        return tuple(one.code for one in self.rows if one.is_required and not one.versions)


def spoken(version: ProgrammeVersion) -> tuple[str, ...]:
    """The languages a version is in: its own, those heard or read besides, and each pair in one item (`vi+zh`)."""
    stated = getattr(version, "facts", None)
    fields = (version.text or {}).get("fields", {})
    besides = [*(stated.languages if stated else ()), *([fields["language"], "vi"] if fields.get("language") else ())]
    codes = sorted({version.language, *besides}, key=lambda code: (code != "vi", code))
    pairs = [f"{first}+{second}" for at, first in enumerate(codes) for second in codes[at + 1 :]]
    return (version.language, *(one for one in codes if one != version.language), *pairs)


def available(programme: Programme) -> tuple[str, ...]:
    """The languages in which a programme is ready to air, with all its language versions that still hold."""
    original = programme.original or programme
    family = [original.pk, *original.editions.values_list("pk", flat=True)]
    ready = programmes.latest().filter(programme_id__in=family, state=VersionState.READY).select_related("facts")
    rows = list(ready)
    stale = programmes.stale_among(rows)
    return tuple(dict.fromkeys(code for one in rows if one.pk not in stale for code in spoken(one)))


def standings(version: ProgrammeVersion, cluster: Cluster) -> list[Standing]:
    """How a version stands under each rule that every programme on the cluster has to meet.

    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 2.2.
    """
    pack = regulations.regulation(cluster.instrument_id)
    rules = content.each_rules(pack, cluster.pk)
    if not rules:
        return []
    languages = tuple(dict.fromkeys([*spoken(version), *available(version.programme)]))
    return [
        Standing(
            rule,
            content.covering(pack, rule, languages).missing,
            content.replaced(pack, rule, languages, version.language),
        )
        for rule in rules
    ]


def year_sets(instrument_id: str, *, year: int) -> list[YearSet]:
    """What each language rule of an instrument names, and the programmes of the year that are ready in it.

    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.1, 10.1.a.4.
    """
    pack = regulations.regulation(instrument_id)
    first, last = date(year, 1, 1), date(year, 12, 31)
    ready = programmes.latest().filter(
        programme__instrument_id=instrument_id, programme__month__range=(first, last), state=VersionState.READY
    )
    rows = list(ready.select_related("facts").order_by("programme__code"))
    stale = programmes.stale_among(rows)
    kinds = {one.id: one.kind for one in pack.clusters}
    return [_year_set(pack, rule, [one for one in rows if one.pk not in stale], kinds) for rule in pack.languages]


def in_words(instrument_id: str, codes: Iterable[str]) -> str:
    """Codes as people read them, in the present language: `tiếng dân tộc thiểu số, Việt – Trung`."""
    groups = {one.id: regulations.in_words(one.name) for one in regulations.regulation(instrument_id).language_groups}
    labels = {one.value: str(one.label) for one in Language}
    return ", ".join(
        groups.get(code) or " – ".join(labels.get(part, part) for part in code.split("+")) for code in codes
    )


def _year_set(
    pack: Regulation, rule: LanguageRule, rows: Iterable[ProgrammeVersion], kinds: Mapping[str, str]
) -> YearSet:
    wanted = [one for one in rows if _is_for(one, rule, kinds)]
    given = {one.pk: spoken(one) for one in wanted}
    found = [
        Covered(
            code,
            code in rule.required,
            tuple(one for one in wanted if _covers(pack, rule, code, given[one.pk])),
        )
        for code in (*rule.required, *rule.optional)
    ]
    named = tuple(dict.fromkeys(code for codes in given.values() for code in codes if "+" not in code))
    others = [code for code in named if not any(_covers(pack, rule, one.code, (code,)) for one in found)]
    return YearSet(rule, tuple(found), tuple(others))


def _is_for(version: ProgrammeVersion, rule: LanguageRule, kinds: Mapping[str, str]) -> bool:
    clusters = version.programme.clusters.all()
    return not rule.cluster_kinds or any(kinds.get(one.pk) in rule.cluster_kinds for one in clusters)


def _covers(pack: Regulation, rule: LanguageRule, code: str, given: tuple[str, ...]) -> bool:
    only = LanguageRule(id=rule.id, clause=rule.clause, name=rule.name, required=(code,))
    return not content.covering(pack, only, given).missing
