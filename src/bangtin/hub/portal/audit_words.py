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
    "post.given": _("Post given"),
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
