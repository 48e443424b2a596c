"""Entries of the audit trail in words; a deed that has none yet is shown under its code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit.models import AuditEntry

ACTIONS: Mapping[str, str | Promise] = {
    "account.created": _("Account made"),
    "account.password_set": _("Password set"),
    "account.email_set": _("Mail address of an account set"),
    "account.locked": _("Account locked"),
    "account.sign_in_locked": _("Sign-in closed after failed tries"),
    "account.opened": _("Account opened again"),
    "account.joined": _("Two accounts recorded as one person"),
    "account.parted": _("Account recorded as another person"),
    "post.given": _("Post given"),
    "post.delegated": _("Post passed on for some days"),
    "post.delegation_withdrawn": _("Delegation ended"),
    "post.ended": _("Post ended"),
    "post.carried": _("Post carried over"),
    "agency.made": _("Agency recorded"),
    "agency.named": _("Name of an agency recorded"),
    "agency.name_removed": _("Name of an agency taken back"),
    "succession.recorded": _("Succession recorded"),
    "succession.withdrawn": _("Succession withdrawn"),
    "setting.set": _("Local setting recorded"),
    "setting.withdrawn": _("Local setting withdrawn"),
    "regulation.installed": _("Regulation taken into use"),
    "regulation.text_loaded": _("Text as issued loaded"),
    "calendar.day_set": _("Calendar day recorded"),
    "calendar.day_removed": _("Calendar day taken back"),
    "request.recorded": _("Request for a duty recorded"),
    "request.answered": _("Answer to a request recorded"),
    "request.withdrawn": _("Request for a duty taken back"),
    "waiver.recorded": _("Duty lifted"),
    "waiver.withdrawn": _("Lifted duty holds again"),
    "feed.opened": _("Calendar address made"),
    "feed.closed": _("Calendar address closed"),
    "source_item.taken": _("Item of the source system taken in"),
    "source_item.failed": _("Item of the source system not taken in"),
    "source_item.told": _("States of items sent to the source system"),
    "connection.tested": _("Connection to the source system tested"),
    "connection.changed": _("Connection to the source system changed"),
    "connection.reminded": _("Operator reminded to connect"),
    "backup.made": _("Backup of a cluster made"),
    "backup.delivered": _("Backup of a cluster delivered"),
    "backup.checked": _("Backup of a cluster checked"),
    "inspection.packed": _("Inspection pack taken"),
    "hold.placed": _("Legal hold placed"),
    "hold.lifted": _("Legal hold lifted"),
    "disposal.proposed": _("Removal of files proposed"),
    "disposal.refused": _("Removal of files not agreed"),
    "disposal.withdrawn": _("Proposal to remove files taken back"),
    "disposal.done": _("Files removed by procedure"),
    "upload.begun": _("Upload of a file begun"),
    "upload.completed": _("File uploaded whole"),
    "upload.removed": _("Uploaded file removed"),
    "secret.refused": _("State secret refused and removed"),
    "secret.purged": _("State secret found and removed"),
    "secret.handled": _("State secret followed up"),
    "intake.closed": _("Monthly intake closed"),
    "version.submitted": _("Programme sent"),
    "version.received": _("Programme received"),
    "version.unusable": _("File refused by the technical check"),
    "version.decided": _("Appraised"),
    "version.confirmed": _("Appraisal confirmed"),
    "decision.voided": _("Decision void"),
    "slot.placed": _("Slot placed"),
    "slot.taken_down": _("Slot taken down"),
    "programme.taken_down": _("Programme taken down everywhere"),
    "programme.removal_ordered": _("Order to take down recorded"),
    "take_down.reviewed": _("Take-down reviewed"),
    "hours.set": _("Hours of a day set"),
    "filler.added": _("Filler added"),
    "filler.removed": _("Filler removed"),
    "bundle.published": _("Bundle published"),
    "enrolment.begun": _("Enrolment begun"),
    "device.enrolled": _("Screen enrolled"),
    "device.revoked": _("Key of a screen revoked"),
    "device.clone_suspected": _("Copied key of a screen suspected"),
    "mail.sent_again": _("Mail sent again"),
    "programme.exported": _("Programme taken out with its whole file"),
    "regulation.removed": _("Regulation removed"),
    "order.planned": _("Production order planned"),
    "order.ordered": _("Production order sent"),
    "order.delivered": _("Ordered product delivered"),
    "order.accepted": _("Ordered product accepted"),
    "order.refused": _("Ordered product not accepted"),
    "order.paid": _("Ordered product paid"),
    "order.cancelled": _("Production order cancelled"),
    "information.asked": _("Information asked for"),
    "information.answered": _("Information given"),
    "information.asked_again": _("Answer given back"),
    "information.used": _("Information used"),
    "information.withdrawn": _("Information request taken back"),
    "version.selected": _("Selected for operators"),
    "dispatch.sent": _("Programmes sent to an operator"),
    "dispatch.acknowledged": _("Dispatch acknowledged"),
    "dispatch.told": _("Outcome of a dispatched programme told"),
    "dispatch.taken": _("Programme taken from the common library"),
    "report.compiled": _("Report counted"),
    "report.edited": _("Report edited"),
    "report.frozen": _("Report frozen"),
    "report.sent": _("Report sent"),
}
AREAS: tuple[tuple[str, str | Promise], ...] = (
    ("", _("All deeds")),
    ("account", _("Accounts")),
    ("post", _("Posts")),
    ("agency", _("Agencies")),
    ("succession", _("Successions")),
    ("setting", _("Local settings")),
    ("calendar", _("Days off")),
    ("version", _("Programmes")),
    ("intake", _("Monthly intake")),
    ("secret", _("State secrets refused")),
    ("decision", _("Decisions")),
    ("order", _("Production orders")),
    ("information", _("Information requests")),
    ("dispatch", _("Dispatches")),
    ("slot", _("Slots")),
    ("bundle", _("Bundles")),
    ("device", _("Screens")),
    ("report", _("Reports")),
    ("request", _("Requests")),
    ("waiver", _("Lifted duties")),
    ("regulation", _("Regulation")),
)


def action(code: str) -> str:
    """`slot.placed` in words."""
    return str(ACTIONS.get(code, code))


def details(entry: AuditEntry) -> str:
    """What was written beside the deed: `role: appraiser, agency: cao-bang/so-tttt`; digests shortened."""
    pairs = (f"{key}: {_short(value)}" for key, value in entry.details.items())
    return ", ".join(pairs)


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:12]}…" if len(text) > 40 else text
