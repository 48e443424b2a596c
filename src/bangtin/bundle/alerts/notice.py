"""What an emergency envelope says: its shape, its bytes, and the order inside it (trust E, B.3)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bangtin.bundle import bounds, canonical, dsse, instants, names
from bangtin.bundle.approvals import Statement
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.signers import Signer

TYPE = "bangtin.alert.v1"
KINDS = ("alert", "update", "cancel")
CLASS = "emergency"
STEP_ORDER, STEP_CANCEL = "alert.order", "alert.cancel"
LEVELS = (1, 2, 3, 4, 5)
LONGEST = timedelta(hours=24)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", re.ASCII)
_CAP_KEYS = ("identifier", "sender", "sent")


@dataclass(frozen=True)
class AlertText:
    """The words in one language: what happens, more about it, what to do."""

    headline: str
    description: str = ""
    instruction: str = ""


@dataclass(frozen=True)
class Sound:
    """A recorded announcement by its digest; at most 1 MiB, so that it needs no list of chunks."""

    sha256: str
    size: int


@dataclass(frozen=True)
class AlertNotice:
    """One emergency notice, or its end, as the province's alert counter `n` announced it.

    id         of the notice; a cancel carries the id of what it ends
    active     every id on air after this one, at most 16; an alert or update is among them, a cancel is not
    kind       "alert", "update" (`references`: the ids it stands in for) or "cancel" (`references`: what it ends)
    level      1–5 as Decision 18/2021/QĐ-TTg numbers them; None: none was named
    cap        identifier, sender and sent of the CAP message it came from; empty if from none
    at         when it was issued; shown with the notice. It is on air over [starts, ends), at most 24 hours
    texts      language tag → words, Vietnamese first where it is there
    repeat_s   how often the announcement sounds anew; 0: once
    tone       name of the lead-in; "": the player's own; "none": none
    orders     envelopes of kind `approval`: who ordered this content
    """

    id: str
    n: int
    active: tuple[str, ...]
    kind: str
    at: datetime
    starts: datetime
    ends: datetime
    clusters: tuple[str, ...]
    texts: Mapping[str, AlertText]
    is_drill: bool = False
    references: tuple[str, ...] = ()
    cap: Mapping[str, str] = field(default_factory=dict)
    level: int | None = None
    hazard: str = ""
    issuer: str = ""
    issuer_name: str = ""
    document: str = ""
    communes: tuple[str, ...] = ()
    audio: Mapping[str, Sound] = field(default_factory=dict)
    repeat_s: int = 0
    tone: str = ""
    orders: tuple[bytes, ...] = ()

    @property
    def role(self) -> str:
        """The key-only role that signs it."""
        return "drills" if self.is_drill else "alerts"

    @property
    def step(self) -> str:
        """The officer's step that must have ordered it."""
        return STEP_CANCEL if self.kind == "cancel" else STEP_ORDER

    def content(self) -> dict[str, object]:
        """What the officer orders: all but `n`, `active` and the orders themselves."""
        return {
            "type": TYPE,
            "id": self.id,
            "kind": self.kind,
            "drill": self.is_drill,
            "references": list(self.references),
            "cap": dict(self.cap),
            "level": self.level,
            "hazard": self.hazard,
            "issuer": self.issuer,
            "issuer_name": self.issuer_name,
            "document": self.document,
            "at": instants.to_text(self.at),
            "starts": instants.to_text(self.starts),
            "ends": instants.to_text(self.ends),
            "area": {"clusters": list(self.clusters), "communes": list(self.communes)},
            "text": {tag: _text_object(one) for tag, one in self.texts.items()},
            "audio": {tag: {"sha256": one.sha256, "size": one.size} for tag, one in self.audio.items()},
            "repeat_s": self.repeat_s,
            "tone": self.tone,
        }

    def content_digest(self) -> str:
        """SHA-256 of the canonical content: what an order names (trust B.3)."""
        return canonical.digest(self.content())

    def payload(self) -> dict[str, object]:
        """The payload of the envelope of kind `alert`."""
        orders = [canonical.decode(one) for one in self.orders]
        return {**self.content(), "n": self.n, "active": list(self.active), "orders": orders}


def order(  # every argument is a fact that the statement names
    notice: AlertNotice,
    *,
    statement_id: str,
    officer: str,
    post: str,
    agency: str,
    at: datetime,
    instrument: str,
    clause: str,
    grounds: str,
) -> Statement:
    """The statement by which `officer` orders the content of `notice` (its cancel: ends it); role `approvals` signs it.

    `grounds` is the SHA-256 of the grounds' text. The scope names no cluster: the content does (an order for a whole
    province would not fit an envelope twice).
    """
    return Statement(
        id=statement_id,
        content=notice.content_digest(),
        language=next(iter(notice.texts), "vi"),
        class_=CLASS,
        step=notice.step,
        decision="approved",
        officer=officer,
        post=post,
        agency=agency,
        at=at,
        instrument=instrument,
        clause=clause,
        clusters=(),
        until_at=notice.ends,
        grounds=grounds,
    )


