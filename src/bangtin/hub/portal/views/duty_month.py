"""The calendar of due days: a month as a grid, on phones as a list."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations import policies
from bangtin.hub.obligations.queries import Duty, occurrences
from bangtin.hub.portal import duty_month, places
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.duties import YEARS
from bangtin.hub.regulations import queries as regulations

# a duty of every working day would fill the grid; the matrix counts those
NOT_IN_GRID = frozenset({"day", "working_day", "continuous"})


@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """What falls due in a month (`?thang=2026-11`), all that the account reads or its own (`&xem=so-toi`)."""
    user, now, today = reader(request)
    require(policies.may_read(user, on=today))
    first = _month(request.GET.get("thang", ""), today)
    readable = policies.readable_agencies(user, on=today)
    own = regulations.continued(agency_ids(user, on=today), on=today)
    is_own = request.GET.get("xem") == "so-toi" and readable is None
    found = [
        duty
        for instrument in sorted(regulations.in_use())
        for duty in occurrences(
            instrument,
            from_on=first,
            until_on=duty_month.last_day(first),
            as_of=now,
            agency_ids=own if is_own else readable,
        )
        if duty.due_on is not None and duty.period.kind not in NOT_IN_GRID
    ]
    weeks = duty_month.weeks(first, found, today=today, working=regulations.calendar())
    context = {
        "heading": _heading(found, first, today),
        "first": first,
        "weeks": weeks,
        "weekdays": [first - timedelta(days=first.weekday()) + timedelta(days=each) for each in range(7)],
        "days": [day for week in weeks for day in week if day.entries],
        "before": _address(duty_month.preceding(first), is_own=is_own),
        "after": _address(duty_month.following(first), is_own=is_own),
        "present": _address(today.replace(day=1), is_own=is_own),
        "is_present": (first.year, first.month) == (today.year, today.month),
        "filters": _filters(first, is_own=is_own) if readable is None else [],
    }
    return render(request, "duties/month.html", context)


def _month(asked: str, today: date) -> date:
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)
    return first if first.year in YEARS else today.replace(day=1)


def _address(first: date, *, is_own: bool) -> str:
    return places.with_query("/nghia-vu/theo-ngay/", thang=f"{first:%Y-%m}", xem="so-toi" if is_own else "")


def _filters(first: date, *, is_own: bool) -> list[dict[str, object]]:
    ways = ((False, _("All agencies")), (True, _("My agency")))
    return [{"label": label, "href": _address(first, is_own=way), "is_current": way == is_own} for way, label in ways]


def _heading(found: list[Duty], first: date, today: date) -> str:
    """The title is the answer: what of the month is still open."""
    when = f"{first:%m/%Y}"
    open_ones = [
        one for one in found if one.status in {"due", "due_soon", "overdue", "not_yet"} and not one.is_before_use
    ]
    if not open_ones:
        return _("Month %(month)s: nothing is open") % {"month": when}
    overdue = sum(one.status == "overdue" for one in open_ones)
    words = ngettext("%(n)d due day still open", "%(n)d due days still open", len(open_ones)) % {"n": len(open_ones)}
    if overdue:
        late = ngettext("%(n)d duty overdue", "%(n)d duties overdue", overdue) % {"n": overdue}
        words = f"{words}, {late}"
    return _("Month %(month)s: %(words)s") % {"month": when, "words": words}
