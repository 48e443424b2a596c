"""Status badges: every state of the product as word, icon and hue (ui 4, the table of states).

`BADGES[kind][state]`; the states are the English keys that the apps' `states.py` and `models.py`
use. The word alone suffices in print, so no state is told by colour only.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Badge:
    """One state: what is read, the icon of the sprite, the hue (`""` grey, `b i v t g a r`,
    `live` green filled, `hot` red filled, `soon` amber outline, `plain` no ground, `draftv` violet
    dashed)."""

    word: str | Promise
    icon: str = ""
    hue: str = ""


_PROGRAMME = {
    "draft": Badge(_("Draft"), "pencil"),
    "submitted": Badge(_("Submitted"), "send", "b"),
    "unusable": Badge(_("File unusable"), "x", "r"),
    "proposed": Badge(_("Waiting for confirmation"), "user-check", "i"),
    "received": Badge(_("Received"), "inbox", "b"),
    "checking": Badge(_("Technical check running"), "refresh", "b"),
    "waiting": Badge(_("Waiting for appraisal"), "hourglass", "i"),
    "appraising": Badge(_("Under appraisal"), "eye", "i"),
    "confirming": Badge(_("Waiting for confirmation"), "user-check", "i"),
    "revised": Badge(_("Revised, to review"), "refresh", "i"),
    "returned": Badge(_("Returned for revision"), "arrow-back-up", "a"),
    "rejected": Badge(_("Rejected"), "x", "r"),
    "refused": Badge(_("Refused by the technical check"), "x", "r"),
    "ready": Badge(_("Ready for air"), "circle-check", "t"),
    "superseded": Badge(_("Replaced by a newer version"), "versions"),
    "withdrawn": Badge(_("Withdrawn"), "arrow-back-up"),
}
_AIR = {
    "scheduled": Badge(_("Scheduled"), "calendar-check", "t"),
    "live": Badge(_("On air"), "player-play-filled", "live"),
    "aired": Badge(_("Aired"), "history", "g"),
    "taken_down": Badge(_("Taken down"), "hand-stop"),
    "rights_ended": Badge(_("Rights ended"), "copyright-off", "a"),
    "archived": Badge(_("Archived"), "archive"),
    "instructed": Badge(_("On instruction from above"), "gavel", "i"),
    "filler": Badge(_("Filler"), "stack-2"),
}
_LANGUAGE = {
    "requested": Badge(_("Translation requested"), "language", "v"),
    "assigned": Badge(_("Being translated"), "language", "v"),
    "delivered": Badge(_("Translation waits for approval"), "text-spellcheck", "v"),
    "reviewed": Badge(_("Language checked"), "user-check", "i"),
    "released": Badge(_("Approved"), "check", "g"),
    "stale": Badge(_("The original changed"), "alert-triangle", "a"),
    "fallback": Badge(_("Shown in Vietnamese instead"), "language", "a"),
    "translating": Badge(_("Being translated"), "language", "v"),
    "machine": Badge(_("Machine draft"), "robot", "draftv"),
    "waiting": Badge(_("Translation waits for approval"), "text-spellcheck", "v"),
    "approved": Badge(_("Approved"), "check", "g"),
}
_SCHEDULE = {
    "draft": Badge(_("Draft"), "pencil"),
    "faulty": Badge(_("Has errors"), "calendar-x", "r"),
    "waiting": Badge(_("Waiting for approval"), "hourglass", "i"),
    "approved": Badge(_("Approved"), "check", "g"),
    "published": Badge(_("Published"), "rosette-discount-check", "g"),
    "changed": Badge(_("Changed after approval"), "calendar-exclamation", "a"),
    "returned": Badge(pgettext_lazy("plan", "Returned"), "arrow-back-up", "a"),
}
_SCREEN = {
    "never": Badge(_("Never in contact"), "plug-connected"),
    "on_plan": Badge(_("On schedule"), "player-play-filled", "live"),
    "late": Badge(_("Slow"), "clock", "a"),
    "unplanned": Badge(_("No schedule in force"), "calendar-x", "a"),
    "off_plan": Badge(_("Differs from schedule"), "alert-triangle", "a"),
    "carried": Badge(_("Served by stick"), "device-floppy", "i"),
    "covered": Badge(_("Masked"), "eye-off"),
    "pending": Badge(_("Waiting for enrolment"), "key", "i"),
    "on_schedule": Badge(_("On schedule"), "player-play-filled", "live"),
    "slow": Badge(_("Slow"), "clock", "a"),
    "lost": Badge(_("Contact lost"), "wifi-off", "a"),
    "differs": Badge(_("Differs from schedule"), "alert-triangle", "a"),
    "dark": Badge(_("Screen dark"), "power", "hot"),
    "masked": Badge(_("Masked"), "eye-off"),
    "resting": Badge(_("Outside hours"), "moon"),
    "revoked": Badge(_("Key revoked"), "lock-x", "r"),
    "alert": Badge(_("Emergency notice"), "urgent", "hot"),
    "drill": Badge(_("Exercise"), "school", "v"),
}
_COMMAND = {
    "waiting": Badge(pgettext_lazy("command", "Sent"), "send", "b"),
    "done": Badge(pgettext_lazy("command", "Done"), "check", "g"),
    "refused": Badge(pgettext_lazy("command", "Refused"), "x", "r"),
    "failed": Badge(pgettext_lazy("command", "Failed"), "alert-triangle", "a"),
    "over": Badge(pgettext_lazy("command", "No answer"), "clock-exclamation", "a"),
}
_DUTY = {
    "ahead": Badge(_("Not yet due"), "", "plain"),
    "due": Badge(_("Due soon"), "clock", "soon"),
    "done": Badge(_("Done on time"), "check", "g"),
    "late": Badge(_("Done late or short"), "clock-exclamation", "a"),
    "overdue": Badge(_("Overdue"), "alert-triangle", "hot"),
    "waived": Badge(_("Waived"), "ban"),
    "undated": Badge(_("No date fixed"), "calendar-off"),
    "requested": Badge(_("Requested"), "send", "b"),
    "answered": Badge(_("Answered"), "mail", "g"),
}
_INCIDENT = {
    "new": Badge(pgettext_lazy("incident", "New"), "alert-triangle", "a"),
    "reported": Badge(pgettext_lazy("incident", "Reported"), "bell", "b"),
    "contained": Badge(pgettext_lazy("incident", "Contained"), "shield-check", "t"),
    "escalated": Badge(pgettext_lazy("incident", "Passed to the People's Committee"), "arrow-right", "i"),
    "resolved": Badge(pgettext_lazy("incident", "Resolved"), "check", "g"),
    "closed": Badge(pgettext_lazy("incident", "Closed"), "archive"),
}
_PAPER = {
    "draft": Badge(pgettext_lazy("paper", "Being written"), "pencil", "b"),
    "provisional": Badge(pgettext_lazy("paper", "Provisional"), "refresh", "a"),
    "presented": Badge(pgettext_lazy("paper", "Presented"), "send", "i"),
    "returned": Badge(pgettext_lazy("paper", "Returned"), "arrow-back-up", "a"),
    "signed": Badge(pgettext_lazy("paper", "Signed"), "signature", "g"),
    "frozen": Badge(pgettext_lazy("paper", "Frozen"), "lock", "g"),
    "sent": Badge(pgettext_lazy("paper", "Sent"), "mail", "g"),
}
_PROOF = {
    "corroborated": Badge(_("Corroborated"), "shield-check", "g"),
    "claimed": Badge(_("Claimed by the device only"), "device-desktop", "a"),
    "contradicted": Badge(_("Contradicted"), "shield-x", "r"),
    "quarantined": Badge(_("Quarantined"), "lock"),
}
_FINDING = {
    "must_fix": Badge(pgettext_lazy("finding", "Must be mended"), "x", "r"),
    "handled": Badge(pgettext_lazy("finding", "Handled by the system"), "wand", "g"),
    "must": Badge(pgettext_lazy("finding", "Must be mended"), "x", "r"),
    "note": Badge(pgettext_lazy("finding", "Note"), "alert-triangle", "a"),
    "auto": Badge(pgettext_lazy("finding", "Handled by the system"), "wand", "g"),
    "ok": Badge(pgettext_lazy("finding", "Fine"), "check", "g"),
}
_DECISION = {
    "approve": Badge(pgettext_lazy("decision", "Approve"), "check", "g"),
    "return": Badge(pgettext_lazy("decision", "Return for revision"), "arrow-back-up", "a"),
    "reject": Badge(pgettext_lazy("decision", "Reject"), "x", "r"),
    "approved": Badge(pgettext_lazy("decision", "Approved"), "check", "g"),
    "returned": Badge(pgettext_lazy("decision", "Returned for revision"), "arrow-back-up", "a"),
    "rejected": Badge(pgettext_lazy("decision", "Rejected"), "x", "r"),
    "void": Badge(pgettext_lazy("decision", "Void"), "ban"),
}
_POINT = {
    "met": Badge(pgettext_lazy("point", "Met"), "check", "g"),
    "not_met": Badge(pgettext_lazy("point", "Not met"), "x", "r"),
    "not_applicable": Badge(pgettext_lazy("point", "Does not apply"), "minus"),
}
_BULLETIN = {
    "ordinary": Badge(_("Ordinary"), "", "plain"),
    "priority": Badge(_("Urgent lane"), "bolt", "hot"),
    "emergency": Badge(_("Emergency"), "urgent", "hot"),
}
_CLAUSE = {
    "system": Badge(_("Carried by the system"), "check", "g"),
    "partial": Badge(_("Needs attention"), "alert-triangle", "a"),
    "outside": Badge(_("Handled outside the system"), "external-link"),
    "declared": Badge(_("General statement"), "quote"),
}
_ORDER = {
    "planned": Badge(pgettext_lazy("order", "Planned"), "pencil"),
    "ordered": Badge(pgettext_lazy("order", "Ordered"), "send", "b"),
    "delivered": Badge(pgettext_lazy("order", "Delivered"), "inbox", "i"),
    "accepted": Badge(pgettext_lazy("order", "Accepted"), "circle-check", "t"),
    "rejected": Badge(pgettext_lazy("order", "Not accepted"), "arrow-back-up", "a"),
    "paid": Badge(pgettext_lazy("order", "Paid"), "check", "g"),
    "cancelled": Badge(pgettext_lazy("order", "Cancelled"), "x"),
}
_REQUEST = {
    "sent": Badge(pgettext_lazy("information request", "Waits for an answer"), "hourglass", "b"),
    "overdue": Badge(pgettext_lazy("information request", "Overdue"), "alert-triangle", "hot"),
    "answered": Badge(pgettext_lazy("information request", "Answered"), "mail", "i"),
    "answered_late": Badge(pgettext_lazy("information request", "Answered late"), "clock-exclamation", "a"),
    "used": Badge(pgettext_lazy("information request", "Used"), "check", "g"),
    "withdrawn": Badge(pgettext_lazy("information request", "Withdrawn"), "x"),
}
_DISPATCH = {
    "sent": Badge(pgettext_lazy("dispatch", "Not acknowledged"), "hourglass", "a"),
    "acknowledged": Badge(pgettext_lazy("dispatch", "Acknowledged"), "check", "g"),
}
_LINE = {
    "placed": Badge(pgettext_lazy("dispatch line", "Placed"), "calendar-check", "t"),
    "not_placed": Badge(pgettext_lazy("dispatch line", "Not placed"), "ban", "a"),
    "used_otherwise": Badge(pgettext_lazy("dispatch line", "Used in another way"), "volume", "g"),
    "open": Badge(pgettext_lazy("dispatch line", "Not said yet"), "", "plain"),
}
_FOCAL = {
    "received": Badge(pgettext_lazy("focal point", "Received, not taken in"), "inbox", "a"),
    "stored": Badge(pgettext_lazy("focal point", "Stored, not placed"), "archive", "b"),
    "placed": Badge(pgettext_lazy("focal point", "Placed"), "calendar-check", "t"),
    "on_air": Badge(pgettext_lazy("focal point", "On air"), "player-play", "g"),
    "not_placed": Badge(pgettext_lazy("dispatch line", "Not placed"), "ban", "a"),
    "used_otherwise": Badge(pgettext_lazy("dispatch line", "Used in another way"), "volume", "g"),
}
_SELECTION = {
    "open": Badge(pgettext_lazy("selection", "Not selected yet"), "", "plain"),
    "suitable": Badge(pgettext_lazy("selection", "Suitable"), "check", "g"),
    "shared": Badge(pgettext_lazy("selection", "In the common library"), "archive", "t"),
    "unsuitable": Badge(pgettext_lazy("selection", "Not suitable"), "ban", "a"),
}
_ALERT = {
    "waiting": Badge(_("Waits for an order"), "hourglass", "i"),
    "issued": Badge(_("On air"), "urgent", "hot"),
    "cancelled": Badge(_("Ended by an officer"), "hand-stop"),
    "replaced": Badge(_("Replaced by an update"), "refresh"),
    "ended": Badge(_("Ended by itself"), "history"),
    "dismissed": Badge(_("Not issued"), "x"),
}
# what a CAP message is taken for
_CAP = {
    "air": Badge(_("Waits for an order"), "hourglass", "i"),
    "wait": Badge(_("Waits for an end"), "clock", "a"),
    "update": Badge(_("Update, waits for an order"), "refresh", "i"),
    "cancel": Badge(_("Cancel proposed"), "hand-stop", "a"),
    "exercise": Badge(_("Exercise"), "school", "v"),
    "ignore": Badge(_("Left aside"), "ban"),
    "refuse": Badge(_("Refused"), "x", "r"),
}
BADGES: dict[str, dict[str, Badge]] = {
    "alert": _ALERT,
    "cap": _CAP,
    "order": _ORDER,
    "request": _REQUEST,
    "dispatch": _DISPATCH,
    "line": _LINE,
    "selection": _SELECTION,
    "focal": _FOCAL,
    "programme": _PROGRAMME,
    "air": _AIR,
    "language": _LANGUAGE,
    "schedule": _SCHEDULE,
    "screen": _SCREEN,
    "command": _COMMAND,
    "duty": _DUTY,
    "incident": _INCIDENT,
    "paper": _PAPER,
    "proof": _PROOF,
    "finding": _FINDING,
    "decision": _DECISION,
    "point": _POINT,
    "bulletin": _BULLETIN,
    "clause": _CLAUSE,
}


def badge(kind: str, state: str) -> Badge:
    """The badge of a state; an unknown state stays readable as a plain grey word.

    Raises: ValueError for an unknown kind, which is a mistake in a template.
    """
    if kind not in BADGES:
        raise ValueError(f"expected a kind of {sorted(BADGES)}, got {kind!r}")
    return BADGES[kind].get(str(state), Badge(str(state)))
