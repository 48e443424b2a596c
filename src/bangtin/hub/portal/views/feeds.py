"""The calendar feed at its secret address, and the page where an account opens and closes its addresses."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import clock
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations import actions, policies
from bangtin.hub.obligations.models import CalendarFeed
from bangtin.hub.obligations.queries import feeds
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.regulations import queries as regulations


@require_GET
def feed(request: HttpRequest, province: str, agency: str, secret: str) -> HttpResponse:
    """The due days of an agency as iCalendar; no account is asked for, the address is the key.

    Raises: Http404 for a wrong or closed address, whichever it is.
    """
    now = clock.now()
    found = feeds.find(f"{province}/{agency}", secret)
    if found is None or not policies.may_subscribe(found.user, found.agency_id, on=clock.local_date(now)):
        raise Http404
    written = feeds.written(found, at=now)
    etag = f'"{written.etag}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=3600", "Referrer-Policy": "no-referrer"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{agency}.ics"'
    return HttpResponse(written.body, content_type="text/calendar; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The account's addresses, one an agency; POST makes one (and closes the one before)."""
    user, now, today = reader(request)
    require(policies.may_read(user, on=today))
    readable = policies.readable_agencies(user, on=today)
    owing = {name for one in regulations.in_use() for name in _owing(one)}
    rows = Agency.objects.filter(pk__in=owing if readable is None else owing & readable).prefetch_related("names")
    own = regulations.continued(agency_ids(user, on=today), on=today)
    agencies = sorted(((row.pk, row.name(today)) for row in rows), key=lambda pair: (pair[0] not in own, pair[1]))
    if request.method == "POST":
        agency = get_object_or_404(Agency, pk=request.POST.get("agency", ""))
        actions.open_feed(agency=agency, actor=user, at=now)
        messages.success(request, _("The address is made. Copy it into the calendar of your phone or computer."))
        return redirect("duties-feeds")
    standing = CalendarFeed.objects.filter(user=user, withdrawn_at=None).select_related("agency")
    context = {
        "agencies": agencies,
        "feeds": [(row, row.agency.name(today), feeds.address(row)) for row in standing],
    }
    return render(request, "duties/feeds.html", context)


@require_POST
def close(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Close one's own address."""
    user, now, _today = reader(request)
    row = CalendarFeed.objects.filter(pk=feed_id, user=user).first() if feed_id < 1 << 62 else None
    if row is None:
        raise Http404
    actions.close_feed(feed=row, actor=user, at=now)
    messages.success(request, _("The address is closed. Calendars that have it show nothing new any more."))
    return redirect("duties-feeds")


def _owing(instrument_id: str) -> set[str]:
    pack = regulations.regulation(instrument_id)
    return {name for rule in pack.obligations for name in pack.members(rule.owed_by)}
