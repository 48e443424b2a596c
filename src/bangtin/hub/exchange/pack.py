"""A cluster's period as members of one package: what was played when, with copies of what was played.

Serves the periodic backup (Lai Châu art. 10.1.a) and inspections (Lai Châu art. 9.1).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import files
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.kit.packing import Member
from bangtin.hub.playlog.models import Batch, PlayRecord
from bangtin.hub.playlog.queries import lake, package
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Nature

README = "DOC-TRUOC.txt"
_FOLDERS = {Nature.ADVERTISING: "quang-cao", Nature.ENTERPRISE: "quang-ba-doanh-nghiep"}
_PROPAGANDA = "tuyen-truyen"


def members(cluster: Cluster, from_on: date, until_on: date, *, at: datetime) -> Iterator[Member]:
    """Every member of the package but its manifest; both days belong to the period; media are read as written."""
    versions = shown(cluster, from_on, until_on)
    yield Member(README, [_readme(cluster, from_on, until_on, versions, at=at).encode()])
    played = records(cluster, from_on, until_on)
    yield Member("nhat-ky-phat.csv", package.csv_rows(played))
    yield Member("nhat-ky-phat.jsonl", package.json_lines(package.record_object(one) for one in played.iterator()))
    batches = Batch.objects.filter(pk__in=played.ids("batch_id")).order_by("id")
    yield Member("lo-ban-ghi.jsonl", package.json_lines(package.row_fields(one) for one in batches.iterator()))
    yield package.json_member("noi-dung.json", [_object(one) for one in versions])
    for version in versions:
        yield from package.version_files(version, folder_of(version))


def records(cluster: Cluster, from_on: date, until_on: date) -> lake.Everywhere:
    """The cluster's records of these days, in order of time."""
    begins = datetime.combine(from_on, time(), LOCAL)
    ends = datetime.combine(until_on + timedelta(days=1), time(), LOCAL)
    found = PlayRecord.objects.filter(cluster=cluster, at__gte=begins, at__lt=ends)
    parts = lake.pruned([lake.province_of(cluster.pk)], from_on, until_on)
    return lake.Everywhere(found, lake.of_cluster(cluster.pk, begins, ends), tuple(parts))


def shown(cluster: Cluster, from_on: date, until_on: date) -> list[ProgrammeVersion]:
    """The versions that the records of these days name, each once."""
    ids = records(cluster, from_on, until_on).ids("version_id")
    found = ProgrammeVersion.objects.filter(pk__in=ids).select_related("programme__agency", "submitted_by", "facts")
    return list(found.prefetch_related("programme__agency__names", "renditions").order_by("id"))


def missing(versions: list[ProgrammeVersion]) -> list[dict[str, object]]:
    """The files that versions name and the store no longer has."""
    return [
        {"receipt": one.receipt, "sha256": sha256}
        for one in versions
        for sha256 in sorted({one.source_sha256, *(row.sha256 for row in one.renditions.all())} - {""})
        if not files.has(sha256)
    ]


def folder_of(version: ProgrammeVersion) -> str:
    """Where a version's files lie in the package: by what it is for, then its number."""
    facts = getattr(version, "facts", None)
    folder = _FOLDERS.get(Nature(facts.nature), _PROPAGANDA) if facts else _PROPAGANDA
    return f"{folder}/{version.programme.code}-{version.number}"


def _object(version: ProgrammeVersion) -> dict[str, object]:
    facts = getattr(version, "facts", None)
    return {
        "receipt": version.receipt,
        "title": version.title,
        "agency": version.programme.agency.name(),
        "nature": facts.nature if facts else Nature.PROPAGANDA,
        "language": version.language,
        "content_digest": version.content_digest,
        "source_sha256": version.source_sha256,
        "folder": folder_of(version),
    }


def _readme(cluster: Cluster, from_on: date, until_on: date, versions: list[ProgrammeVersion], *, at: datetime) -> str:
    """In Vietnamese, as papers of the office are, whatever language is in use."""
    count = Counter(folder_of(one).split("/")[0] for one in versions)
    lines = [
        f"BẢN SAO NHẬT KÝ PHÁT VÀ NỘI DUNG ĐÃ PHÁT: {cluster.name_vi}",
        f"Từ ngày {from_on:%d/%m/%Y} đến hết ngày {until_on:%d/%m/%Y}",
        f"Lập lúc {at.astimezone(LOCAL):%H:%M ngày %d/%m/%Y} (giờ Việt Nam)",
        "",
        f"Tuyên truyền: {count[_PROPAGANDA]} phiên bản; quảng cáo: {count['quang-cao']}; "
        f"quảng bá doanh nghiệp: {count['quang-ba-doanh-nghiep']}.",
        "",
        "  manifest.json            tên, kích thước và giá trị băm SHA-256 của từng tệp trong gói",
        "  nhat-ky-phat.csv         các lần phát và thời gian phát, mở bằng bảng tính",
        "  nhat-ky-phat.jsonl       các lần phát kèm nguyên văn bản ghi của thiết bị (base64)",
        "  lo-ban-ghi.jsonl         các lô bản ghi có chữ ký của thiết bị (base64)",
        "  noi-dung.json            chương trình nào đã phát, của ai, mục đích, giá trị băm",
        "  tuyen-truyen/, quang-cao/, quang-ba-doanh-nghiep/   bản sao nội dung",
        "",
    ]
    gone = missing(versions)
    if gone:
        lines += ["Kho không còn các tệp sau (đã xóa theo thủ tục hoặc bị thiếu):"]
        lines += [f"  {one['receipt']}  {one['sha256']}" for one in gone]
    return "\n".join(lines)
