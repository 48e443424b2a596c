"""Separation of duties by person and item, kept by the database itself: no writer can get past it.

A decision is refused to whoever handed in the programme, whoever edited it, wrote its original or translated it, to
whoever took another step on the same item, on a version that has a newer one; and a version never changes its author.
"Whoever" is a person, not an account, and also the person in whose stead an officer acts.

A table that a migration rebuilds loses its triggers, and SQLite renames no table that a trigger names: so they are
taken off before migrations and put back after them. A trigger's name bears the digest of its text.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction

# the messages begin with this word; `refused_by` reads the rule's name behind it
WORD = "separation"
_DECISIONS, _VERSIONS = "appraisal_decision", "programmes_programmeversion"
# beside these, in tables of other desks that a young database may not have yet
_JOBS, _ONE_PERSON = "translation_translationjob", "appraisal_onepersonunit"
_NEEDED = {_DECISIONS, _VERSIONS, "accounts_user", "programmes_programme"}

# the persons behind a new decision: the officer, and who the officer stands in for
_ACTING = "(SELECT u.person FROM accounts_user u WHERE u.id IN (NEW.officer_id, NEW.acting_for_id))"
_PROGRAMME = "(SELECT v.programme_id FROM programmes_programmeversion v WHERE v.id = NEW.version_id)"

# any version of the programme counts; who edits may take the step of editing on the version made by it
_OWN = """NEW.step <> 'appraisal.sole' AND EXISTS (
  SELECT 1 FROM programmes_programmeversion w JOIN accounts_user a ON a.id = w.submitted_by_id
  WHERE w.programme_id = {programme} AND a.person IN {acting}
  AND (w.edited_from_id IS NULL OR NEW.step <> 'appraisal.edit'))"""
# who checks the words of a language edition may know the original well; who approves it may not have written it
_ORIGINAL = """NEW.step NOT IN ('appraisal.sole', 'language.check') AND EXISTS (
  SELECT 1 FROM programmes_programme p JOIN programmes_programmeversion w ON w.programme_id = p.original_id
  JOIN accounts_user a ON a.id = w.submitted_by_id WHERE p.id = {programme} AND a.person IN {acting})"""
_TRANSLATOR = """NEW.step <> 'appraisal.sole' AND EXISTS (
  SELECT 1 FROM translation_translationjob j JOIN accounts_user a ON a.id = j.translator_id
  WHERE j.edition_id = {programme} AND a.person IN {acting})"""
# one person alone, author or not, only where the unit has recorded that it has one; {on} is the decision's local day
_SOLE = """NEW.step = 'appraisal.sole' AND NEW.outcome = 'approved' AND NOT EXISTS (
  SELECT 1 FROM appraisal_onepersonunit o WHERE o.agency_id = NEW.agency_id AND o.starts_on <= {on}
  AND (o.ends_on IS NULL OR o.ends_on >= {on}))"""
_LOCAL_DAY = {
    "sqlite": "date(NEW.decided_at, '+7 hours')",
    "postgresql": "(NEW.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
}
# an item is a version with what it was edited from and what was edited from it; void decisions do not count, and who
# appraises may also edit (Lai Châu 10.1.a.3): the confirmation is another's in any case
_TWICE = """EXISTS (
  WITH RECURSIVE above(id) AS (
    SELECT NEW.version_id UNION SELECT w.edited_from_id FROM programmes_programmeversion w
    JOIN above ON w.id = above.id WHERE w.edited_from_id IS NOT NULL),
  item(id) AS (
    SELECT id FROM above UNION SELECT w.id FROM programmes_programmeversion w JOIN item ON w.edited_from_id = item.id)
  SELECT 1 FROM appraisal_decision d JOIN programmes_programmeversion w ON w.id = d.version_id
  JOIN accounts_user o ON o.id IN (d.officer_id, d.acting_for_id)
  WHERE d.version_id IN (SELECT id FROM item) AND d.id <> NEW.id AND d.step <> NEW.step AND d.outcome <> 'returned'
  AND NOT (d.step IN ('appraisal.decide', 'appraisal.edit') AND NEW.step IN ('appraisal.decide', 'appraisal.edit'))
  AND d.content_digest = w.content_digest AND o.person IN {acting})"""
_NEWER = """EXISTS (SELECT 1 FROM programmes_programmeversion v
  JOIN programmes_programmeversion w ON w.programme_id = v.programme_id
  WHERE v.id = NEW.version_id AND w.number > v.number)"""
_ELSEWHERE = """NEW.edited_from_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM programmes_programmeversion w
  WHERE w.id = NEW.edited_from_id AND w.programme_id = NEW.programme_id AND w.number < NEW.number)"""
_CHANGED = """NEW.submitted_by_id <> OLD.submitted_by_id OR NEW.programme_id <> OLD.programme_id
  OR COALESCE(NEW.edited_from_id, 0) <> COALESCE(OLD.edited_from_id, 0)"""


@dataclass(frozen=True)
class _Trigger:
    """What is refused when a row of `table` is written: rule name -> condition on NEW (and OLD)."""

    table: str
    event: str
    rules: Mapping[str, str]
    # the programme's row is held until the end, so that neither of two writers misses the other
    locked: str = ""

    @property
    def digest(self) -> str:
        """Names the text; another text is another trigger."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:10]


