"""The whole file of a programme as members of one package: versions, files, decisions, trail, proofs of play."""

import base64
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet

from bangtin.hub.appraisal.models import Decision
from bangtin.hub.appraisal.paperwork import ChecklistAnswer, Remark
from bangtin.hub.kit import chain, files
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.packing import Member
from bangtin.hub.playlog.models import Batch, PlayRecord
from bangtin.hub.playlog.queries import lake
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Programme, ProgrammeVersion, Upload
from bangtin.hub.schedules.models import Slot

README = "DOC-TRUOC.txt"
RECORD_FIELDS = (
    "at", "cluster_id", "face_id", "device_id", "epoch", "n", "kind", "version_id", "slot_id", "bundle", "item",
    "content", "language", "bulletin_class", "from_ms", "shown_ms", "clock", "end", "grade", "reason", "is_fork",
)  # fmt: skip
_GEOMETRY = re.compile(r"[0-9]{1,5}x[0-9]{1,5}", re.ASCII)
_VIDEO = ("mp4", "mov", "mkv", "webm", "avi", "ts", "mxf", "m4v")
_PICTURE = ("jpg", "jpeg", "png", "webp", "heic", "tiff", "tif", "pdf")
_OTHER = ("mp3", "wav", "m4a", "opus", "srt", "vtt", "docx", "pptx", "txt")
_ENDINGS = frozenset((*_VIDEO, *_PICTURE, *_OTHER))
_MIME_ENDINGS = {
    "video/mp4": "mp4", "audio/mp4": "m4a", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp",
}  # fmt: skip
# an upload's id opens it to whoever has it
_NOT_HANDED_OUT = (Upload,)
_DESKS_BESIDE = frozenset({"appraisal", "translation", "schedules", "exchange", "plans"})
# members of their own
_TOLD = (Decision, Remark, Slot)


def members(programme: Programme, *, at: datetime) -> Iterator[Member]:
    """Every member of the programme's package but its manifest; media are read only as they are written."""
    versions = list(programme.versions.order_by("number").select_related("submitted_by"))
    yield Member(README, [_readme(programme, versions, at=at).encode()])
    yield json_member("chuong-trinh.json", _programme(programme))
    yield json_member("phien-ban.json", [_version(one) for one in versions])
    decisions = Decision.objects.filter(version__in=versions).select_related("officer", "agency").order_by("id")
    yield json_member(
        "quyet-dinh.json", [{**row_fields(one), "officer": one.officer.display_name} for one in decisions]
    )
    yield from _beside_decisions(versions)
    yield json_member(
        "lich-phat.json", [row_fields(one) for one in Slot.objects.filter(version__in=versions).order_by("id")]
    )
    yield Member(
        "nhat-ky-kiem-soat.jsonl", json_lines(row_fields(one) for one in _trail(programme, versions).iterator())
    )
    yield json_member("dau-nhat-ky-kiem-soat.json", chain.head().to_object())
    yield json_member("viec-lien-quan.json", _beside(programme, versions))
    records = played(versions)
    yield Member("phat-song.csv", csv_rows(records))
    yield Member("phat-song.jsonl", json_lines(record_object(one) for one in records.iterator()))
    batches = Batch.objects.filter(pk__in=records.ids("batch_id")).order_by("id")
    yield Member("lo-ban-ghi.jsonl", json_lines(row_fields(one) for one in batches.iterator()))
    for version in versions:
        yield from version_files(version, f"phien-ban-{version.number}")


def _beside_decisions(versions: list[ProgrammeVersion]) -> Iterator[Member]:
    """The answers to the points of the regulation, and the remarks by their moment; those taken back too."""
    answers = ChecklistAnswer.objects.filter(decision__version__in=versions).order_by("id")
    yield json_member("tieu-chi.json", [row_fields(one) for one in answers])
    remarks = (
        Remark.objects.filter(version__in=versions).select_related("officer").order_by("version_id", "at_ms", "id")
    )
    yield json_member("gop-y.json", [{**row_fields(one), "officer": one.officer.display_name} for one in remarks])


