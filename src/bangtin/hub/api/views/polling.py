"""The poll and the upload of records."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from bangtin.bundle import bounds
from bangtin.hub.api import policies, queries
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.views.answers import endpoint, message
from bangtin.hub.devices import actions as devices
from bangtin.hub.kit import clock
from bangtin.hub.playlog import actions as playlog

# 1 MiB unpacked (trust C.6); what does not compress may grow by a little.
RECORDS_BYTES = bounds.BATCH_BYTES + 65_536


@endpoint("GET")
def state(request: HttpRequest) -> HttpResponseBase:
    """What the screen should have; nearly always 304. `Bangtin-Head` is its commitment to its records (trust F.3)."""
    at = clock.now()
    device = policies.authenticate(message(request), at=at, needs_head=True)
    head = devices.Head.parse(request.headers.get("Bangtin-Head", ""))
    if head is None:
        raise ApiRefusal("head_malformed", "Bangtin-Head is not number.head", status=400)
    if devices.record_poll(device=device, head=head, bundle=_number(request), status=None, at=at):
        playlog.regrade(device=device, at=at)  # this head may be the commitment that earlier rows waited for
    found = queries.state(device, at=at)
    if request.headers.get("If-None-Match") == found.etag:
        answer: HttpResponse = HttpResponse(status=304)
    else:
        answer = JsonResponse(found.body)
    answer.headers["ETag"] = found.etag
    answer.headers["Cache-Control"] = "no-store"
    return answer


@endpoint("POST", most_bytes=RECORDS_BYTES)
def records(request: HttpRequest) -> HttpResponseBase:
    """Take in a batch of play records; sending it again gets the same answer (trust 8)."""
    at = clock.now()
    device = policies.authenticate(message(request), at=at, is_tolerant=True)
    ack = playlog.ingest(device=device, body=request.body, at=at)
    return JsonResponse({"ack": ack.to_object()})


def _number(request: HttpRequest) -> int | None:
    """The bundle that the screen goes by now, if it says so."""
    text = request.headers.get("Bangtin-Bundle", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
