"""Remarks at a moment: made from the bench, taken back by their author."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bangtin.hub.appraisal import policies
from bangtin.hub.appraisal.actions import remarks
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal.forms.appraisal import RemarkForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.programmes import newest_seen


@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a remark on the newest version, then back to the bench where it stands.

    Raises: Http404 for what this account does not see; NotPermitted for who does not appraise.
    """
    user, now, today = reader(request)
    version = newest_seen(user, code, today)
    post = policies.appraiser_post(user, version.programme.instrument_id, on=today)
    require(post is not None, message=_("Only an officer who may appraise this programme remarks on it."))
    form, refusal = RemarkForm(request.POST), None
    if form.is_valid():
        given = form.cleaned_data
        try:
            remarks.remark(
                version=version,
                at_ms=given["at"],
                text=given["text"],
                actor=user,
                at=now,
                geometry=given["geometry"],
                is_shared=not given["is_kept_back"],
            )
        except Refusal as caught:
            refusal = caught
        else:
            return redirect(reverse("appraise", args=[code]) + "#gop-y")
    status = refusal.http_status if refusal else 422
    context = {"form": form, "refusal": refusal, "version": version, "programme": version.programme}
    return render(request, "appraisal/remark_again.html", context, status=status)


@require_POST
def withdraw(request: HttpRequest, code: str, remark_id: int) -> HttpResponse:
    """Take one's own remark back.

    Raises: Http404 for what this account does not see; NotPermitted, NotFound, StaleState.
    """
    user, now, today = reader(request)
    version = newest_seen(user, code, today)
    if not version.remarks.filter(pk=remark_id).exists():
        raise Http404
    remarks.withdraw(version=version, remark_id=remark_id, actor=user, at=now)
    return redirect(reverse("appraise", args=[code]) + "#gop-y")