def missing(programme: Programme) -> list[str]:
    """The digests of files that the programme names and the store no longer has."""
    named = set(programme.versions.exclude(source_sha256="").values_list("source_sha256", flat=True))
    for version in programme.versions.all():
        named |= set(version.renditions.exclude(sha256="").values_list("sha256", flat=True))
    return sorted(one for one in named if not files.has(one))


def version_files(version: ProgrammeVersion, folder: str) -> Iterator[Member]:
    """What the store has of a version, as members under `folder`: its source, its renditions, its descriptor."""
    if version.source_sha256 and files.has(version.source_sha256):
        ending = version.source_name.rpartition(".")[2].lower()
        name = f"{folder}/tep-goc.{ending if ending in _ENDINGS else 'bin'}"
        yield _stored(name, version.source_sha256)
    for number, row in enumerate(version.renditions.exclude(sha256="").order_by("geometry", "id"), start=1):
        if files.has(row.sha256):
            what = row.geometry if _GEOMETRY.fullmatch(row.geometry) else f"am-thanh-{number}"
            yield _stored(f"{folder}/{what}.{_MIME_ENDINGS.get(row.mime, 'bin')}", row.sha256)
    if version.content_digest:
        yield json_member(f"{folder}/noi-dung.json", programmes.descriptor(version))


def _stored(name: str, sha256: str) -> Member:
    return Member(name, _pieces(sha256), is_packed=False, sha256=sha256)


def _pieces(sha256: str) -> Iterator[bytes]:
    with files.path(sha256).open("rb") as file:
        while piece := file.read(files.CHUNK_BYTES):
            yield piece


def _trail(programme: Programme, versions: list[ProgrammeVersion]) -> QuerySet[AuditEntry]:
    """The deeds on the programme, its versions, its decisions and its slots."""
    found = AuditEntry.objects.none()
    subjects: list[tuple[type[Model], Iterable[object]]] = [
        (Programme, [programme.pk]),
        (ProgrammeVersion, [one.pk for one in versions]),
        (Decision, Decision.objects.filter(version__in=versions).values_list("pk", flat=True)),
        (Slot, Slot.objects.filter(version__in=versions).values_list("pk", flat=True)),
    ]
    for model, keys in subjects:
        found |= AuditEntry.objects.filter(
            subject_type=model._meta.label_lower, subject_id__in=[str(key) for key in keys]
        )
    return found.order_by("id")


def _programme(programme: Programme) -> dict[str, object]:
    clusters = list(programme.clusters.order_by("id").values_list("id", flat=True))
    return {**row_fields(programme), "clusters": clusters, "agency_name": programme.agency.name(programme.month)}


def _version(version: ProgrammeVersion) -> dict[str, object]:
    found: dict[str, object] = {**row_fields(version), "submitted_by": version.submitted_by.display_name}
    for relation in ProgrammeVersion._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.app_label == "programmes" and model not in _NOT_HANDED_OUT and not relation.many_to_many:
            rows = model.objects.filter(**{relation.field.name: version}).order_by("pk")
            found[model._meta.model_name] = [row_fields(one) for one in rows]
    return found


def _beside(programme: Programme, versions: list[ProgrammeVersion]) -> dict[str, list[dict[str, object]]]:
    """What the desks beside the decisions wrote of it, by model: edits, reviews, questions, editions, dispatches,
    orders to take it down; whatever a desk keeps of a programme or a version, without its name standing here.
    """
    found: dict[str, list[dict[str, object]]] = {}
    owners: list[tuple[type[Model], Sequence[Model]]] = [(Programme, [programme]), (ProgrammeVersion, versions)]
    for owner, of in owners:
        for relation in owner._meta.related_objects:
            model: Any = relation.related_model
            is_beside = model._meta.app_label in _DESKS_BESIDE and model not in _TOLD
            if is_beside and not relation.many_to_many:
                rows = model.objects.filter(**{f"{relation.field.name}__in": of}).order_by("pk")
                kept = found.setdefault(model._meta.label_lower, [])
                kept += [row for one in rows if (row := row_fields(one)) not in kept]
    return found


