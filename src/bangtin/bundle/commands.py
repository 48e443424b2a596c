"""What the hub tells one screen to do: blank, restore, volume and the like, signed, for ten minutes (trust E, 6.7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bangtin.bundle import bounds, canonical, dsse, instants, names, orders
from bangtin.bundle.approvals import RoleKeys, Statement
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.policies import COMMAND, Officers, Policy
from bangtin.bundle.signers import Signer

TYPE = "bangtin.command.v1"
CLASS = "command"
ROLE = "hub"
KINDS = ("blank", "restore", "revoke", "volume", "screenshot", "restart", "prove")
STEP_BLANK, STEP_RESTORE = "command.blank", "command.restore"
# The kinds that an officer must have ordered, and that officer's step.
STEPS: Mapping[str, str] = {"blank": STEP_BLANK, "restore": STEP_RESTORE}
LONGEST = timedelta(minutes=10)
EARLY = timedelta(minutes=5)


@dataclass(frozen=True)
class Command:
    """One thing that the device `device` of enrolment `epoch` is to do once, unless it is over.

    n       rises by at least one a command within an epoch; a number taken is never taken again
    kind    one of KINDS
    args    `volume`: {"percent": 0…100}; `prove`: {"nonce": a name}; `blank`, `restore`, `screenshot` and `prove` may
            name a "face"
    at      when it was made; it counts over [at − 5 min, ends), and ends at most 10 minutes after `at`
    orders  envelopes of kind `approval`: who ordered it, for the kinds in STEPS
    """

    device: str
    epoch: int
    n: int
    kind: str
    at: datetime
    ends: datetime
    args: Mapping[str, object] = field(default_factory=dict)
    orders: tuple[bytes, ...] = ()

    @property
    def step(self) -> str:
        """The officer's step that must have ordered it; empty if its kind needs no order."""
        return STEPS.get(self.kind, "")

    def content(self) -> dict[str, object]:
        """What an officer orders: all but `n` and the orders themselves."""
        return {
            "type": TYPE,
            "device": self.device,
            "epoch": self.epoch,
            "kind": self.kind,
            "args": dict(self.args),
            "at": instants.to_text(self.at),
            "ends": instants.to_text(self.ends),
        }

    def content_digest(self) -> str:
        """SHA-256 of the canonical content: what an order names (trust B.3)."""
        return canonical.digest(self.content())

    def payload(self) -> dict[str, object]:
        """The payload of the envelope of kind `command`."""
        return {**self.content(), "n": self.n, "orders": [canonical.decode(one) for one in self.orders]}


def order(  # every argument is a fact that the statement names
    command: Command,
    *,
    cluster: str,
    statement_id: str,
    officer: str,
    post: str,
    agency: str,
    at: datetime,
    instrument: str,
    clause: str,
    grounds: str,
) -> Statement:
    """The statement by which `officer` orders `command` for a screen of `cluster`; the role `approvals` signs it.

    `grounds` is the SHA-256 of the grounds' text. Raises: ValueError if the kind needs no order.
    """
    if not command.step:
        raise ValueError(f"expected a kind of {tuple(STEPS)}, got {command.kind!r}")
    return Statement(
        id=statement_id,
        content=command.content_digest(),
        language="vi",
        class_=CLASS,
        step=command.step,
        decision="approved",
        officer=officer,
        post=post,
        agency=agency,
        at=at,
        instrument=instrument,
        clause=clause,
        clusters=(cluster,),
        until_at=command.ends,
        grounds=grounds,
    )


def encode(command: Command, signers: Sequence[Signer]) -> bytes:
    """The canonical envelope of `command`; `signers` are those of the role `hub`.

    Raises: BundleRefusal command_malformed, command_too_large (step 6.7).
    """
    try:
        envelope = dsse.sign("command", command.payload(), signers)
    except canonical.NotCanonical as error:
        raise _refusal("command_malformed", command.kind, str(error)) from error
    read(envelope)
    return envelope


def read(envelope: bytes) -> Command:
    """The command in `envelope`, its shape checked, its signatures not.

    Raises: BundleRefusal command_malformed, command_too_large (step 6.7).
    """
    return _open(envelope)[0]


