"""The truth table of CAP: status × scope × msgType × references × expiry × effective; each case stands in one row."""

from dataclasses import replace
from functools import cache
from itertools import product

from bangtin.hub.alerts.cap import Heard, Known, Message, MsgType, Scope, Status, default_mapping, read, weigh
from bangtin.hub.alerts.cap.tests.messages import AT, BEFORE, LATER, PLACES, SENDER, SENT, SOON, alert, info, judged

STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
SCOPES = ("Public", "Restricted", "Private")
TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
# what `references` names: nothing, a known message of another sender, one of its own that is not known here, a known
# real one, a known exercise; or one of its own where nothing is known of earlier messages at all
REFERENCES = ("none", "other", "new", "real", "drill", "untold")
EXPIRIES = ("later", "past", "never")
EFFECTIVE = ("unsaid", "future")

# "-" stands for every value
TABLE = """
status            scope              msgType       references            expiry      start action   code
System,Test,Draft -                  -             -                     -           -     ignore   status
Actual,Exercise   Restricted,Private -             -                     -           -     ignore   scope
Actual,Exercise   Public             Ack,Error     -                     -           -     ignore   answer
Actual,Exercise   Public             Update,Cancel none                  -           -     ignore   names_nothing
Actual,Exercise   Public             Update,Cancel other                 -           -     ignore   other_sender
Exercise          Public             Cancel        new,real,drill,untold -           -     ignore   exercise_cancel
Actual            Public             Cancel        real,untold           -           -     cancel   cancel
Actual            Public             Cancel        new                   -           -     ignore   cancel_of_unknown
Actual            Public             Cancel        drill                 -           -     ignore   other_kind
Actual,Exercise   Public             Alert         -                     past        -     ignore   expired
Actual,Exercise   Public             Update        new,real,drill,untold past        -     ignore   expired
Exercise          Public             Alert         -                     later,never -     exercise exercise
Exercise          Public             Update        new,real,drill,untold later,never -     exercise exercise
Actual            Public             Alert         -                     never       -     wait     no_end
Actual            Public             Update        new,real,drill,untold never       -     wait     no_end
Actual            Public             Alert         -                     later       -     air      new
Actual            Public             Update        new,drill             later       -     air      update_of_unknown
Actual            Public             Update        real,untold           later       -     update   update
"""
AXES = (STATUSES, SCOPES, TYPES, REFERENCES, EXPIRIES, EFFECTIVE)
KNOWN = Known.of(
    (Heard(SENDER, "REAL"), Heard(SENDER, "DRILL", is_exercise=True), Heard("other@example.vn", "THEIRS")),
)
NAMED = {
    "none": "",
    "other": f"other@example.vn,THEIRS,{SENT}",
    "new": f"{SENDER},NEVER-HEARD,{SENT}",
    "real": f"{SENDER},REAL,{SENT}",
    "drill": f"{SENDER},DRILL,{SENT}",
    "untold": f"{SENDER},REAL,{SENT}",
}
Case = tuple[str, ...]


def rows() -> list[tuple[list[set[str]], tuple[str, str]]]:
    """Each row as the values of its six columns, and what it says."""
    lines = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return [(_columns(words[:6]), (words[6], words[7])) for words in lines]


def _columns(words: list[str]) -> list[set[str]]:
    found = [set(axis) if word == "-" else set(word.split(",")) for word, axis in zip(words, AXES, strict=True)]
    assert all(column <= set(axis) for column, axis in zip(found, AXES, strict=True)), words
    return found


ROWS = rows()


def cases() -> list[Case]:
    return list(product(*AXES))


def expected(case: Case) -> list[tuple[str, str]]:
    return [said for columns, said in ROWS if all(value in column for value, column in zip(case, columns, strict=True))]


def written(case: Case) -> bytes:
    status, scope, msg_type, references, expiry, start = case
    said = info(
        expires={"later": LATER, "past": BEFORE, "never": None}[expiry],
        effective={"unsaid": "", "future": SOON}[start],
    )
    return alert(said, status=status, scope=scope, msg_type=msg_type, references=NAMED[references])


@cache
def base(references: str, expiry: str, start: str) -> Message:
    return read(written(("Actual", "Public", "Alert", references, expiry, start)))


def message(case: Case) -> Message:
    status, scope, msg_type = Status(case[0]), Scope(case[1]), MsgType(case[2])
    return replace(base(*case[3:]), status=status, scope=scope, msg_type=msg_type)


def known_in(case: Case) -> Known | None:
    return None if case[3] == "untold" else KNOWN


def test_every_case_stands_in_exactly_one_row() -> None:
    assert len(cases()) == 2700
    assert [case for case in cases() if len(expected(case)) != 1] == []


def test_each_case_is_judged_as_its_row_says() -> None:
    wrong = []
    for case in cases():
        found = weigh(message(case), clusters=PLACES, mapping=default_mapping(), at=AT, known=known_in(case))
        if (found.action.value, found.code) != expected(case)[0]:
            wrong.append((case, found.action.value, found.code, expected(case)[0]))
    assert wrong == []


def test_a_case_as_xml_is_judged_like_the_case_as_values() -> None:
    for case in cases()[::7]:
        found = judged(written(case), known=known_in(case))
        assert (found.action.value, found.code) == expected(case)[0], case


def test_the_table_alone_lets_nothing_but_real_and_public_air() -> None:
    for columns, (action, _code) in ROWS:
        if action in {"air", "update", "cancel", "wait"}:
            assert columns[0] == {"Actual"}
            assert columns[1] == {"Public"}
