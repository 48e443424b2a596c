"""Keeps the archive's shelf beside the rows it is made from, in the database: no writer can forget it.

A table that a migration rebuilds loses its triggers, and SQLite renames no table that a trigger names: so they are
taken off before migrations and put back after them, when the whole shelf is made anew.
"""

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction

from bangtin.hub.playlog import word_index

_ENTRY = """
INSERT INTO playlog_shelfentry
  (programme_id, version_id, code, title, title_folded, instrument_id, agency_id, category, language, state,
   submitted_at, is_aired)
SELECT p.id, v.id, p.code, v.title, ' ' || v.title_folded, p.instrument_id, p.agency_id, p.category, v.language,
  v.state, v.submitted_at, {aired}
FROM programmes_programme p JOIN programmes_programmeversion v ON v.programme_id = p.id
WHERE v.number = (SELECT max(w.number) FROM programmes_programmeversion w WHERE w.programme_id = p.id) {narrowed}
"""
_AIRED = """EXISTS (SELECT 1 FROM playlog_airtime a JOIN programmes_programmeversion x ON x.id = a.version_id
  WHERE x.programme_id = p.id AND a.plays > 0 AND a.grade IN ('corroborated', 'claimed'))"""
_CLEAR = "DELETE FROM playlog_shelfentry WHERE programme_id = NEW.programme_id; "
_ADD = _CLEAR + _ENTRY.format(aired=_AIRED, narrowed="AND p.id = NEW.programme_id") + ";"
_CHANGE_VERSION = """UPDATE playlog_shelfentry SET title = NEW.title, title_folded = ' ' || NEW.title_folded,
  language = NEW.language, state = NEW.state, submitted_at = NEW.submitted_at WHERE version_id = NEW.id;"""
_CHANGE_PROGRAMME = """UPDATE playlog_shelfentry SET code = NEW.code, instrument_id = NEW.instrument_id,
  agency_id = NEW.agency_id, category = NEW.category WHERE programme_id = NEW.id;"""
_AIR = """UPDATE playlog_shelfentry SET is_aired = {true} WHERE NOT is_aired AND programme_id =
  (SELECT v.programme_id FROM programmes_programmeversion v WHERE v.id = NEW.version_id);"""
_PLAYED = "NEW.plays > 0 AND NEW.grade IN ('corroborated', 'claimed')"
# the ledger is added to a thousand times a second: only a row's first plays can put anything on the shelf
_FIRST_PLAYED = f"OLD.plays <= 0 AND {_PLAYED}"
# name: table, event, condition, statements
_TRIGGERS = {
    "shelf_version_added": ("programmes_programmeversion", "INSERT", "", _ADD),
    "shelf_version_changed": (
        "programmes_programmeversion",
        "UPDATE OF title, title_folded, language, state, submitted_at",
        "",
        _CHANGE_VERSION,
    ),
    "shelf_version_removed": ("programmes_programmeversion", "DELETE", "", _ADD.replace("NEW.", "OLD.")),
    "shelf_programme_changed": (
        "programmes_programme",
        "UPDATE OF code, instrument_id, agency_id, category",
        "",
        _CHANGE_PROGRAMME,
    ),
    "shelf_aired": ("playlog_airtime", "INSERT", _PLAYED, _AIR),
    "shelf_aired_later": ("playlog_airtime", "UPDATE OF plays", _FIRST_PLAYED, _AIR),
}
_TABLES = {"playlog_shelfentry", "playlog_airtime", "programmes_programme", "programmes_programmeversion"}


def take_off(using: str = "default") -> None:
    """Take the triggers off; harmless where there are none."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name, (table, *_rest) in _TRIGGERS.items():
            if table in present:
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        word_index.take_off(cursor, connection.vendor)


def put_on(using: str = "default") -> None:
    """Put the triggers on and make the whole shelf anew; nothing happens before all tables are there."""
    connection = connections[using]
    if not set(connection.introspection.table_names()) >= _TABLES:
        return
    is_lite = connection.vendor == "sqlite"
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for name, (table, event, condition, body) in _TRIGGERS.items():
            when = f"WHEN ({condition})" if condition else ""
            statements = body.format(true="1" if is_lite else "TRUE") if "{true}" in body else body
            head = f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when}"
            if is_lite:
                cursor.execute(f"{head} BEGIN {statements} END")
                continue
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN {statements} RETURN NULL; END $$"
            )
            cursor.execute(f"{head} EXECUTE FUNCTION {name}()")
        make_anew(using)
        word_index.put_on(cursor, connection.vendor)


def make_anew(using: str = "default") -> None:
    """Write the whole shelf from the rows it is made from."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM playlog_shelfentry")
        cursor.execute(_ENTRY.format(aired=_AIRED, narrowed=""))


def before_migrations(sender: AppConfig, *, using: str = "default", plan: Any = (), **_rest: object) -> None:
    """Signal: migrations are about to run (`plan` empty: none are)."""
    if plan:
        take_off(using)


def after_migrations(sender: AppConfig, *, using: str = "default", **_rest: object) -> None:
    """Signal: migrations ran, or there were none; put back what is off."""
    if not _is_on(using):
        take_off(using)
        put_on(using)


def _is_on(using: str) -> bool:
    connection = connections[using]
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()} >= {*_TRIGGERS, *word_index.names(connection.vendor)}
