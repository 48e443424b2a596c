"""The gallery of components: for builders, in demo and debug only."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bangtin.hub.kit import clock
from bangtin.hub.portal import samples
from bangtin.hub.portal.formats import local


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, with made-up content.

    Raises: Http404 outside demo and debug.
    """
    if not (settings.IS_DEMO or settings.DEBUG):
        raise Http404
    form = samples.SampleForm({"remark": "Đề nghị giảm nhấp nháy tại 01:15.", "language": "vi", "decision": "b"})
    return render(request, "gallery.html", {"sample": samples.gallery(local(clock.now())), "form": form})
