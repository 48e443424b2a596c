"""Envelopes for one device with their verdicts: commands, notices, device records, time answers, acknowledgements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bangtin.bundle import acks, alerts, canonical, commands, dsse, instants
from bangtin.bundle.acks import Ack
from bangtin.bundle.alerts import AlertNotice, AlertText
from bangtin.bundle.commands import Command
from bangtin.bundle.devices import time_payload
from tests.vectors import province as p
from tests.vectors.province import AT, DEVICE, KEYS

MINUTE = timedelta(minutes=1)
NONCE = "0123456789abcdef" * 2
SIGNED = {"instrument": "31/2020/QĐ-UBND", "clause": "7.2", "grounds": "0" * 64}
LEADER = {"officer": "thu", "post": "leader", "agency": "ubnd-tinh"}


@dataclass(frozen=True)
class Envelope:
    """One envelope handed to the device, `given` what it knows, and what it must say."""

    name: str
    kind: str
    what: str
    data: bytes
    expect: str = "accepted"
    step: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    def to_object(self) -> dict[str, Any]:
        """As envelopes.json has it."""
        found: dict[str, Any] = {"name": self.name, "kind": self.kind, "what": self.what, "given": dict(self.given)}
        verdict = {"expect": self.expect, **({"step": self.step} if self.step else {})}
        return {**found, **verdict, "envelope": self.data.decode()}


def cases() -> list[Envelope]:
    """All of them."""
    return [*of_commands(), *of_alerts(), *of_records(), *of_time(), *of_acks()]


def command(kind: str = "restart", **changes: Any) -> Command:
    return replace(Command("dev-1", 1, 7, kind, AT, AT + 10 * MINUTE), **changes)


def ordered(made: Command, *, of: Command | None = None, **changes: Any) -> Command:
    said = commands.order(of or made, cluster=p.CLUSTER, statement_id="o-1", at=AT, **{**LEADER, **SIGNED})  # type: ignore[arg-type]  # all are strings
    envelope = dsse.sign("approval", replace(said, **changes).payload(), KEYS.of("approvals"))
    return replace(made, orders=(envelope,))


def of_commands() -> Iterable[Envelope]:
    def said(
        name: str, what: str, made: Command, code: str = "accepted", *, role: str = "hub", floor: int = 6
    ) -> Envelope:
        data = dsse.sign("command", made.payload(), KEYS.of(role))
        return Envelope(
            f"command-{name}", "command", what, data, code, "6.7" if code != "accepted" else "", {"floor": floor}
        )

    blank = command("blank")
    yield said("restart", "The next command of this device.", command())
    yield said("blank", "Dark, by a leader's order.", ordered(blank))
    yield said("volume", "A volume in percent.", command("volume", args={"percent": 40}))
    yield said("prove", "Show a code with this nonce.", command("prove", args={"nonce": NONCE}))
    yield said("other-role", "Signed by the role approvals.", command(), "command_unsigned", role="approvals")
    yield said("neighbour", "For another device.", command(device="dev-2"), "command_elsewhere")
    yield said("old-epoch", "For another enrolment.", command(epoch=2), "command_elsewhere")
    yield said("replayed", "The number was taken.", command(), "command_replayed", floor=7)
    yield said("over", "Ended now.", command(at=AT - 10 * MINUTE, ends=AT), "command_over")
    yield said("long", "Runs for more than ten minutes.", command(ends=AT + 11 * MINUTE), "command_over")
    yield said("unordered", "Dark, and nobody ordered it.", blank, "command_unordered")
    yield said(
        "other-order", "The order of a restore on a blank.", ordered(blank, of=command("restore")), "command_unordered"
    )
    yield said("late-order", "An order for another cluster.", ordered(blank, clusters=(p.OTHER,)), "command_unordered")
    yield said("argument", "A volume above all.", command("volume", args={"percent": 101}), "command_malformed")
    yield said("kind", "A kind nobody knows.", command("format"), "command_malformed")


def notice(**changes: Any) -> AlertNotice:
    made = AlertNotice(
        id="KC-1", n=5, active=("KC-1",), kind="alert", at=AT, starts=AT, ends=AT + timedelta(hours=6),
        clusters=(p.CLUSTER,), texts={"vi": AlertText("Lũ quét", "", "Rời ngay ven suối.")}, level=4,
        hazard="Lũ quét", issuer_name="BCH Phòng thủ dân sự tỉnh",
    )  # fmt: skip
    return replace(made, **changes)


def with_order(made: AlertNotice, **changes: Any) -> AlertNotice:
    said = alerts.order(made, statement_id="o-2", at=made.at, **{**LEADER, **SIGNED})
    return replace(made, orders=(dsse.sign("approval", replace(said, **changes).payload(), KEYS.of("approvals")),))


def of_alerts() -> Iterable[Envelope]:
    def said(name: str, what: str, made: AlertNotice, code: str = "accepted", step: str = "", **given: Any) -> Envelope:
        role = given.pop("role", made.role)
        full = made if given.pop("plain", False) else with_order(made)
        data = dsse.sign("alert", full.payload(), KEYS.of(role))
        return Envelope(
            f"alert-{name}",
            "alert",
            what,
            data,
            code,
            step,
            {"n": 4, "active": [], "clock": "hub", "pushed": True, **given},
        )

    yield said("flood", "A flash flood, ordered by a leader.", notice())
    yield said(
        "drills-key",
        "Signed by the role for exercises, and said to be real.",
        notice(),
        "alert_unsigned",
        "6.2",
        role="drills",
    )
    yield said("elsewhere", "For another cluster.", notice(clusters=(p.OTHER,)), "alert_elsewhere", "6.3")
    yield said("drill", "An exercise, to a face that shows none.", notice(is_drill=True), "drill_not_here", "6.3")
    yield said("replayed", "A number below the floor, no longer active.", notice(), "alert_replayed", "6.4", n=9)
    yield said("active", "A number below the floor, still active.", notice(), n=9, active=["KC-1"])
    yield said(
        "over",
        "After its own end.",
        notice(at=AT - timedelta(hours=9), starts=AT - timedelta(hours=9), ends=AT),
        "alert_over",
        "6.5",
    )
    yield said("long", "On air for more than a day.", notice(ends=AT + timedelta(hours=25)), "alert_over", "6.5")
    yield said(
        "floor", "Stored, and the clock is worth nothing.", notice(), "alert_clock", "6.5", clock="floor", pushed=False
    )
    yield said("unordered", "Nobody ordered it.", notice(), "alert_unordered", "6.6", plain=True)
    other = replace(notice(), orders=with_order(notice(hazard="Cháy rừng")).orders)
    yield said("other-order", "The order of another notice.", other, "alert_unordered", "6.6", plain=True)
    yield said("shape", "Ends before it starts.", notice(ends=AT), "alert_malformed", "6.1")
    long = notice(
        texts={"vi": AlertText("Lũ quét", "Lũ " * 600, "Rời ngay. " * 190), "en": AlertText("Flood", "x" * 1_900)}
    )
    yield said("large", "More than 6,144 bytes.", long, "alert_too_large", "6.1")


def of_records() -> Iterable[Envelope]:
    def said(name: str, what: str, code: str = "accepted", *, role: str = "hub", **changes: Any) -> Envelope:
        data = dsse.sign("device", replace(DEVICE, **changes).payload(), KEYS.of(role))
        return Envelope(f"device-{name}", "device", what, data, code, "7.7" if code != "accepted" else "")

    yield said("record", "The device's own record.")
    yield said("unsigned", "Signed by the cluster's role.", "device_record_unsigned", role="c-ta-lung")
    yield said("other-key", "For another key.", "device_record_elsewhere", key="0" * 64)
    yield said("faceless", "It names no face.", "device_record_unsigned", faces=())
    yield said("other-province", "Of another province.", "device_record_elsewhere", province="lai-chau")


def of_time() -> Iterable[Envelope]:
    def said(
        name: str, what: str, code: str = "accepted", *, role: str = "hub", rtt_ms: int = 80, **changes: Any
    ) -> Envelope:
        payload = {**time_payload(nonce=NONCE, now_ms=instants.to_ms(AT)), **changes}
        given = {"nonce": NONCE, "rtt_ms": rtt_ms, "floor_ms": instants.to_ms(AT) - 1_000}
        data = dsse.sign("time", payload, KEYS.of(role))
        return Envelope(f"time-{name}", "time", what, data, code, "7.8" if code != "accepted" else "", given)

    yield said("answer", "The hub's time over our nonce.")
    yield said("unsigned", "Signed by the timestamp's key.", "time_unsigned", role="timestamp")
    yield said("replayed", "The answer to another question.", "time_nonce", nonce="f" * 32)
    yield said("slow", "It took eleven seconds.", "time_slow", rtt_ms=11_000)
    yield said("back", "Before the floor.", "time_range", now_ms=instants.to_ms(AT) - 2_000)
    yield said("2099", "After the newest timestamp's expiry.", "time_range", now_ms=4_083_000_000_000)


def of_acks() -> Iterable[Envelope]:
    def said(name: str, what: str, made: Ack, code: str = "accepted", *, role: str = "hub", **changes: Any) -> Envelope:
        data = canonical.encode({**acks.encode_answer(made, KEYS.of(role)), **changes})
        return Envelope(f"answer-{name}", "answer", what, data, code, "8.9" if code != "accepted" else "")

    own = Ack(DEVICE.device, DEVICE.epoch, 40, "a" * 64)
    yield Envelope("ack-stick", "ack", "How far the records are stored, on a stick.", acks.encode(own, KEYS.of("hub")))
    yield Envelope(
        "ack-unsigned",
        "ack",
        "Signed by the role approvals.",
        acks.encode(own, KEYS.of("approvals")),
        "carry_ack",
        "9.3",
    )
    yield said("batch", "The same word in the answer to a batch.", own)
    yield said("unsigned", "Signed by the role approvals.", own, "ack_unsigned", role="approvals")
    yield said("bare", "No signature at all.", own, "ack_unsigned", signatures=[])
    yield said("further", "A later line than was signed.", own, "ack_unsigned", to=41)
    yield said("neighbour", "Signed for another device.", replace(own, device="dev-2"), "ack_unsigned")


def text() -> bytes:
    """envelopes.json."""
    said = {
        "set": "good-leader",
        "at": instants.to_text(AT),
        "device": DEVICE.payload(),
        "cases": [one.to_object() for one in cases()],
    }
    return canonical.encode(said).replace(b'},{"envelope"', b'},\n{"envelope"') + b"\n"
