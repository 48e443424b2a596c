"""Addresses of pages that other parts of the site serve; a page that is not served gives no link, not a dead one."""

from datetime import date
from urllib.parse import quote, urlencode

from bangtin.hub.portal.menu import is_served


def link(address: str) -> str:
    """The address, or an empty string while no page answers there."""
    return address if is_served(address.partition("?")[0]) else ""


def with_query(address: str, **query: object) -> str:
    """An address with the parts of a query that are not empty."""
    kept = {key: str(value) for key, value in query.items() if value not in (None, "")}
    return f"{address}?{urlencode(kept)}" if kept else address


def programme(receipt: str) -> str:
    """The page of the programme of a receipt (`CB-2026-0412/1`)."""
    code = quote(receipt.partition("/")[0])
    return link(f"/chuong-trinh/{code}/") or link(f"/chuong-trinh/{code}")


def play_log(on: date, cluster_id: str = "") -> str:
    """The play log of a day."""
    address = link("/nhat-ky/")
    return with_query(address, ngay=on.isoformat(), cum=cluster_id.rpartition("/")[2]) if address else ""


def records(on: date, cluster_id: str, face_id: str) -> str:
    """Every record of a face on a day."""
    address = link("/nhat-ky/luot/")
    return with_query(address, ngay=on.isoformat(), cum=cluster_id.rpartition("/")[2], mat=face_id) if address else ""


def week(cluster_id: str, on: date) -> str:
    """The week of a cluster's schedule that holds a day."""
    year, number, _weekday = on.isocalendar()
    address = f"/lich/{cluster_id.rpartition('/')[2]}/{year}-w{number:02}"
    return link(f"{address}/") or link(address)


def placement(cluster_slug: str, placement_id: int) -> str:
    """The page of a placement by rule."""
    return link(f"/lich/{cluster_slug}/luot/{placement_id}/")


def duty(duty_id: str) -> str:
    """The page of one duty."""
    return f"/nghia-vu/{quote(duty_id)}/"


def duties(**query: object) -> str:
    """The matrix of duties, filtered."""
    return with_query("/nghia-vu/", **query)


def report(report_id: int | str) -> str:
    """The editor of a report."""
    return f"/bao-cao/{report_id}/"


def clause(clause_id: str, instrument_id: str) -> str:
    """The register, opened at a clause: `/quy-dinh/cao-bang/31-2020/8.1.a`."""
    province, _slash, slug = instrument_id.partition("/")
    number = "-".join(slug.split("-")[:2])
    return f"/quy-dinh/{province}/{number}/{quote(clause_id.rpartition('/')[2])}"
