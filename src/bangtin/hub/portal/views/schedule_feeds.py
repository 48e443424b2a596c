"""A cluster's schedule in calendar programs: the feed at its secret address, and the page that opens and closes it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.kit import clock
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import places
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.schedules import policies
from bangtin.hub.schedules.actions.feeds import close_feed, open_feed
from bangtin.hub.schedules.models import ScheduleFeed
from bangtin.hub.schedules.queries import feeds


@require_GET
def feed(request: HttpRequest, cluster: str, secret: str) -> HttpResponse:
    """The schedule as iCalendar; no account is asked for, the address is the key.

    Raises: Http404 for a wrong or closed address, whichever it is.
    """
    now = clock.now()
    found = feeds.find(cluster, secret)
    if found is None or not found.user.is_active or not policies.may_read(found.user, at=now):
        raise Http404
    written = feeds.written(found, at=now)
    etag = f'"{written.etag}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=900", "Referrer-Policy": "no-referrer"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="lich-{cluster}.ics"'
    return HttpResponse(written.body, content_type="text/calendar; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, cluster: str) -> HttpResponse:
    """One's own address for a cluster; a post makes a new one (and closes the one before), or closes it
    (`deed=close`).

    Raises: Http404, NotPermitted for offices without a part in the schedule.
    """
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    found = cluster_of(cluster)
    standing = ScheduleFeed.objects.filter(user=user, cluster=found, withdrawn_at=None).select_related("cluster")
    if request.method == "POST":
        if request.POST.get("deed") == "close":
            for one in standing:
                close_feed(feed=one, actor=user, at=now)
            messages.success(request, _("The address is closed. Calendars that have it show nothing new any more."))
        else:
            open_feed(cluster=found, actor=user, at=now)
            messages.success(request, _("The address is made. Copy it into the calendar of your phone or computer."))
        return redirect("schedule-feed-address", found.slug)
    row = standing.first()
    context = {
        "cluster": found,
        "feed": row,
        "address": feeds.address(row) if row else "",
        "week_href": places.week(found.pk, today),
    }
    return render(request, "schedule/feed.html", context)
