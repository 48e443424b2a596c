"""What the register shows: articles, clauses with what carries them, dated numbers with their unit, slips."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.obligations import policies
from bangtin.hub.obligations.queries import Duty, duties
from bangtin.hub.portal import amended, carriers, duty_board, places
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.rulebook import citations
from bangtin.rulebook.shapes import Article, Clause, DatedValue, Disposition, Parameter, Regulation, Unit
from bangtin.rulebook.texts import MonthDay

# how a clause is held → the word of the filter in addresses, and its icon
FILTERS: Mapping[str, tuple[str, str]] = {
    "system": ("he-thong", "check"),
    "missing": ("cho", "circle-dashed"),
    "outside": ("ngoai", "external-link"),
    "declared": ("chung", "quote"),
}
UNITS: Mapping[Unit, str | Promise] = {
    Unit.COUNT: gettext_lazy("count"),
    Unit.HOUR: gettext_lazy("hours"),
    Unit.MONTH: gettext_lazy("months"),
    Unit.DAY: gettext_lazy("days"),
    Unit.DAY_OF_MONTH: gettext_lazy("day of the month"),
    Unit.MONTH_DAY: gettext_lazy("day of the year"),
    Unit.WINDOWS: gettext_lazy("hours of the day"),
    Unit.MINUTE: gettext_lazy("minutes"),
    Unit.TIME: gettext_lazy("time of day"),
    Unit.READING: gettext_lazy("reading"),
}


@dataclass(frozen=True)
class ClauseRow:
    """One clause: its place, its words in both languages, what carries it, how its duties stand this year.

    Where a page shows the evidence `carried_href` leads to it, else `carried_command` names the command.
    """

    id: str
    anchor: str
    place: str
    citation: str
    href: str
    says: str
    other: str
    other_lang: str
    note: str
    state: str
    carried: str
    carried_href: str
    carried_command: str
    waits_for: str
    duties: tuple[tuple[str, str, str], ...]
    now_called: tuple[str, ...]
    is_chosen: bool = False


@dataclass(frozen=True)
class ArticleRow:
    """One line of the contents."""

    id: str
    label: str
    heading: str
    count: int
    href: str
    is_current: bool
    hue: str


@dataclass(frozen=True)
class Number:
    """A number of the law: what it is, its value with its unit, since when, on what ground."""

    label: str
    value: str
    unit: str
    since: date
    place: str
    href: str
    reference: str
    is_local: bool


def number_of(slug: str) -> str:
    """The short number in addresses: `31-2020` for `31-2020-qd-ubnd`."""
    return "-".join(slug.split("-")[:2])


def listed(found: Iterable[Instrument]) -> list[dict[str, object]]:
    """The instruments in use, where there is more than one (or none), each with how its clauses are held."""
    rows: list[dict[str, object]] = []
    for one in found:
        pack, (province, _slash, slug) = regulations.regulation(one.pk), one.pk.partition("/")
        href = f"/quy-dinh/{province}/{number_of(slug)}/"
        title = regulations.in_words(pack.instrument.title)
        rows.append({"href": href, "number": one.number, "title": title, "filters": _filters(pack)[1:]})
    return rows


def page(
    pack: Regulation,
    article: Article | None,
    *,
    user: User,
    now: datetime,
    today: date,
    chosen: frozenset[str] = frozenset(),
) -> dict[str, object]:
    """The variables of the page for one article (None: a search)."""
    by_clause = _duties_by_clause(user, now=now, today=today)

    def make(one: Clause) -> ClauseRow:
        return _clause_row(pack, one, by_clause, today=today, is_chosen=one.id in chosen)

    return {
        "pack": pack,
        "number": number_of(pack.id.partition("/")[2]),
        "title": regulations.in_words(pack.instrument.title),
        "kind": regulations.in_words(pack.instrument.kind),
        "issuer": regulations.in_words(pack.agency(pack.instrument.issuer).name_on(pack.instrument.issued_on).name),
        "articles": [_article_row(pack, one, by_clause, current=article) for one in pack.articles],
        "article": article,
        "article_label": _label(article.id) if article else "",
        "heading": article.heading.vi if article else "",
        "heading_en": article.heading.en if article else "",
        "chapter": article.chapter.vi if article and article.chapter else "",
        "clauses": [make(one) for one in article.clauses] if article else [],
        "numbers": _numbers(pack, article) if article else [],
        "errata": [one for one in pack.errata if article and _is_in(one.place, article)],
        "other_errata": [one for one in pack.errata if not any(_is_in(one.place, each) for each in pack.articles)],
        "filters": _filters(pack),
        "make": make,
        "is_english": get_language() == "en",
    }


def state_of(word: str) -> str:
    """The way of being held that a filter's word in an address means; empty if none."""
    return next((state for state, (known, _icon) in FILTERS.items() if known == word), "")


