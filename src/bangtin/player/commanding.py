"""What the hub orders this screen to do: blank, restore, volume, screenshot, restart, prove (trust E, 6.7).

Poll and push bring the same envelopes. A command's number is on the disk before anything is done, so it is done at most
once however often it comes; its result is kept until the hub has heard it.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from bangtin.bundle import commands, instants
from bangtin.bundle.commands import Command
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.verify import Accepted
from bangtin.player.clock import Clock
from bangtin.player.store.database import Database

MOST_KEPT = 32
MOST_UNSAID = 64
# The hub signed these for this screen, so it is told that they were not done; the others are nobody's commands.
ANSWERED = frozenset({"command_over", "command_unordered"})
TRIED = (OSError, RuntimeError, ValueError, TimeoutError)
log = logging.getLogger("bangtin.player.commands")


class Sets(Protocol):
    """Where the newest verified set is."""

    @property
    def newest(self) -> Accepted | None:
        """Its keys, policy and officers judge a command; None before the first one."""


class Deeds(Protocol):
    """The parts of the player that do what is ordered."""

    def look_anew(self) -> None:
        """The face was blanked or restored, or its volume changed."""

    async def screenshot(self) -> None:
        """Send a picture of the face now. Raises: OSError, RuntimeError, ValueError, TimeoutError."""

    async def prove(self, nonce: str) -> None:
        """Show the gate code with this nonce. Raises: as `screenshot`."""

    def restart(self) -> None:
        """Start the player anew, its browser too."""

    def revoked(self) -> None:
        """This enrolment is over: drop the content, keep the records, show the built-in card (trust B.7)."""


@dataclass(frozen=True)
class Done:
    """What became of command `n`: `result` is done, refused or failed; "" while it is being done.

    `digest` is the SHA-256 of its envelope; `is_told` once the hub has heard it.
    """

    n: int
    digest: str
    done_ms: int
    result: str
    code: str = ""
    is_told: bool = False

    def to_object(self) -> dict[str, object]:
        """As the report tells it."""
        return {"n": self.n, "done_ms": self.done_ms, "result": self.result, "code": self.code}


@dataclass(frozen=True)
class Standing:
    """What commands have left standing; it outlives a power cut. `volume` is a percentage, None: as the bundle says."""

    floor: int = 0
    is_blanked: bool = False
    volume: int | None = None
    done: tuple[Done, ...] = ()


class Commanding:
    """Judges, does and remembers the commands of one enrolment. Every method is called in the event loop.

    `tell` is called when there is a result for the hub, `note` for what belongs in the records: (what, details).
    """

    def __init__(self, *, sets: Sets, database: Database, clock: Clock, deeds: Deeds) -> None:
        self._sets = sets
        self._database = database
        self._clock = clock
        self._deeds = deeds
        self._device: DeviceRecord | None = None
        self._standing = Standing()
        self._named: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused = 0
        self.tell: Callable[[], None] = lambda: None
        self.note: Callable[[str, dict[str, object]], None] = lambda what, details: None

    @property
    def is_blanked(self) -> bool:
        """Whether an officer had the face blanked and none has restored it."""
        return self._standing.is_blanked

    @property
    def volume_percent(self) -> int | None:
        """The volume that was ordered; None: the bundle's."""
        return self._standing.volume

    def open(self, device: DeviceRecord) -> None:
        """At boot: take up what stands; a command that a power cut interrupted has failed."""
        self._device = device
        kept = json.loads(self._database.get(self._key(device)) or "{}")
        done = tuple(Done(**one) for one in kept.pop("done", ()))
        cut = tuple(one if one.result else replace(one, result="failed", code="interrupted") for one in done)
        self._standing = Standing(**kept, done=cut)

    def polled(self, bodies: Iterable[bytes]) -> None:
        """The poll's list: every command that the hub has no result of."""
        for body in sorted(list(bodies)[:MOST_KEPT], key=_number):
            self.take(body)

    def take(self, body: bytes) -> None:
        """An envelope came, by poll or push: do what it orders, once, or name why not."""
        accepted, device = self._sets.newest, self._device
        if accepted is None or device is None:
            return
        try:
            command = commands.check(
                body,
                keys=accepted.keys,
                officers=accepted.officers,
                policy=accepted.policy,
                device=device,
                floor=self._standing.floor,
                at=instants.from_ms(self._clock.now_ms()),
            )
        except BundleRefusal as refusal:
            self._refuse(body, refusal)
            return
        self._do(command, hashlib.sha256(body).hexdigest())

    def take_revocation(self, body: bytes) -> bool:
        """The command that came with a refusal of our key; gives whether it holds. The clock may be wrong by then."""
        accepted, device = self._sets.newest, self._device
        if accepted is None or device is None:
            return False
        try:
            command = commands.read(body)
            commands.check(
                body,
                keys=accepted.keys,
                officers=accepted.officers,
                policy=accepted.policy,
                device=device,
                floor=0,
                at=command.at,
            )
        except BundleRefusal as refusal:
            self._refuse(body, refusal)
            return False
        if command.kind != "revoke":
            return False
        self._deeds.revoked()
        return True

    def untold(self) -> list[Done]:
        """The results that the hub has not heard."""
        return [one for one in self._standing.done if one.result and not one.is_told]

    def told(self, heard: Iterable[Done]) -> None:
        """The hub has heard these."""
        names = {(one.n, one.digest) for one in heard}
        marked = (replace(one, is_told=one.is_told or (one.n, one.digest) in names) for one in self._standing.done)
        self._keep(replace(self._standing, done=tuple(marked)))

    def _do(self, command: Command, digest: str) -> None:
        begun = Done(command.n, digest, self._clock.now_ms(), "")
        standing = replace(self._standing, floor=command.n, done=(*self._standing.done, begun)[-MOST_KEPT:])
        if command.kind in ("blank", "restore"):
            standing = replace(standing, is_blanked=command.kind == "blank")
        elif command.kind == "volume":
            standing = replace(standing, volume=_percent(command))
        # trust 6.7: its number and what it leaves standing are on the disk before anything is done
        self._keep(standing)
        log.info("command %d: %s", command.n, command.kind)
        self.note("command", {"x_n": command.n, "x_kind": command.kind})
        match command.kind:
            case "screenshot":
                self._start(begun, self._deeds.screenshot())
            case "prove":
                self._start(begun, self._deeds.prove(str(command.args["nonce"])))
            case "restart":
                self._finish(begun, "done")
                self._deeds.restart()
            case "revoke":
                self._finish(begun, "done")
                self._deeds.revoked()
            case _:
                self._deeds.look_anew()
                self._finish(begun, "done")

    def _start(self, begun: Done, deed: Awaitable[None]) -> None:
        async def act() -> None:
            try:
                await deed
            except TRIED as error:
                log.warning("command %d: %s", begun.n, error)
                self._finish(begun, "failed", code=type(error).__name__)
            else:
                self._finish(begun, "done")

        task = asyncio.get_running_loop().create_task(act())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _finish(self, begun: Done, result: str, *, code: str = "") -> None:
        ended = replace(begun, done_ms=self._clock.now_ms(), result=result, code=code)
        done = tuple(ended if one == begun else one for one in self._standing.done)
        self._keep(replace(self._standing, done=done))
        self.tell()

    def _refuse(self, body: bytes, refusal: BundleRefusal) -> None:
        digest = hashlib.sha256(body).hexdigest()
        known = next((one for one in self._standing.done if one.digest == digest), None)
        if known is not None:  # done before; the hub asks again because it has not heard
            if known.is_told and known.result:
                done = tuple(replace(one, is_told=one.is_told and one is not known) for one in self._standing.done)
                self._keep(replace(self._standing, done=done))
                self.tell()
            return
        self.refused += 1
        if digest in self._named or len(self._named) >= MOST_UNSAID:  # garbage does not fill the records
            return
        self._named.add(digest)
        log.warning("%s", refusal)
        self.note("refusal", {"x_code": refusal.code, "x_step": refusal.step, "x_about": digest})
        if refusal.code in ANSWERED:
            answer = Done(_number(body), digest, self._clock.now_ms(), "refused", refusal.code)
            self._keep(replace(self._standing, done=(*self._standing.done, answer)[-MOST_KEPT:]))
            self.tell()

    def _keep(self, standing: Standing) -> None:
        self._standing = standing
        if self._device is not None:
            self._database.put(self._key(self._device), json.dumps(asdict(standing)))

    @staticmethod
    def _key(device: DeviceRecord) -> str:
        return f"commands.{device.epoch}"


def _percent(command: Command) -> int:
    percent = command.args["percent"]
    if not isinstance(percent, int):
        raise ValueError(f"expected a percentage, got {percent!r}")
    return percent


def _number(body: bytes) -> int:
    """The number a command bears, 0 if it cannot be read: commands are done in their order."""
    try:
        return commands.read(body).n
    except BundleRefusal:
        return 0
