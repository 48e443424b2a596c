"""New players: type the code that a screen shows, choose its face; the kit that a player starts with."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangtin.hub.clusters.models import Face
from bangtin.hub.devices import actions, policies
from bangtin.hub.devices.models import Device, Enrolment
from bangtin.hub.devices.states import DeviceState, EnrolmentState
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal.forms.air import EnrolForm
from bangtin.hub.portal.signed_in import reader

KIT = "bangtin-kit.json"


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Players that wait, without their codes: the code is read from the screen itself."""
    user, now, _today = reader(request)
    require(policies.may_enrol(user, at=now))
    faces = list(Face.objects.select_related("cluster").order_by("cluster_id", "id"))
    form = EnrolForm(request.POST or None, faces=faces, initial={"face": request.GET.get("mat", "")})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        face = next(one for one in faces if one.pk == form.cleaned_data["face"])
        try:
            device = actions.confirm_enrolment(
                code=form.cleaned_data["code"],
                face=face,
                is_drill=form.cleaned_data["is_drill"],
                actor=user,
                at=now,
            )
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            words = {"device": device.pk, "cluster": str(face.cluster), "face": str(face)}
            messages.success(request, _("%(device)s drives %(cluster)s, %(face)s from now on.") % words)
            return redirect("screen", face.pk)
    driven = set(Device.objects.filter(state=DeviceState.ACTIVE).values_list("face_id", flat=True))
    context = {
        "form": form,
        "refusal": refusal,
        "waiting": Enrolment.objects.filter(state=EnrolmentState.PENDING, expires_at__gt=now),
        "driven": [face for face in faces if face.pk in driven],
        "free": [face for face in faces if face.pk not in driven],
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "screens/enrol.html", context, status=status)


@require_POST
def kit(request: HttpRequest) -> HttpResponse:
    """The file that a new player starts with: the hub's address, the province and its root of trust. No secret.

    A post: on a fresh hub it makes the province's repository first.
    """
    user, now, _today = reader(request)
    require(policies.may_enrol(user, at=now))
    with tempfile.TemporaryDirectory() as folder:
        body = actions.write_kit(path=Path(folder) / KIT, at=now).read_bytes()
    answer = HttpResponse(body, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{KIT}"'
    return answer
