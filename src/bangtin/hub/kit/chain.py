"""Checks the audit trail byte by byte, and against heads that were handed out: a chain rewritten as a whole verifies
by itself, but no longer has the digests that published bundles and sent reports carry."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from bangtin.hub.kit.models import AuditEntry

ROWS = 2_000
_COLUMNS = ("actor_id", "actor_name", "action", "subject_type", "subject_id", "previous", "digest")


@dataclass(frozen=True)
class Head:
    """How many entries a chain had and the digest of the last of them ("" for none)."""

    entries: int
    digest: str

    def to_object(self) -> dict[str, object]:
        """As a manifest carries it under `x_audit`."""
        return {"entries": self.entries, "digest": self.digest}


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold. `code`: `changed` (the entry's bytes do not give its digest), `unreadable` (they
    cannot even be read), `out_of_place` (it does not follow the entry `after`: one was removed, put in or exchanged).
    """

    entry: int
    code: str
    after: int | None
    missing: tuple[int, ...] = ()

    def to_object(self) -> dict[str, object]:
        """For one line of JSON."""
        return {"entry": self.entry, "code": self.code, "after": self.after, "missing": list(self.missing)}


@dataclass
class Outcome:
    """What reading the whole chain gave: its head, where it breaks, and the digest at each count asked for."""

    entries: int = 0
    digest: str = ""
    breaks: list[Break] = field(default_factory=list)
    breaks_count: int = 0
    at_counts: dict[int, str] = field(default_factory=dict)

    def has(self, head: Head) -> bool:
        """Whether the chain had this digest at this count."""
        return self.at_counts.get(head.entries) == head.digest


def head() -> Head:
    """The head of the chain now."""
    last = AuditEntry.objects.order_by("-id").values_list("id", "digest").first()
    if last is None:
        return Head(0, "")
    return Head(AuditEntry.objects.filter(id__lte=last[0]).count(), last[1])


def check(*, counts: Iterable[int] = (), most_breaks: int = 1_000) -> Outcome:
    """Read every entry in order; memory stays flat over millions of them.

    `counts` are the numbers of entries whose digest is wanted; the first `most_breaks` breaks are named.
    """
    wanted = frozenset(counts)
    found = Outcome(at_counts={0: ""} if 0 in wanted else {})
    after: int | None = None
    for row_id, row in _rows():
        broken = _broken(row_id, row, previous=found.digest, after=after)
        if broken is not None:
            found.breaks_count += 1
            if len(found.breaks) < most_breaks:
                found.breaks.append(broken)
        # an unreadable digest is no link: the next entry is then out of place as well
        digest = row.get("digest")
        found.digest = digest if isinstance(digest, str) else "?"
        found.entries += 1
        if found.entries in wanted:
            found.at_counts[found.entries] = found.digest
        after = row_id
    return found


def digest_of(previous: str, body: Iterable[object]) -> str:
    """The digest of an entry: of the one before it and its own values in their order."""
    text = json.dumps([previous, *body], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _broken(row_id: int, row: Mapping[str, object], *, previous: str, after: int | None) -> Break | None:
    if "unreadable" in row:
        return Break(row_id, "unreadable", after)
    body = [row[name] for name in ("at", "actor_id", "actor_name", "action", "subject_type", "subject_id", "details")]
    try:
        own = digest_of(str(row["previous"]), body)
    except (UnicodeEncodeError, TypeError):
        return Break(row_id, "unreadable", after)
    is_linked = row["previous"] == previous
    if row["digest"] == own and is_linked:
        return None
    if row["digest"] != own:
        return Break(row_id, "changed", after)
    missing = range((after or 0) + 1, row_id)
    return Break(row_id, "out_of_place", after, tuple(missing[:20]))


def _rows() -> Iterator[tuple[int, Mapping[str, object]]]:
    """Each entry's own bytes, in order, without what a model would make of them."""
    table = connection.ops.quote_name(AuditEntry._meta.db_table)
    is_lite = connection.vendor == "sqlite"
    # what SQLite keeps may be any bytes at all once somebody wrote into the file
    cast = "CAST({} AS BLOB)" if is_lite else "CAST({} AS text)"
    names = ("at", "details", *_COLUMNS)
    picked = ", ".join(
        connection.ops.quote_name(name) if name == "actor_id" else cast.format(connection.ops.quote_name(name))
        for name in names
    )
    query = f"SELECT id, {picked} FROM {table} WHERE id > %s ORDER BY id LIMIT {ROWS}"  # noqa: S608  # our own names
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [last])
            rows = cursor.fetchall()
        for row_id, *values in rows:
            yield row_id, _read(dict(zip(names, values, strict=True)), is_lite=is_lite)
            last = row_id
        if len(rows) < ROWS:
            return


def _read(raw: dict[str, object], *, is_lite: bool) -> Mapping[str, object]:
    try:
        found = {name: value.decode() if isinstance(value, bytes) else value for name, value in raw.items()}
        found["details"] = details = json.loads(str(found["details"]))
        if is_lite and json.dumps(details) != _text(raw["details"]):
            return {"unreadable": "details", "digest": found["digest"]}
        found["at"] = _instant(str(found["at"]), is_lite=is_lite)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return {"unreadable": "row", "digest": _text(raw["digest"])}
    return found


def _instant(text: str, *, is_lite: bool) -> str:
    found = datetime.fromisoformat(text)
    if is_lite and found.tzinfo is None:
        if text not in (str(found), found.isoformat(" ", "microseconds")):
            raise ValueError(f"no instant as it is written here: {text[:40]!r}")
        found = found.replace(tzinfo=UTC)
    return found.astimezone(UTC).isoformat(timespec="microseconds")


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
