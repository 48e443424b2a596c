"""The editor's step: a new version of what came in, which is what gets confirmed and goes on air."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal.actions import common
from bangtin.hub.appraisal.actions.refusals import NewerVersion
from bangtin.hub.appraisal.lanes import EditNote
from bangtin.hub.appraisal.models import Outcome, Step
from bangtin.hub.kit import clock
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.actions.editing import Edit, prepare_edit, take_edit_in
from bangtin.hub.programmes.models import ProgrammeVersion, Upload


def edit(
    *,
    version: ProgrammeVersion,
    changes: Edit,
    note: str,
    actor: User,
    at: datetime,
    upload: Upload | None = None,
    seen_digest: str = "",
) -> ProgrammeVersion:
    """Make an edited version of a version that waits for its editor: another title, other words, another file.

    `note` says what was changed. After the technical check the new version waits for confirmation with the editor's
    word on its content; the appraisal stays bound to what came in.

    Raises: NotPermitted, OwnSubmission, NewerVersion, ContentChanged, NotThisStep, GroundsNeeded, BadSubmission,
    StateSecret; of an upload NoSuchUpload, UploadGone, UploadUnfinished, StaleState.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.3; Decision 2432/QĐ-UBND (Hà Tĩnh), art. 4.3.a.
    """
    post = common.officer(actor, version, Step.EDIT, at=at)
    words = common.clean_grounds(note, Outcome.RETURNED)
    prepared = prepare_edit(parent=version, edit=changes, upload=upload, actor=actor, at=at)
    with transaction.atomic(durable=True):
        common.lock(version)
        if not programmes_queries.is_latest(version):
            raise NewerVersion(
                _("%(code)s has a newer version; the edit was not recorded.") % {"code": version.programme.code},
                _("Open the newest version and edit that one."),
                subject=version.receipt,
            )
        if version.content_digest:
            common.bind(version, seen_digest)
        common.require_turn(version, Step.EDIT, clock.local_date(at))
        common.require_other_person(actor, version, Step.EDIT, at=at)
        common.require_apart(version, Step.EDIT, post)
        made = take_edit_in(prepared, at=at)
        EditNote.objects.create(
            version=made,
            words=words,
            agency=post.agency,
            acting_for=post.delegated_from.user if post.delegated_from else None,
        )
        version.awaits, version.desk = "", None
        version.save(update_fields=["awaits", "desk"])
    return made
