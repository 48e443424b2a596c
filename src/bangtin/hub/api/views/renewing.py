"""A screen asks for its record anew, or for one with another key."""

import json

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from bangtin.hub.api import policies
from bangtin.hub.api.views.answers import endpoint, message
from bangtin.hub.devices.actions import renewal
from bangtin.hub.kit import clock

RENEWAL_BYTES = 2_048


@endpoint("POST", most_bytes=RENEWAL_BYTES)
def record(request: HttpRequest) -> HttpResponseBase:
    """The device record for the wanted key (trust D.3); asked again after a lost answer, the same."""
    at = clock.now()
    device = policies.authenticate(message(request), at=at)
    envelope = renewal.renew_record(device=device, body=request.body, at=at)
    return JsonResponse({"record": json.loads(envelope)})
