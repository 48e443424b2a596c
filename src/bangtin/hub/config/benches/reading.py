"""The process of `bangtin bench pages`: fills a database of its own and asks for pages."""

import json
import random
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import clock
from bangtin.hub.kit.folding import fold
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.programmes.models import Finding, Kind, Language, Programme, ProgrammeVersion, Rendition
from bangtin.hub.programmes.paperwork import SubmissionFacts
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.actions import install
from bangtin.hub.schedules.models import Slot

INSTRUMENT = "cao-bang/31-2020-qd-ubnd"
BULK = 5_000
ROUNDS = 120
WHOLE_EACH = 50
FRAME = "/tro-giup/"
SEED = 20_261_122
_WHAT = (
    "Lễ hội",
    "Thông báo",
    "Phòng cháy chữa cháy",
    "Bản tin",
    "Giờ mở cửa khẩu",
    "Cảnh đẹp",
    "Chợ phiên",
    "Tuyên truyền",
)
_WHERE = (
    "Tà Lùng",
    "Trùng Khánh",
    "Bản Giốc",
    "Đèo Mã Phục",
    "Nguyên Bình",
    "Hạ Lang",
    "Pác Bó",
    "Thác Bạc",
    "Đức Long",
)
_WHEN = ("tháng 11", "mùa xuân", "năm mới", "dịp 2/9", "cuối tuần", "mùa mưa lũ", "quý IV", "ngày hội đại đoàn kết")
_SEEN = (("black", "note"), ("silence", "note"), ("freeze", "note"), ("black", "handled"), ("freeze", "note"))
_RARE = ("khảo cổ", "đom đóm", "ngũ sắc", "thổ cẩm", "hạt dẻ")


def main() -> None:
    """Fill what is not there yet, warm up, measure, print one line of JSON."""
    programmes = int(sys.argv[1])
    call_command("migrate", verbosity=0, interactive=False)
    # no test environment: it copies the context of every template that is rendered
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    began = time.perf_counter()
    codes = list(Programme.objects.order_by("pk").values_list("code", flat=True)) or _fill(programmes)
    built = time.perf_counter() - began
    whole = list(
        Programme.objects.filter(versions__findings__isnull=False)
        .distinct()
        .order_by("pk")
        .values_list("code", flat=True)
    )
    client = Client()
    client.force_login(User.objects.get(username="tham-dinh"))
    chance = random.Random(SEED)  # noqa: S311  # the same invented province each time
    kinds = {
        "search": [_search(chance) for _each in range(ROUNDS)],
        "lists": [chance.choice(_LISTS) for _each in range(ROUNDS)],
        "programme": [f"/chuong-trinh/{chance.choice(whole)}/" for _each in range(ROUNDS)],
    }
    figures = {"building_s": round(built, 1), "programmes": float(len(codes))}
    frames: list[float] = []
    for kind, addresses in kinds.items():
        figures |= _measured(client, kind, addresses, frames)
    frame = {**_spread("frame", frames), "frame_queries": _queries(client, [FRAME])}
    sys.stdout.write(json.dumps({"figures": figures, "baseline": frame}) + "\n")


_LISTS = (
    "/kho/",
    "/kho/?trang=7",
    "/kho/?phat=roi",
    "/kho/?phat=chua&tieng=tyz",
    "/kho/?cum=cao-bang/ta-lung",
    "/kho/?tu=2025-03-01&den=2025-04-30",
    "/chuong-trinh/",
    "/chuong-trinh/?nhom=san-sang",
    "/chuong-trinh/?trang_thai=returned",
    "/chuong-trinh/?trang=40",
)


def _search(chance: random.Random) -> str:
    """What people type: common words, rare ones, without marks, with a filter, nothing that is there."""
    words = chance.choice(
        (
            chance.choice(_WHAT),
            fold(chance.choice(_WHAT)),
            fold(f"{chance.choice(_WHAT)} {chance.choice(_WHERE)}"),
            chance.choice(_WHERE).lower(),
            chance.choice(_RARE),
            fold(chance.choice(_RARE)),
            "khong co trong kho",
            "CB-2026-0042",
        )
    )
    page = chance.choice(("/kho/?q=", "/kho/?q=", "/chuong-trinh/?q=", "/kho/?phat=roi&q="))
    return page + words.replace(" ", "+")


def _measured(client: Client, kind: str, addresses: Sequence[str], frames: list[float]) -> dict[str, float]:
    """Figures of a kind of page; the frame is asked for beside each, so that both bear what else the machine does."""
    for address in addresses[:10]:
        client.get(address)
    took = []
    for address in addresses:
        took.append(_timed(client, address))
        frames.append(_timed(client, FRAME))
    return {**_spread(kind, took), f"{kind}_queries": _queries(client, dict.fromkeys(addresses))}


def _timed(client: Client, address: str) -> float:
    """Milliseconds from asking to the whole answer."""
    began = time.perf_counter()
    answer = client.get(address)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    return took


def _spread(kind: str, took: Sequence[float]) -> dict[str, float]:
    p95 = statistics.quantiles(took, n=20)[-1]
    return {f"{kind}_p50_ms": round(statistics.median(took), 1), f"{kind}_p95_ms": round(p95, 1)}


