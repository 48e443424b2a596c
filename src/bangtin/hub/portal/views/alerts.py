"""The emergency desk and one notice; our own notices as CAP for anybody."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import policies, queries
from bangtin.hub.alerts.models import Alert, CapFeed, CapMessage
from bangtin.hub.alerts.queries.desk import ORDERED
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.clusters.models import Face
from bangtin.hub.kit import clock, files, ranges
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import alert_board
from bangtin.hub.portal.forms import alerts as forms
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.states import SlotState

PAST, MESSAGES = 20, 20
CAP_TYPE = "application/cap+xml; charset=utf-8"
FRESH = "public, max-age=15"


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What is on air, what waits for an order, what is to be reviewed, what is over, what came from outside."""
    user, now, _today = reader(request)
    require(policies.may_read(user, at=now))
    running = alert_board.rows_running(now)
    waiting = list(queries.waiting())
    orders = policies.may_order_somewhere(user, at=now)
    context = {
        "heading": alert_board.headline(running, len(waiting)),
        "running": running,
        "waiting": waiting,
        "owed": list(queries.owed_reviews()[:PAST]) if orders else [],
        "past": list(queries.past(now)[:PAST]),
        "messages_in": list(CapMessage.objects.select_related("alert", "feed").defer("body")[:MESSAGES]),
        "feeds": list(CapFeed.objects.all()) if policies.may_keep_feeds(user, at=now) else None,
        "may_order": orders,
    }
    return render(request, "alerts/desk.html", context)


@require_safe
def alert(request: HttpRequest, alert_number: str) -> HttpResponse:
    """One notice: what is shown, which screens confirmed it, how long it runs, what may be done with it."""
    user, _now, _today = reader(request)
    return page(request, find(user, alert_number), user=user)


def find(user: User, number: str) -> Alert:
    """The notice of a number, for those who read them. Raises: Http404."""
    if not policies.may_read(user, at=clock.now()):
        raise Http404
    rows = Alert.objects.select_related("ordered_by", "made_by", "closed_by", "reviewed_by", "replaces")
    return get_object_or_404(rows.prefetch_related("clusters"), number=number)


def page(request: HttpRequest, row: Alert, *, user: User, status: int = 200, **more: object) -> HttpResponse:
    """The page of a notice, with a form that was refused among `more`."""
    now = clock.now()
    clusters = list(row.clusters.all())
    may_order = policies.may_order(user, clusters, at=now)
    is_running = row.state == AlertState.ISSUED and row.ends_at is not None and row.ends_at > now
    is_ordered = row.state in ORDERED
    faces = Face.objects.filter(cluster__in=clusters).select_related("cluster").order_by("cluster_id", "id")
    is_own = row.ordered_by is not None and accounts.is_same_person(row.ordered_by, user)
    is_owed = is_ordered and row.reviewed_by_id is None
    context: dict[str, object] = {
        "alert": row,
        "clusters": clusters,
        "is_running": is_running,
        "left_s": int((row.ends_at - now).total_seconds()) if is_running and row.ends_at else 0,
        "sheets": alert_board.sheets(list(faces), alert_board.content_of(row)),
        "shown": alert_board.confirmations(row, at=now) if is_ordered else [],
        "later": row.updates.order_by("-id").first(),
        "cancels": CapMessage.objects.filter(alert=row, action="cancel").defer("body").first(),
        "messages_in": list(row.messages.defer("body").order_by("id")),
        "may_order": may_order,
        "cancel_form": forms.CancelForm() if may_order and is_running else None,
        "extend_form": forms.ExtendForm() if may_order and is_running else None,
        "review_form": forms.ReviewForm() if may_order and is_owed and not is_own else None,
        "is_owed": is_owed,
        "displaced": _displaced(row) if is_ordered and not row.is_drill else 0,
        **more,
    }
    return render(request, "alerts/alert.html", context, status=status)


def _displaced(row: Alert) -> int:
    """How many slots it interrupted."""
    until_at = row.closed_at or row.ends_at
    rows = Slot.objects.filter(cluster__in=row.clusters.all(), state=SlotState.PLACED)
    return rows.filter(starts_at__lt=until_at, ends_at__gt=row.starts_at).count()


@require_safe
def sound(request: HttpRequest, reading_sha256: str) -> HttpResponseBase:
    """A reading, by ranges if asked; for who reads notices, and only what some notice names or was made just now."""
    user, now, _today = reader(request)
    require(policies.may_read(user, at=now))
    made = request.session.get("readings", [])
    named = Alert.objects.exclude(audio={}).values_list("audio", flat=True)
    known = reading_sha256 in made or any(
        one.get("sha256") == reading_sha256 for audio in named for one in audio.values()
    )
    if not known or not files.has(reading_sha256):
        raise Http404
    answer = ranges.answer(request, files.path(reading_sha256), etag=f'"{reading_sha256}"', mime="audio/mpeg")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@require_safe
def cap_feed(request: HttpRequest) -> HttpResponse:
    """The Atom feed of the real notices of the last thirty days; no account is asked for. Exercises are not in it."""
    body = queries.feed(at=clock.now(), title=_("Emergency notices on the public screens"))
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8", headers={"Cache-Control": FRESH})


@require_safe
def cap_message(request: HttpRequest, alert_number: str) -> HttpResponse:
    """One real notice as a CAP message, or its cancel (`?huy=1`); an exercise, marked so, to those who read notices.

    Raises: Http404 for what was never ordered.
    """
    row = get_object_or_404(Alert.objects.select_related("replaces"), number=alert_number, state__in=ORDERED)
    if row.is_drill and not (isinstance(request.user, User) and policies.may_read(request.user, at=clock.now())):
        raise Http404
    is_cancel = request.GET.get("huy") == "1"
    if is_cancel and row.state != AlertState.CANCELLED:
        raise Http404
    body = queries.message_bytes(row, is_cancel=is_cancel)
    return HttpResponse(body, content_type=CAP_TYPE, headers={"Cache-Control": "no-cache"})
