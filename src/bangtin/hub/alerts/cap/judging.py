"""What a CAP message is taken for: one table, from the top; the first row that fits decides.

The table with its reasons stands in docs/cap.md. Nothing here knows a clock or a database.
"""

from collections.abc import Sequence
from datetime import datetime

from bangtin.hub.alerts.cap import areas, parsing, reasons, signatures
from bangtin.hub.alerts.cap.errors import CapRefusal
from bangtin.hub.alerts.cap.mapping import CapMapping
from bangtin.hub.alerts.cap.reading import from_tree
from bangtin.hub.alerts.cap.shapes import Info, Message, MsgType, Reference, Scope, Status
from bangtin.hub.alerts.cap.verdicts import Action, Known, Place, Verdict, Words

ANSWERS = frozenset({MsgType.ACK, MsgType.ERROR})
LATER = frozenset({MsgType.UPDATE, MsgType.CANCEL})
NOT_FOR_THE_PUBLIC = frozenset({Status.SYSTEM, Status.TEST, Status.DRAFT})


def judge(
    body: bytes,
    *,
    clusters: Sequence[Place],
    mapping: CapMapping,
    at: datetime,
    known: Known | None = None,
    trusted: Sequence[bytes] = (),
) -> Verdict:
    """What the bytes are taken for at the instant `at`.

    Shape: `known` None: nothing is known of earlier messages, and references are judged by what they say.
    `trusted`: PEM certificates of signers. A text that cannot be read is the verdict `refuse`, not an exception.
    """
    try:
        root = parsing.tree(body)
        message = from_tree(root)
        signature = signatures.check(body, root, message, trusted=trusted, at=at)
    except CapRefusal as refusal:
        sentence = reasons.reason(refusal.code, refusal.subject)
        bad = "bad" if refusal.code == "bad_signature" else "none"
        return Verdict(Action.REFUSE, refusal.code, sentence, signature=bad)
    return weigh(message, clusters=clusters, mapping=mapping, at=at, known=known, signature=signature)


def weigh(
    message: Message,
    *,
    clusters: Sequence[Place],
    mapping: CapMapping,
    at: datetime,
    known: Known | None = None,
    signature: str = "none",
) -> Verdict:
    """What a message already read is taken for."""
    facts = _Facts(message, clusters=clusters, mapping=mapping, at=at, known=known)
    action, code, subject = facts.decide()
    is_taken = action not in {Action.IGNORE, Action.REFUSE}
    ends = [info.expires for info in facts.infos if info.expires and info.expires > at]
    return Verdict(
        action=action,
        code=code,
        reason=reasons.reason(code, subject),
        message=message,
        languages=tuple(dict.fromkeys(info.language for info in facts.infos)),
        level=max((level for info in facts.infos if (level := mapping.level(info)) is not None), default=None),
        clusters=facts.clusters,
        starts_at=min((info.effective or message.sent for info in facts.infos), default=None),
        expires_at=max(ends, default=None),
        replaces=facts.replaced() if is_taken else (),
        infos=facts.infos,
        words=_words(facts.infos, mapping),
        hazard=next((found.id for info in facts.infos if (found := mapping.hazard(info))), ""),
        event=next((info.event for info in facts.infos), ""),
        issuer_name=next((info.sender_name for info in facts.infos if info.sender_name), ""),
        signature=signature,
    )