def record_object(record: PlayRecord) -> dict[str, object]:
    """A play record with the wording its device signed."""
    return {name: _plain(getattr(record, name)) for name in (*RECORD_FIELDS, "line", "batch_id")}


def row_fields(row: Model) -> dict[str, object]:
    """The columns of a row."""
    return {field.attname: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value.isoformat() if isinstance(value, date) else value


def json_member(name: str, value: object) -> Member:
    """A member that holds one object."""
    return Member(name, [json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()])


def json_lines(rows: Iterable[dict[str, object]]) -> Iterator[bytes]:
    """Objects, one a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n"


def played(versions: Sequence[ProgrammeVersion]) -> lake.Everywhere:
    """The records of these versions, in order of time."""
    keys = sorted(one.pk for one in versions)
    where = f"version_id IN ({', '.join(map(str, keys))})" if keys else "FALSE"
    return lake.Everywhere(PlayRecord.objects.filter(version__in=keys), where, tuple(lake.pruned()))


def csv_rows(records: lake.Everywhere) -> Iterator[bytes]:
    """Rows for a spreadsheet; what a screen wrote never begins a formula."""
    yield ("\ufeff" + _row(RECORD_FIELDS)).encode()
    for record in records.iterator():
        yield _row([_cell(_plain(getattr(record, name))) for name in RECORD_FIELDS]).encode()


def _row(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _readme(programme: Programme, versions: list[ProgrammeVersion], *, at: datetime) -> str:
    """In Vietnamese, as papers of the office are, whatever language is in use."""
    lines = [
        f"HỒ SƠ CHƯƠNG TRÌNH {programme.code}",
        f"Lập lúc {at.astimezone(LOCAL):%H:%M ngày %d/%m/%Y} (giờ Việt Nam)",
        f"Đơn vị: {programme.agency.name(programme.month)}",
        "",
        "Các phiên bản:",
        *(f"  {one.number}. {' '.join(one.title.split())} – biên nhận {one.receipt}" for one in versions),
        "",
        "Trong gói này:",
        "  manifest.json               tên, kích thước và giá trị băm SHA-256 của từng tệp trong gói",
        "  chuong-trinh.json           chương trình: đơn vị, cụm, tháng, loại nội dung",
        "  phien-ban.json              từng phiên bản với kết quả kiểm tra kỹ thuật và giấy tờ kèm theo",
        "  quyet-dinh.json             các quyết định thẩm định và căn cứ",
        "  tieu-chi.json               câu trả lời từng tiêu chí thẩm định",
        "  gop-y.json                  góp ý theo thời điểm",
        "  viec-lien-quan.json         biên tập, hậu kiểm, xin ý kiến, bản dịch, bàn giao, lệnh gỡ và việc khác",
        "  lich-phat.json              các khung đã xếp lịch",
        "  nhat-ky-kiem-soat.jsonl     việc đã làm với chương trình, mỗi dòng một mục",
        "  dau-nhat-ky-kiem-soat.json  số mục và giá trị băm cuối của toàn bộ nhật ký kiểm soát khi lập gói",
        "  phat-song.csv               các lần phát, mở bằng bảng tính",
        "  phat-song.jsonl             các lần phát kèm nguyên văn bản ghi của thiết bị (base64)",
        "  lo-ban-ghi.jsonl            các lô bản ghi có chữ ký của thiết bị (base64)",
        "  phien-ban-N/                tệp gốc, bản dựng cho từng cỡ màn hình, mô tả nội dung đã duyệt",
        "",
    ]
    gone = missing(programme)
    if gone:
        lines += ["Kho không còn các tệp có giá trị băm sau:", *(f"  {one}" for one in gone), ""]
    return "\n".join(lines)
