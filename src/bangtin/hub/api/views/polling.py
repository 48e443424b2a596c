"""The poll and the upload of records."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from bangtin.bundle import bounds
from bangtin.hub.api import policies, polls
from bangtin.hub.api.records import acknowledgement
from bangtin.hub.api.views.answers import endpoint, message
from bangtin.hub.kit import clock
from bangtin.hub.playlog import actions as playlog

# 1 MiB unpacked (trust C.6); what does not compress may grow by a little.
RECORDS_BYTES = bounds.BATCH_BYTES + 65_536


@endpoint("GET")
def state(request: HttpRequest) -> HttpResponseBase:
    """What the screen should have, where no gatherer stands before Django; see `polls`."""
    (found,) = polls.answer_all([message(request)], at=clock.now())
    return HttpResponse(found.body, status=found.status, headers=dict(found.headers))


@endpoint("POST", most_bytes=RECORDS_BYTES)
def records(request: HttpRequest) -> HttpResponseBase:
    """Take in a batch of play records; sending it again gets the same answer (trust 8)."""
    at = clock.now()
    device = policies.authenticate(message(request), at=at, is_tolerant=True)
    ack = playlog.ingest(device=device, body=request.body, at=at)
    return JsonResponse({"ack": acknowledgement(device, ack)})
