"""Endpoints for a player that has no device record yet: signed time, enrolment."""

import json
import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from bangtin.bundle import instants
from bangtin.hub.api import policies
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.views.answers import endpoint, message
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.models import Enrolment
from bangtin.hub.devices.states import EnrolmentState
from bangtin.hub.kit import clock

ENROLMENT_BYTES = 2_048
_NONCE = re.compile(r"[0-9a-f]{32}")


@endpoint("GET")
def time(request: HttpRequest) -> HttpResponseBase:
    """The hub's time, signed over the asker's nonce (trust D.6); needs no signature: clocks come first."""
    nonce = request.GET.get("nonce", "")
    if not _NONCE.fullmatch(nonce):
        raise ApiRefusal("nonce_malformed", "expected 32 lower-case hex digits", status=400)
    # The clock is read last: what comes before it would make the answer older than it says.
    answer = HttpResponse(devices.time_answer(nonce=nonce, at=clock.now()), content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@endpoint("POST", most_bytes=ENROLMENT_BYTES)
def enrol(request: HttpRequest) -> HttpResponseBase:
    """A player asks to join; both sides compute the code from its key, the nonce and the root (trust D.2)."""
    at = clock.now()
    policies.check_self_signed(message(request), at=at)
    address = str(request.META.get("REMOTE_ADDR", ""))
    enrolment = devices.begin_enrolment(body=request.body, address=address, at=at)
    return JsonResponse(
        {"id": enrolment.id, "nonce": enrolment.nonce, "expires_at": instants.to_text(enrolment.expires_at)},
        status=201,
    )


@endpoint("GET")
def enrolment(_request: HttpRequest, enrolment_id: str) -> HttpResponseBase:
    """Whether the officer has typed the code: 202 not yet, 200 with the device record, 410 never more."""
    found = Enrolment.objects.select_related("device").filter(pk=enrolment_id).first()
    if found is None:
        raise ApiRefusal("enrolment_unknown", "no such enrolment", status=404)
    if found.state == EnrolmentState.DONE and found.device and found.device.public_key == found.public_key:
        return JsonResponse({"state": "done", "record": json.loads(bytes(found.device.record))})
    if found.state != EnrolmentState.PENDING or found.expires_at <= clock.now():
        raise ApiRefusal("enrolment_expired", "the code does not count any more; ask again", status=410)
    return JsonResponse({"state": "pending"}, status=202)
