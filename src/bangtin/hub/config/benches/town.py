"""The invented province of the benchmark: Lai Châu's pack with 120 operators of one screen each, and what was sent."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import yaml
from django.db import connection, transaction
from django.db.models import Model

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.models import Device
from bangtin.hub.obligations.models import Evidence
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.actions import install
from bangtin.rulebook import loading

INSTRUMENT = "lai-chau/20-2024-qd-ubnd"
DAILY, YEARLY = "lai-chau/airtime", "lai-chau/yearly-report"
OPERATORS = 120
BULK = 20_000
Columns = dict[str, Any]


@dataclass(frozen=True)
class Screen:
    """One cluster's only screen, and the versions that it may show."""

    cluster_id: str
    face_id: str
    device_id: str
    versions: tuple[int, ...]


def write_pack() -> None:
    """Put the widened pack on the installation's own shelf."""
    folder = regulations.shelf() / INSTRUMENT
    shutil.copytree(loading.default_root() / INSTRUMENT, folder, ignore=shutil.ignore_patterns("cases"))
    agencies = yaml.safe_load((folder / "agencies.yaml").read_text())
    clusters = yaml.safe_load((folder / "clusters.yaml").read_text())
    hours = yaml.safe_load((folder / "hours.yaml").read_text())
    names = [f"lai-chau/van-hanh-{number:03d}" for number in range(OPERATORS)]
    agencies["agencies"] += [_agency(name) for name in names]
    for group in agencies["groups"]:
        if group["id"] == "lai-chau/don-vi-van-hanh":
            group["members"] = list(names)
    clusters["clusters"] += [_cluster(name) for name in names]
    hours["hours"][0]["clusters"] = [each["id"] for each in clusters["clusters"]]
    for name, found in (("agencies", agencies), ("clusters", clusters), ("hours", hours)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False))


def _agency(name: str) -> Columns:
    words = {"vi": f"Đơn vị vận hành {name[-3:]}", "en": f"Operator {name[-3:]}"}
    return {"id": name, "kind": "board", "names": [{"name": dict(words), "short": dict(words)}]}


def _cluster(operator: str) -> Columns:
    number = operator[-3:]
    return {
        "id": f"lai-chau/cum-{number}",
        "name": {"vi": f"Cụm {number}", "en": f"Cluster {number}"},
        "kind": "border_gate",
        "place": {"vi": "Lai Châu", "en": "Lai Châu"},
        "operator": operator,
        "clause": "lai-chau/2.1-1",
        "faces": [{"id": f"cum-{number}-1", "width": 1280, "height": 720, "pitch_mm": 5.0}],
        "local_fields": ["id", "name", "place", "operator", "faces"],
    }


def build(*, programmes: int, first: date) -> list[Screen]:
    """Take the regulation into use, with its screens, `programmes` sent over the year, and every yearly report."""
    install(instrument_id=INSTRUMENT, actor=None, at=_at(first - timedelta(days=1)))
    officer = User.objects.create_account("can-bo", "mat-khau-thu-nghiem", "Cán bộ")
    insert(Post, [{"user_id": officer.pk, "agency_id": "lai-chau/so-tttt", "role": Role.CONTRIBUTOR.value}])
    pack = regulations.regulation(INSTRUMENT)
    senders = pack.members(("lai-chau/don-vi-cung-cap", "lai-chau/so-tttt"))
    clusters = list(Cluster.objects.filter(pk__startswith="lai-chau/cum-").order_by("pk").prefetch_related("faces"))
    _send(programmes, senders=senders, clusters=clusters, officer=officer, first=first)
    insert(Evidence, _reports(pack.members(("lai-chau/don-vi-van-hanh",)), first))
    each = programmes // len(clusters)
    screens = [
        Screen(cluster.pk, face.pk, f"d-{face.pk}", tuple(range(n * each + 1, (n + 1) * each + 1)))
        for n, cluster in enumerate(clusters)
        for face in cluster.faces.all()
    ]
    insert(Device, [_device(screen.face_id, officer, first) for screen in screens])
    return screens


def _send(count: int, *, senders: Sequence[str], clusters: Sequence[Cluster], officer: User, first: date) -> None:
    every, versions, targets = [], [], []
    for n in range(count):
        at = _at(first + timedelta(days=n * 365 // count))
        code, pk = f"LC-{first.year}-{n + 1:06d}", n + 1
        every.append(
            {
                "id": pk,
                "code": code,
                "instrument_id": INSTRUMENT,
                "agency_id": senders[n % len(senders)],
                "category": "culture_country_people",
                "month": at.date().replace(day=1),
                "created_at": at,
            }
        )
        versions.append(
            {
                "id": pk,
                "programme_id": pk,
                "number": 1,
                "receipt": f"{code}/1",
                "state": VersionState.READY.value,
                "kind": Kind.VIDEO.value,
                "title": f"Chương trình {pk}",
                "submitted_by_id": officer.pk,
                "submitted_at": at,
            }
        )
        targets.append({"programme_id": pk, "cluster_id": clusters[n * len(clusters) // count].pk})
    insert(Programme, every)
    insert(ProgrammeVersion, versions)
    insert(Programme.clusters.through, targets)


def _reports(operators: Iterable[str], first: date) -> list[Columns]:
    at = _at(date(first.year, 12, 14))
    return [
        {
            "obligation_id": YEARLY,
            "agency_id": name,
            "period_start": date(first.year - 1, 12, 15),
            "subject_type": "reports.report",
            "subject_id": str(number),
            "happened_at": at,
        }
        for number, name in enumerate(operators)
        if number % 10
    ]


def _device(face_id: str, officer: User, first: date) -> Columns:
    return {
        "id": f"d-{face_id}",
        "face_id": face_id,
        "public_key": face_id,
        "record": b"",
        "enrolled_by_id": officer.pk,
        "enrolled_at": _at(first - timedelta(days=1)),
    }


def insert(model: type[Model], rows: Iterable[Columns]) -> None:
    """Write rows by their columns, the model's defaults where a column is not given."""
    waiting: list[tuple[Any, ...]] = []
    fields = list(model._meta.concrete_fields)
    given: set[str] | None = None
    for row in rows:
        if given is None:
            given = set(row)
            kept = [field for field in fields if field.attname in given or not field.primary_key]
            columns = ", ".join(f'"{field.column}"' for field in kept)
            places = ", ".join("%s" for _field in kept)
            words = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})'  # noqa: S608 - our own names
        waiting.append(
            tuple(
                field.get_db_prep_save(
                    row[field.attname] if field.attname in given else field.get_default(), connection
                )
                for field in kept
            )
        )
        if len(waiting) >= BULK:
            _write(words, waiting)
    if waiting:
        _write(words, waiting)


def _write(words: str, waiting: list[tuple[Any, ...]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(words, waiting)
    waiting.clear()


def _at(on: date) -> datetime:
    return datetime.combine(on, time(3), UTC)