def check(  # the facts of step 6.7, each named at the call
    envelope: bytes,
    *,
    keys: RoleKeys,
    officers: Officers,
    policy: Policy,
    device: DeviceRecord,
    floor: int,
    at: datetime,
) -> Command:
    """The command in `envelope`, which `device` is to carry out at `at`; `floor` is the highest `n` it has taken.

    `keys`, `officers` and `policy` are those of the last accepted set, even if it is stale. The caller stores the
    command's `n` as its new floor before it acts.
    Raises: BundleRefusal command_malformed, command_too_large, command_unsigned, command_elsewhere, command_replayed,
    command_over, command_unordered (step 6.7).
    """
    command, opened = _open(envelope)
    if not keys.is_signed(ROLE, opened):
        raise _refusal("command_unsigned", command.kind, f"the role {ROLE} did not sign it")
    if (command.device, command.epoch) != (device.device, device.epoch):
        raise _refusal("command_elsewhere", command.kind, f"is for {command.device}, enrolment {command.epoch}")
    if command.n <= floor:
        raise _refusal("command_replayed", command.kind, f"number {command.n}, {floor} was taken")
    if command.ends > command.at + LONGEST or not command.at - EARLY <= at < command.ends:
        raise _refusal("command_over", command.kind, "runs for more than 10 minutes, has ended, or is from later")
    if command.step:
        _check_orders(command, orders.Authority(keys, policy, officers), device.cluster)
    return command


def _check_orders(command: Command, authority: orders.Authority, cluster: str) -> None:
    """trust 6.7: somebody who may order this for this cluster ordered exactly this."""
    wanted = orders.Wanted(CLASS, command.step, COMMAND, (cluster,), command.at)
    digest = command.content_digest()
    try:
        has_order = orders.is_ordered(
            command.orders,
            wanted,
            authority=authority,
            counts=lambda one: one.content == digest and one.until_at >= command.ends,
        )
    except BundleRefusal as refusal:
        raise _refusal("command_unordered", command.kind, str(refusal)) from refusal
    if not has_order:
        raise _refusal("command_unordered", command.kind, f"nobody entitled to {command.step} ordered exactly this")


def _open(envelope: bytes) -> tuple[Command, dsse.Envelope]:
    if len(envelope) > bounds.COMMAND_BYTES:
        raise _refusal("command_too_large", "command", f"{len(envelope)} bytes, at most {bounds.COMMAND_BYTES}")
    try:
        opened = dsse.open(envelope, "command")
        fields = Fields(dict(opened.payload), where="command")
        command = _read(fields)
        fields.done(strictly=True)
        if not names.is_name(command.device) or command.ends <= command.at:
            raise WrongShape("its device cannot be a name, or it ends before it starts")
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _refusal("command_malformed", "command", str(error)) from error
    return command, opened


def _read(fields: Fields) -> Command:
    fields.choice("type", (TYPE,))
    kind = fields.choice("kind", KINDS)
    given = fields.inner("args")
    args = _ARGS[kind](given)
    given.done(strictly=True)
    return Command(
        device=fields.text("device"),
        epoch=fields.integer("epoch", least=1),
        n=fields.integer("n", least=1),
        kind=kind,
        at=fields.instant("at"),
        ends=fields.instant("ends"),
        args=args,
        orders=tuple(canonical.encode(one) for one in fields.values("orders", most=2)),
    )


def _face(args: Fields) -> dict[str, object]:
    return {"face": _name(args, "face")} if args.has("face") else {}


def _volume(args: Fields) -> dict[str, object]:
    percent = args.integer("percent")
    if percent > 100:
        raise WrongShape("command.args.percent: expected at most 100")
    return {"percent": percent}


def _nonce(args: Fields) -> dict[str, object]:
    return {"nonce": _name(args, "nonce"), **_face(args)}


def _nothing(args: Fields) -> dict[str, object]:
    return {}


def _name(args: Fields, key: str) -> str:
    text = args.text(key, longest=80)
    if not names.is_name(text):
        raise WrongShape(f"{args.where}.{key}: cannot be a name")
    return text


_ARGS: Mapping[str, Callable[[Fields], dict[str, object]]] = {
    "blank": _face,
    "restore": _face,
    "revoke": _nothing,
    "volume": _volume,
    "screenshot": _face,
    "restart": _nothing,
    "prove": _nonce,
}


def _refusal(code: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step="6.7", subject=subject, detail=detail)
