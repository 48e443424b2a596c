"""The first page of every office: what is urgent, what waits for me, what is due, what is wrong now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import held_on
from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.obligations import policies as obligations
from bangtin.hub.obligations.queries import Duty, duties
from bangtin.hub.plans import queries as plans
from bangtin.hub.portal import content_rows, dispatch_rows, duty_board, places, plan_rows, province_board, week_release
from bangtin.hub.portal.content_rows import Row
from bangtin.hub.portal.dispatch_rows import DispatchRow
from bangtin.hub.portal.duty_board import Gathered
from bangtin.hub.portal.plan_rows import PlanRow
from bangtin.hub.portal.province_board import ScreenRow
from bangtin.hub.programmes import policies as programmes_policies
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import CLOSED, VersionState
from bangtin.hub.schedules import policies as schedules
from bangtin.hub.schedules.models import Placement, Slot
from bangtin.hub.schedules.queries import dispatches
from bangtin.hub.schedules.states import PlacementState, SlotState

MOST_ROWS = 20
HOT_DUTIES = 6


@dataclass(frozen=True)
class Section:
    """Rows that wait for this account, with what to say when there are none."""

    key: str
    title: str
    rows: tuple[Row, ...]
    total: int
    empty: str
    href: str
    act: str


@dataclass(frozen=True)
class Errand:
    """Something between agencies that waits: its badge's kind, its icon, the row."""

    kind: str
    icon: str
    row: PlanRow | DispatchRow


@dataclass(frozen=True)
class Board:
    """Everything on the first page; `lead` is what to begin with."""

    urgent: tuple[Row, ...]
    sections: tuple[Section, ...]
    hot: tuple[Gathered, ...]
    duty_count: int
    reads_duties: bool
    screens: tuple[ScreenRow, ...]
    troubled: tuple[ScreenRow, ...]
    heading: str
    lead: str
    waiting: int
    appraisals: int
    overdue: int
    errands: tuple[Errand, ...] = ()
    plans: tuple[PlanRow, ...] = ()


def board(user: User, *, now: datetime, today: date) -> Board:
    """The board of an account, right for the union of its posts."""
    roles = {role for role, _agency in held_on(user, today)}
    sections = tuple(_sections(user, roles, now=now, today=today))
    appraisals = sum(one.total for one in sections if one.key in {"appraise", "confirm"})
    urgent = tuple(row for one in sections for row in one.rows if row.version.programme.is_urgent and _is_mine(one))
    sections = tuple(_without(one, urgent) for one in sections)
    reads = obligations.may_read(user, on=today)
    found = _duties(user, now=now, today=today) if reads else []
    hot = tuple(duty_board.by_urgency([one for one in found if duty_board.is_hot(one)]))
    screens = tuple(province_board.screens(user, now))
    troubled = tuple(one for one in screens if one.state not in {*province_board.FINE, "never"})
    errands = tuple(_errands(user, roles, now=now, today=today))
    asked = tuple(week_release.to_answer(user, now=now)) if roles & set(schedules.RELEASING_ROLES) else ()
    waiting = len(urgent) + sum(one.total for one in sections) + len(asked)
    return Board(
        urgent=urgent,
        sections=sections,
        hot=tuple(duty_board.gathered(hot))[:HOT_DUTIES],
        duty_count=len(found),
        reads_duties=reads,
        screens=screens,
        troubled=troubled,
        heading=_heading(len(urgent), sections, hot, troubled, errands=len(errands) + len(asked)),
        lead=_lead(urgent, waiting + len(errands)),
        waiting=waiting + len(errands),
        appraisals=appraisals,
        overdue=sum(one.status == "overdue" for one in hot),
        errands=errands,
        plans=asked,
    )


def _sections(user: User, roles: set[str], *, now: datetime, today: date) -> list[Section]:
    if not programmes_policies.has_editorial_right(user, on=today):
        return []
    found = []
    if Role.APPRAISER in roles:
        found += _appraisals(user, now=now, today=today)
    if Role.CONTRIBUTOR in roles:
        found += _own(user, now=now, today=today)
    if Role.SCHEDULER in roles:
        found.append(_to_place(user, now=now, today=today))
    return found


def _errands(user: User, roles: set[str], *, now: datetime, today: date) -> list[Errand]:
    """Requests to answer, orders to deliver, dispatches to acknowledge or that nobody has acknowledged."""
    found = []
    if roles & set(plans.GIVING_ROLES):
        icons = {"request": "message-report", "order": "clipboard-list"}
        found += [Errand(kind, icons[kind], row) for kind, row in plan_rows.waiting(user, on=today)]
    if roles & {*dispatches.RECEIVING_ROLES, *dispatches.SENDING_ROLES}:
        found += [Errand("dispatch", "send", row) for row in dispatch_rows.waiting(user, now=now, today=today)]
    return found


