"""Prove it: the page that a phone opens when it scans a screen's code off the LED."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangtin.hub.accounts.models import User
from bangtin.hub.devices import policies
from bangtin.hub.devices.actions import gate
from bangtin.hub.devices.actions.gate import ShownCode
from bangtin.hub.devices.models import GateCheck
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import screen_board
from bangtin.hub.portal.signed_in import reader


@require_http_methods(["GET", "HEAD", "POST"])
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """Which screen the code is of and when it showed it; a post marks the screen as seen at the gate.

    A code that does not verify says so, and nothing of what it names. Whoever watches the cluster without a post there
    only reads; others see nothing.
    """
    user, now, _today = reader(request)
    shown: ShownCode | None = None
    refusal: Refusal | None = None
    try:
        found = gate.read_code(token)
        require(policies.may_report(user, found.device.face.cluster, at=now))
        shown = found
        if request.method == "POST":
            row = gate.mark_seen(token=token, actor=user, at=now)
            said = _("Seen at the gate: %(cluster)s, %(face)s.")
            messages.success(request, said % {"cluster": str(row.face.cluster), "face": str(row.face)})
            return redirect(screen_board.gate_address(row.face_id))
        gate.require_young(shown, at=now)
    except Refusal as refused:
        refusal = refused
    context = {"shown": shown, "refusal": refusal, **(_facts(shown, user, now) if shown else {})}
    return render(request, "screens/seen.html", context, status=refusal.http_status if refusal else 200)


def _facts(shown: ShownCode, user: User, now: datetime) -> dict[str, object]:
    face = shown.device.face
    return {
        "face": face,
        "marked": GateCheck.objects.filter(token_sha256=shown.digest).select_related("seen_by").first(),
        "may_witness": policies.may_witness(user, face.cluster, at=now),
        "gate_href": screen_board.gate_address(face.pk),
        "is_own_clock": shown.asked_at is not None,
    }