def in_state(pack: Regulation, state: str, area: str, context: Mapping[str, object]) -> dict[str, object]:
    """The variables of the list of all clauses held one way, narrowed to an area that some of them wait for."""
    word, _icon = FILTERS[state]
    found = [one for one in pack.clauses.values() if _state(one) == state]
    areas = Counter(one.pending for one in found if one.pending)
    chosen = [one for one in found if area not in areas or one.pending == area]
    make = context["make"]
    return {
        "listed": [make(one) for one in chosen],  # type: ignore[operator]  # a function of `page`
        "listed_as": _filter_label(state),
        "filters": _filters(pack, state),
        "areas": [
            {
                "label": carriers.area_in_words(name).capitalize(),
                "count": count,
                "href": places.with_query(_first_page(pack), **{"trang-thai": word, "linh-vuc": name}),
                "is_current": name == area,
            }
            for name, count in areas.most_common()
        ],
    }


def _filters(pack: Regulation, current: str = "") -> list[dict[str, object]]:
    """The ways clauses are held, with counts; those that none is held in are left out."""
    counted = Counter(_state(one) for one in pack.clauses.values())
    address = _first_page(pack)
    every: dict[str, object] = {"label": _("By article"), "count": len(pack.clauses), "href": address}
    return [
        every | {"is_current": not current, "icon": "list"},
        *(
            {
                "label": _filter_label(state),
                "count": counted[state],
                "href": places.with_query(address, **{"trang-thai": word}),
                "is_current": state == current,
                "icon": icon,
            }
            for state, (word, icon) in FILTERS.items()
            if counted[state]
        ),
    ]


def _filter_label(state: str) -> str:
    return {
        "system": _("Carried by the system"),
        "missing": _("Waiting for a part not built yet"),
        "outside": _("Handled outside the system"),
        "declared": _("General statements"),
    }[state]


def _first_page(pack: Regulation) -> str:
    province, _slash, slug = pack.id.partition("/")
    return f"/quy-dinh/{province}/{number_of(slug)}/"


def _state(one: Clause) -> str:
    """How a clause is held: by the system, outside it on purpose, not in it yet, or nothing to hold."""
    if one.disposition is Disposition.DECLARATIVE:
        return "declared"
    if one.disposition is Disposition.OUTSIDE:
        return "outside"
    return "system" if one.carried_by else "missing"


def _clause_row(
    pack: Regulation, one: Clause, by_clause: Mapping[str, list[Duty]], *, today: date, is_chosen: bool
) -> ClauseRow:
    is_english = get_language() == "en"
    carrier = one.carried_by
    page_shown = carriers.page_of(carrier) if carrier else ""
    return ClauseRow(
        id=one.id,
        anchor=one.id.rpartition("/")[2],
        place=citations.parse(one.id).place,
        citation=citations.format_en(one.id) if is_english else citations.format_vi(one.id),
        href=places.clause(one.id, pack.id),
        says=one.says.en if is_english else one.says.vi,
        other=one.says.vi if is_english else one.says.en,
        other_lang="vi" if is_english else "en",
        note=regulations.in_words(one.note) if one.note else "",
        state=_state(one),
        carried=carriers.in_words(carrier.feature) if carrier else "",
        carried_href=places.link(page_shown) if page_shown else "",
        carried_command=carrier.shown if carrier and not page_shown else "",
        waits_for=carriers.area_in_words(one.pending),
        duties=_standing(by_clause.get(one.id, []), today.year, one.id),
        now_called=(*amended.in_words(pack, one.id), *_now_called(pack, one, today)),
        is_chosen=is_chosen,
    )


def _standing(some: Iterable[Duty], year: int, clause_id: str) -> tuple[tuple[str, str, str], ...]:
    """How this year's duties under a clause stand: badge, words, address."""
    counted = Counter(duty_board.badge_state(one) for one in some if not one.is_before_use)
    href = places.duties(nam=year, dieu=clause_id.rpartition("/")[2])
    order = ("overdue", "due", "late", "requested", "done", "undated", "ahead")
    return tuple((state, str(counted[state]), href) for state in order if counted[state])