def refused_by(error: Exception) -> str:
    """The name of the rule that refused a write, such as "own"; empty for another error of the database."""
    words = str(error).split("separation: ", 1)
    return words[1].split()[0] if len(words) == 2 else ""


def take_off(using: str = "default") -> None:
    """Take the triggers off; harmless where there are none."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in _present(using).items():
            on = "" if connection.vendor == "sqlite" else f" ON {table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def put_on(using: str = "default") -> None:
    """Put the triggers on; nothing happens before all tables are there."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for name, one in _wanted(using).items():
            head = f"CREATE TRIGGER {name} AFTER {one.event} ON {one.table} FOR EACH ROW"
            if connection.vendor == "sqlite":
                raised = "SELECT RAISE(ABORT, 'separation: {name}') WHERE {condition};"
                body = " ".join(raised.format(name=rule, condition=text) for rule, text in one.rules.items())
                cursor.execute(f"{head} BEGIN {body} END")
                continue
            raised = (
                "IF {condition} THEN RAISE EXCEPTION 'separation: {name}' USING ERRCODE = 'check_violation'; END IF;"
            )
            body = " ".join(raised.format(name=rule, condition=text) for rule, text in one.rules.items())
            lock = f"PERFORM 1 FROM programmes_programme p WHERE p.id = {one.locked} FOR NO KEY UPDATE;"
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN {lock if one.locked else ''} {body} RETURN NULL; END $$"
            )
            cursor.execute(f"{head} EXECUTE FUNCTION {name}()")


def is_on(using: str = "default") -> bool:
    """Whether exactly the triggers of this release are there."""
    return set(_present(using)) == set(_wanted(using))


def before_migrations(sender: AppConfig, *, using: str = "default", plan: Any = (), **_rest: object) -> None:
    """Signal: migrations are about to run (`plan` empty: none are)."""
    if plan:
        take_off(using)


def after_migrations(sender: AppConfig, *, using: str = "default", **_rest: object) -> None:
    """Signal: migrations ran, or there were none; put back what is off or of another release."""
    if not is_on(using):
        take_off(using)
        put_on(using)


def _wanted(using: str) -> dict[str, _Trigger]:
    tables = set(connections[using].introspection.table_names())
    if not tables >= _NEEDED:
        return {}
    rules = {"own": _OWN, "original": _ORIGINAL, "twice": _TWICE}
    if _JOBS in tables:
        rules["translator"] = _TRANSLATOR
    if _ONE_PERSON in tables:
        rules["sole"] = _SOLE
    on = _LOCAL_DAY[connections[using].vendor]
    who = {name: text.format(programme=_PROGRAMME, acting=_ACTING, on=on) for name, text in rules.items()}
    fields = "officer_id, acting_for_id, agency_id, version_id, step, outcome, content_digest, decided_at"
    triggers = {
        "decided": _Trigger(_DECISIONS, "INSERT", {"newer": _NEWER, **who}, locked=_PROGRAMME),
        "changed": _Trigger(_DECISIONS, f"UPDATE OF {fields}", who, locked=_PROGRAMME),
        "handed_in": _Trigger(_VERSIONS, "INSERT", {"elsewhere": _ELSEWHERE}, locked="NEW.programme_id"),
        "author": _Trigger(_VERSIONS, "UPDATE OF submitted_by_id, programme_id, edited_from_id", {"author": _CHANGED}),
    }
    return {f"{WORD}_{name}_{one.digest}": one for name, one in triggers.items()}


def _present(using: str) -> dict[str, str]:
    """The triggers of this module that are there, with their tables."""
    connection = connections[using]
    query = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name: table for name, table in cursor.fetchall() if name.startswith(f"{WORD}_")}
