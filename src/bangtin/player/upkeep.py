"""What the daemon looks after beside playing: the machine's clock, its device record, its key, the room for records."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle.devices import DeviceRecord
from bangtin.player.clock import Clock
from bangtin.player.config import Kit
from bangtin.player.playlog import Playlog, Started
from bangtin.player.store.database import Database
from bangtin.player.store.generations import Generations
from bangtin.player.sync import renewal
from bangtin.player.sync.enrolment import NEXT_KEY, own_key
from bangtin.player.sync.polling import TROUBLE
from bangtin.player.sync.requests import Hub, HubRefused

LOOK_S = 1.0
RECORD_EVERY = 60
AGAIN = 4
log = logging.getLogger("bangtin.player.upkeep")


@dataclass(frozen=True)
class Household:
    """What is looked after.

    `renewed` is called with the record that follows, `key_changed` when this player has another key;
    `event` keeps something for the next report.
    """

    data_dir: Path
    kit: Kit
    key: Ed25519PrivateKey
    clock: Clock
    database: Database
    playlog: Playlog
    enrolments: Generations
    hub: Hub
    renewed: Callable[[DeviceRecord], None]
    key_changed: Callable[[], None]
    event: Callable[[str, str], None]


class Upkeep:
    """Looks once a second at the clock and at wishes, once a minute at the rest."""

    def __init__(self, household: Household, record: DeviceRecord) -> None:
        self._house = household
        self._record = record
        self._not_before = 0

    async def run(self) -> None:
        """Until cancelled."""
        looks = 0
        while True:
            self.watch_clock()
            if looks % RECORD_EVERY == 0:
                self._house.database.set_aside()
                await self.renew()
            # an interrupted or refused exchange of keys is tried again, but not every second
            if looks >= self._not_before and renewal.wishes_new_key(self._house.data_dir):
                self._not_before = looks + (0 if await self.change_key() else AGAIN)
            looks += 1
            await asyncio.sleep(LOOK_S)

    def watch_clock(self) -> int:
        """Record a jump of the machine's clock; gives its milliseconds, 0 for none (trust D.6, F.6)."""
        house, clock = self._house, self._house.clock
        jump_ms = clock.jump_ms()
        if not jump_ms:
            return 0
        log.warning("the machine's clock jumped by %d ms", jump_ms)
        extra: dict[str, object] = {"x_event": "jump", "x_jump_ms": jump_ms}
        if clock.rtt_ms is not None:
            extra["x_rtt_ms"] = clock.rtt_ms
        house.playlog.note(Started("clock", 0, "", clock.now_ms(), clock.mono_ms(), clock.grade(), extra=extra))
        house.event("clock_jump", f"{jump_ms} ms")
        return jump_ms

    async def renew(self) -> bool:
        """Ask for the record anew when fewer than 100 days are left; gives whether it was (trust D.3)."""
        house = self._house
        if not renewal.is_due(self._record, now_ms=house.clock.now_ms()):
            return False
        try:
            found = await self._ask(house.key)
        except TROUBLE as error:
            log.warning("the device record was not renewed: %s", error)
            return False
        self._record = found
        house.renewed(found)
        house.event("record_renewed", f"until {found.until_at:%Y-%m-%d}")
        return True

    async def change_key(self) -> bool:
        """Have another key accepted; gives whether it was. Interrupted at any instant, the next life goes on with it.

        Records made under the old key are sealed by it first: batches bear the key of their time.
        """
        house = self._house
        following = own_key(house.data_dir, NEXT_KEY)
        while house.playlog.seal(made_ms=house.clock.now_ms(), mono_ms=house.clock.mono_ms()):
            pass
        for signer in (house.key, following):  # by the new one: an answer was lost, and the hub has it already
            house.hub.use_key(signer)
            try:
                self._record = await self._ask(following)
            except HubRefused as refused:
                log.warning("the new key was not accepted: %s", refused)
                if refused.status in (401, 403):
                    continue
                house.hub.use_key(house.key)
                return False
            except TROUBLE as error:
                log.warning("the new key was not accepted: %s", error)
                house.hub.use_key(house.key)
                return False
            (house.data_dir / renewal.WISH).unlink(missing_ok=True)
            house.event("key_changed", f"epoch {self._record.epoch}")
            house.key_changed()
            return True
        # refused under either key: the enrolment is over, and its end is to be heard (trust B.7)
        house.hub.use_key(house.key)
        (house.data_dir / NEXT_KEY).unlink(missing_ok=True)
        (house.data_dir / renewal.WISH).unlink(missing_ok=True)
        return False

    async def _ask(self, key: Ed25519PrivateKey) -> DeviceRecord:
        house = self._house
        identity = await renewal.renew(
            house.hub, kit=house.kit, key=key, record=self._record, clock=house.clock, folder=house.enrolments
        )
        return identity.record