def _queries(client: Client, addresses: Iterable[str]) -> int:
    """The most that one of the pages asks of the database."""
    most = 0
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        most = max(most, len(queries))
    return most


def _fill(programmes: int) -> list[str]:
    install(instrument_id=INSTRUMENT, actor=None, at=datetime(2026, 1, 1, tzinfo=UTC))
    author = User.objects.create_account("tac-gia", "mat-khau-do-dac", "Tác giả")
    officer = User.objects.create_account("tham-dinh", "mat-khau-do-dac", "Cán bộ thẩm định")
    Post.objects.create(user=officer, agency=Agency.objects.get(pk="cao-bang/so-tttt"), role=Role.APPRAISER)
    chance = random.Random(SEED)  # noqa: S311  # the same invented province each time
    codes: list[str] = []
    for first in range(0, programmes, BULK):
        with transaction.atomic():
            codes += _batch(range(first + 1, min(first + BULK, programmes) + 1), programmes, author, chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return codes


def _batch(numbers: range, programmes: int, author: User, chance: random.Random) -> list[str]:
    """Programmes with one version each, every fifth with two; a third has aired."""
    agencies = list(Agency.objects.order_by("pk"))
    clusters = list(Cluster.objects.order_by("pk"))
    categories = [one.id for one in regulations.regulation(INSTRUMENT).categories]
    now = clock.now()
    made = Programme.objects.bulk_create(
        Programme(
            code=f"CB-2026-{number:04d}",
            instrument_id=INSTRUMENT,
            agency=chance.choice(agencies),
            category=chance.choice(categories),
            month=date(2026, chance.randint(1, 12), 1),
            created_at=now - timedelta(minutes=7 * (programmes - number)),
        )
        for number in numbers
    )
    through = Programme.clusters.through
    through.objects.bulk_create(through(programme=one, cluster=chance.choice(clusters)) for one in made)
    versions = []
    for one in made:
        title = f"{chance.choice(_WHAT)} {chance.choice(_WHERE)} {chance.choice(_WHEN)} số {one.pk}"
        if one.pk % 997 == 0:
            title += f" {chance.choice(_RARE)}"
        versions += [_version(one, number, title, author, chance) for number in range(1, 3 if one.pk % 5 == 0 else 2)]
    rows = ProgrammeVersion.objects.bulk_create(versions)
    Rendition.objects.bulk_create(
        Rendition(
            version=row, geometry="1024x512", profile="p1", width=1024, height=512, sha256=row.content_digest,
            size_bytes=1, mime="video/mp4", duration_ms=30_000, made_at=now,
        )
        for row in rows
    )  # fmt: skip
    Airtime.objects.bulk_create(
        Airtime(
            cluster=clusters[0], face_id="ta-lung-1", on=row.submitted_at.date(), version=row, language=row.language,
            bulletin_class="ordinary", grade=Grade.CORROBORATED, plays=12, shown_ms=360_000,
        )
        for row in rows
        if row.pk % 3 == 0
    )  # fmt: skip
    _whole([row for row in rows if row.programme_id % WHOLE_EACH == 0], clusters, author)
    return [one.code for one in made]


def _whole(rows: Sequence[ProgrammeVersion], clusters: Sequence[Cluster], author: User) -> None:
    """Some have all that a programme's page shows: what was stated, findings, slots; these pages are measured."""
    SubmissionFacts.objects.bulk_create(
        SubmissionFacts(version=row, categories=[row.programme.category], is_declared=True, follow_code="0" * 12)
        for row in rows
    )
    Finding.objects.bulk_create(
        Finding(version=row, code=code, severity=severity, at_ms=1_000 * place, params={"lasts_s": 3})
        for row in rows
        for place, (code, severity) in enumerate(_SEEN)
    )
    Slot.objects.bulk_create(
        Slot(
            cluster=clusters[0], version=row, starts_at=row.submitted_at + timedelta(days=day, minutes=row.pk % 600),
            ends_at=row.submitted_at + timedelta(days=day, minutes=row.pk % 600 + 30), clause="cao-bang/8.1.a",
            placed_by=author, placed_at=row.submitted_at,
        )
        for row in rows
        for day in range(1, 6)
    )  # fmt: skip


def _version(programme: Programme, number: int, title: str, author: User, chance: random.Random) -> ProgrammeVersion:
    digest = f"{programme.pk:032x}{number:032x}"
    return ProgrammeVersion(
        programme=programme,
        number=number,
        receipt=f"{programme.code}/{number}",
        state=chance.choice(VersionState.values),
        kind=Kind.VIDEO,
        language=chance.choice(Language.values),
        title=title,
        title_folded=fold(title),
        source_sha256=digest,
        source_name="phim.mp4",
        source_size_bytes=1,
        submitted_by=author,
        submitted_at=programme.created_at,
        content_digest=digest,
        poster_sha256=digest,
        probe={"streams": [{"codec": "h264", "width": 1920, "height": 1080, "note": "x" * 400}]},
    )
