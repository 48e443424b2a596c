"""What a screen says of itself: reports with answers to commands, and pictures of what it holds."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from bangtin.hub.api import policies
from bangtin.hub.api.views.answers import endpoint, message
from bangtin.hub.devices.actions import reports
from bangtin.hub.kit import clock
from bangtin.hub.playlog import actions as playlog


@endpoint("POST", most_bytes=reports.REPORT_BYTES)
def report(request: HttpRequest) -> HttpResponseBase:
    """Health, what shows, what became of commands, events. Sent again, it adds nothing."""
    at = clock.now()
    device = policies.authenticate(message(request), at=at)
    said = reports.take_report(device=device, body=request.body, at=at)
    if any(one.kind == reports.DIFFERS for one in said.events):
        playlog.look_again(device=device, at=at)
    return HttpResponse(status=204)


@endpoint("POST", most_bytes=reports.SHOT_BYTES)
def screenshot(request: HttpRequest) -> HttpResponseBase:
    """A JPEG of a face; the header `Bangtin-Shot` says which, when, of which segment and how far from the plan."""
    at = clock.now()
    device = policies.authenticate(message(request), at=at)
    header = request.headers.get("Bangtin-Shot", "")
    shot = reports.take_screenshot(device=device, header=header, body=request.body, at=at)
    if shot.is_different:
        playlog.look_again(device=device, at=at)
    return HttpResponse(status=204)
