"""What desks and pages read of programmes: descriptors, receipts, one's own submissions, sentences of findings."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from math import ceil

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangtin.bundle import canonical
from bangtin.bundle.content import Content, Rendition, TextNotice
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.agencies.models import names_along
from bangtin.hub.clusters.models import faces_along
from bangtin.hub.kit import reading
from bangtin.hub.programmes import sentences
from bangtin.hub.programmes.keeping import Tombstone
from bangtin.hub.programmes.media import thresholds
from bangtin.hub.programmes.models import Finding, Programme, ProgrammeVersion, Upload
from bangtin.hub.programmes.models import Rendition as RenditionRow
from bangtin.hub.programmes.paperwork import SubmissionFacts
from bangtin.hub.programmes.states import UploadState
from bangtin.hub.regulations.models import Mandate, Task
from bangtin.hub.regulations.queries import charges, continued


def mandates(task: Task, *, on: date, instrument_id: str) -> QuerySet[Mandate]:
    """The mandates for a task under an instrument that hold on that day."""
    return valid_mandates(task, on=on).filter(instrument_id=instrument_id)


def valid_mandates(task: Task, *, on: date) -> QuerySet[Mandate]:
    """The mandates for a task under any instrument that hold on that day."""
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    return Mandate.objects.filter(valid, task=task).order_by("id")


def clause(task: Task, *, on: date, instrument_id: str) -> str:
    """The clause that gives the task, such as `cao-bang/7.1-2`; empty if nobody holds it."""
    return next((one.clause for one in charges(on) if (one.task, one.instrument_id) == (task, instrument_id)), "")


def officer_id(user: User) -> str:
    """The id an account bears in descriptors, approval statements and `people/officers.json`; never changes."""
    return f"u{user.pk}"


def content(version: ProgrammeVersion, *, renditions: Iterable[RenditionRow] | None = None) -> Content:
    """The version as its officers see it and as bundles carry it (trust C.4); the version's id is its row's number.

    `renditions`: its forms, where they were read just now together with those of others.
    """
    text = version.text
    rows = version.renditions.order_by("geometry") if renditions is None else renditions
    return Content(
        version=str(version.pk),
        kind=version.kind,
        language=version.language,
        title=version.title,
        renditions=tuple(
            Rendition(row.sha256, row.duration_ms, row.width, row.height, row.geometry)
            for row in sorted(rows, key=lambda row: row.geometry)
        ),
        author=f"u{version.submitted_by_id}",
        text=TextNotice(text["template"], text["fields"]) if text else None,
    )


def descriptor(version: ProgrammeVersion) -> dict[str, object]:
    """The canonical content descriptor, made anew from the rows."""
    return content(version).to_object()


def content_digest(version: ProgrammeVersion) -> str:
    """SHA-256 of the descriptor as the rows are now; compare it with the stored `content_digest`."""
    return canonical.digest(descriptor(version))


def receipt(version: ProgrammeVersion) -> str:
    """The number on the receipt: `CB-2026-0001/1`."""
    return version.receipt


def with_rows() -> QuerySet[ProgrammeVersion]:
    """Versions with what a page shows of each, in a fixed number of queries."""
    found = ProgrammeVersion.objects.select_related("programme__agency", "programme__original", "submitted_by", "facts")
    names = names_along("programme__agency")
    return found.prefetch_related(faces_along("programme__clusters"), *names, "renditions", "findings")


def for_lists() -> QuerySet[ProgrammeVersion]:
    """Versions with what a row of a list shows of each, and no more, in a fixed number of queries."""
    found = ProgrammeVersion.objects.select_related("programme__agency").defer("probe", "text", "refusal_message")
    return found.prefetch_related(*names_along("programme__agency"), "renditions")


def latest() -> QuerySet[ProgrammeVersion]:
    """The newest version of each programme."""
    newer = ProgrammeVersion.objects.filter(programme=OuterRef("programme"), number__gt=OuterRef("number"))
    return with_rows().filter(~Exists(newer))


def is_latest(version: ProgrammeVersion) -> bool:
    """Whether no newer version of the same programme was handed in."""
    return not version.programme.versions.filter(number__gt=version.number).exists()


def is_stale(version: ProgrammeVersion) -> bool:
    """Whether an edition says what its original no longer says: title, notice or file of that one changed since."""
    return version.translates_id is not None and bool(stale_among([version]))


def stale_among(versions: Iterable[ProgrammeVersion]) -> set[int]:
    """The ids of those editions whose originals say something else by now; in two queries, or in none."""
    editions = {one.pk: one.translates_id for one in versions if one.translates_id is not None}
    if not editions:
        return set()
    said = ProgrammeVersion.objects.in_bulk(set(editions.values()))
    originals = {one.programme_id for one in said.values()}
    newer = ProgrammeVersion.objects.filter(programme_id__in=originals).order_by("number")
    newest = {one.programme_id: one for one in newer}
    stale = {pk for pk, one in said.items() if not says_the_same(one, newest[one.programme_id])}
    return {pk for pk, original in editions.items() if original in stale}


def says_the_same(one: ProgrammeVersion, other: ProgrammeVersion) -> bool:
    """Whether two versions have the same title, notice, file and subtitles: what a translation is made of."""
    return _words(one) == _words(other)


def _words(version: ProgrammeVersion) -> tuple[object, ...]:
    return version.title, version.text, version.source_sha256, version.subtitles_sha256


def mine(actor: User, on: date) -> QuerySet[ProgrammeVersion]:
    """The newest versions of what the account's agencies handed in, or agencies that ended into them, newest first."""
    own = continued(agency_ids(actor, on=on, role=Role.CONTRIBUTOR), on=on)
    return latest().filter(programme__agency_id__in=own).order_by("-submitted_at", "-id")


