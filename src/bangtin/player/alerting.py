"""Emergency notices on this player: verified, kept, re-verified at boot; what does not verify shows nothing (trust E).

Push and poll bring the same bytes, and both end in one pure state (`bundle.alerts.Alerts`). Life safety comes before
freshness: the keys are those of the last accepted set, however old it is.
"""

import asyncio
import base64
import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Protocol

from bangtin.bundle import alerts, instants, trusted
from bangtin.bundle.alerts import AlertNotice, Alerts, Authority, Floor, Floors
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File
from bangtin.bundle.verify import Accepted
from bangtin.player.clock import Clock
from bangtin.player.recording import Recorder
from bangtin.player.store.database import Database

# Verified, only not for this face or no longer: nothing is wrong, and the poll of a whole province is full of them.
PLAIN = frozenset({"alert_elsewhere", "drill_not_here", "alert_over"})
ASK_WITHIN_S = 5.0
ASK_EVERY_MS = 60_000
MOST_KEPT = 4
STORE_AFTER_S = 0.05
KEY = "alerts"
log = logging.getLogger("bangtin.player.alerts")


class Sets(Protocol):
    """Where the newest verified set is."""

    @property
    def newest(self) -> Accepted | None:
        """Its keys, policy and officers judge an envelope; None before the first one."""


