"""Words of the shelf's titles, indexed by the database's own full-text search: FTS5 in SQLite, GIN in PostgreSQL.

What is searched is folded (`kit.folding`): no case, no marks, đ as d. Every word asked for begins a word of the title.
Writing without spaces between words (Chinese, Thái) has no such index: there a run of letters stands anywhere.
"""

from collections.abc import Sequence
from typing import TypeVar

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Func, Model, QuerySet, Value

Row = TypeVar("Row", bound=Model)
_LETTERS_WITHOUT_SPACES = "\u0e00"
# what PostgreSQL's own parser of words might read as an address, a path or a number with a sign
_SIGNS = r"[!-/:-@\[-`{-~–—“”‘’…«»]+"
_IN_SQLITE = """playlog_shelfentry.programme_id IN
  (SELECT rowid FROM playlog_shelfwords WHERE playlog_shelfwords MATCH %(expressions)s)"""
_TABLE = """CREATE VIRTUAL TABLE playlog_shelfwords USING fts5(title_folded, content='playlog_shelfentry',
  content_rowid='programme_id', prefix='1 2 3', tokenize="unicode61 remove_diacritics 0")"""
_ADD = "INSERT INTO playlog_shelfwords(rowid, title_folded) VALUES (NEW.programme_id, NEW.title_folded);"
_REMOVE = """INSERT INTO playlog_shelfwords(playlog_shelfwords, rowid, title_folded)
  VALUES ('delete', OLD.programme_id, OLD.title_folded);"""
# name: event, statements
_TRIGGERS = {
    "shelf_words_added": ("INSERT", _ADD),
    "shelf_words_removed": ("DELETE", _REMOVE),
    "shelf_words_changed": ("UPDATE OF title_folded", _REMOVE + _ADD),
}


def matching(entries: QuerySet[Row], words: Sequence[str], *, is_beginning: bool = False) -> QuerySet[Row]:
    """Those of `entries` with every one of the folded words; with `is_beginning` those whose title begins with them."""
    if not any(map(_counts, words)):
        return entries.none()
    spaced = [word for word in words if _counts(word) and max(word) < _LETTERS_WITHOUT_SPACES]
    for word in words:
        if max(word) >= _LETTERS_WITHOUT_SPACES:
            entries = entries.filter(title_folded__contains=word)
    if not spaced:
        return entries
    if is_beginning and connections[entries.db].vendor == "sqlite" and len(spaced) == len(words):
        return entries.filter(_in_sqlite("^ " + _phrase(" ".join(spaced))))
    if is_beginning:
        entries = entries.filter(title_folded__startswith=f" {' '.join(words)}")
    return entries.filter(_holding(spaced, entries.db))


def put_on(cursor: CursorWrapper, vendor: str) -> None:
    """Make the index over the shelf as it is, and have the database keep it."""
    if vendor != "sqlite":
        cursor.execute(f"CREATE INDEX IF NOT EXISTS shelf_words ON playlog_shelfentry USING gin ({_vector('')})")
        return
    cursor.execute(_TABLE)
    cursor.execute("INSERT INTO playlog_shelfwords(playlog_shelfwords) VALUES ('rebuild')")
    for name, (event, statements) in _TRIGGERS.items():
        cursor.execute(f"CREATE TRIGGER {name} AFTER {event} ON playlog_shelfentry FOR EACH ROW BEGIN {statements} END")


def take_off(cursor: CursorWrapper, vendor: str) -> None:
    """Drop the index; harmless where there is none."""
    if vendor != "sqlite":
        cursor.execute("DROP INDEX IF EXISTS shelf_words")
        return
    for name in _TRIGGERS:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute("DROP TABLE IF EXISTS playlog_shelfwords")


def names(vendor: str) -> set[str]:
    """The triggers that keep the index; PostgreSQL needs none."""
    return set(_TRIGGERS) if vendor == "sqlite" else set()


def _counts(word: str) -> bool:
    return any(map(str.isalnum, word))


def _holding(words: Sequence[str], using: str) -> Func:
    if connections[using].vendor == "sqlite":
        return _in_sqlite(" ".join(map(_phrase, words)))
    parts = [part for word in words for part in "".join(one if one.isalnum() else " " for one in word).split()]
    asked = " & ".join(f"'{part}':*" for part in parts)
    held = f"{_vector('playlog_shelfentry.')} @@ to_tsquery('simple', %(expressions)s)"
    return Func(Value(asked), template=held, output_field=BooleanField())


def _phrase(words: str) -> str:
    """The words one after the other, the last of them perhaps unfinished."""
    return '"{}" *'.format(words.replace('"', " "))


def _in_sqlite(asked: str) -> Func:
    return Func(Value(asked), template=_IN_SQLITE, output_field=BooleanField())


def _vector(table: str) -> str:
    return f"to_tsvector('simple', regexp_replace({table}title_folded, '{_SIGNS}', ' ', 'g'))"