def encode(notice: AlertNotice, signers: Sequence[Signer]) -> bytes:
    """The canonical envelope of `notice`; `signers` are those of `notice.role`.

    Raises: BundleRefusal alert_too_large, alert_malformed (step 6.1): a text is never cut to fit.
    """
    try:
        envelope = dsse.sign("alert", notice.payload(), signers)
    except canonical.NotCanonical as error:
        raise _refusal("alert_malformed", notice.id, str(error)) from error
    read(envelope)
    return envelope


def read(envelope: bytes) -> AlertNotice:
    """The notice in `envelope`, its shape checked, its signatures not.

    Raises: BundleRefusal alert_too_large, alert_malformed (step 6.1).
    """
    return open_notice(envelope)[0]


def open_notice(envelope: bytes) -> tuple[AlertNotice, dsse.Envelope]:
    """The notice and the opened envelope around it. Raises: as `read`."""
    if len(envelope) > bounds.ALERT_BYTES:
        raise _refusal("alert_too_large", "alert", f"{len(envelope)} bytes, at most {bounds.ALERT_BYTES}")
    try:
        opened = dsse.open(envelope, "alert")
        fields = Fields(dict(opened.payload), where="alert")
        notice = _read(fields)
        fields.done(strictly=True)
        _check_shape(notice)
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _refusal("alert_malformed", "alert", str(error)) from error
    return notice, opened


def _read(fields: Fields) -> AlertNotice:
    fields.choice("type", (TYPE,))
    area = fields.inner("area")
    clusters, communes = area.texts("clusters", most=100), area.texts("communes", most=300)
    area.done(strictly=True)
    level = fields.any("level")
    if level is not None and (isinstance(level, bool) or level not in LEVELS):
        raise WrongShape("alert.level: expected 1 to 5, or null")
    return AlertNotice(
        id=fields.text("id", longest=80),
        n=fields.integer("n", least=1),
        active=fields.texts("active", most=bounds.ALERTS_ACTIVE, longest=80),
        kind=fields.choice("kind", KINDS),
        is_drill=fields.flag("drill"),
        references=fields.texts("references", most=bounds.ALERTS_ACTIVE, longest=80),
        cap=_cap(fields.inner("cap")),
        level=level if isinstance(level, int) else None,
        hazard=fields.text("hazard", longest=120),
        issuer=fields.text("issuer", longest=80),
        issuer_name=fields.text("issuer_name"),
        document=fields.text("document"),
        at=fields.instant("at"),
        starts=fields.instant("starts"),
        ends=fields.instant("ends"),
        clusters=clusters,
        communes=communes,
        texts=_vietnamese_first(fields.table("text", _read_text, most=8)),
        audio=fields.table("audio", _read_sound, most=8),
        repeat_s=fields.integer("repeat_s"),
        tone=fields.text("tone", longest=20),
        orders=tuple(canonical.encode(one) for one in fields.values("orders", most=4)),
    )


def _check_shape(notice: AlertNotice) -> None:
    """What the types alone do not say."""
    is_cancel = notice.kind == "cancel"
    ids = (notice.id, *notice.active, *notice.references)
    rules = (
        (all(names.is_name(one) for one in ids), "an id cannot be a name"),
        (len(set(notice.active)) == len(notice.active), "an id is active twice"),
        ((notice.id in notice.active) != is_cancel, "an alert is active after itself, a cancel is not"),
        (not set(notice.references) & set(notice.active), "what it replaces or ends is still active"),
        (bool(notice.references) or notice.kind == "alert", "it names nothing that it replaces or ends"),
        (
            bool(notice.clusters) and all(names.is_cluster(one) for one in notice.clusters),
            "no cluster, or no id",
        ),
        (all(_LANGUAGE.fullmatch(tag) for tag in (*notice.texts, *notice.audio)), "no language tag"),
        (is_cancel or any(one.headline for one in notice.texts.values()), "no language has a headline"),
        (all(names.is_sha256(one.sha256) for one in notice.audio.values()), "a sound has no SHA-256"),
        (all(one.size <= bounds.ALERT_AUDIO_BYTES for one in notice.audio.values()), "a sound is too large"),
        (notice.repeat_s <= 3600, "it repeats less than once an hour"),
        (notice.starts < notice.ends, "it ends before it starts"),
    )
    for holds, detail in rules:
        if not holds:
            raise WrongShape(detail)


def _cap(fields: Fields) -> dict[str, str]:
    found = {key: fields.text(key) for key in _CAP_KEYS if fields.has(key)}
    fields.done(strictly=True)
    return found


def _vietnamese_first(texts: Mapping[str, AlertText]) -> dict[str, AlertText]:
    return {tag: texts[tag] for tag in sorted(texts, key=lambda tag: (tag != "vi", tag != "en", tag))}


def _read_text(fields: Fields) -> AlertText:
    return AlertText(
        headline=fields.text("headline"),
        description=fields.text("description", longest=2_000),
        instruction=fields.text("instruction", longest=2_000),
    )


def _read_sound(fields: Fields) -> Sound:
    return Sound(fields.text("sha256"), fields.integer("size", least=1))


def _text_object(text: AlertText) -> dict[str, object]:
    return {"headline": text.headline, "description": text.description, "instruction": text.instruction}


def _refusal(code: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step="6.1", subject=subject, detail=detail)