def _now_called(pack: Regulation, one: Clause, today: date) -> Iterable[str]:
    """Agencies of the clause that bear another name today than in the text."""
    for agency_id in pack.members(one.actors):
        seed = pack.agency(agency_id)
        if not seed.names:
            continue
        then, now = seed.names[0], seed.name_on(today)
        if now is not then and now.since:
            yield _("%(then)s is now %(now)s, since %(day)s") % {
                "then": regulations.in_words(then.short),
                "now": regulations.in_words(now.short),
                "day": f"{now.since:%d/%m/%Y}",
            }
    for change in pack.successions:
        if change.predecessor not in pack.members(one.actors) or change.effective_on > today:
            continue
        words = {
            "then": _short(pack, change.predecessor, pack.instrument.effective_on),
            "now": _short(pack, change.successor, today) if change.successor else "",
            "day": f"{change.effective_on:%d/%m/%Y}",
        }
        if change.successor is None:
            yield _("%(then)s ended on %(day)s; no successor recorded") % words
        elif change.duties or change.clusters:
            yield _("%(then)s: part of its tasks is now with %(now)s, since %(day)s") % words
        else:
            yield _("%(then)s: its tasks are now with %(now)s, since %(day)s") % words


def _short(pack: Regulation, agency_id: str, on: date) -> str:
    """An agency's short name on a day; an agency the pack does not name keeps its id."""
    found = next((each for each in pack.agencies if each.id == agency_id and each.names), None)
    return regulations.in_words(found.name_on(on).short) if found else agency_id.rpartition("/")[2]


def _duties_by_clause(user: User, *, now: datetime, today: date) -> dict[str, list[Duty]]:
    found: dict[str, list[Duty]] = defaultdict(list)
    if policies.may_read(user, on=today):
        readable = policies.readable_agencies(user, on=today)
        for one in duties(year=today.year, as_of=now, agency_ids=readable):
            for clause in one.clauses:
                found[clause].append(one)
    return found


def _article_row(
    pack: Regulation, one: Article, by_clause: Mapping[str, list[Duty]], *, current: Article | None
) -> ArticleRow:
    some = [duty for clause in one.clauses for duty in by_clause.get(clause.id, []) if not duty.is_before_use]
    statuses = {duty.status for duty in some}
    hue = "r" if "overdue" in statuses else "a" if statuses & {"due_soon", "done_late"} else "g" if some else ""
    return ArticleRow(
        id=one.id,
        label=_label(one.id),
        heading=one.heading.en if get_language() == "en" else one.heading.vi,
        count=len(one.clauses),
        href=places.clause(one.id, pack.id),
        is_current=current is not None and current.id == one.id,
        hue=hue,
    )


def _label(article_id: str) -> str:
    if article_id == "DC":
        return _("Outline")
    if article_id.isdecimal() and article_id != citations.OPENING:
        return _("Article %(number)s") % {"number": article_id}
    is_named = article_id.startswith("QD.") or article_id == citations.OPENING
    if get_language() == "en":
        spoken = citations.format_short_en(article_id) if is_named else citations.format_en(article_id)
    else:
        spoken = citations.format_short_vi(article_id) if is_named else citations.format_vi(article_id)
    return spoken[:1].upper() + spoken[1:]


def _is_in(place: str, article: Article) -> bool:
    """Whether a slip's place (`Điều 4.3`, `Mục IV.9`, `Đề cương báo cáo`) stands in an article."""
    if article.id == "DC":
        return place.startswith("Đề cương")
    words = place.replace(",", " ").split()
    if len(words) < 2 or words[0] not in {"Điều", "Mục"}:
        return False
    return words[1] == article.id or words[1].startswith(f"{article.id}.")


def _numbers(pack: Regulation, article: Article) -> list[Number]:
    inside = {one.id for one in article.clauses}
    return [
        _number(pack, one, dated) for one in pack.parameters.values() if one.clause in inside for dated in one.values
    ]


def _number(pack: Regulation, one: Parameter, dated: DatedValue) -> Number:
    clause = one.clause or ""
    return Number(
        label=regulations.in_words(one.label),
        value=_value(one.unit, dated),
        unit=str(UNITS[one.unit]) if dated.value is not None else "",
        since=dated.since,
        place=citations.parse(clause).place,
        href=places.clause(clause, pack.id),
        reference=dated.reference or "" if dated.value is not None else "",
        is_local=one.is_local,
    )


def _value(unit: Unit, dated: DatedValue) -> str:
    if dated.value is None:
        return _("Not fixed by the regulation")
    if unit is Unit.MONTH_DAY:
        day = MonthDay.parse(str(dated.value))
        return f"{day.day:02}/{day.month:02}"
    if unit is Unit.WINDOWS:
        return ", ".join(
            str(one).replace("-", " – ") for one in ([dated.value] if isinstance(dated.value, str) else dated.value)
        )
    return str(dated.value)
