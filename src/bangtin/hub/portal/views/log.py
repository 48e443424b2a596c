"""The play log: a cluster's day, plan beside as-run; the records of a slot; the day as a spreadsheet."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster, clusters_and_face_names, face_names
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog import policies as playlog
from bangtin.hub.playlog.models import PlayRecord, SealedDay
from bangtin.hub.playlog.queries import as_run, day_proof, downtime, lake, proof_of_play
from bangtin.hub.playlog.queries.day_sheets import DaySheet, day_sheet
from bangtin.hub.portal import asked, log_board, log_sheet, places, week_board
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import policies
from bangtin.hub.schedules.models import Slot

PAGE = 50


@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """A cluster's day: each slot planned and aired, the gaps and why, filler, the ledger."""
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    clusters = list(Cluster.objects.prefetch_related("faces"))
    cluster, on = _cluster(request, user, clusters), _on(request, today)
    proof = day_proof(cluster, on, at=now)
    versions = ProgrammeVersion.objects.in_bulk({one.slot.version_id for one in proof.slots})
    rows = log_board.slot_rows(proof, versions, at=now)
    context = {
        "cluster": cluster,
        "on": on,
        "heading": log_board.headline(proof, rows),
        "proof": proof,
        "inside": [row for row in rows if not row.proof.slot.is_outside_hours],
        "outside": [row for row in rows if row.proof.slot.is_outside_hours],
        "gaps": [gap for row in rows for gap in row.gaps],
        "grades": log_board.grade_parts({name: total.shown_ms for name, total in proof.grades.items()}),
        "by_grade": log_board.grade_links(proof, _rows_href(cluster, on)),
        "rows_href": _rows_href(cluster, on),
        "planned_s": proof.planned_ms / 1000,
        "aired_s": proof.aired_ms / 1000,
        "filler_s": proof.filler.shown_ms / 1000,
        "filler_planned_s": proof.filler_planned_ms / 1000,
        "outside_s": proof.outside_aired_ms / 1000,
        "ledger": log_board.ledger(cluster, on, rows_href=_rows_href(cluster, on)),
        "segments": [
            {"label": one.name_vi, "href": places.play_log(on, one.id), "is_current": one == cluster}
            for one in clusters
        ],
        "clusters": clusters,
        "before_href": places.play_log(on - timedelta(days=1), cluster.id),
        "after_href": places.play_log(on + timedelta(days=1), cluster.id) if on < today else "",
        "week_href": reverse("week", args=[cluster.slug, week_board.slug_of(on)]),
        "csv_href": places.with_query(reverse("log-csv"), ngay=on.isoformat(), cum=cluster.slug),
        "xlsx_href": places.with_query(reverse("log-xlsx"), ngay=on.isoformat(), cum=cluster.slug),
        "paper_href": places.with_query(reverse("log-paper"), ngay=on.isoformat(), cum=cluster.slug),
        "operator": log_sheet.operator(cluster, on),
        "downtime": log_board.by_face_name(
            downtime.of_gaps(log_board.known(proof.gaps, at=now), downtime.troubles(cluster, on, at=now))
        ),
        "security_href": places.with_query(reverse("security-day"), ngay=on.isoformat())
        if playlog.may_watch(user, on=today)
        else "",
        "stand_in_href": _stand_in(user, cluster, now) if on == today else "",
    }
    return render(request, "log/day.html", context)


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The records behind a figure of the day: by part of the plan, programme, language, grade; 50 a page."""
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    clusters, faces = clusters_and_face_names()
    cluster, on = _cluster(request, user, clusters), _on(request, today)
    start, end = log_board.bounds(on)
    found = PlayRecord.objects.filter(cluster=cluster, at__gte=start, at__lt=end, kind="play")
    found = log_board.narrowed(found, request.GET).select_related("version").defer("line")
    where = f"{lake.of_cluster(cluster.pk, start, end)} AND kind = 'play' AND {log_board.narrowed_words(request.GET)}"
    page = _page(found, lake.pruned([lake.province_of(cluster.pk)], on, on), where, request)
    query = request.GET.copy()
    query.pop("trang", None)
    context = {
        "cluster": cluster,
        "on": on,
        "page": page,
        "rows": log_board.record_rows(page.object_list, faces=faces),
        "query": query.urlencode(),
        "day_href": places.play_log(on, cluster.id),
    }
    return render(request, "log/rows.html", context)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The day's records as .csv."""
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    clusters, faces = clusters_and_face_names()
    cluster, on = _cluster(request, user, clusters), _on(request, today)
    body = log_board.as_csv(log_board.record_rows(as_run(cluster, on), faces=faces))
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="nhat-ky-{cluster.slug}-{on:%Y-%m-%d}.csv"'
    return answer


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The day as .xlsx: items planned and aired with their sums, and the gaps."""
    sheet = _sheet(request)
    answer = HttpResponse(log_sheet.xlsx(sheet), content_type=log_sheet.MIME)
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(sheet)}.xlsx"'
    return answer


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The day as a paper of A4 with lines for signatures."""
    sheet = _sheet(request)
    answer = HttpResponse(log_sheet.pdf(sheet), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{_file_name(sheet)}.pdf"'
    return answer


def _sheet(request: HttpRequest) -> DaySheet:
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    cluster, on = _cluster(request, user, list(Cluster.objects.all())), _on(request, today)
    return day_sheet(cluster, on, at=now)


def _file_name(sheet: DaySheet) -> str:
    return f"nhat-ky-{sheet.cluster.slug}-{sheet.on:%Y-%m-%d}"


@require_safe
def slot(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Every record of one slot, in order of time, 50 a page."""
    user, now, _today = reader(request)
    require(policies.may_read(user, at=now))
    found = get_object_or_404(Slot.objects.select_related("cluster", "version"), pk=slot_id)
    records = PlayRecord.objects.filter(slot=found, kind="play").select_related("version").defer("line")
    days = local_date(found.starts_at), local_date(found.ends_at)
    parts = lake.pruned([lake.province_of(found.cluster_id)], *days)
    page = _page(records, parts, f"slot_id = {found.pk} AND kind = 'play'", request)
    proof, names = proof_of_play(found, at=now), face_names()
    context = {
        "slot": found,
        "proof": proof,
        "idle": [names.get(one, one) for one in proof.idle_faces],
        "page": page,
        "rows": log_board.record_rows(page.object_list),
        "grades": log_board.grade_parts({name: total.shown_ms for name, total in proof.grades.items()}),
        "gaps": log_board.gap_rows(log_board.known(proof.gaps, at=now)),
        "planned_s": proof.planned_ms / 1000,
        "aired_s": proof.aired_ms / 1000,
        "day_href": places.play_log(local_date(found.starts_at), found.cluster_id),
        "slot_href": reverse("slot", args=[found.cluster.slug, found.pk]),
    }
    return render(request, "log/slot.html", context)


def _page(
    found: QuerySet[PlayRecord], parts: Sequence[SealedDay], where: str, request: HttpRequest
) -> Page[PlayRecord]:
    """Fifty records in order of time; those that have left the database come from the lake."""
    ordered: QuerySet[PlayRecord] | list[PlayRecord] = found.order_by("at", "face_id", "n")
    if parts:
        rows = [*found, *lake.recalled(parts, where, related=("version",))]
        ordered = sorted(rows, key=lambda one: (one.at, one.face_id, one.n))
    return Paginator(ordered, PAGE).get_page(request.GET.get("trang"))


def _cluster(request: HttpRequest, user: User, clusters: list[Cluster]) -> Cluster:
    """The cluster of the address, else one's own, else the first."""
    _user, now, _today = reader(request)
    asked = request.GET.get("cum", "")
    named = [one for one in clusters if one.slug == asked]
    own = [one for one in clusters if policies.may_operate(user, one, at=now)]
    return (named or own or clusters)[0]


def _stand_in(user: User, cluster: Cluster, now: datetime) -> str:
    """Where whoever runs the cluster lets filler stand in; empty for others."""
    return reverse("stand-in", args=[cluster.slug]) if policies.may_operate(user, cluster, at=now) else ""


def _rows_href(cluster: Cluster, on: date) -> str:
    return places.with_query(reverse("log-rows"), ngay=on.isoformat(), cum=cluster.slug)


def _on(request: HttpRequest, today: date) -> date:
    return asked.day(request.GET.get("ngay", "")) or today
