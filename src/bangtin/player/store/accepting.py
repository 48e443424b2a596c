"""What the player has accepted and may show now: stop 8 of the tour.

A set of bytes from the hub becomes the plan through `bundle.verify.accept` and nothing else; what lies on the disk goes
through the same checks at every boot (trust 5.1-5.3).
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bangtin.bundle import instants, trusted, verify
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File, Item, Manifest
from bangtin.bundle.verify import Accepted, Floors
from bangtin.player.clock import Clock
from bangtin.player.store.database import CLOCK_FLOORS, Database
from bangtin.player.store.generations import Generations
from bangtin.player.store.media import MediaStore

AHEAD_MS = 24 * 3_600_000
NEVER = 2**53
log = logging.getLogger("bangtin.player.store")


@dataclass(frozen=True)
class Place:
    """Who this player is, and the root it trusts."""

    device: DeviceRecord
    anchor: bytes


class Store:
    """The plan in force, the one that waits for its media, and the media."""

    def __init__(self, *, database: Database, generations: Generations, media: MediaStore, clock: Clock) -> None:
        self.media = media
        self._database = database
        self._generations = generations
        self._clock = clock
        self._place: Place | None = None
        self._accepted: Accepted | None = None
        self._before: Accepted | None = None
        self._waiting: tuple[Accepted, datetime] | None = None

    def open(self, place: Place) -> list[BundleRefusal]:
        """Take up the stored generations at boot; gives what was refused of them, newest first (trust 5.1)."""
        self._place = place
        refusals = []
        for rank, name in enumerate(self._generations.names()):
            try:
                found = self._reopen(name, place, is_newest=rank == 0)
            except BundleRefusal as refusal:
                log.error("generation %s: %s", name, refusal)
                refusals.append(refusal)
                self._generations.discard(name)
                continue
            if self._accepted is None:
                self._accepted = found
                self._vouch(found)
            elif found.manifest.number != self._accepted.manifest.number:
                self._before = found
                break
        self._allow()
        return refusals

    @property
    def manifest(self) -> Manifest | None:
        """The manifest in force."""
        return self._accepted.manifest if self._accepted else None

    @property
    def previous(self) -> Manifest | None:
        """The one before it."""
        return self._before.manifest if self._before else None

    @property
    def newest(self) -> Accepted | None:
        """The newest verified set, whether or not its media are here: its keys and its expiry count."""
        return self._waiting[0] if self._waiting else self._accepted

    def offer(
        self, files: Mapping[str, bytes], at: datetime, *, check: Callable[[Accepted], None] = lambda _found: None
    ) -> Accepted:
        """Judge a set from the hub or a stick and keep it for `settle`; `check` may refuse it in its turn.

        Raises: BundleRefusal (trust 1.1-3.10). Then nothing has changed.
        """
        if self._place is None:
            raise ValueError("expected a player that is enrolled")
        stored = self._accepted.files if self._accepted else None
        found = verify.accept(
            files, anchor=self._place.anchor, at=at, device=self._place.device, stored=stored, floors=self._floors()
        )
        check(found)
        self._waiting = (found, at)
        self._allow()
        return found

    def settle(self) -> bool:
        """Put the waiting set in force if it may be (trust 4.4); durable when this returns True."""
        if self._waiting is None or not self._may_swap(self._waiting[0]):
            return False
        (found, at), self._waiting = self._waiting, None
        name = f"gen-{found.manifest.number}-{found.digest8}-t{found.versions['timestamp']}"
        # The floors go first: a power cut between the two leaves the older set, which the next poll replaces.
        kept = {"at": instants.to_text(at), "epoch": self._epoch(), **found.floors.to_object()}
        self._database.put(f"generation.{name}", json.dumps(kept))
        self._generations.write(name, found.files)
        self._database.put("floors", json.dumps(found.floors.to_object()))
        if self._accepted is not None and self._accepted.manifest.number != found.manifest.number:
            self._before = self._accepted
        self._accepted = found
        self._vouch(found)
        self._allow()
        self.media.prune()
        return True

    def wanted(self, *, within_ms: int | None = None) -> list[File]:
        """The files that are missing, those of the next 24 hours and the filler first, then by when they are needed.

        `within_ms`: only those needed so soon; those of the next 24 hours are always named.
        """
        wanted = []
        for accepted in filter(None, (self.newest, self._accepted)):
            first = self._first_needed(accepted.manifest)
            soon_ms = self._clock.now_ms() + AHEAD_MS
            until_ms = None if within_ms is None else self._clock.now_ms() + max(within_ms, AHEAD_MS)
            files = [file for file in accepted.manifest.files if until_ms is None or first[file.sha256] < until_ms]
            files.sort(key=lambda file: (max(first[file.sha256], soon_ms), file.size))
            wanted += [file for file in files if not self.media.has(file)]
        return list({file.sha256: file for file in wanted}.values())

    def make_room(self, file: File) -> bool:
        """Let go of what is needed later than `file`, until it fits the quota and the disk; False if it does not fit.

        Nothing that the next 24 hours or the filler need is let go for it. trust F.4: media go first.
        """
        first = self._needed_first()
        limit_ms = max(first.get(file.sha256, 0), self._clock.now_ms() + AHEAD_MS)
        later = sorted((digest for digest, at_ms in first.items() if at_ms > limit_ms), key=lambda one: -first[one])
        return self.media.make_room(file.size - self.media.part_bytes(file.sha256), later)

    def free_space(self) -> None:
        """The disk is full: let go of all that neither the next 24 hours nor the filler need (trust F.4)."""
        first, soon_ms = self._needed_first(), self._clock.now_ms() + AHEAD_MS
        self.media.prune()
        for digest in [digest for digest, at_ms in first.items() if at_ms >= soon_ms]:
            self.media.remove(digest)

    def _needed_first(self) -> dict[str, int]:
        """When each file that a set in force or waiting names is needed first; `NEVER` where none does."""
        found: dict[str, int] = {}
        manifests = [self._waiting[0].manifest if self._waiting else None, self.manifest, self.previous]
        for rank, manifest in enumerate(manifests):
            for digest, at_ms in self._first_needed(manifest).items() if manifest else ():
                # of the set before only the filler is shown (C.5); the rest of its files go first of all
                is_over = rank == len(manifests) - 1 and at_ms > 0
                found[digest] = min(found.get(digest, NEVER), NEVER if is_over else at_ms)
        return found

    def _first_needed(self, manifest: Manifest) -> dict[str, int]:
        """When each file is needed first: 0 for filler and what runs now, `NEVER` for what no window holds."""
        now_ms = self._clock.now_ms()
        starts: dict[str, int] = dict.fromkeys(manifest.filler, 0)
        for window in manifest.windows:
            if window.loop and window.until_ms > now_ms:
                for entry in manifest.loops[window.loop]:
                    start_ms = 0 if window.from_ms <= now_ms else window.from_ms
                    starts[entry.item] = min(starts.get(entry.item, NEVER), start_ms)
        first = {file.sha256: NEVER for file in manifest.files}
        for item in manifest.items:
            for rendition in item.content.renditions:
                if rendition.file:
                    first[rendition.file] = min(first[rendition.file], starts.get(item.id, NEVER))
        return first

    def is_playable(self, item: Item, class_: str, at_ms: int) -> bool:
        """Whether the item's file is here, its class fresh, its approval running (trust 5.4-5.6)."""
        return self.why_not(item, class_, at_ms) is None

    def why_not(self, item: Item, class_: str, at_ms: int) -> str | None:
        """`media_missing`, `clock_untrusted`, `class_stale`, `item_expired`, `item_unknown`; None if it may."""
        if class_ == "priority" and self._clock.grade() == "floor":
            return "clock_untrusted"
        for accepted in filter(None, (self._accepted, self._before)):
            if accepted.manifest.item_by_id.get(item.id) == item:
                files = accepted.manifest.file_by_digest
                names = [rendition.file for rendition in item.content.renditions if rendition.file]
                if names and not any(self.media.has(files[name]) for name in names):
                    return "media_missing"
                return accepted.why_not(item, class_, at=instants.from_ms(at_ms))
        return "item_unknown"

    def verify(self, item: Item, geometry: str, done: Callable[[BundleRefusal | None], None]) -> None:
        """Hash the item's file in a thread; `done` is called in the loop with the refusal, or None."""
        rendition = item.content.rendition_for(geometry)
        digest = rendition.file if rendition is not None else ""
        future = asyncio.get_running_loop().run_in_executor(None, self.media.verify, digest)

        def finished(result: asyncio.Future[None]) -> None:
            error = result.exception()
            if error is not None and not isinstance(error, BundleRefusal):
                raise error
            done(error)

        future.add_done_callback(finished)

    def give_up(self, digest: str) -> None:
        """Remove a file that is not what was approved."""
        self.media.remove(digest)

    def _reopen(self, name: str, place: Place, *, is_newest: bool) -> Accepted:
        kept = self._database.get(f"generation.{name}")
        if kept is None:
            raise BundleRefusal("store_refused", step="5.1", subject=name, detail="nothing is known of its acceptance")
        fields = json.loads(kept)
        own = Floors(fields["versions"], fields["number"], fields["digest"])
        # trust 5.1: judged as it was accepted. A set from before a change of keys names the enrolment of then (2.6),
        # and is what plays until the next one is here.
        device = replace(place.device, epoch=min(place.device.epoch, fields.get("epoch", place.device.epoch)))
        # trust 5.3: the newest set against the device's floors; one that stands in for it, against its own.
        floors = self._floors() if is_newest else own
        return verify.reopen(
            self._generations.read(name),
            anchor=place.anchor,
            accepted_at=instants.from_text(fields["at"]),
            device=device,
            floors=floors,
        )

    def drop(self) -> None:
        """This enrolment is over (trust B.7): every set and every file goes; floors stay."""
        self._accepted = self._before = self._waiting = None
        for name in self._generations.names():
            self._generations.discard(name)
        self._allow()
        self.media.allow_sounds(())
        self.media.prune()

    def _epoch(self) -> int:
        return self._place.device.epoch if self._place is not None else 0

    def _floors(self) -> Floors:
        kept = self._database.get("floors")
        return Floors(**json.loads(kept)) if kept else Floors()

    def _vouch(self, found: Accepted) -> None:
        """trust D.6: never past what its metadata vouch for. Its keys of the role hub say whose time counts."""
        self._clock.follow_keys(trusted.key_set(found.keys.targets, "hub"))
        self._clock.raise_floor(min(found.manifest.made_ms, instants.to_ms(found.timestamp_expires)))
        self._database.put(CLOCK_FLOORS, self._clock.floors().to_text())

    def _allow(self) -> None:
        waiting = self._waiting[0].manifest if self._waiting else None
        self.media.allow(self.manifest, self.previous, waiting)

    def _may_swap(self, found: Accepted) -> bool:
        old = self.manifest
        # trust 4.4: at once if the new one lacks an item of the old: that is a take-down
        if old is not None and not {item.digest for item in old.items} <= {
            item.digest for item in found.manifest.items
        }:
            return True
        first, soon_ms = self._first_needed(found.manifest), self._clock.now_ms() + AHEAD_MS
        return all(self.media.has(file) for file in found.manifest.files if first[file.sha256] < soon_ms)
