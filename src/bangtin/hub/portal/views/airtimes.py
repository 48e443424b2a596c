"""Airtime of a month, or of any days, by programme, kind, language, agency, cluster or day; the same signed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.actions.handing_out import hand_out
from bangtin.hub.playlog.queries import airtimes
from bangtin.hub.portal import airtime_board, asked, formats, log_sheet, places
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.schedules import policies

MOST_DAYS = 400
MOST_SHOWN = 500


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; `cluster` None is all of them."""

    mark: str
    from_on: date
    until_on: date
    cluster: Cluster | None
    clusters: list[Cluster]

    def rows(self) -> list[airtime_board.Row]:
        """The rows of the answer."""
        ids = None if self.cluster is None else [self.cluster.pk]
        return airtime_board.rows(self.mark, from_on=self.from_on, until_on=self.until_on, cluster_ids=ids)

    def address(self, name: str, **changes: str) -> str:
        """The address of a page or file with the same question."""
        slug = self.cluster.slug if self.cluster else ""
        query = {"theo": self.mark, "tu": f"{self.from_on}", "den": f"{self.until_on}", "cum": slug, **changes}
        return places.with_query(reverse(name), **query)

    @property
    def file_name(self) -> str:
        """The name of the files without its ending."""
        slug = f"-{self.cluster.slug}" if self.cluster else ""
        return f"thoi-luong-{self.mark}{slug}-{self.from_on}-{self.until_on}"

    @property
    def title(self) -> str:
        """What the answer is, in words."""
        words = {"from": formats.day(self.from_on), "until": formats.day(self.until_on)}
        return _("Airtime from %(from)s to %(until)s") % words

    @property
    def place(self) -> str:
        """Where: the cluster, or all of them."""
        return str(self.cluster) if self.cluster else _("all clusters")


@require_safe
def airtime(request: HttpRequest) -> HttpResponse:
    """The table, its sum, and the files of it."""
    wanted = _wanted(request)
    found = wanted.rows()
    total = airtimes.total([row.found for row in found])
    words = {"n": formats.number(total.plays), "aired": formats.airtime(total.aired_ms / 1000)}
    context = {
        "wanted": wanted,
        "heading": ngettext("%(n)s play, %(aired)s on air", "%(n)s plays, %(aired)s on air", total.plays) % words,
        "rows": found[:MOST_SHOWN],
        "picture": airtime_board.picture(wanted.mark, found),
        "total_s": airtime_board.lengths_s(total),
        "total": total,
        "left_out": max(len(found) - MOST_SHOWN, 0),
        "mark_word": airtime_board.mark_words()[wanted.mark],
        "marks": [
            {"label": label, "href": wanted.address("airtime", theo=name), "is_current": name == wanted.mark}
            for name, label in airtime_board.mark_words().items()
        ],
        "csv_href": wanted.address("airtime-csv"),
        "xlsx_href": wanted.address("airtime-xlsx"),
        "signed_href": wanted.address("airtime-signed"),
        "log_href": places.play_log(wanted.until_on, wanted.cluster.pk if wanted.cluster else ""),
    }
    return render(request, "log/airtime.html", context)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The table as .csv."""
    wanted = _wanted(request)
    body = airtime_board.as_csv(wanted.mark, wanted.rows())
    return _file(body, f"{wanted.file_name}.csv", "text/csv; charset=utf-8")


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The table as .xlsx."""
    wanted = _wanted(request)
    body = airtime_board.as_xlsx(wanted.mark, wanted.rows(), title=f"{wanted.title} · {wanted.place}")
    return _file(body, f"{wanted.file_name}.xlsx", log_sheet.MIME)


@require_POST
def signed(request: HttpRequest) -> HttpResponse:
    """Both files with a signature beside each, in one .zip: what was changed afterwards can be told."""
    user, now, _today = reader(request)
    wanted = _wanted(request)
    found = wanted.rows()
    made = {
        f"{wanted.file_name}.csv": airtime_board.as_csv(wanted.mark, found),
        f"{wanted.file_name}.xlsx": airtime_board.as_xlsx(wanted.mark, found, title=f"{wanted.title} · {wanted.place}"),
    }
    return _file(hand_out(made=made, actor=user, at=now), f"{wanted.file_name}.zip", "application/zip")


def _wanted(request: HttpRequest) -> Wanted:
    """Raises: NotPermitted."""
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    until_on = min(asked.day(request.GET.get("den", "")) or today, today)
    from_on = min(asked.day(request.GET.get("tu", "")) or until_on.replace(day=1), until_on)
    clusters = list(Cluster.objects.order_by("pk"))
    mark = request.GET.get("theo", "")
    return Wanted(
        mark=mark if mark in airtime_board.MARKS else "muc",
        from_on=max(from_on, until_on - timedelta(days=MOST_DAYS)),
        until_on=until_on,
        cluster=next((one for one in clusters if one.slug == request.GET.get("cum")), None),
        clusters=clusters,
    )


def _file(body: bytes, name: str, mime: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
