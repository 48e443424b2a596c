"""Grades the lines of many batches and writes them with all that follows from them; a step of ingest.

One statement for each kind of row, however many batches came. Sums of a run of lines are added up by hour before
anything is made of them: of a hundred plays the ledgers have a dozen rows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bangtin.bundle.playlog import Checkpoint, Line, Row
from bangtin.hub.kit.clock import from_ms
from bangtin.hub.playlog.actions import airing, bookkeeping, regrading, sealing, writing
from bangtin.hub.playlog.actions.airing import HOUR_MS, Sheet, Span
from bangtin.hub.playlog.actions.bookkeeping import Account, Entries
from bangtin.hub.playlog.actions.regrading import Coming, Moves, Stored
from bangtin.hub.playlog.actions.writing import Columns
from bangtin.hub.playlog.models import Grade
from bangtin.hub.playlog.queries import facts, grading, owners, recent
from bangtin.hub.playlog.queries.facts import Sender
from bangtin.hub.playlog.queries.grading import Surroundings
from bangtin.hub.playlog.queries.owners import Owners, plain
from bangtin.hub.playlog.queries.standings import Standing
from bangtin.hub.regulations import queries as regulations

Named = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Filing:
    """A batch that is to be stored: `rows` are those of its lines that are not stored already."""

    sender: Sender
    checkpoint: Checkpoint
    envelope: bytes
    rows: Sequence[Row]
    is_fork: bool
    standing: Standing

    @property
    def lines(self) -> list[Line]:
        """The readable ones."""
        return [row.line for row in self.rows if row.line is not None]

    @property
    def is_last(self) -> bool:
        """Whether nothing of this chain is stored after it."""
        last = self.standing.last
        return not self.is_fork and (last.to if last else 0) < self.checkpoint.from_n


def file(batches: Sequence[Filing], *, at: datetime) -> None:
    """Store batches of different devices, and grade anew the rows just before them that they may decide."""
    lines = [one.lines for one in batches]
    coming = [
        Coming(one.sender, one.checkpoint.epoch, some, one.standing)
        for one, some in zip(batches, lines, strict=True)
        if some and not one.is_fork
    ]
    before = regrading.before_all(coming)
    surroundings = grading.around_all(
        [
            _stretch(one, some, () if one.is_fork else before.get(one.sender.pk, ()), at)
            for one, some in zip(batches, lines, strict=True)
        ]
    )
    found = owners.owners([(one.sender.cluster_id, some) for one, some in zip(batches, lines, strict=True)])
    ids = writing.add_batches([(one.checkpoint, one.envelope, one.is_fork) for one in batches], at=at)
    moves, books = Moves(), _Books()
    adverts = _advertising(
        {one.sender.instrument_id for one, whose in zip(batches, found, strict=True) if whose.versions}
    )
    pages = [
        _Page(one, whose, ids[one.sender.pk], books, adverts.get(one.sender.instrument_id, frozenset()))
        for one, whose in zip(batches, found, strict=True)
    ]
    with writing.adding() as add:
        for one, page, known in zip(batches, pages, surroundings, strict=True):
            add(page.columns(known, at))
            if not one.is_fork:
                regrading.judge_anew(before.get(one.sender.pk, ()), known, into=moves)
                recent.remember(one.sender.pk, one.checkpoint, one.rows)
    sealing.reopen((), at=at, moved=books.places())
    moved = regrading.write(moves, at=at)
    for each in coming:
        regrading.wait_for_mending(each.device, each.epoch, each.lines)
    bookkeeping.book(bookkeeping.merged(books.entries(), moved))
    airing.lay({sheet: airing.joined(spans) for sheet, spans in books.sheets.items()})


def _stretch(one: Filing, lines: Sequence[Line], before: Sequence[Stored], at: datetime) -> grading.Stretch:
    heads = {} if one.is_fork else {row.n: row.head for row in one.rows}
    if before and one.standing.last is not None:
        heads = {**recent.heads(one.sender.pk, one.checkpoint.epoch, one.standing.last.head), **heads}
    said = [*(row.said for row in before), *lines]
    return grading.Stretch(said, one.sender, one.checkpoint.epoch, at, heads, one.is_fork, one.is_last)


@dataclass(slots=True)
class _Words:
    """What lines say alike that name the same things: their columns, and where their plays are booked.

    `sums` are plays and milliseconds by hour and grade; `spans` the sheets by hour, each with when its day began.
    """

    columns: Columns
    version_id: int | None
    sheet: tuple[str, str, bool]
    account: tuple[str, str, int | None, str, str, bool]
    sums: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    spans: dict[int, tuple[int, list[Span]]] = field(default_factory=dict)


class _Books:
    """The sums and spans of all that is filed together."""

    def __init__(self) -> None:
        self.sheets: dict[Sheet, list[Span]] = {}
        self._words: list[_Words] = []
        self._hours: set[tuple[str, int]] = set()

    def open(self, words: _Words) -> _Words:
        """From now on plays may be booked under these words."""
        self._words.append(words)
        return words

    def note(self, cluster_id: str, hours: Iterable[int]) -> None:
        """Rows stand in these hours, whatever they are."""
        self._hours.update((cluster_id, number) for number in hours)

    def add(self, words: _Words, at_ms: int, shown_ms: int, grade: str) -> None:
        """A play of a known version."""
        number = at_ms // HOUR_MS
        sums = words.sums.get((number, grade))
        if sums is None:
            sums = words.sums[number, grade] = [0, 0]
        sums[0] += 1
        sums[1] += shown_ms
        if shown_ms <= 0 or grade not in airing.AIRED:
            return
        midnight_ms, spans = words.spans.get(number) or self._page(words, number)
        start, end = at_ms - midnight_ms, at_ms - midnight_ms + shown_ms
        if end <= airing.DAY_MS:
            spans.append((start, end))
        else:
            airing.spread(words.sheet, at_ms, shown_ms, into=self.sheets)

    def places(self) -> Iterator[tuple[str, datetime]]:
        """Cluster and hour of every row."""
        return ((cluster_id, from_ms(number * HOUR_MS)) for cluster_id, number in self._hours)

    def entries(self) -> Entries:
        """The ledger's sums, by account."""
        return bookkeeping.merged(
            *(
                {_account(one, hour, grade): (plays, ms)}
                for one in self._words
                for (hour, grade), (plays, ms) in one.sums.items()
            )
        )

    def _page(self, words: _Words, number: int) -> tuple[int, list[Span]]:
        cluster_id, face_id, is_advertising = words.sheet
        on, midnight_ms = airing.hour(number)
        spans = self.sheets.setdefault(Sheet(cluster_id, face_id, on, is_advertising), [])
        words.spans[number] = midnight_ms, spans
        return midnight_ms, spans


