"""An editor's version of what came in: a new version of the same programme, for the desk that edits to record."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, files
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.programmes.actions import secret, uploads, wording
from bangtin.hub.programmes.actions.check import queue_check
from bangtin.hub.programmes.actions.paper import new_follow_code
from bangtin.hub.programmes.actions.refusals import BadSubmission
from bangtin.hub.programmes.actions.submit import STILL_LEAST_MS, STILL_MOST_MS, Submission, texts, write_version
from bangtin.hub.programmes.models import ProgrammeVersion, Upload
from bangtin.hub.programmes.paperwork import SubmissionFacts


@dataclass(frozen=True)
class Edit:
    """What the editor makes of a version: title, text of a notice, how long a picture stays; None: as it was."""

    title: str | None = None
    text: dict[str, object] | None = None
    still_ms: int | None = None


@dataclass(frozen=True)
class PreparedEdit:
    """An edit in order: without a secrecy mark, with its file in the store."""

    submission: Submission
    parent: ProgrammeVersion
    stored: StoredFile | None
    upload: Upload | None
    actor: User


def prepare_edit(
    *, parent: ProgrammeVersion, edit: Edit, upload: Upload | None, actor: User, at: datetime
) -> PreparedEdit:
    """Judge an edit before anything is written of it; who may edit is judged by the desk. Opens no transaction.

    Raises: StateSecret, BadSubmission; of an upload NoSuchUpload, UploadGone, UploadUnfinished.
    """
    programme = parent.programme
    submission = Submission(
        agency_id=programme.agency_id,
        title=parent.title if edit.title is None else edit.title,
        language=parent.language,
        cluster_ids=(),
        month=programme.month,
        still_ms=parent.still_ms if edit.still_ms is None else edit.still_ms,
        text=None if upload else parent.text if edit.text is None else edit.text,
        source_name=upload.name if upload else parent.source_name,
        programme=programme,
        translates=parent.translates,
        edited_from=parent,
    )
    if place := secret.place_of(texts(submission, upload)):
        raise secret.refuse(place, source=upload, agency_id=programme.agency_id, actor=actor, at=at)
    submission = _in_order(submission)
    stored = uploads.hand_over(upload, actor=actor) if upload else _same_file(parent)
    if upload is None and not _is_changed(submission, parent):
        words = _("Nothing was changed. Change something, or release the version as it is.")
        raise BadSubmission(words, fields={"title": words})
    return PreparedEdit(submission, parent, stored, upload, actor)


def take_edit_in(prepared: PreparedEdit, *, at: datetime) -> ProgrammeVersion:
    """Write the edit as the next version, with the facts its agency stated; the technical check follows as a task.

    Opens no transaction; the caller holds the programme.
    """
    parent, actor = prepared.parent, prepared.actor
    version = write_version(parent.programme, prepared.submission, prepared.stored, actor=actor, at=at)
    if prepared.upload:
        uploads.use(prepared.upload, version=version)
    _copy_facts(parent, version)
    audit.record(
        "version.edited",
        version,
        actor=actor,
        at=at,
        receipt=version.receipt,
        sha256=version.source_sha256,
        edited_from=parent.receipt,
    )
    queue_check(version)
    return version


def _in_order(submission: Submission) -> Submission:
    errors: dict[str, str] = {}
    title, text = submission.title, submission.text
    try:
        title = wording.clean(title, longest=wording.TITLE_LONGEST, least=3)
    except wording.BadWords as error:
        errors["title"] = str(error)
    if text is not None:
        text, errors_of_text = wording.notice(text)
        errors |= errors_of_text
    if not STILL_LEAST_MS <= submission.still_ms <= STILL_MOST_MS:
        errors["still_ms"] = _("A picture or notice stays between 2 and 60 seconds.")
    if errors:
        raise BadSubmission(
            _("The edited version was not taken: %(reasons)s") % {"reasons": " ".join(errors.values())},
            _("Correct the marked fields and send again."),
            fields=errors,
        )
    return replace(submission, title=title, text=text)


def _is_changed(submission: Submission, parent: ProgrammeVersion) -> bool:
    made = (submission.title, submission.text, submission.still_ms)
    return made != (parent.title, parent.text, parent.still_ms)


def _same_file(parent: ProgrammeVersion) -> StoredFile | None:
    if not parent.source_sha256:
        return None
    return StoredFile(parent.source_sha256, files.path(parent.source_sha256).stat().st_size)


def _copy_facts(parent: ProgrammeVersion, version: ProgrammeVersion) -> None:
    row = SubmissionFacts.objects.filter(version=parent).first()
    if row is not None:
        row.pk, row.version, row.follow_code = None, version, new_follow_code()
        row._state.adding = True
        row.save()