def _appraisals(user: User, *, now: datetime, today: date) -> list[Section]:
    def rows(found: Sequence[ProgrammeVersion]) -> tuple[Row, ...]:
        return tuple(content_rows.to_appraise(one, today=today, now=now) for one in found)

    first = list(appraisal.inbox(user, today))
    second = list(appraisal.awaiting_confirmation(user, today))
    return [
        Section(
            "appraise",
            _("Waits for my appraisal"),
            rows(first),
            len(first),
            _("No programme waits for appraisal. New ones appear here."),
            reverse("appraisals"),
            _("The whole queue"),
        ),
        Section(
            "confirm",
            _("Waits for my confirmation (second officer)"),
            rows(second),
            len(second),
            _("No decision waits for your confirmation."),
            reverse("appraisals"),
            "",
        ),
    ]


def _own(user: User, *, now: datetime, today: date) -> list[Section]:
    mine = programmes.mine(user, today)
    mend = list(mine.filter(state__in=(VersionState.RETURNED, VersionState.UNUSABLE)))
    way = list(mine.exclude(state__in=(*CLOSED, VersionState.READY))[:MOST_ROWS])
    return [
        Section(
            "mend",
            _("Waits for my new version"),
            tuple(content_rows.row(one, today=today, now=now) for one in mend),
            len(mend),
            _("Nothing of yours has come back. You may send a new programme."),
            reverse("submit"),
            _("Send a programme"),
        ),
        Section(
            "way",
            _("On its way"),
            tuple(content_rows.row(one, today=today, now=now) for one in way),
            0,
            _("None of your programmes is being checked or appraised."),
            reverse("programmes"),
            _("All programmes"),
        ),
    ]


def _to_place(user: User, *, now: datetime, today: date) -> Section:
    """Approved versions wanted on a cluster of this officer that no slot to come and no playlist holds."""
    clusters = [one.pk for one in Cluster.objects.all() if schedules.may_place(user, one, at=now)]
    placed = Slot.objects.filter(state=SlotState.PLACED, ends_at__gt=now, cluster__in=clusters).values("version")
    by_rule = Placement.objects.filter(
        state=PlacementState.PLACED, ends_on__gte=today, playlist__clusters__in=clusters
    ).values("version")
    ready = (
        programmes.latest()
        .filter(state=VersionState.READY, programme__clusters__in=clusters)
        .exclude(pk__in=placed)
        .exclude(pk__in=by_rule)
        .order_by("-programme__is_urgent", "submitted_at")
        .distinct()
    )
    return Section(
        "place",
        _("Waits to be placed"),
        tuple(content_rows.row(one, today=today, now=now) for one in ready[:MOST_ROWS]),
        ready.count(),
        _("Every approved programme for your cluster stands in the schedule."),
        places.week(clusters[0], today) if clusters else "",
        _("The week"),
    )


def _is_mine(section: Section) -> bool:
    return section.key != "way"


def _without(section: Section, urgent: Sequence[Row]) -> Section:
    if not _is_mine(section):
        return section
    rows = tuple(row for row in section.rows if row not in urgent)
    taken = len(section.rows) - len(rows)
    total = section.total - taken
    return Section(section.key, section.title, rows, total, section.empty, section.href, section.act)


def _duties(user: User, *, now: datetime, today: date) -> list[Duty]:
    readable = obligations.readable_agencies(user, on=today)
    return duties(year=today.year, as_of=now, agency_ids=readable)


def _heading(
    urgent: int, sections: Sequence[Section], hot: Sequence[Duty], troubled: Sequence[ScreenRow], *, errands: int
) -> str:
    words = []
    if urgent:
        words.append(ngettext("%(n)d urgent", "%(n)d urgent", urgent) % {"n": urgent})
    if waiting := sum(one.total for one in sections):
        words.append(ngettext("%(n)d programme waits", "%(n)d programmes wait", waiting) % {"n": waiting})
    if errands:
        words.append(ngettext("%(n)d errand waits", "%(n)d errands wait", errands) % {"n": errands})
    if overdue := sum(one.status == "overdue" for one in hot):
        words.append(ngettext("%(n)d duty overdue", "%(n)d duties overdue", overdue) % {"n": overdue})
    if soon := sum(one.status == "due_soon" for one in hot):
        words.append(ngettext("%(n)d duty due soon", "%(n)d duties due soon", soon) % {"n": soon})
    if troubled:
        n = len(troubled)
        words.append(ngettext("%(n)d screen needs a look", "%(n)d screens need a look", n) % {"n": n})
    if not words:
        return _("Today nothing waits for you")
    return _("Today: %(things)s") % {"things": ", ".join(words)}


def _lead(urgent: Sequence[Row], waiting: int) -> str:
    if urgent:
        return _("Begin with what is urgent. The rest stands in the order in which it came.")
    if waiting:
        return _("What waits for you stands in the order in which it came.")
    return _("What comes in for you appears on this page.")
