"""Administration: days off and the audit trail."""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.accounts import policies
from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import audit_details, audit_words, history
from bangtin.hub.portal.forms.administration import DayOffForm, TrailFilter, show_refusal
from bangtin.hub.portal.places import with_query
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.regulations import actions
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import CalendarDay, DayKind
from bangtin.rulebook import calendars
from bangtin.rulebook.calendars import DayKind as KindOfDay

# checking the chain reads every entry: at once while that is quick, else when asked for
QUICK_CHAIN = 20_000
YEARS = range(2020, 2101)


def administrator(request: HttpRequest) -> tuple[User, datetime, date]:
    """The account, the instant and the day, if the account administers.

    Raises: NotPermitted.
    """
    user, now, today = reader(request)
    require(
        policies.may_administer(user, on=today),
        message=_("Only an administrator opens this page."),
        next_step=_("Ask the administrator."),
    )
    return user, now, today


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Where the administration begins: the accounts."""
    administrator(request)
    return redirect("admin-accounts")


@require_http_methods(["GET", "POST"])
def days_off(request: HttpRequest) -> HttpResponse:
    """The days off and make-up days of a year, and a form for a row with its legal basis."""
    user, now, today = administrator(request)
    asked = request.GET.get("nam", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS else today.year
    form = DayOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_calendar_day(
                on=given["on"],
                kind=DayKind(given["kind"]),
                name_vi=given["name_vi"],
                basis=given["basis"],
                actor=user,
                at=now,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The day is recorded. Duties and hours follow it from now on."))
            return redirect(with_query(request.path, nam=given["on"].year))
    context = {
        "year": year,
        "years": [year - 1, year, year + 1],
        "form": form,
        "rows": _days(year),
        "calendar": regulations.calendar(),
        "history": history.of_days(year),
    }
    return render(request, "administration/days_off.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def remove_day(request: HttpRequest, on: str) -> HttpResponse:
    """Take back an own row, after a page that says what this means."""
    user, now, _today = administrator(request)
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise Http404 from error
    if request.method == "POST":
        actions.remove_calendar_day(on=day, actor=user, at=now)
        messages.success(request, _("The row is taken back; the computed calendar holds for that day again."))
        return redirect(with_query("/quan-tri/lich-nghi/", nam=day.year))
    row = CalendarDay.objects.filter(on=day).first()
    if row is None:
        raise Http404
    context = {
        "title": _("Take back the row of %(day)s?") % {"day": f"{day:%d/%m/%Y}"},
        "text": f"{row.name_vi}. {row.basis}",
        "reach": _("Duties and hours of that day are judged by the computed calendar again."),
        "action": request.path,
        "back": with_query("/quan-tri/lich-nghi/", nam=day.year),
        "confirm": _("Take the row back"),
        "is_danger": True,
    }
    return render(request, "confirm.html", context)


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first, and whether the chain of entries holds."""
    _user, _now, _today = administrator(request)
    form = TrailFilter(request.GET)
    found = AuditEntry.objects.order_by("-id")
    if form.is_valid():
        found = _narrowed(form.cleaned_data)
    page = Paginator(found, 50).get_page(request.GET.get("trang"))
    total = AuditEntry.objects.count()
    is_checked = total <= QUICK_CHAIN or request.GET.get("kiem-tra") == "1"
    broken = list(audit.broken())[:100] if is_checked else []
    query = request.GET.copy()
    query.pop("trang", None)
    context = {
        "form": form,
        "page": page,
        "rows": [(entry, audit_words.action(entry.action), audit_details.details(entry)) for entry in page],
        "total": total,
        "is_checked": is_checked,
        "broken": [(entry, audit_words.action(entry.action)) for entry in broken],
        "query": query.urlencode(),
    }
    return render(request, "administration/trail.html", context)


def _narrowed(asked: dict[str, object]) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.order_by("-id")
    if asked["viec"]:
        found = found.filter(action__startswith=f"{asked['viec']}.")
    if asked["ai"]:
        found = found.filter(actor_name__icontains=str(asked["ai"]))
    if isinstance(since := asked["tu"], date):
        found = found.filter(at__gte=datetime.combine(since, time(), clock.LOCAL))
    if isinstance(until := asked["den"], date):
        found = found.filter(at__lt=datetime.combine(until + timedelta(days=1), time(), clock.LOCAL))
    return found


def _days(year: int) -> list[dict[str, object]]:
    """The public holidays and make-up days of a year; those of own rows can be taken back."""
    calendar, own = regulations.calendar(), {row.on: row for row in CalendarDay.objects.filter(on__year=year)}
    first = date(year, 1, 1)
    found = []
    for number in range((date(year + 1, 1, 1) - first).days):
        one = calendars.day(calendar, first + timedelta(days=number))
        if one.kind in {KindOfDay.HOLIDAY, KindOfDay.MAKE_UP} or one.on in own:
            found.append(
                {
                    "day": one,
                    "reason": regulations.in_words(one.reason),
                    "own": own.get(one.on),
                    "is_off": one.kind is KindOfDay.HOLIDAY,
                }
            )
    return found
