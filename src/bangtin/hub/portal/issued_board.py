"""The text as issued beside our reading: which passage stands at which clause, and the document it came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bangtin.hub.accounts.models import User
from bangtin.hub.portal import places
from bangtin.hub.regulations import policies
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import IssuedDocument, IssuedPassage
from bangtin.rulebook import citations
from bangtin.rulebook.issued import Kind
from bangtin.rulebook.shapes import Article, Regulation


@dataclass(frozen=True)
class Words:
    """What the text says at a clause: its passages as printed, or the clause above that stands for the same words.

    Both empty: the document has no words for it.
    """

    passages: tuple[str, ...] = ()
    same_as: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Page:
    """The text beside one article: `is_loaded` says whether there is any."""

    is_loaded: bool
    may_load: bool
    href: str
    source: str = ""
    heading_lost: bool = False
    by_clause: Mapping[str, Words] = field(default_factory=dict)
    others: tuple[str, ...] = ()


def address(instrument_id: str) -> str:
    """The page of an instrument's document."""
    return places.clause("x/van-ban-goc", instrument_id) + "/"


def page(pack: Regulation, article: Article | None, *, user: User, today: date) -> Page:
    """The text as issued beside an article (None: a search, which shows our words alone)."""
    may_load = policies.may_load_text(user, on=today)
    document = regulations.issued_document(pack.id)
    if document is None:
        return Page(is_loaded=False, may_load=may_load, href=address(pack.id))
    found = regulations.issued_passages(document, article.id) if article else []
    by_clause, others = _beside(found, [one.id for one in article.clauses] if article else [])
    return Page(
        is_loaded=True,
        may_load=may_load,
        href=address(pack.id),
        source=document.source_name,
        heading_lost=bool(article and found and _has_lost_heading(article, found)),
        by_clause=by_clause,
        others=tuple(others),
    )


def lost_headings(pack: Regulation, document: IssuedDocument) -> list[str]:
    """The articles whose heading the copy lost: their clauses were placed, their heading does not stand in it."""
    printed = set(document.passages.filter(kind=str(Kind.ARTICLE)).values_list("place", flat=True))
    if not printed:
        return []
    return [one.id for one in pack.articles if one.id[:1].isdigit() and one.id != "0" and one.id not in printed]


def rows(unplaced: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """What could not be placed, in the present language."""
    return [{**one, "reason": regulations.reason(str(one["reason"]))} for one in unplaced]


def left_out(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What was left out on purpose, in the present language, with its lines."""
    return [(regulations.left_out(word), count) for word, count in counts.items()]


def _has_lost_heading(article: Article, found: Sequence[IssuedPassage]) -> bool:
    is_numbered = article.id[:1].isdigit() and article.id != "0"
    return is_numbered and not any(one.kind == Kind.ARTICLE for one in found)


def _beside(found: Sequence[IssuedPassage], clauses: Sequence[str]) -> tuple[dict[str, Words], list[str]]:
    """Each clause's words; a lead goes with the first clause under it, items with the clause above them."""
    kept: dict[str, list[str]] = {}
    same: dict[str, str] = {}
    leads: list[str] = []
    at: tuple[str, str] | None = None  # the place and the clause that the last words stand at
    for one in found:
        mine = [each for each in one.clauses if each in clauses]
        if one.kind == Kind.ARTICLE and (not mine or any(one.place == each.place for each in found if each is not one)):
            continue  # its heading stands above the table
        if mine:
            kept[mine[0]] = [*leads, *kept.get(mine[0], []), one.text]
            same |= dict.fromkeys(mine[1:], mine[0])
            at, leads = (one.place, mine[0]), []
        elif at is not None and one.place.startswith(f"{at[0]}."):
            kept[at[1]].append(one.text)
        else:
            leads.append(one.text)
    words = {clause: Words(passages=tuple(texts)) for clause, texts in kept.items()}
    for clause, first in same.items():
        words.setdefault(clause, Words(same_as=citations.parse(first).place, anchor=first.rpartition("/")[2]))
    return {clause: words.get(clause, Words()) for clause in clauses}, leads
