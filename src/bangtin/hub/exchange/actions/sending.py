"""Sends out: what became of the source system's items, and the periodic backup of clusters whose rule asks for it."""

import json
import os
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.exchange import mapping as mappings
from bangtin.hub.exchange import pack, queries
from bangtin.hub.exchange.adapters import folder, http
from bangtin.hub.exchange.mapping import Mapping
from bangtin.hub.exchange.models import Consignment, Means, SourceItem
from bangtin.hub.exchange.queries import Told
from bangtin.hub.kit import audit, clock, packing
from bangtin.hub.kit.errors import Refusal

BACKUP_TYPE, STATUS_TYPE = "bangtin.cluster-backup.v1", "bangtin.item-states.v1"
AT_ONCE = 500
BACK_MONTHS = 6  # an installation that joins late gives its older months as well


def tell(*, mapping: Mapping, at: datetime) -> int:
    """Tell the source system of every item whose state changed; give how many were told.

    Raises: NotReached, OutsideHost, TooMuch; what could not be told is told at the next run.
    """
    count = 0
    for means in Means:
        rows = queries.to_tell(means)[:AT_ONCE]
        if rows and mapping.by(means):
            _tell(rows, means, mapping, at=at)
            count += len(rows)
    return count


def back_up(*, mapping: Mapping, at: datetime) -> int:
    """Make and deliver the backup of each closed month of the clusters whose rule asks for it; give how many went.

    Raises: NotReached, OutsideHost, TooMuch; what is made and could not be delivered goes at the next run.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a (how often is not said: monthly here).
    """
    for link in mapping.clusters:
        cluster = Cluster.objects.get(pk=link.cluster)
        if queries.backup_rule(cluster) is not None:
            for first in _months(clock.local_date(at)):
                _make(cluster, first, Means(link.by), at=at)
    count, first_refusal = 0, None
    for row in queries.undelivered():
        try:
            _deliver(row, mapping, at=at)
        except Refusal as refusal:
            Consignment.objects.filter(pk=row.pk).update(message=str(refusal)[:500])
            first_refusal = first_refusal or refusal
        else:
            count += 1
    if first_refusal is not None:
        raise first_refusal
    return count


def verify(*, row: Consignment, at: datetime) -> Consignment:
    """Read a backup again, where the source system gets it and in our own folder, and compare its digest.

    A copy that the source system has fetched from the folder is gone from there; ours is compared then.
    """
    local = path_of(row)
    copies = [local]
    mapping = queries.mapping_or_none()
    if row.means == Means.FOLDER and mapping is not None:
        copies.append(folder.place(mapping).part("out") / row.name)
    present = [one for one in copies if one.is_file()]
    is_right = bool(present) and all(http.digest_of(one) == row.sha256 for one in present)
    with transaction.atomic(durable=True):
        row.checked_at = at
        if not is_right:
            row.state, row.message = Consignment.State.BROKEN, _("What lies there has other bytes, or is gone.")
        elif row.state == Consignment.State.BROKEN:
            row.state, row.message = Consignment.State.WAITING, ""
        row.save(update_fields=["checked_at", "state", "message"])
        audit.record("backup.checked", row, actor=None, at=at, name=row.name, is_right=is_right)
    return row


def path_of(row: Consignment) -> Path:
    """Where our own copy of a consignment lies; `name` is made by us."""
    return mappings.home() / "packages" / row.name


def _tell(rows: list[Told], means: Means, mapping: Mapping, *, at: datetime) -> None:
    objects = [_object(one) for one in rows]
    body = json.dumps({"type": STATUS_TYPE, "made_at": at.isoformat(), "items": objects}, ensure_ascii=False).encode()
    name = f"trang-thai-{clock.to_ms(at)}-{secrets.token_hex(3)}.json"
    target = path_of(Consignment(name=name))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.write(target, body)
    if means == Means.HTTP and mapping.http is not None:
        http.tell(mapping.http, objects)
    else:
        folder.write(folder.place(mapping).part("out") / name, body)
    with transaction.atomic(durable=True):
        row = Consignment.objects.create(
            name=name,
            kind=Consignment.Kind.STATUS,
            means=means,
            state=Consignment.State.DELIVERED,
            sha256=http.digest_of(target),
            size_bytes=len(body),
            entries=len(rows),
            made_at=at,
            delivered_at=at,
        )
        for one in rows:
            SourceItem.objects.filter(pk=one.item.pk).update(told_state=one.state, told_at=at)
        audit.record("source_item.told", row, actor=None, at=at, entries=len(rows))


def _object(one: Told) -> dict[str, object]:
    version = one.item.version
    assert version is not None
    return {
        "id": one.item.number,
        "receipt": version.receipt,
        "state": one.state,
        "title": version.title,
        "content_digest": version.content_digest,
    }


def _months(today: date) -> list[date]:
    """The first days of the closed months that are backed up, oldest first."""
    found, first = [], today.replace(day=1)
    for _each in range(BACK_MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found[::-1]


def _make(cluster: Cluster, first: date, means: Means, *, at: datetime) -> None:
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    done = Consignment.objects.filter(kind=Consignment.Kind.BACKUP, cluster=cluster, from_on=first)
    if done.exists() or not pack.records(cluster, first, last).exists():
        return
    name = f"sao-luu-{cluster.slug}-{first:%Y-%m}.zip"
    row = Consignment(name=name, kind=Consignment.Kind.BACKUP, means=means, cluster=cluster, made_at=at)
    target = path_of(row)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = target.with_name(f".{name}.part")
    about: dict[str, object] = {
        "type": BACKUP_TYPE,
        "cluster": cluster.pk,
        "from": first.isoformat(),
        "until": last.isoformat(),
        "made_at": at.isoformat(),
        "missing": pack.missing(pack.shown(cluster, first, last)),
    }
    with half.open("wb") as file:
        for piece in packing.stream(pack.members(cluster, first, last, at=at), about=about, at=at):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    half.replace(target)
    row.from_on, row.until_on = first, last
    row.sha256, row.size_bytes = http.digest_of(target), target.stat().st_size
    row.entries = pack.records(cluster, first, last).count()
    with transaction.atomic(durable=True):
        row.save(force_insert=True)
        audit.record("backup.made", row, actor=None, at=at, name=name, sha256=row.sha256)


def _deliver(row: Consignment, mapping: Mapping, *, at: datetime) -> None:
    source = path_of(row)
    if row.means == Means.HTTP and mapping.http is not None:
        is_same = http.hand_over(mapping.http, source, name=row.name, sha256=row.sha256)
    else:
        target = folder.place(mapping).part("out") / row.name
        half = target.with_name(f".{row.name}.part")
        with source.open("rb") as file, half.open("wb") as copy:
            while piece := file.read(1 << 20):
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())
        half.replace(target)
        is_same = http.digest_of(target) == row.sha256
    with transaction.atomic(durable=True):
        row.state = Consignment.State.VERIFIED if is_same else Consignment.State.DELIVERED
        row.delivered_at, row.message = at, ""
        row.checked_at = at if is_same else row.checked_at
        row.save(update_fields=["state", "delivered_at", "checked_at", "message"])
        audit.record("backup.delivered", row, actor=None, at=at, name=row.name, is_verified=is_same)