class Alerting:
    """What this face knows of the emergency notices of its province. Every method is called in the event loop.

    `changed` is called at once when another notice rules or none does; `ask` when the hub is to be polled; `doubted`
    with code and digest of a push that did not verify.
    """

    def __init__(self, *, sets: Sets, database: Database, clock: Clock, recorder: Recorder) -> None:
        self._sets = sets
        self._database = database
        self._clock = clock
        self._recorder = recorder
        self._device: DeviceRecord | None = None
        self._state = Alerts()
        self._key_sets: list[str] = []
        self._bodies: dict[str, bytes] = {}
        self._offered: list[bytes] = []
        self._doubtful: list[bytes] = []
        self._asked_mono_ms: int | None = None
        self._unsaid: dict[str, int] = {}  # by code, how many since it was last said
        self._said_mono_ms: dict[str, int] = {}
        self._storing: asyncio.TimerHandle | None = None
        self.refused = 0
        self.changed: Callable[[], None] = lambda: None
        self.ask: Callable[[], None] = lambda: None
        self.doubted: Callable[[str, str], None] = lambda code, about: None

    @property
    def notices(self) -> tuple[AlertNotice, ...]:
        """Every notice that is or will be on air here."""
        return tuple(self._state.notices.values())

    def on_air(self) -> tuple[AlertNotice, ...]:
        """Those on air now, ranked."""
        return self._state.active(instants.from_ms(self._clock.now_ms()))

    def heard(self) -> tuple[AlertNotice, ...]:
        """Those on air now of the highest level: they sound one after the other."""
        found = self.on_air()
        return tuple(one for one in found if (one.is_drill, one.level) == (found[0].is_drill, found[0].level))

    def sounds(self) -> list[File]:
        """The recorded announcements of all notices."""
        sounds = [one for notice in self.notices for one in notice.audio.values()]
        return [File(one.sha256, one.size, "audio/mpeg", "") for one in sounds]

    def open(self, device: DeviceRecord) -> None:
        """At boot: take up what is stored, through the same checks (6.5: none starts after its own end)."""
        self._device = device
        kept = json.loads(self._database.get(KEY) or "{}")
        if not kept:
            return
        self._key_sets = kept["key_sets"]
        self._state = Alerts(Floors(_floor(kept["alerts"]), _floor(kept["drills"])))
        self._bodies = {name: base64.b64decode(body) for name, body in kept["bodies"].items()}
        self._offered = list(self._bodies.values())
        for refusal in self.review():
            if refusal.code == "alert_over":
                log.info("a stored notice is not shown: %s", refusal)

    def pushed(self, body: bytes) -> None:
        """An envelope came by the push line: show it at once, or count and name it."""
        self._follow_keys()
        refusal = self._take(body, is_pushed=True)
        if refusal is not None and refusal.code in PLAIN:
            if self._may_say(refusal.code):
                log.info("a push is not shown here: %s", refusal)
        elif refusal is not None:
            if len(self._doubtful) < MOST_KEPT and refusal.code in ("alert_unsigned", "alert_unordered"):
                self._doubtful.append(body)
            self._distrust(body, refusal)

    def polled(self, bodies: Iterable[bytes]) -> None:
        """The poll's list, taken as a whole: it ends in the state that every push together would have given."""
        self._offered = list(bodies)[: 2 * MOST_KEPT + 32]
        self.review()

    def review(self) -> list[BundleRefusal]:
        """Other keys, a better clock or another poll: look again at what was offered; doubtful pushes once more."""
        self._follow_keys()
        doubtful, self._doubtful = self._doubtful, []
        bodies = [*((one, False) for one in self._offered), *((one, True) for one in doubtful)]
        refusals = [one for body, is_pushed in bodies if (one := self._take(body, is_pushed=is_pushed)) is not None]
        for refusal in refusals:
            if refusal.code not in {*PLAIN, "alert_replayed", "alert_clock"}:
                log.warning("%s", refusal)
        state = self._state.without_ended(instants.from_ms(self._clock.now_ms()))
        if state != self._state:
            self._put(state)
        return refusals

    def _take(self, body: bytes, *, is_pushed: bool) -> BundleRefusal | None:
        accepted, device = self._sets.newest, self._device
        if accepted is None or device is None:
            return BundleRefusal("alert_unsigned", step="6.2", subject="alert", detail="no accepted set, so no keys")
        try:
            found = alerts.examine(
                body,
                authority=Authority(accepted.keys, accepted.policy, accepted.officers),
                device=device,
                floors=self._state.floors,
                at=instants.from_ms(self._clock.now_ms()),
                is_pushed=is_pushed,
                clock=self._clock.grade(),
            )
        except BundleRefusal as refusal:
            return refusal
        if is_pushed and self._clock.grade() == "floor":
            # what was signed is not earlier than it says; the floor never passes what the metadata vouch for (D.6)
            newest_ms = instants.to_ms(accepted.timestamp_expires)
            self._clock.raise_floor(min(instants.to_ms(found.notice.at), newest_ms))
        self._bodies[found.notice.id] = body
        state = self._state.taken(found)
        if state != self._state:
            log.info("alert %s number %d (%s)", found.notice.id, found.notice.n, found.notice.kind)
            self._put(state)
        return found.refusal

    def _put(self, state: Alerts) -> None:
        had, self._state = self._state.notices, state
        names = {*state.floors.alerts.active, *state.floors.drills.active}
        self._bodies = {name: body for name, body in self._bodies.items() if name in names}
        if had != state.notices:
            self.changed()
        # after the page has been told: a slow disk must not stand between a push and its first frame
        if self._storing is None:
            self._storing = asyncio.get_running_loop().call_later(STORE_AFTER_S, self._store)

    def close(self) -> None:
        """Write down what has not been written yet: a life may be shorter than the wait, as when a stick is taken."""
        if self._storing is not None:
            self._storing.cancel()
            self._store()

    def _store(self) -> None:
        self._storing = None
        floors = self._state.floors
        kept = {
            "key_sets": self._key_sets,
            "alerts": asdict(floors.alerts),
            "drills": asdict(floors.drills),
            "bodies": {name: base64.b64encode(body).decode() for name, body in self._bodies.items()},
        }
        self._database.put(KEY, json.dumps(kept))

    def _follow_keys(self) -> None:
        """trust B.5: with other keys for a role its counter starts anew, or a thief's last number would stand."""
        accepted = self._sets.newest
        if accepted is None:
            return
        key_sets = [_key_set(accepted, role) for role in ("alerts", "drills")]
        if key_sets == self._key_sets:
            return
        is_first, self._key_sets = not self._key_sets, key_sets
        if not is_first:
            self._offered = [*self._bodies.values(), *self._offered]
            self._put(Alerts())

    def _distrust(self, body: bytes, refusal: BundleRefusal) -> None:
        """trust E: count it, name it in the records, and ask the hub: at most once a minute, however many come.

        Each code is named for itself: one garbage push must not hide what else is tried in that minute.
        """
        self.refused += 1
        self._unsaid[refusal.code] = self._unsaid.get(refusal.code, 0) + 1
        if not self._may_say(refusal.code):
            return
        log.warning("a push shows nothing: %s", refusal)
        digest = hashlib.sha256(body).hexdigest()
        extra: dict[str, object] = {"x_code": refusal.code, "x_step": refusal.step, "x_about": digest}
        self._recorder.refuse_alert({**extra, "x_count": self._unsaid.pop(refusal.code)})
        self.doubted(refusal.code, digest)
        now_ms = self._clock.mono_ms()
        if self._asked_mono_ms is not None and now_ms - self._asked_mono_ms < ASK_EVERY_MS:
            return
        self._asked_mono_ms = now_ms
        delay_s = ASK_WITHIN_S * secrets.randbelow(1000) / 1000
        asyncio.get_running_loop().call_later(delay_s, self.ask)

    def _may_say(self, code: str) -> bool:
        """Whether it is a minute since a push was last named by this code."""
        now_ms = self._clock.mono_ms()
        if now_ms - self._said_mono_ms.get(code, -ASK_EVERY_MS) < ASK_EVERY_MS:
            return False
        self._said_mono_ms[code] = now_ms
        return True


def _key_set(accepted: Accepted, role: str) -> str:
    try:
        return trusted.key_set(accepted.keys.targets, role)
    except ValueError:  # a province whose targets name no such role signs no alerts
        return ""


def _floor(kept: dict[str, object]) -> Floor:
    n, active = kept["n"], kept["active"]
    if not isinstance(n, int) or not isinstance(active, list):
        raise ValueError(f"expected a floor, got {kept!r}")
    return Floor(n, str(kept["digest"]), tuple(str(one) for one in active))
