"""Files on their way in: begin, complete, cancel, let expire, hand over. The bytes come through `api.tus`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, clock, files, spool, workflow
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.actions import secret, wording
from bangtin.hub.programmes.actions.refusals import (
    DiskFull,
    NoSuchUpload,
    TooManyUploads,
    UploadGone,
    UploadTooLarge,
    UploadUnfinished,
)
from bangtin.hub.programmes.models import ProgrammeVersion, Upload
from bangtin.hub.programmes.paperwork import Place
from bangtin.hub.programmes.states import UPLOAD_MOVES, UploadState

LIFE = timedelta(hours=48)
RENEW = timedelta(hours=1)
FORGET = timedelta(days=30)
MOST_AT_ONCE = 20
MOST_BYTES = 4  # times the largest file
KEPT_FREE_BYTES = 1 << 30  # for the database and the renditions
_WAITING = (UploadState.OPEN, UploadState.COMPLETE)


@dataclass(frozen=True)
class Announced:
    """What a client says of a file before it sends it: its `size_bytes` and the `name` it bears there."""

    size_bytes: int
    name: str = ""


def begin(*, announced: Announced, actor: User, at: datetime) -> Upload:
    """Let a file come under a random id; the file itself is made with its first bytes.

    Raises: NotPermitted, StateSecret, UploadTooLarge, TooManyUploads, DiskFull; ValueError for a negative size.
    """
    if announced.size_bytes < 0:
        raise ValueError(f"expected a size of 0 bytes or more, got {announced.size_bytes}")
    require(
        policies.may_upload(actor, on=clock.local_date(at)),
        message=_("Only contributors of an agency send programmes."),
    )
    if place := secret.place_of([(Place.NAME, announced.name)]):
        raise secret.refuse(place, source=None, agency_id=None, actor=actor, at=at)
    _fits(announced)
    with transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=actor.pk)  # two beginnings of one account count one after the other
        _within_share(announced, actor)
        upload = Upload.objects.create(
            id=spool.new_id(),
            owner=actor,
            name=wording.file_name(announced.name),
            size_bytes=announced.size_bytes,
            created_at=at,
            expires_at=at + LIFE,
        )
        audit.record("upload.begun", upload, actor=actor, at=at, size_bytes=upload.size_bytes)
    return upload


def of_owner(upload_id: str, *, actor: User, at: datetime) -> Upload:
    """The upload of this account; its time begins anew while it is worked on.

    Raises: NotPermitted; NoSuchUpload, also for another account's.
    """
    require(policies.may_upload(actor, on=clock.local_date(at)))
    upload = Upload.objects.filter(pk=upload_id, owner=actor).first()
    if upload is None:
        raise _no_such(upload_id)
    if upload.state in _WAITING and upload.expires_at <= at:
        _expire(upload, actor=None, at=at)
    if upload.state in _WAITING and upload.expires_at < at + LIFE - RENEW:
        upload.expires_at = at + LIFE
        upload.save(update_fields=["expires_at"])
    return upload


def complete(*, upload: Upload, sha256: str, at: datetime) -> Upload:
    """Note that the file is whole, with the digest of what came; a second time changes nothing.

    Raises: UploadUnfinished if the file is shorter than announced; UploadGone.
    """
    upload.refresh_from_db()
    if upload.state == UploadState.COMPLETE:
        return upload
    if upload.state != UploadState.OPEN:
        raise gone(upload)
    if spool.length(upload.pk) != upload.size_bytes:
        raise _unfinished(upload)
    with transaction.atomic(durable=True):
        workflow.move(upload, UPLOAD_MOVES, to=UploadState.COMPLETE, sha256=sha256, completed_at=at)
        audit.record("upload.completed", upload, actor=None, at=at, sha256=sha256, size_bytes=upload.size_bytes)
    return upload


def cancel(*, upload: Upload, actor: User, at: datetime) -> Upload:
    """Drop a file that is not handed in.

    Raises: NoSuchUpload for another account's; UploadGone.
    """
    if upload.owner_id != actor.pk:
        raise _no_such(upload.pk)
    if upload.state not in _WAITING:
        raise gone(upload)
    return _expire(upload, actor=actor, at=at)


def expire(*, at: datetime) -> int:
    """Remove the files whose time is over, rows of removed ones a month later, and files without a row; give how many.

    Called every tick. A row that someone moves meanwhile is left to the next one.
    """
    late = list(Upload.objects.filter(state__in=_WAITING, expires_at__lte=at)[:100])
    for upload in late:
        _expire(upload, actor=None, at=at)
    Upload.objects.filter(state=UploadState.EXPIRED, expires_at__lte=at - FORGET).delete()
    there = spool.ids()  # looked at first: a row is there before its file
    known = set(Upload.objects.filter(state__in=_WAITING).values_list("pk", flat=True))
    for upload_id in there:
        if upload_id not in known:
            spool.remove(upload_id)
    return len(late)


def hand_over(upload: Upload, *, actor: User) -> StoredFile:
    """The finished file in the store, by another name for the same bytes where the file system allows.

    Raises: NoSuchUpload for another account's, UploadGone, UploadUnfinished.
    """
    if upload.owner_id != actor.pk:
        raise _no_such(upload.pk)
    if upload.state == UploadState.OPEN:
        raise _unfinished(upload)
    if upload.state != UploadState.COMPLETE or spool.length(upload.pk) != upload.size_bytes:
        raise gone(upload)
    return files.adopt(spool.path(upload.pk), sha256=upload.sha256)


def use(upload: Upload, *, version: ProgrammeVersion) -> None:
    """Tie the upload to the version made of it; opens no transaction, the submission's holds both.

    Raises: StaleState if it was used meanwhile.
    """
    workflow.move(upload, UPLOAD_MOVES, to=UploadState.USED, version=version)
    transaction.on_commit(lambda: spool.remove(upload.pk))


def gone(upload: Upload) -> UploadGone:
    """Why this upload can neither go on nor be handed in."""
    if upload.state == UploadState.USED:
        message = _("The file %(name)s was handed in already.") % {"name": upload}
    else:
        message = _("The file %(name)s is no longer kept: it was removed, or nothing came for two days.") % {
            "name": upload
        }
    return UploadGone(message, _("Choose the file again."), subject=upload.pk)


def _fits(announced: Announced) -> None:
    """Refuse what is too large for this hub, or for its disk with all that is promised already."""
    if announced.size_bytes > settings.MAX_UPLOAD_BYTES:
        raise UploadTooLarge(
            _("The file of %(size)s is larger than this hub takes (%(most)s).")
            % {"size": filesizeformat(announced.size_bytes), "most": filesizeformat(settings.MAX_UPLOAD_BYTES)},
            _("Export it smaller or split it into parts."),
        )
    promised = sum(
        max(0, size - spool.length(pk))
        for pk, size in Upload.objects.filter(state=UploadState.OPEN).values_list("pk", "size_bytes")
    )
    if spool.free_bytes() < announced.size_bytes + promised + KEPT_FREE_BYTES:
        raise DiskFull(
            _("The hub's disk has no room for a file of %(size)s.") % {"size": filesizeformat(announced.size_bytes)},
            _("Tell the administrator; the file can be sent once there is room."),
        )


def _within_share(announced: Announced, actor: User) -> None:
    waiting = Upload.objects.filter(owner=actor, state__in=_WAITING)
    total = waiting.aggregate(total=Sum("size_bytes"))["total"] or 0
    most = MOST_BYTES * settings.MAX_UPLOAD_BYTES
    if waiting.count() >= MOST_AT_ONCE or total + announced.size_bytes > most:
        raise TooManyUploads(
            _("You have %(count)s files uploaded or on their way, %(total)s together. No account may have more.")
            % {"count": waiting.count(), "total": filesizeformat(total)},
            _("Hand in or remove some of them first."),
        )


def _expire(upload: Upload, *, actor: User | None, at: datetime) -> Upload:
    with transaction.atomic(durable=True):
        workflow.move(upload, UPLOAD_MOVES, to=UploadState.EXPIRED, expires_at=at)
        audit.record("upload.removed", upload, actor=actor, at=at, size_bytes=upload.size_bytes)
    spool.remove(upload.pk)
    return upload


def _no_such(upload_id: str) -> NoSuchUpload:
    return NoSuchUpload(_("There is no such upload."), _("Choose the file again."), subject=upload_id[:43])


def _unfinished(upload: Upload) -> UploadUnfinished:
    return UploadUnfinished(
        _("The file %(name)s has not come whole.") % {"name": upload},
        _("Wait until its upload is finished, then send the programme."),
        subject=upload.pk,
    )
