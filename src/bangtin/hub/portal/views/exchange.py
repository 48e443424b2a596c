"""The source system: each cluster's connection, what came and went, what failed and how to go on; inspection packs."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.exchange import actions, mapping, policies, queries
from bangtin.hub.exchange.models import ConnectionState, Consignment, SourceItem
from bangtin.hub.exchange.states import ItemState
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal.forms.exchange import InspectionForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.packages import download
from bangtin.hub.portal.views.schedule import cluster_of

HUES = {ConnectionState.CONNECTED: "g", ConnectionState.FAILING: "r", ConnectionState.NOT_CONNECTED: "a"}
ITEM_HUES = {ItemState.TAKEN: "g", ItemState.FAILED: "r", ItemState.TAKING: "b"}
SENT_HUES = {
    Consignment.State.WAITING: "a",
    Consignment.State.DELIVERED: "b",
    Consignment.State.VERIFIED: "g",
    Consignment.State.BROKEN: "r",
}
ROWS = 30


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """State of each cluster, failures with their next step, the log of what came and went, the mapping in use.

    Raises: NotPermitted for offices without part in it.
    """
    user, _now, today = reader(request)
    require(policies.may_read(user, on=today), message=_("Your post has no part in the source system."))
    rows = queries.board(on=today)
    used, fault = None, None
    try:
        used = mapping.load()
    except Refusal as refusal:
        fault = refusal
    may_work = policies.may_work(user, on=today)
    page = Paginator(queries.items(), ROWS).get_page(request.GET.get("trang"))
    context = {
        "rows": [(one, HUES[one.state], may_work or policies.may_test(user, one.cluster, on=today)) for one in rows],
        "open": sum(one.state != ConnectionState.CONNECTED for one in rows),
        "may_work": may_work,
        "may_remind": policies.may_remind(user, on=today),
        "mapping": used,
        "fault": fault if mapping.is_there() else None,
        "path": mapping.path() if may_work else mapping.FILE,
        "failures": list(queries.failures()[:50]),
        "items": [(one, ITEM_HUES[ItemState(one.state)]) for one in page],
        "page": page,
        "sent": [(one, SENT_HUES[Consignment.State(one.state)]) for one in queries.consignments()[:ROWS]],
    }
    return render(request, "exchange/board.html", context)


@require_GET
def cluster(request: HttpRequest, cluster: str) -> HttpResponse:
    """A cluster's connection with the log of its tests.

    Raises: NotPermitted, Http404.
    """
    user, _now, today = reader(request)
    require(policies.may_read(user, on=today), message=_("Your post has no part in the source system."))
    found = cluster_of(cluster)
    one = next(row for row in queries.board(on=today) if row.cluster == found)
    page = Paginator(found.connection_tests.select_related("tested_by"), ROWS).get_page(request.GET.get("trang"))
    context = {
        "one": one,
        "hue": HUES[one.state],
        "may_test": policies.may_test(user, found, on=today),
        "page": page,
        "tests": [(row, HUES[ConnectionState(row.state)]) for row in page],
    }
    return render(request, "exchange/cluster.html", context)


@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Run the exchange now.

    Raises: NotPermitted.
    """
    user, now, today = reader(request)
    require(policies.may_work(user, on=today), message=_("Only officers who register content run the exchange."))
    try:
        done = actions.run(at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("source-system")
    taken = ngettext("%(n)d item taken in", "%(n)d items taken in", done.taken) % {"n": done.taken}
    words = _("%(taken)s, known already: %(known)d, failed: %(failed)d; told: %(told)d, backups sent: %(backups)d.")
    messages.success(
        request,
        words
        % {
            "taken": taken,
            "known": done.known,
            "failed": done.failed,
            "told": done.told,
            "backups": done.backups,
        },
    )
    for problem in done.problems:
        messages.error(request, problem)
    return redirect("source-system")


@require_POST
def try_out(request: HttpRequest, cluster: str) -> HttpResponse:
    """Test a cluster's connection.

    Raises: NotPermitted, Http404.
    """
    user, now, _today = reader(request)
    found = cluster_of(cluster)
    row = actions.try_connection(cluster=found, actor=user, at=now)
    said = messages.success if row.state == ConnectionState.CONNECTED else messages.error
    said(request, f"{found}: {row.get_state_display()}. {row.message}")
    return redirect("source-cluster", cluster=found.slug)


@require_POST
def remind(request: HttpRequest, cluster: str) -> HttpResponse:
    """Remind a cluster's operator to connect it.

    Raises: NotPermitted, Http404.
    """
    user, now, _today = reader(request)
    try:
        row = actions.remind(cluster=cluster_of(cluster), actor=user, at=now)
    except Refusal as refusal:
        if refusal.http_status == 403:
            raise
        messages.error(request, str(refusal))
    else:
        words = _("%(agency)s is reminded; mails sent: %(mails)d. The reminder stands on this page.")
        messages.success(request, words % {"agency": row.agency, "mails": row.mails})
    return redirect("source-system")


@require_POST
def again(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take a failed item once more.

    Raises: NotPermitted, Http404.
    """
    user, now, today = reader(request)
    require(policies.may_work(user, on=today), message=_("Only officers who register content run the exchange."))
    row = get_object_or_404(SourceItem, pk=item_id, state=ItemState.FAILED)
    try:
        row = actions.try_again(row=row, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if row.version is not None:
            messages.success(request, _("Taken in as %(receipt)s.") % {"receipt": row.version.receipt})
        else:
            messages.error(request, f"{row.message} {row.next_step}")
    return redirect("source-system")


@require_POST
def verify(request: HttpRequest, consignment_id: int) -> HttpResponse:
    """Read a backup again and compare its digest.

    Raises: NotPermitted, Http404.
    """
    user, now, today = reader(request)
    require(policies.may_work(user, on=today), message=_("Only officers who register content check backups."))
    row = get_object_or_404(Consignment, pk=consignment_id, kind=Consignment.Kind.BACKUP)
    row = actions.verify(row=row, at=now)
    if row.state == Consignment.State.BROKEN:
        messages.error(request, row.message)
    else:
        messages.success(request, _("The backup was read again; its digest is right."))
    return redirect("source-system")


@require_http_methods(["GET", "HEAD", "POST"])
def inspection(request: HttpRequest) -> HttpResponseBase:
    """The inspection pack of a cluster and a period; POST takes it, and the trail keeps who did.

    Raises: NotPermitted for an account that takes no cluster's pack.
    """
    user, now, today = reader(request)
    clusters = policies.may_pack_any(user, on=today)
    require(
        bool(clusters),
        message=_("Only the cluster's operator and the agency that receives content take the inspection pack."),
    )
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    form = InspectionForm(
        request.POST or None,
        clusters=[(one.pk, str(one)) for one in clusters],
        initial={"from_on": first, "until_on": today},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = Cluster.objects.get(pk=given["cluster"])
        period = {"from_on": given["from_on"], "until_on": given["until_on"]}
        try:
            pieces = actions.hand_out_inspection(cluster=chosen, **period, actor=user, at=now)
        except Refusal as refusal:
            form.add_error("until_on", str(refusal))
        else:
            return download(request, pieces, name=f"thanh-tra-{chosen.slug}-{given['from_on']}-{given['until_on']}.zip")
    return render(request, "exchange/inspection.html", {"form": form}, status=422 if form.errors else 200)
