"""Whatever is generated: nothing but Actual and Public airs, and what airs ends and lies somewhere."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bangtin.hub.alerts.cap import Heard, Known, judge, read, weigh, write
from bangtin.hub.alerts.cap.mapping import default_mapping
from bangtin.hub.alerts.cap.shapes import Area, Circle, Info, Message, MsgType, Pair, Reference, Scope, Status
from bangtin.hub.alerts.cap.tests.messages import AT, PLACES, TA_LUNG

SENDERS = st.sampled_from(["a@example.vn", "b@example.vn"])
NAMES = st.sampled_from(["1", "2", "3"])
INSTANTS = st.integers(-72, 72).map(lambda hours: AT + timedelta(hours=hours))
WORDS = st.sampled_from(["", "Lũ quét", "Actual", "Public", "level 5"])
PAIRS = st.lists(
    st.builds(
        Pair, st.sampled_from(["bangtin:level", "status", "scope", "GSO"]), st.sampled_from(["0", "3", "5", "x"])
    ),
    max_size=2,
).map(tuple)
AREAS = st.builds(
    Area,
    st.just("Vùng"),
    circles=st.lists(st.builds(Circle, st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 20_000)), max_size=2).map(
        tuple
    ),
    geocodes=st.lists(st.builds(Pair, st.just("GSO"), st.sampled_from(["04", "99"])), max_size=1).map(tuple),
)
INFOS = st.builds(
    Info,
    st.just(("Met",)),
    st.just("Lũ quét"),
    st.just("Immediate"),
    st.sampled_from(["Extreme", "Minor"]),
    st.just("Likely"),
    language=st.sampled_from(["vi", "en", "zh-CN", "x-y"]),
    effective=st.none() | INSTANTS,
    onset=st.none() | INSTANTS,
    expires=st.none() | INSTANTS,
    headline=WORDS,
    parameters=PAIRS,
    areas=st.lists(AREAS, max_size=2).map(tuple),
)
MESSAGES = st.builds(
    Message,
    NAMES,
    SENDERS,
    INSTANTS,
    st.sampled_from(Status),
    st.sampled_from(MsgType),
    st.sampled_from(Scope),
    infos=st.lists(INFOS, max_size=3).map(tuple),
    note=WORDS,
    references=st.lists(st.builds(Reference, SENDERS, NAMES, INSTANTS), max_size=3, unique=True).map(tuple),
)
KNOWN = st.none() | st.lists(st.builds(Heard, SENDERS, NAMES, st.booleans()), max_size=4).map(Known.of)
REAL = {"air", "update", "cancel", "wait"}


@given(message=MESSAGES, known=KNOWN)
@settings(max_examples=60, deadline=None)
def test_nothing_but_actual_and_public_ever_airs(message: Message, known: Known | None) -> None:
    found = weigh(message, clusters=PLACES, mapping=default_mapping(), at=AT, known=known)
    action = found.action.value
    assert action != "refuse"
    if action in REAL:
        assert message.status is Status.ACTUAL
        assert message.scope is Scope.PUBLIC
    if action == "exercise":
        assert message.status is Status.EXERCISE
        assert message.scope is Scope.PUBLIC
    if action in {"air", "update"}:
        assert found.expires_at is not None
        assert found.expires_at > AT
        assert found.clusters
        assert found.languages
    if action in {"update", "cancel"}:
        assert found.replaces
        assert {each.sender for each in found.replaces} == {message.sender}
    assert found.level in {None, 3, 5}


@given(message=MESSAGES, known=KNOWN)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_and_judged_the_same(message: Message, known: Known | None) -> None:
    body = write(message)
    again = read(body)
    assert write(again) == body
    written = judge(body, clusters=(TA_LUNG,), mapping=default_mapping(), at=AT, known=known)
    assert written == weigh(again, clusters=(TA_LUNG,), mapping=default_mapping(), at=AT, known=known)


@given(
    body=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: f"<alert>{text}</alert>".encode("utf-8", "replace"))
)
@settings(max_examples=60, deadline=None)
def test_no_bytes_break_the_judge(body: bytes) -> None:
    assert judge(body, clusters=PLACES, mapping=default_mapping(), at=AT).action.value == "refuse"
