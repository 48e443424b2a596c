"""What the regulation in force has asked about a submission, read from its pack; nothing here names a province."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bangtin.hub.programmes.paperwork import Nature
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook.shapes import CategorySeed, Regulation

# the facts by which duties count what was sent (obligations.yaml, evidence)
FINISHED_REPORT, PUBLISHED_ITEM = "finished_report", "published_item"
ENTERPRISES = "enterprise_promotion"
_CONTENT_KINDS = ("category", "tag")
_FORM_KIND = "form"
# what a kind of content has stated besides (`rulebook.content.ASKED`): its fields and whether each is needed
SUBJECT_FIELDS: Mapping[str, Mapping[str, bool]] = {
    "enterprise": {"enterprise": True, "partner": False, "product": False},
    "advertiser": {"advertiser": True, "papers": True},
    "locality": {"locality": True},
    "source": {"source_country": True, "source_name": True},
    "forms": {"forms": True},
}


@dataclass(frozen=True)
class Asked:
    """What a form asks under an instrument. `finished_from`, `published_from`: agencies whose duty turns on it.

    `declaration`: the clause under which a sender answers for the content; empty where the text has none.
    `forms`: the ways in which content reaches people besides the screens.
    """

    categories: tuple[CategorySeed, ...]
    forms: tuple[CategorySeed, ...]
    natures: tuple[Nature, ...]
    finished_from: frozenset[str]
    published_from: frozenset[str]
    finished_clause: str
    published_clause: str
    declaration: str


def of(instrument_id: str) -> Asked:
    """What the instrument asks."""
    return _of(regulations.regulation(instrument_id))


def nature_of(category: CategorySeed) -> Nature | None:
    """The nature that a category makes certain; None where it leaves it open."""
    if category.is_advertising:
        return Nature.ADVERTISING
    return Nature.ENTERPRISE if category.id == ENTERPRISES else None


def subject_fields(categories: Iterable[CategorySeed]) -> dict[str, tuple[bool, str]]:
    """What is stated besides for these kinds of content: field → whether it is needed, and the clause that asks."""
    return {
        name: (is_needed, one.clause)
        for one in categories
        for word in one.asks
        for name, is_needed in SUBJECT_FIELDS[word].items()
    }


def usual(pack: Regulation, agency_id: str) -> tuple[CategorySeed, ...]:
    """The kinds of content that an agency is named for in the text; a form begins with them."""
    return tuple(one for one in pack.categories if one.kind in _CONTENT_KINDS and agency_id in one.default_for)


def _of(pack: Regulation) -> Asked:
    found = tuple(one for one in pack.categories if one.kind in _CONTENT_KINDS)
    certain = {nature_of(one) for one in found}
    finished_from, finished_clause = _turning_on(pack, FINISHED_REPORT)
    published_from, published_clause = _turning_on(pack, PUBLISHED_ITEM)
    return Asked(
        categories=found,
        forms=tuple(one for one in pack.categories if one.kind == _FORM_KIND),
        natures=tuple(one for one in Nature if one == Nature.PROPAGANDA or one in certain),
        finished_from=finished_from,
        published_from=published_from,
        finished_clause=finished_clause,
        published_clause=published_clause,
        declaration=_declaration(pack),
    )


def _turning_on(pack: Regulation, fact: str) -> tuple[frozenset[str], str]:
    duties = [one for one in pack.obligations if one.evidence.fact == fact]
    clause = next((one.clauses[0] for one in duties), "")
    agencies: Collection[str] = [name for one in duties for name in pack.members(one.owed_by)]
    return frozenset(agencies), clause


def _declaration(pack: Regulation) -> str:
    """The clause of the step by which content is handed in."""
    steps = (step for route in pack.routes if route.kind == "content" for step in route.steps)
    return next((step.clause for step in steps if step.verb == "submit" and step.clause), "")