def _account(words: _Words, hour: int, grade: str) -> Account:
    cluster_id, face_id, version_id, language, class_, is_outside = words.account
    assert version_id is not None  # nothing is booked under words without one
    on, _midnight = airing.hour(hour)
    return bookkeeping.account_of(
        cluster_id, face_id, on, version_id, language, class_, is_outside_hours=is_outside, grade=grade
    )


class _Page:
    """The rows of one batch; `adverts` are the categories that advertise."""

    def __init__(self, filing: Filing, whose: Owners, batch_id: int, books: _Books, adverts: frozenset[str]) -> None:
        self._filing, self._whose, self._books, self._adverts = filing, whose, books, adverts
        self._head = batch_id, filing.sender.pk, filing.sender.cluster_id, filing.checkpoint.epoch
        self._words: dict[Named, _Words] = {}

    def columns(self, known: Surroundings, at: datetime) -> list[Columns]:
        """The rows in the order of n, each graded and booked."""
        filing, column = self._filing, facts.column_of_ms()
        verdicts = grading.grade_all((row.line for row in filing.rows if row.line is not None), known)
        found: list[Columns] = []
        hours: set[int] = set()
        for row in filing.rows:
            if row.line is None:
                found.append(self._malformed(row, at))
            else:
                verdict, at_ms = next(verdicts)
                hours.add(at_ms // HOUR_MS)
                found.append(self._row(row, row.line, verdict.grade, verdict.reason, at_ms, column))
        self._books.note(filing.sender.cluster_id, hours)
        return found

    def _row(  # every argument is one fact of the line
        self, row: Row, line: Line, grade: str, reason: str, at_ms: int, column: Callable[[int], facts.Value]
    ) -> Columns:
        named = line.item, line.content, line.lang, line.class_, line.slot, line.face
        words = self._words.get(named)
        if words is None:
            words = self._words[named] = self._books.open(self._meant(named))
        if words.version_id is not None and line.k == "play":
            self._books.add(words, at_ms, line.shown_ms, grade)
        return (
            *self._head,
            row.n,
            line.boot,
            line.k,
            line.bundle,
            *words.columns,
            line.from_ms,
            column(at_ms),
            line.mono_ms,
            line.shown_ms,
            line.clock,
            line.end,
            grade,
            reason,
            self._filing.is_fork,
            row.data,
        )

    def _malformed(self, row: Row, at: datetime) -> Columns:
        # trust 8.6: kept in its place in the chain, and nothing of it is believed
        reason = row.refusal.code if row.refusal else "record_malformed"
        face_id, grade, is_fork = self._filing.sender.face_id, Grade.QUARANTINED.value, self._filing.is_fork
        before = (*self._head, row.n, 0, "malformed", None, "", "", "", "", None, None, None, face_id, 0)
        return (*before, facts.column(at), 0, 0, "", "", grade, reason, is_fork, row.data)

    def _meant(self, named: Named) -> _Words:
        item, content, language, class_, _slot, face = map(plain, named)
        slot, version = self._whose.slots.get(named[4]), self._whose.versions.get(named[1])
        slot_id, version_id = slot.pk if slot else None, version.pk if version else None
        placement_id = self._whose.placements.get(named[4])
        cluster_id, is_outside = self._filing.sender.cluster_id, slot is not None and slot.is_outside_hours
        return _Words(
            columns=(item, content, language, class_, slot_id, placement_id, version_id, face),
            version_id=version_id,
            sheet=(cluster_id, face, version is not None and version.category in self._adverts),
            account=(cluster_id, face, version_id, language, class_, is_outside),
        )


def _advertising(instruments: Iterable[str]) -> dict[str, frozenset[str]]:
    """The categories that advertise by each of these instruments."""
    return {
        name: frozenset(one.id for one in regulations.regulation(name).categories if one.is_advertising)
        for name in instruments
    }