class _Facts:
    """What a verdict rests on, gathered once."""

    def __init__(
        self, message: Message, *, clusters: Sequence[Place], mapping: CapMapping, at: datetime, known: Known | None
    ) -> None:
        self.message = message
        self.known = known
        # a cancel does not expire: taken late, it still takes a false alarm off the air
        is_cancel = message.msg_type is MsgType.CANCEL
        self.live = tuple(info for info in message.infos if is_cancel or _is_live(info, message, at))
        held = [(info, areas.clusters_in(info.areas, places=clusters, mapping=mapping)) for info in self.live]
        reached = {name for _, names in held for name in names}
        self.clusters = tuple(place.id for place in clusters if place.id in reached)
        self.is_placed = any(areas.is_placed(info, mapping) for info in message.infos)
        # an info that names no place speaks of the same place in another language; one for elsewhere is left out
        self.infos = tuple(info for info, names in held if names or not areas.is_placed(info, mapping))
        self.own = tuple(each for each in message.references if each.sender == message.sender)

    def decide(self) -> tuple[Action, str, str]:
        """Action, reason code and what it is about; the first that fits."""
        message = self.message
        ignored = self._aside() or self._unfounded()
        if ignored:
            return (Action.IGNORE, *ignored)
        if message.msg_type is MsgType.CANCEL:
            return self._cancel()
        ignored = self._silent()
        if ignored:
            return (Action.IGNORE, *ignored)
        if message.status is Status.EXERCISE:
            return Action.EXERCISE, "exercise", ""
        if message.status is not Status.ACTUAL:
            raise ValueError(f"Expected a message of status Actual, got {message.status}.")
        if not any(info.expires for info in self.infos):
            return Action.WAIT, "no_end", ""
        if message.msg_type is MsgType.UPDATE:
            named = _named(self.own)
            return (Action.UPDATE, "update", named) if self.replaced() else (Action.AIR, "update_of_unknown", named)
        return Action.AIR, "new", ""

    def replaced(self) -> tuple[Reference, ...]:
        """The messages of the same sender and kind that an update or cancel names; those known, where that is known."""
        if self.message.msg_type not in LATER:
            return ()
        if self.known is None:
            return self.own
        is_exercise = self.message.status is Status.EXERCISE
        heard = [(each, self.known.find(each.sender, each.identifier)) for each in self.own]
        return tuple(each for each, found in heard if found is not None and found.is_exercise == is_exercise)

    def _aside(self) -> tuple[str, str] | None:
        """Not meant for the public, or taken in before."""
        message = self.message
        if message.status in NOT_FOR_THE_PUBLIC:
            return "status", message.status.value
        if message.scope is not Scope.PUBLIC:
            return "scope", message.scope.value
        if message.msg_type in ANSWERS:
            return "answer", message.msg_type.value
        if self.known is not None and self.known.find(message.sender, message.identifier):
            return "seen", message.identifier
        return None

    def _unfounded(self) -> tuple[str, str] | None:
        """An update or a cancel counts only from the sender of the message it names."""
        message = self.message
        if message.msg_type not in LATER:
            return None
        if not message.references:
            return "names_nothing", message.msg_type.value
        return None if self.own else ("other_sender", message.msg_type.value)

    def _cancel(self) -> tuple[Action, str, str]:
        named = _named(self.own)
        if self.message.status is not Status.ACTUAL:
            return Action.IGNORE, "exercise_cancel", ""
        if self.known is None:
            # what it ends is not known, so its area decides, where it names one
            if self.is_placed and not self.clusters:
                return Action.IGNORE, "elsewhere", ""
            return Action.CANCEL, "cancel", named
        if self.replaced():
            return Action.CANCEL, "cancel", named
        is_known = any(self.known.find(each.sender, each.identifier) for each in self.own)
        return Action.IGNORE, "other_kind" if is_known else "cancel_of_unknown", named

    def _silent(self) -> tuple[str, str] | None:
        """Nothing to say, any more or here."""
        if not self.message.infos:
            return "no_info", ""
        if not self.live:
            return "expired", ""
        if not self.clusters:
            return ("elsewhere" if self.is_placed else "no_area"), ""
        return None


def _is_live(info: Info, message: Message, at: datetime) -> bool:
    """Whether it has not expired; an end before its own beginning is no time at all."""
    return info.expires is None or info.expires > max(at, info.effective or message.sent)


def _named(references: tuple[Reference, ...]) -> str:
    return ", ".join(each.identifier for each in references[:3])


def _words(infos: tuple[Info, ...], mapping: CapMapping) -> dict[str, Words]:
    """By our language tags; of two infos in one language the one of the higher level."""
    found: dict[str, Words] = {}
    for info in sorted(infos, key=lambda info: -(mapping.level(info) or 0)):
        words = Words(info.headline or info.event, info.description, info.instruction)
        found.setdefault(mapping.language(info.language), words)
    return found
