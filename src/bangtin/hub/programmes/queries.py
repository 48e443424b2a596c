"""What desks and pages read of programmes: descriptors, receipts, one's own submissions, sentences of findings."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bangtin.bundle import canonical
from bangtin.bundle.content import Content, Rendition, TextNotice
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.kit.folding import fold
from bangtin.hub.programmes.models import Finding, Programme, ProgrammeVersion, Upload
from bangtin.hub.programmes.states import UploadState
from bangtin.hub.regulations.models import Mandate, Task
from bangtin.hub.regulations.queries import continued


def mandates(task: Task, *, on: date, instrument_id: str) -> QuerySet[Mandate]:
    """The mandates for a task under an instrument that hold on that day."""
    return valid_mandates(task, on=on).filter(instrument_id=instrument_id)


def valid_mandates(task: Task, *, on: date) -> QuerySet[Mandate]:
    """The mandates for a task under any instrument that hold on that day."""
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    return Mandate.objects.filter(valid, task=task).order_by("id")


def clause(task: Task, *, on: date, instrument_id: str) -> str:
    """The clause that gives the task, such as `cao-bang/7.1-2`; empty if nobody holds it."""
    return mandates(task, on=on, instrument_id=instrument_id).values_list("clause", flat=True).first() or ""


def officer_id(user: User) -> str:
    """The id an account bears in descriptors, approval statements and `people/officers.json`; never changes."""
    return f"u{user.pk}"


def content(version: ProgrammeVersion) -> Content:
    """The version as its officers see it and as bundles carry it (trust C.4); the version's id is its row's number."""
    text = version.text
    return Content(
        version=str(version.pk),
        kind=version.kind,
        language=version.language,
        title=version.title,
        renditions=tuple(
            Rendition(row.sha256, row.duration_ms, row.width, row.height, row.geometry)
            for row in version.renditions.order_by("geometry")
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
    return ProgrammeVersion.objects.select_related("programme", "programme__agency", "submitted_by").prefetch_related(
        "programme__clusters", "programme__agency__names", "renditions", "findings"
    )


def latest() -> QuerySet[ProgrammeVersion]:
    """The newest version of each programme."""
    newer = ProgrammeVersion.objects.filter(programme=OuterRef("programme"), number__gt=OuterRef("number"))
    return with_rows().filter(~Exists(newer))


def is_latest(version: ProgrammeVersion) -> bool:
    """Whether no newer version of the same programme was handed in."""
    return not version.programme.versions.filter(number__gt=version.number).exists()


def mine(actor: User, on: date) -> QuerySet[ProgrammeVersion]:
    """The newest versions of what the account's agencies handed in, or agencies that ended into them, newest first."""
    own = continued(agency_ids(actor, on=on, role=Role.CONTRIBUTOR), on=on)
    return latest().filter(programme__agency_id__in=own).order_by("-submitted_at", "-id")


def versions_of(programme: Programme) -> QuerySet[ProgrammeVersion]:
    """All versions of a programme, the newest first."""
    return with_rows().filter(programme=programme).order_by("-number")


def matching(found: QuerySet[ProgrammeVersion], words: str) -> QuerySet[ProgrammeVersion]:
    """Those of `found` whose title holds every word, without case and marks; or whose number or receipt it is."""
    number = Q(programme__code__iexact=words.strip()) | Q(receipt__iexact=words.strip())
    titled = Q()
    for word in fold(words).split():
        titled &= Q(title_folded__contains=word)
    return found.filter(number | titled)


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


def has_author(programme: Programme, user: User) -> bool:
    """Whether this account handed in any version of the programme: then it decides on none of them."""
    return programme.versions.filter(submitted_by=user).exists()


