"""The player's own records: open before the first frame, chained when closed, sealed in signed batches (trust F.4).

Stop 10 of the tour. A row is `open` on the disk before its segment is shown; a beat at most a second old bounds what a
power cut can take from it; at the next boot it is closed at that beat and marked cut.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from sqlite3 import Connection
from typing import cast

from bangtin.bundle import playlog
from bangtin.bundle.playlog import Checkpoint, Line
from bangtin.bundle.signers import Signer
from bangtin.player.store.database import CLOCK_FLOORS, Database

MOST_LINES = 1000


@dataclass(frozen=True)
class Started:
    """What is known when a segment starts; the fields of a record line but for its place, length and end.

    `kind` is one of `bundle.playlog.KINDS`. Standby and the built-in card are `gap` with class `rest` and `card`.
    """

    kind: str
    bundle: int
    face: str
    from_ms: int
    mono_ms: int
    clock: str
    item: str = ""
    content: str = ""
    language: str = ""
    class_: str = ""
    slot: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Sealed:
    """A batch ready to be sent: lines `first`…`last` of `epoch` under their signed checkpoint."""

    epoch: int
    first: int
    last: int
    body: bytes


class Playlog:
    """The records of one device in one epoch, over `database`; `floors` gives the clock's, to be kept with each."""

    def __init__(self, database: Database, *, device: str, epoch: int, boot: int, signer: Signer) -> None:
        self._database = database
        self._device = device
        self._epoch = epoch
        self._boot = boot
        self._signer = signer
        self.floors: Callable[[], str] = str

    def open(self, name: str, started: Started) -> None:
        """Write the open row of a segment; when this returns it survives a power cut (trust 5.7)."""
        body = json.dumps({**asdict(started), "boot": self._boot})
        sql = "INSERT INTO opened (id, started, body) VALUES (?, (SELECT coalesce(max(started), 0) + 1 FROM opened), ?)"
        self._database.write(lambda connection: connection.execute(sql, (name, body)))

    def begin(self, name: str, *, from_ms: int, mono_ms: int) -> None:
        """The first frame of the segment was presented: its start is that instant."""
        body = self._body(name) | {"from_ms": from_ms, "mono_ms": max(0, mono_ms)}
        text = json.dumps(body)
        self._database.write(
            lambda connection: connection.execute("UPDATE opened SET body = ? WHERE id = ?", (text, name))
        )

    def beat(self, name: str, *, shown_ms: int) -> None:
        """So much of the segment has been presented so far."""
        self._database.write(
            lambda connection: connection.execute("UPDATE opened SET shown_ms = ? WHERE id = ?", (shown_ms, name))
        )

    def close(self, name: str, *, shown_ms: int, end: str) -> int:
        """Close the open row into the chain; gives its `n`."""
        return self._append(self._body(name), shown_ms=shown_ms, end=end, opened=name)

    def note(self, started: Started, *, shown_ms: int = 0, end: str = "complete") -> int:
        """Append a record that has no length of its own: clock, boot, refusal. Gives its `n`."""
        return self._append({**asdict(started), "boot": self._boot}, shown_ms=shown_ms, end=end)

    def close_left_over(self) -> int:
        """At boot: rows that an earlier life left open end at their last beat, as `cut`. Gives how many there were."""
        rows = self._database.rows("SELECT id, shown_ms FROM opened ORDER BY started")
        for name, shown_ms in rows:
            self.close(str(name), shown_ms=int(cast(int, shown_ms)), end="cut")
        return len(rows)

    def head(self) -> tuple[int, str]:
        """`(n, head)` of the last line; (0, first head) before there is one."""
        return self._head_at(None)

    def seal_former(self, signer: Signer, *, made_ms: int, mono_ms: int) -> int:
        """Seal what an earlier enrolment left unsealed, by its own key; gives how many lines are still unsent."""
        epochs = self._database.rows("SELECT DISTINCT epoch FROM lines WHERE epoch < ?", self._epoch)
        for (epoch,) in epochs:
            log = Playlog(
                self._database, device=self._device, epoch=int(cast(int, epoch)), boot=self._boot, signer=signer
            )
            while log.seal(made_ms=made_ms, mono_ms=mono_ms):
                pass
        (count,) = self._database.rows("SELECT count(*) FROM batches WHERE epoch < ?", self._epoch)[0]
        return int(cast(int, count))

    def former_head(self) -> str:
        """The head of the enrolment before, which the first line of this one quotes (trust F.2); "" at first."""
        rows = self._database.rows(
            "SELECT head FROM lines WHERE epoch < ? ORDER BY epoch DESC, n DESC LIMIT 1", self._epoch
        )
        return str(rows[0][0]) if rows and self.head()[0] == 0 else ""

    def unsealed(self) -> int:
        """How many lines no checkpoint covers yet."""
        return self.head()[0] - self._sealed_to()

    def unacknowledged(self) -> int:
        """How many lines the hub has not acknowledged."""
        return self.head()[0] - int(self._database.get(f"acked_to.{self._epoch}") or 0)

    def oldest_unsealed_ms(self) -> int | None:
        """When the oldest line that no checkpoint covers was written, by the clock of that moment."""
        rows = self._database.rows(
            "SELECT closed_ms FROM lines WHERE epoch = ? AND n = ?", self._epoch, self._sealed_to() + 1
        )
        return int(cast(int, rows[0][0])) if rows else None

    def seal(self, *, made_ms: int, mono_ms: int) -> bool:
        """Sign a checkpoint over the lines that have none, at most 1,000; False if there were none (trust F.3)."""
        first = self._sealed_to() + 1
        last = min(self.head()[0], first + MOST_LINES - 1)
        if last < first:
            return False
        checkpoint = Checkpoint(
            device=self._device,
            epoch=self._epoch,
            from_n=first,
            to_n=last,
            before=self._head_at(first - 1)[1],
            head=self._head_at(last)[1],
            boot=self._boot,
            made_ms=made_ms,
            mono_ms=mono_ms,
        )
        envelope = playlog.seal(checkpoint, self._signer)

        def change(connection: Connection) -> None:
            connection.execute("INSERT INTO batches VALUES (?, ?, ?, ?)", (self._epoch, first, last, envelope))
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"sealed_to.{self._epoch}", str(last)))

        self._database.write(change)
        return True

    def next_batch(self) -> Sealed | None:
        """The oldest batch that the hub has not acknowledged; the same bytes each time."""
        rows = self._database.rows("SELECT epoch, first, last, envelope FROM batches ORDER BY epoch, first LIMIT 1")
        if not rows:
            return None
        epoch, first, last, envelope = cast(tuple[int, int, int, bytes], rows[0])
        lines = self._database.rows(
            "SELECT line FROM lines WHERE epoch = ? AND n BETWEEN ? AND ? ORDER BY n", epoch, first, last
        )
        return Sealed(epoch, first, last, playlog.pack_batch(envelope, [cast(bytes, line) for (line,) in lines]))

    def acknowledge(self, *, epoch: int, to_n: int, head: str) -> bool:
        """The hub has lines up to `to_n`: batches and lines before it go. False if the head is not ours."""
        if epoch != self._epoch:
            log = Playlog(self._database, device=self._device, epoch=epoch, boot=self._boot, signer=self._signer)
            return epoch < self._epoch and log.acknowledge(epoch=epoch, to_n=to_n, head=head)
        if to_n > self.head()[0] or self._head_at(to_n)[1] != head:
            return False
        # The line at `to_n` stays: its head is where the next checkpoint starts from.
        gone_to = min(to_n, self._sealed_to())

        def change(connection: Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"acked_to.{self._epoch}", str(to_n)))
            connection.execute("DELETE FROM batches WHERE epoch = ? AND last <= ?", (self._epoch, to_n))
            connection.execute("DELETE FROM lines WHERE epoch = ? AND n < ?", (self._epoch, gone_to))

        self._database.write(change)
        return True

    def _append(self, body: dict[str, object], *, shown_ms: int, end: str, opened: str | None = None) -> int:
        n, head = self.head()
        line = Line(
            k=str(body["kind"]),
            n=n + 1,
            boot=cast(int, body["boot"]),
            bundle=cast(int, body["bundle"]),
            face=str(body["face"]),
            from_ms=cast(int, body["from_ms"]),
            mono_ms=cast(int, body["mono_ms"]),
            shown_ms=shown_ms,
            clock=str(body["clock"]),
            end=end,
            item=str(body["item"]),
            content=str(body["content"]),
            lang=str(body["language"]),
            class_=str(body["class_"]),
            slot=str(body["slot"]),
            extra=cast(Mapping[str, object], body["extra"]),
        )
        data = playlog.encode(line)
        closed_ms = line.from_ms + shown_ms
        row = (self._epoch, n + 1, data, playlog.fold(head, data), closed_ms)
        floors = self.floors()

        def change(connection: Connection) -> None:
            connection.execute("INSERT INTO lines VALUES (?, ?, ?, ?, ?)", row)
            if opened is not None:
                connection.execute("DELETE FROM opened WHERE id = ?", (opened,))
            if floors:  # trust D.6: the clock's floor is stored with each record
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (CLOCK_FLOORS, floors))

        self._database.write(change)
        return n + 1

    def _body(self, name: str) -> dict[str, object]:
        rows = self._database.rows("SELECT body FROM opened WHERE id = ?", name)
        return cast(dict[str, object], json.loads(str(rows[0][0])))

    def _head_at(self, n: int | None) -> tuple[int, str]:
        rows = self._database.rows(
            "SELECT n, head FROM lines WHERE epoch = ? AND n = coalesce(?, (SELECT max(n) FROM lines WHERE epoch = ?))",
            self._epoch,
            n,
            self._epoch,
        )
        if rows:
            return int(cast(int, rows[0][0])), str(rows[0][1])
        return 0, playlog.first_head(self._device, self._epoch)

    def _sealed_to(self) -> int:
        return int(self._database.get(f"sealed_to.{self._epoch}") or 0)
