"""Commands to screens: an officer orders, the hub signs, the player does it and says so (trust E, 6.7)."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bangtin.bundle import commands, trusted
from bangtin.bundle.approvals import Officers, Policy
from bangtin.bundle.devices import issued_record
from bangtin.bundle.dsse import sign
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.accounts.models import User
from bangtin.hub.devices import errors, hints, policies
from bangtin.hub.devices.actions import keys, repository
from bangtin.hub.devices.models import Command, Device
from bangtin.hub.devices.queries import restores
from bangtin.hub.devices.queries.repository import anchor, current_files
from bangtin.hub.devices.states import CommandKind, CommandResult, DeviceState
from bangtin.hub.kit import audit
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.queries import officer_id

REASON_LEAST = 5
_REASONED = (CommandKind.BLANK, CommandKind.RESTORE)


@dataclass(frozen=True)
class Order:
    """What is ordered: the kind, its reason, and the volume in percent where the kind is `volume`."""

    kind: CommandKind
    reason: str = ""
    percent: int | None = None


@dataclass(frozen=True)
class Answer:
    """What a player says became of command `n`."""

    n: int
    result: CommandResult
    code: str
    done_at: datetime


def order(*, devices: Sequence[Device], wanted: Order, actor: User, at: datetime) -> list[Command]:
    """Tell these screens, at once and at every poll of the next ten minutes; one command a screen.

    One officer covers screens, one uncovers them: who it was and why stands in the command itself and in the trail.
    Raises: NotPermitted, NoPlayer, BadCommand, CommandDoesNotVerify.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.3, 8.6; trust E.
    """
    for device in devices:
        require(policies.may_command(actor, device.face.cluster, at=at))
    _check(devices, wanted)
    repository.create_repository(at=at)
    repository.list_officers(at=at)  # a post given today commands today
    with transaction.atomic(durable=True):
        return [_made(device, wanted, actor=actor, at=at) for device in devices]


def take_answers(*, device: Device, answers: Sequence[Answer], at: datetime) -> list[Command]:
    """Note what the player did of its commands; the first answer to each counts. In the caller's transaction."""
    told = {one.n: one for one in answers}
    waiting = Command.objects.select_for_update().filter(
        device=device, epoch=device.epoch, n__in=list(told), result=CommandResult.WAITING
    )
    found = []
    for row in waiting.order_by("n"):
        answer = told[row.n]
        row.result, row.code = answer.result, answer.code
        row.done_at, row.reported_at = answer.done_at, at
        row.save(update_fields=["result", "code", "done_at", "reported_at"])
        _cover(device, row, at=at)
        audit.record("command.answered", row, actor=None, at=at, result=str(answer.result), code=answer.code)
        found.append(row)
    return found


def _cover(device: Device, row: Command, *, at: datetime) -> None:
    """What a done command leaves standing on the face."""
    if row.result != CommandResult.DONE or row.kind not in (CommandKind.BLANK, CommandKind.RESTORE):
        return
    device.covered_at = (row.done_at or at) if row.kind == CommandKind.BLANK else None
    Device.objects.filter(pk=device.pk, epoch=device.epoch).update(covered_at=device.covered_at)


def _check(devices: Sequence[Device], wanted: Order) -> None:
    if not devices or any(one.state != DeviceState.ACTIVE for one in devices):
        raise errors.NoPlayer(
            _("No player drives this screen, so there is nobody to command."),
            _("Enrol a player with the code that the screen shows."),
        )
    if wanted.kind in _REASONED and len(wanted.reason.strip()) < REASON_LEAST:
        raise errors.BadCommand(
            _("Nothing was sent: the reason is missing."),
            _("Say in a few words why."),
            fields={"reason": _("Say in a few words why.")},
        )
    if wanted.kind == CommandKind.VOLUME and not (wanted.percent is not None and 0 <= wanted.percent <= 100):
        raise errors.BadCommand(
            _("Nothing was sent: the volume is a number from 0 to 100."),
            _("Choose one of the steps."),
            fields={"percent": _("From 0 to 100.")},
        )