def every_version(code: str) -> list[ProgrammeVersion]:
    """All versions of the programme with this number, the newest first, with their rows; read once a page."""
    found = with_rows().filter(programme__code=code).order_by("-number")
    return reading.once(("versions", code), lambda: list(found))


def versions_of(programme: Programme) -> QuerySet[ProgrammeVersion]:
    """All versions of a programme, the newest first."""
    return with_rows().filter(programme=programme).order_by("-number")


def same_bytes(sha256: str) -> QuerySet[ProgrammeVersion]:
    """The versions that came with exactly these bytes, oldest first."""
    return ProgrammeVersion.objects.filter(source_sha256=sha256).exclude(source_sha256="").order_by("id")


def uploads_not_handed_in(owner: User) -> QuerySet[Upload]:
    """The account's files that are on their way or came whole, newest first."""
    waiting = (UploadState.OPEN, UploadState.COMPLETE)
    return Upload.objects.filter(owner=owner, state__in=waiting).select_related("owner")


def own_upload(owner: User, upload_id: str) -> Upload | None:
    """The account's upload with this id; another account's is none."""
    return Upload.objects.filter(pk=upload_id, owner=owner).first()


def earlier_of_own(upload: Upload, *, on: date) -> ProgrammeVersion | None:
    """The first version with the same bytes from an agency for which the upload's owner contributes."""
    own = agency_ids(upload.owner, on=on, role=Role.CONTRIBUTOR)
    return same_bytes(upload.sha256).filter(programme__agency_id__in=own).select_related("programme").first()


def geometries(programme: Programme) -> list[tuple[int, int]]:
    """The distinct geometries, in pixels, of the faces of the wanted clusters."""
    found = programme.clusters.values_list("faces__width", "faces__height").order_by().distinct()
    return sorted((width, height) for width, height in found if width and height)


def capitals(programme: Programme) -> dict[tuple[int, int], int]:
    """The geometries of `geometries`, each with the least height of letters in pixels on the faces that have it:
    by pitch and readers' distance where the pitch is known."""
    lines = thresholds.load().text
    known = pixels_a_millimetre(programme)
    return {
        size: max(lines.least_pixels, ceil(lines.least_mm_a_metre * known.get(size, 0.0)))
        for size in geometries(programme)
    }


def pixels_a_millimetre(programme: Programme) -> dict[tuple[int, int], float]:
    """How many pixels of a face are a millimetre of letter for each metre of its readers' distance, by geometry; the
    face whose readers need the most counts, faces of unknown pitch are left out."""
    found: dict[tuple[int, int], float] = {}
    rows = programme.clusters.values_list("faces__width", "faces__height", "faces__pitch_um", "faces__distance_m")
    for width, height, pitch_um, distance_m in rows.order_by():
        if width and pitch_um:
            found[width, height] = max(found.get((width, height), 0.0), distance_m * 1000 / pitch_um)
    return found


def stored_files(version: ProgrammeVersion) -> set[str]:
    """The addresses of every file kept of a version: what came, what was made of it, pictures of findings."""
    found = {version.source_sha256, version.subtitles_sha256, version.poster_sha256}
    found |= set(version.renditions.values_list("sha256", flat=True))
    found |= set(version.review_copies.values_list("sha256", flat=True))
    return (found | set(version.findings.values_list("frame_sha256", flat=True))) - {""}


def has_author(programme: Programme, user: User) -> bool:
    """Whether this person handed in any version of the programme, from whatever account: then it decides on none."""
    return programme.versions.filter(submitted_by__person=user.person).exists()


def refusal_sentence(code: str, params: Mapping[str, object]) -> str:
    """Why a file cannot be aired and what to do, in the present language; `code` is one of the technical check's."""
    return sentences.refusal(code, params)


def refusal_of(version: ProgrammeVersion) -> str:
    """Why this version is unusable, in the present language; empty if it is not."""
    params = (version.probe or {}).get("refusal", {})
    return refusal_sentence(version.refusal_code, params) if version.refusal_code else ""


def finding_sentence(finding: Finding) -> str:
    """What the technical check saw, in the present language."""
    return sentences.of(finding.code, finding.params)


def is_removed(version: ProgrammeVersion) -> bool:
    """Whether a file of this version was removed by procedure: it can be named, and never shown again."""
    return Tombstone.objects.filter(version=version).exists()


def followed(*, receipt: str, code: str) -> ProgrammeVersion | None:
    """The version with this receipt whose paper bears this code; capitals and blanks do not matter.

    The codes are compared in constant time, also where there is no such receipt.
    """
    row = SubmissionFacts.objects.select_related("version").filter(version__receipt__iexact=receipt.strip()).first()
    known = row.follow_code if row else "-" * 10
    given = "".join(code.split()).upper()
    is_right = secrets.compare_digest(known.encode(), given.encode())
    return row.version if row and is_right else None


def arrived(*, instrument_id: str, month: date) -> QuerySet[ProgrammeVersion]:
    """The newest version of every programme meant for that month under the instrument, oldest first."""
    found = latest().filter(programme__instrument_id=instrument_id, programme__month=month.replace(day=1))
    return found.select_related("facts").order_by("submitted_at", "id")
