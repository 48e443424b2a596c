"""What the play log says in words: why nothing aired, what a grade rests on, what a line tells that is no play."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bangtin.hub.devices.states import CommandKind
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import chain

_REFUSED: Mapping[str, str | Promise] = {
    "command_blank": gettext_lazy("an officer had the screen covered"),
    "media_changed": gettext_lazy("a file is not what was approved"),
    "drill_not_here": gettext_lazy("meant for another screen"),
    "device_not_listed": gettext_lazy("meant for another screen"),
    "proof_too_weak": gettext_lazy("an approval that it needs is not there"),
    "officer_not_entitled": gettext_lazy("an approval that it needs is not there"),
    "clock_untrusted": gettext_lazy("the player's clock was not sure"),
    "name_unsafe": gettext_lazy("its form is not the agreed one"),
    "class_unknown": gettext_lazy("its form is not the agreed one"),
    "timeline_invalid": gettext_lazy("its form is not the agreed one"),
    "manifest_format": gettext_lazy("its form is not the agreed one"),
}
# the codes of bundle-format 9 by how they end
_REFUSED_BY_END: Mapping[str, str | Promise] = {
    "unsigned": gettext_lazy("not signed with a key that counts"),
    "digest": gettext_lazy("a file is not what was approved"),
    "rollback": gettext_lazy("older than what the player has"),
    "replayed": gettext_lazy("older than what the player has"),
    "twice": gettext_lazy("older than what the player has"),
    "expired": gettext_lazy("its time is over"),
    "over": gettext_lazy("its time is over"),
    "stale": gettext_lazy("its time is over"),
    "elsewhere": gettext_lazy("meant for another screen"),
    "unapproved": gettext_lazy("an approval that it needs is not there"),
    "unordered": gettext_lazy("an approval that it needs is not there"),
    "officer": gettext_lazy("an approval that it needs is not there"),
    "author": gettext_lazy("an approval that it needs is not there"),
    "withdrawn": gettext_lazy("its approval was withdrawn"),
    "missing": gettext_lazy("a file did not come, or not whole"),
    "slow": gettext_lazy("a file did not come, or not whole"),
    "large": gettext_lazy("larger than agreed"),
    "malformed": gettext_lazy("its form is not the agreed one"),
    "clock": gettext_lazy("the player's clock was not sure"),
}


def gap(reason: str) -> str:
    """Why nothing aired."""
    return {
        "no_record": _("no record came"),
        "cut": _("the power or the player went off"),
        "failed": _("the screen's renderer gave up"),
        "alert": _("an emergency notice was on air"),
        "covered": _("an officer had the screen covered"),
        "gate": _("the code for the gate was shown"),
        "replaced": _("a newer bundle or an urgent bulletin took its place"),
        "shown_short": _("shown shorter than planned"),
        "contradicted": _("the record contradicts the plan"),
        "quarantined": _("the record is set aside"),
        "filler": _("filler took its place"),
        "card": _("the player showed its card, or nothing"),
        "not_yet": _("its time, or its records, are still to come"),
    }.get(reason, reason)


def verdict(reason: str) -> str:
    """What a record's grade rests on; a code without words stays as it is."""
    return {
        "agrees": _("agrees with the plan, the clock and the chain"),
        "not_a_play": _("not a play"),
        "uncommitted": _("no later contact has vouched for it yet"),
        "clock_weak": _("the player's clock was not sure"),
        "picture_differs": _("a picture of the screen looked otherwise then"),
        "timeline_other": _("the plan says something else for that instant"),
        "bundle_replaced": _("a newer bundle was out already"),
        "bundle_not_accepted": _("the player had not taken that bundle then"),
        "explained": _("another line of the player explains the difference"),
        "alert_on_air": _("an urgent bulletin was on air that this screen had not received"),
        "alert_after_end": _("the urgent bulletin stood on after it had been ended"),
        "alert_not_then": _("the urgent bulletin was not on air then"),
        "record_unknown_alert": _("names an urgent bulletin that was not signed"),
        "shown_short": _("shown shorter than planned"),
        "shown_long": _("shown longer than planned"),
        "record_fork": _("the same number came with other words"),
        "record_after_revocation": _("recorded after the key was revoked"),
        "record_clone": _("two players use this key"),
        "record_other_face": _("of a face that another player drives"),
        "record_future": _("dated later than it was received"),
        "record_overlong": _("longer than a day: no plan has such a play"),
        "record_unknown_bundle": _("names a bundle that was not published"),
        "record_unknown_item": _("names an item that its bundle does not hold"),
        "record_unknown_content": _("names another content than was approved"),
        "record_overlap": _("lies across another record of the player"),
    }.get(reason, reason)


def kind(record: PlayRecord) -> str:
    """What a line tells that is no play."""
    words = {
        "clock": _("The player's clock was set by the hub"),
        "alert": _("An urgent bulletin"),
        "blank": _("Masked"),
        "refusal": _("The player refused what it was given"),
        "malformed": _("A line that cannot be read"),
        "play": _("A programme that is not known here"),
    }
    if record.kind == "gap" and record.bulletin_class == "gate":
        return _("The code at the gate")
    if record.kind == "gap":
        return _("Dark and silent") if record.bulletin_class == "rest" else _("The built-in card")
    return _mark(record) if record.kind == "boot" else words.get(record.kind, record.kind)


def _mark(record: PlayRecord) -> str:
    """What a mark in the chain tells: a start, or what the player did; of a sealed day its line is not at hand."""
    line = _line(record)
    if line is None:
        return _("The player started, or noted what it did")
    if line.get("x_event") == "command":
        kind = str(line.get("x_kind", ""))
        return _("Order carried out: %(order)s") % {"order": dict(CommandKind.choices).get(kind, kind)}
    return {
        "accepted": _("The player took a bundle"),
        "jump": _("The clock was set to another time"),
    }.get(str(line.get("x_event", "")), _("The player started"))


def refused(record: PlayRecord) -> str:
    """Why a player refused something; empty for what is no refusal, or whose line is not at hand."""
    line = _line(record) if record.kind == "refusal" else None
    return refusal(str(line.get("x_code", ""))) if line else ""


def refusal(code: str) -> str:
    """A code of bundle-format 9 in words; those of one kind say the same."""
    words = _REFUSED.get(code) or _REFUSED_BY_END.get(code.rpartition("_")[2])
    if code.startswith("passkey_"):
        words = _REFUSED_BY_END["unsigned"]
    return str(words) if words else _("a check of what came did not hold")


def _line(record: PlayRecord) -> Mapping[str, object] | None:
    """What the line says beside its columns; None where it was not read with the row, or cannot be."""
    line = None if "line" in record.get_deferred_fields() else chain.line_of(record)
    return line.extra if line else None


def end(word: str) -> str:
    """How a stretch ended."""
    return {
        "complete": pgettext("end of a play", "to the end"),
        "cut": pgettext("end of a play", "cut off"),
        "failed": pgettext("end of a play", "failed"),
        "replaced": pgettext("end of a play", "replaced"),
    }.get(word, word)


def bulletin_class(name: str) -> str:
    """A class of bulletins, or what stands where none plays, in words."""
    known = {
        "ordinary": _("Ordinary"),
        "priority": _("Urgent"),
        "emergency": _("Emergency notice"),
        "filler": _("Filler"),
        "card": _("The built-in card"),
        "rest": _("Dark and silent"),
        "gate": _("Gate code"),
        "blank": _("Covered"),
    }
    return known.get(name, name)
