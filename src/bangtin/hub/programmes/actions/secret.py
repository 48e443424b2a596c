"""What bears a mark of State secrets is not taken: the bytes are removed, what it was is written nowhere."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit, clock, files, spool
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.kit.policies import require
from bangtin.hub.plans.models import AnswerFile
from bangtin.hub.programmes import policies, queries
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.actions.refusals import BadSubmission, StateSecret
from bangtin.hub.programmes.media import marks, thresholds
from bangtin.hub.programmes.models import Finding, ProgrammeVersion, Rendition, Upload
from bangtin.hub.programmes.paperwork import Place, SecretNotice
from bangtin.hub.programmes.review_copies import ReviewCopy
from bangtin.hub.programmes.states import UploadState

REMOVED = "[…]"


def place_of(texts: Iterable[tuple[Place, str]]) -> Place | None:
    """The first of the texts that bears a mark; None if none does."""
    known = thresholds.load().secret
    for place, text in texts:
        lines = text.splitlines()
        if any(marks.in_name(line, known) for line in lines) or any(marks.in_text(lines, known)):
            return place
    return None


def refuse(
    place: Place, *, source: StoredFile | Upload | None, agency_id: str | None, actor: User, at: datetime
) -> StateSecret:
    """Remove the bytes, leave a notice for the security office and an entry without content; give the refusal to raise.

    Outermost: it commits for itself, since the caller's deed ends here.
    Source: Luật Bảo vệ bí mật nhà nước; the clauses that forbid it (Quảng Ninh 4.2, 31.6).
    """
    with transaction.atomic(durable=True):
        notice = SecretNotice.objects.create(
            found_at=at, sent_by=actor, agency=Agency.objects.filter(pk=agency_id).first(), place=place
        )
        if isinstance(source, Upload):
            Upload.objects.filter(pk=source.pk).update(state=UploadState.EXPIRED, expires_at=at, name=REMOVED)
        audit.record("secret.refused", notice, actor=actor, at=at, place=str(place))
    if isinstance(source, Upload):
        spool.remove(source.pk)
        _remove_unless_used(source.sha256)
    elif source is not None:
        _remove_unless_used(source.sha256)
    return StateSecret(
        _(
            "It bears a mark of state secrets (MẬT, TỐI MẬT, TUYỆT MẬT) and was not taken. "
            "What had come was removed at once."
        ),
        _("Do not upload it again, here or elsewhere on the network. Tell your agency's officer for state secrets."),
    )


def forget(sha256: str) -> None:
    """Take bytes out of the store that came beside a refused file, unless something else needs them."""
    _remove_unless_used(sha256)


def purge(*, version: ProgrammeVersion, place: Place, actor: User | None, at: datetime) -> SecretNotice:
    """Remove a version's bytes and words after it was taken in; its number stays. For the check and for officers.

    A step of the caller's deed: opens no transaction; the files go once it commits. The caller moves the state.
    """
    gone = queries.stored_files(version)
    notice = SecretNotice.objects.create(
        found_at=at,
        sent_by=version.submitted_by,
        agency=version.programme.agency,
        place=place,
        receipt=version.receipt,
    )
    version.renditions.all().delete()
    version.review_copies.all().delete()
    version.findings.update(frame_sha256="")
    version.title, version.source_name, version.text, version.poster_sha256 = REMOVED, REMOVED, None, ""
    version.subtitles_sha256, version.subtitles_name = "", ""
    version.save(update_fields=["title", "source_name", "text", "poster_sha256", "subtitles_sha256", "subtitles_name"])
    audit.record("secret.purged", version, actor=actor, at=at, receipt=version.receipt, place=str(place))

    def remove() -> None:
        for one in gone:
            _remove_unless_used(one, besides=version)

    transaction.on_commit(remove)
    return notice


def handle(*, notice: SecretNotice, note: str, actor: User, at: datetime) -> SecretNotice:
    """Take down that the security office followed a notice up, and by which paper.

    Raises: NotPermitted, BadSubmission for a note that says nothing.
    """
    require(
        policies.may_handle_secrets(actor, on=clock.local_date(at)),
        message=_("Only the security office follows these notices up."),
    )
    try:
        note = wording.clean(note, longest=300, least=5)
    except wording.BadWords as error:
        raise BadSubmission(_("The note was not recorded."), str(error), fields={"note": str(error)}) from error
    with transaction.atomic(durable=True):
        notice.handled_at, notice.handled_by, notice.handled_note = at, actor, note
        notice.save(update_fields=["handled_at", "handled_by", "handled_note"])
        audit.record("secret.handled", notice, actor=actor, at=at, note=note)
    return notice


def _remove_unless_used(sha256: str, *, besides: ProgrammeVersion | None = None) -> None:
    """Take bytes out of the store; those of another version stay (they came under another name, and were looked at)."""
    if not sha256:
        return
    others = ProgrammeVersion.objects.exclude(pk=besides.pk) if besides else ProgrammeVersion.objects.all()
    if others.filter(Q(source_sha256=sha256) | Q(poster_sha256=sha256) | Q(subtitles_sha256=sha256)).exists():
        return
    if Finding.objects.filter(frame_sha256=sha256).exists():
        return
    if AnswerFile.objects.filter(sha256=sha256).exists() or ReviewCopy.objects.filter(sha256=sha256).exists():
        return
    if not Rendition.objects.filter(sha256=sha256).exists():
        files.remove(sha256)
