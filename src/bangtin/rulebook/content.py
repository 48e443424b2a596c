"""What a cluster may show and in which languages: categories, priority, advertising, language sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bangtin.rulebook.shapes import CategorySeed, LanguageRule, Regulation

ANY_FOREIGN = "foreign"
# What a sender states besides, by the kind of content: who is promoted or advertises, whose need it is, where it comes
# from, in which forms it reaches people.
ASKED = ("enterprise", "advertiser", "locality", "source", "forms")
# To whom a kind of content speaks: to other countries and their people, or to the country's own.
DIRECTIONS = ("external", "domestic")
# The ways of content that are not the common one: who runs the screens made it, on instruction, another language.
LANES = ("own", "urgent", "edition")


@dataclass(frozen=True, slots=True)
class Showing:
    """Whether a category may be shown on a cluster, whether it goes first there, and by which clause."""

    is_permitted: bool
    has_priority: bool
    is_advertising: bool
    citation: str
    priority_citation: str | None = None


@dataclass(frozen=True, slots=True)
class Covering:
    """How a set of languages meets a rule: required ones that lack, languages the rule does not know."""

    missing: tuple[str, ...]
    unnamed: tuple[str, ...]
    citation: str


def on_cluster(regulation: Regulation, category: str, cluster: str) -> Showing:
    """Return how a category stands on a cluster."""
    found: CategorySeed = regulation.category(category)
    kind = regulation.cluster(cluster).kind
    return Showing(
        is_permitted=not found.cluster_kinds or kind in found.cluster_kinds,
        has_priority=kind in found.priority_on,
        is_advertising=found.is_advertising,
        citation=found.clause,
        priority_citation=found.priority_clause if kind in found.priority_on else None,
    )


def direction(regulation: Regulation, category: str) -> str:
    """Return to whom a category speaks, a word of DIRECTIONS: its own, else that of the branch it hangs on; empty
    where the text does not tell.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 4.2; Decision 20/2024/QĐ-UBND (Lai Châu), art. 7.4.
    """
    known = {each.id: each for each in regulation.categories}
    found = known.get(category)
    while found is not None and not found.direction:
        found = known.get(found.parent or "")
    return found.direction if found else ""


def covering(regulation: Regulation, rule: LanguageRule, languages: Iterable[str]) -> Covering:
    """Return what a set of languages lacks under `rule`, and what the rule does not name.

    Shape: languages are codes, `vi`, `hmn`, or pairs in one item, `vi+en`. An open list has no unnamed ones.
    """
    given = tuple(dict.fromkeys(languages))
    named = (*rule.required, *rule.optional)
    missing = tuple(code for code in rule.required if not any(_is(regulation, code, each) for each in given))
    unnamed = tuple(each for each in given if not any(_is(regulation, code, each) for code in named))
    return Covering(missing, () if rule.is_open else unnamed, rule.clause)


def each_rules(regulation: Regulation, cluster: str) -> tuple[LanguageRule, ...]:
    """Return the rules that every programme shown on a cluster has to meet by itself."""
    kind = regulation.cluster(cluster).kind
    found = (rule for rule in regulation.languages if rule.is_each)
    return tuple(rule for rule in found if not rule.cluster_kinds or kind in rule.cluster_kinds)


def replaced(regulation: Regulation, rule: LanguageRule, languages: Iterable[str], shown: str) -> tuple[str, ...]:
    """Return the optional languages that `shown` stands in for: those the rule names and nobody made.

    Shape: codes and groups as in the rule; empty where the rule allows no such stand-in, or another language is shown.
    """
    given = tuple(languages)
    if rule.fallback is None or shown != rule.fallback:
        return ()
    return tuple(code for code in rule.optional if not any(_is(regulation, code, each) for each in given))


def _is(regulation: Regulation, wanted: str, given: str) -> bool:
    if wanted == given:
        return True
    groups = {each.id: each for each in regulation.language_groups}
    if wanted not in groups:
        return False
    group = groups[wanted]
    if given in group.members:
        return True
    # A foreign language that the text does not name: any that is neither Vietnamese nor one of ours at home.
    at_home = {"vi", *(member for each in groups.values() if each.id != ANY_FOREIGN for member in each.members)}
    return group.id == ANY_FOREIGN and group.is_open and "+" not in given and given not in at_home