def _made(device: Device, wanted: Order, *, actor: User, at: datetime) -> Command:
    """Sign one command, check it as the screen would, store it, and push it after the commit."""
    device = Device.objects.select_for_update(of=("self",)).select_related("face__cluster").get(pk=device.pk)
    last = Command.objects.filter(device=device, epoch=device.epoch).aggregate(n=Max("n"))["n"] or 0
    made_at = at.astimezone(UTC).replace(microsecond=0)
    draft = commands.Command(
        device=device.pk,
        epoch=device.epoch,
        n=max(last + 1, restores.least()),
        kind=str(wanted.kind),
        at=made_at,
        ends=made_at + commands.LONGEST,
        args=_args(wanted),
    )
    envelope = _signed(draft, device, reason=wanted.reason, actor=actor, at=made_at)
    _verify(envelope, device, at=at)
    row = Command.objects.create(
        device=device,
        epoch=device.epoch,
        n=draft.n,
        kind=wanted.kind,
        args=dict(draft.args),
        reason=wanted.reason.strip()[:300],
        envelope=envelope,
        ordered_by=actor,
        made_at=at,
        ends_at=draft.ends,
    )
    Device.objects.filter(pk=device.pk).update(commands_until_at=draft.ends)
    details = {"kind": str(wanted.kind), "args": dict(draft.args), "reason": row.reason, "n": draft.n}
    audit.record("command.ordered", row, actor=actor, at=at, device=device.pk, **details)
    transaction.on_commit(lambda: hints.send_command(device.pk, envelope))
    return row


def _args(wanted: Order) -> Mapping[str, object]:
    if wanted.kind == CommandKind.VOLUME:
        return {"percent": wanted.percent}
    if wanted.kind == CommandKind.PROVE:
        return {"nonce": secrets.token_hex(8)}
    return {}


def _signed(draft: commands.Command, device: Device, *, reason: str, actor: User, at: datetime) -> bytes:
    signers = keys.load()
    if not draft.step:
        return commands.encode(draft, signers.of("hub"))
    cluster = device.face.cluster
    post = policies.commanding_post(actor, cluster, at=at)
    if post is None:
        raise NotPermitted(_("Your posts do not let you command this screen."))
    agency, role = post
    statement = commands.order(
        draft,
        cluster=cluster.pk,
        statement_id=f"{device.pk}.{draft.epoch}.{draft.n}",
        officer=officer_id(actor),
        post=role,
        agency=agency,
        at=at,
        instrument=cluster.instrument_id,
        clause="",
        grounds=hashlib.sha256(reason.strip().encode()).hexdigest(),
    )
    ordered = sign("approval", statement.payload(), signers.of("approvals"))
    return commands.encode(replace(draft, orders=(ordered,)), signers.of("hub"))


def _verify(envelope: bytes, device: Device, *, at: datetime) -> None:
    """Refuse to send what the screen would refuse (trust 6.7)."""
    files = current_files()
    known = trusted.load(files, anchor=anchor(files), at=at)
    try:
        commands.check(
            envelope,
            keys=known,
            officers=Officers.parse(_file(files, ".officers.json")),
            policy=Policy.parse(_file(files, "policy.json")),
            device=issued_record(bytes(device.record)),
            floor=0,
            at=at,
        )
    except BundleRefusal as refusal:
        raise errors.CommandDoesNotVerify(
            _("The signed command does not verify (%(code)s: %(detail)s); nothing was sent.")
            % {"code": refusal.code, "detail": refusal.detail},
            _("If your post is new, the officers' list must be signed anew first; ask the security officer."),
            subject=device.pk,
        ) from refusal


def _file(files: Mapping[str, bytes], ending: str) -> bytes:
    return next((body for name, body in files.items() if name.endswith(ending)), b"")