def refusal_sentence(code: str, params: Mapping[str, object]) -> str:
    """Why a file cannot be aired and what to do, in the present language; `code` is one of the technical check's."""
    values = _values(params)
    if code == "truncated" and "at_ms" in params:
        return _("The file stops at second %(at_s)s, the rest is lost. Export it again and upload it.") % values
    known = {
        "empty": _("The file is empty (0 bytes). Choose the right file and upload it again."),
        "not_media": _("This is no video, picture or sound, whatever its name says. Choose the right file."),
        "truncated": _("The file is cut off, its end is missing. Export it again and upload it."),
        "too_large": _(
            "The picture of %(width)s × %(height)s is too large (limit %(limit)s million pixels). "
            "Reduce it; a width of 3,840 pixels is sharp enough."
        ),
        "video_too_large": _(
            "The video of %(width)s × %(height)s is too large (limit 4,096 × 2,304). Export it as Full HD or 4K."
        ),
        "too_small": _("The picture of %(width)s × %(height)s is too small (at least %(limit)s pixels a side)."),
        "container": _(
            "Files of type %(container)s are not taken. Export as MP4, MOV, MKV, WebM, JPEG, PNG, WebP, MP3 or WAV."
        ),
        "codec": _("The file uses the codec %(codec)s, which is not taken. Export as MP4 with H.264 and AAC."),
        "no_duration": _("The clip has no length. Export it again and upload it."),
        "too_long": _("The clip is longer than %(limit_min)s minutes. Split it into parts."),
        "encrypted": _("The file is encrypted and cannot be opened. Send a copy without protection."),
        "timed_out": _("The check of the file took too long and was stopped. Export it as MP4 with H.264 and AAC."),
        "too_complex": _("The file needs more memory than the check allows. Export it in a smaller size."),
        "conversion": _("The file could not be converted for the screen. Export it as MP4 with H.264 and AAC."),
        "malformed": _("The file is damaged and cannot be read. Export it again and upload it."),
    }
    return known.get(code, known["malformed"]) % values


def refusal_of(version: ProgrammeVersion) -> str:
    """Why this version is unusable, in the present language; empty if it is not."""
    params = (version.probe or {}).get("refusal", {})
    return refusal_sentence(version.refusal_code, params) if version.refusal_code else ""


def finding_sentence(finding: Finding) -> str:
    """What the technical check saw, in the present language."""
    known = {
        "duplicate": _("The same bytes were handed in before as %(receipt)s."),
        "rotated": _("Was filmed turned by %(degrees)s°; plays upright."),
        "alpha": _("Transparent parts stand on a dark ground."),
        "vfr": _("The frame rate varied; it is now a constant %(fps)s frames a second."),
        "interlaced": _("Was interlaced; is now shown in full frames."),
        "converted": _("Was converted from %(codec)s to H.264, which every screen plays."),
        "hdr": _("Filmed in HDR; colours may look paler on the screen. Look at the preview."),
        "animated": _("The picture is animated; only its first frame is shown."),
        "no_sound": _("There is no sound."),
        "long": _("The clip lasts %(length)s; passers-by rarely watch more than 3 minutes."),
        "reading_time": _("%(words)s words need %(needed_s)s seconds to read; the notice stays %(still_s)s seconds."),
        "letterboxed": _("Scaled whole into %(geometry)s without stretching; %(percent)s%% of the screen stay dark."),
        "low_resolution": _("%(width)s × %(height)s is small for the screen %(geometry)s and will look soft."),
    }
    sentence = known.get(finding.code)
    return sentence % _values(finding.params) if sentence else finding.code


def _values(params: Mapping[str, object]) -> dict[str, object]:
    """The numbers of a sentence as people of the present language write them."""
    values: dict[str, object] = {
        "width": "?", "height": "?", "limit": "?", "container": "?", "codec": "?", "limit_min": "?", **params,
    }  # fmt: skip
    for name, value in params.items():
        if isinstance(value, int) and name.endswith("_ms"):
            values[name.removesuffix("_ms") + "_s"] = _seconds(value)
        elif isinstance(value, int):
            values[name] = number_format(value, force_grouping=True)
    geometry = params.get("geometry")
    if isinstance(geometry, str):
        values["geometry"] = geometry.replace("x", " × ")
    length_s = params.get("duration_ms")
    if isinstance(length_s, int):
        minutes, seconds = divmod(length_s // 1000, 60)
        values["length"] = f"{minutes}:{seconds:02d}"
    return values


def _seconds(milliseconds: int) -> str:
    """`41`, and `0,7` where whole seconds say too little."""
    return number_format(milliseconds / 1000, decimal_pos=0 if milliseconds >= 10_000 else 1)
