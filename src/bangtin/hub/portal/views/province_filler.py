"""The province's filler: what plays behind the clusters' own. The lead agency fills it, the other offices read it."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import places
from bangtin.hub.portal.forms.air import ProvinceFillerForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.models import ProvinceFiller
from bangtin.hub.schedules.queries import dispatches, filling


@dataclass(frozen=True)
class Row:
    """One programme in the filler: its page, the clusters it is for; `is_shown` False once it is ready no longer."""

    filler: ProvinceFiller
    href: str
    clusters: str
    is_shown: bool


@dataclass(frozen=True)
class Section:
    """The filler under one regulation; `form` None for who only reads."""

    instrument: Instrument
    clusters: tuple[Cluster, ...]
    rows: tuple[Row, ...]
    form: ProvinceFillerForm | None
    refusal: Refusal | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The filler of each regulation; a post adds a ready programme to that of one the account leads under.

    Raises: NotPermitted for offices without a part in what the screens show, and for posts of who does not lead.
    """
    user, now, _today = reader(request)
    led = {one.pk for one in dispatches.sending(user, at=now)}
    require(bool(led) or policies.may_read(user, at=now))
    if request.method != "POST":
        return _page(request, led)
    name = request.POST.get("van-ban") or request.GET.get("van-ban", "")
    require(name in led)
    wanted = request.POST.get("version") or request.GET.get("them", "")
    form = _form(name, filling.to_add([name])[name], {"version": wanted})
    if not form.is_valid():
        return _page(request, led, form, name=name)
    version = ProgrammeVersion.objects.select_related("programme").get(pk=form.cleaned_data["version"])
    try:
        row = actions.add_province_filler(version=version, actor=user, at=now)
    except Refusal as refusal:
        return _page(request, led, form, name=name, refusal=refusal)
    said = _(
        "“%(title)s” is among the province's filler. Each cluster takes it once its plan is approved and published."
    )
    undo = reverse("province-filler-remove", args=[row.pk])
    messages.success(request, said % {"title": version.title}, extra_tags=f"undo:{undo}")
    return redirect("province-filler")


@require_POST
def remove(request: HttpRequest, province_filler_id: int) -> HttpResponse:
    """Take a programme out; the message offers to put it back."""
    user, now, _today = reader(request)
    row = get_object_or_404(ProvinceFiller.objects.select_related("version"), pk=province_filler_id)
    require(policies.may_dispatch(user, row.instrument_id, at=now))
    version, name = row.version, row.instrument_id
    actions.remove_province_filler(filler=row, actor=user, at=now)
    said = _(
        "“%(title)s” is out of the province's filler. Each cluster drops it once its plan is approved and published."
    )
    back = places.with_query(reverse("province-filler"), **{"van-ban": name, "them": version.pk})
    is_back = version.state == VersionState.READY
    messages.success(request, said % {"title": version.title}, extra_tags=f"undo:{back}" if is_back else "")
    return redirect("province-filler")


def _page(
    request: HttpRequest,
    led: set[str],
    form: ProvinceFillerForm | None = None,
    *,
    name: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    clusters: dict[str, list[Cluster]] = defaultdict(list)
    for cluster in Cluster.objects.all():
        clusters[cluster.instrument_id].append(cluster)
    instruments = sorted(
        Instrument.objects.filter(pk__in={*clusters, *led}), key=lambda one: (one.pk not in led, one.pk)
    )
    held = filling.province_filler_of([one.pk for one in instruments])
    choices = filling.to_add(led)
    sections = [
        Section(
            instrument=one,
            clusters=tuple(clusters[one.pk]),
            rows=tuple(_row(filler) for filler in held[one.pk]),
            form=None if one.pk not in led else form if form and one.pk == name else _form(one.pk, choices[one.pk]),
            refusal=refusal if one.pk == name else None,
        )
        for one in instruments
    ]
    context = {
        "heading": _heading(sum(len(one.rows) for one in sections)),
        "sections": sections,
        "may_change": bool(led),
    }
    status = refusal.http_status if refusal else 422 if form and form.errors else 200
    return render(request, "schedule/province_filler.html", context, status=status)


def _form(name: str, choices: list[tuple[str, str]], data: dict[str, str] | None = None) -> ProvinceFillerForm:
    # one form a regulation on the page: their fields are told apart by its name
    return ProvinceFillerForm(data, choices=choices, auto_id=f"id-{name.replace('/', '-')}-%s")


def _row(filler: ProvinceFiller) -> Row:
    return Row(
        filler=filler,
        href=places.programme(filler.version.receipt),
        clusters=", ".join(one.short_name for one in filler.version.programme.clusters.all()),
        is_shown=filler.version.state == VersionState.READY,
    )


def _heading(count: int) -> str:
    if not count:
        return _("The province's filler is empty")
    return ngettext("%(n)d programme is the province's filler", "%(n)d programmes are the province's filler", count) % {
        "n": count
    }
