"""What a screen says of itself: reports with answers to commands, and pictures of what it holds."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from bangtin.hub.api import policies
from bangtin.hub.api.views.answers import endpoint, message
from bangtin.hub.devices.actions import reports
from bangtin.hub.kit import clock


@endpoint("POST", most_bytes=reports.REPORT_BYTES)
def report(request: HttpRequest) -> HttpResponseBase:
    """Health, what shows, what became of commands, events. Sent again, it adds nothing."""
    at = clock.now()
    device = policies.authenticate(message(request), at=at)
    reports.take_report(device=device, body=request.body, at=at)
    return HttpResponse(status=204)


@endpoint("POST", most_bytes=reports.SHOT_BYTES)
def screenshot(request: HttpRequest) -> HttpResponseBase:
    """A JPEG of a face; the header `Bangtin-Shot` says which, when, of which segment and how far from the plan."""
    at = clock.now()
    device = policies.authenticate(message(request), at=at)
    header = request.headers.get("Bangtin-Shot", "")
    reports.take_screenshot(device=device, header=header, body=request.body, at=at)
    return HttpResponse(status=204)
