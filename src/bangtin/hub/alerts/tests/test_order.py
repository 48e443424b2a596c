"""One officer orders, one ends; what goes to the screens is what they accept (trust E, 6.1–6.6)."""

from datetime import timedelta

import pytest

from bangtin.bundle import alerts as notices
from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import actions, errors, policies, queries
from bangtin.hub.alerts.models import Alert, AlertEnvelope
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.alerts.tests.factories import leader, ordered, spec
from bangtin.hub.devices import hints
from bangtin.hub.devices.actions import repository
from bangtin.hub.devices.models import Restore
from bangtin.hub.devices.queries.restores import LEAP
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TA_LUNG = "cao-bang/ta-lung"


def _sent(at: object = NOW, **kind: bool) -> list[notices.AlertNotice]:
    return [notices.read(one) for one in queries.envelopes_for(TA_LUNG, at=at, **kind)]  # type: ignore[arg-type]  # an instant


def test_one_officers_order_is_signed_numbered_and_carried_by_every_poll(desk: Desk) -> None:
    row = ordered(desk)
    assert (row.number, row.state, row.ordered_by) == ("KC-2026-0001", AlertState.ISSUED, leader(desk))
    (sent,) = _sent()
    assert (sent.id, sent.n, sent.active, sent.kind) == ("KC-2026-0001", 1, ("KC-2026-0001",), "alert")
    assert (sent.level, sent.clusters, sent.is_drill) == (4, (TA_LUNG,), False)
    assert sent.texts["vi"].headline == "LŨ QUÉT, SẠT LỞ ĐẤT"
    assert row.clause == "cao-bang/7.1-5"
    assert AuditEntry.objects.filter(action="alert.issued").count() == 1
    assert queries.envelopes_for("cao-bang/trung-khanh", at=NOW)  # the newest counts everywhere


def test_after_a_restore_no_screen_takes_a_notice_for_one_that_it_has_had(desk: Desk) -> None:
    Restore.objects.create(at=NOW, reason="Đĩa máy chủ hỏng")
    ordered(desk)
    assert [one.n for one in _sent()] == [LEAP + 1]
    assert AlertEnvelope.objects.get().n == LEAP + 1


def test_the_push_goes_out_after_the_commit_with_the_same_bytes(
    desk: Desk, django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed: list[tuple[bytes, bool]] = []
    monkeypatch.setattr(
        hints.Broadcaster, "alert", lambda _self, body, *, clusters, is_drill: pushed.append((body, is_drill))
    )
    with django_capture_on_commit_callbacks(execute=False) as callbacks:  # type: ignore[operator]  # a pytest fixture
        ordered(desk)
        assert pushed == []
    for callback in callbacks:
        callback()
    assert pushed == [(bytes(AlertEnvelope.objects.get().body), False)]


def test_administrators_operators_and_contributors_order_nothing(desk: Desk) -> None:
    repository.create_repository(at=NOW)
    may = set()
    for name, user in desk.world.users.items():
        try:
            actions.order(spec=spec(), actor=user, at=NOW)
        except NotPermitted:
            assert not policies.may_order(user, [desk.cluster], at=NOW)
        else:
            may.add(name)
    assert may == {"lanh-dao", "tham-dinh-1", "tham-dinh-2"}


@pytest.mark.parametrize("ends", [None, NOW, NOW - HOUR, NOW + 25 * HOUR])
def test_no_order_without_an_end_within_a_day(desk: Desk, ends: object) -> None:
    repository.create_repository(at=NOW)
    with pytest.raises(errors.NoEnd):
        actions.order(spec=spec(ends_at=ends), actor=leader(desk), at=NOW)
    assert not AlertEnvelope.objects.exists() and not Alert.objects.exists()


def test_a_waiting_notice_may_lack_its_end_until_it_is_issued(desk: Desk) -> None:
    repository.create_repository(at=NOW)
    row = actions.compose(spec=spec(ends_at=None), actor=leader(desk), at=NOW)
    with pytest.raises(errors.NoEnd):
        actions.issue(alert=row, actor=leader(desk), at=NOW)
    row.refresh_from_db()
    assert row.state == AlertState.WAITING
    row = actions.amend(alert=row, spec=spec(), actor=leader(desk), at=NOW)
    assert actions.issue(alert=row, actor=leader(desk), at=NOW).state == AlertState.ISSUED


def test_the_same_form_sent_twice_is_one_order(desk: Desk) -> None:
    first = ordered(desk, asked_key="k1")
    again = ordered(desk, asked_key="k1")
    assert first == again and AlertEnvelope.objects.count() == 1


def test_a_notice_is_issued_once_and_cancelled_once(desk: Desk) -> None:
    row = ordered(desk)
    stale = Alert.objects.get(pk=row.pk)
    with pytest.raises(StaleState):
        actions.issue(alert=row, actor=leader(desk), at=NOW)
    actions.cancel(alert=row, reason="Nước đã rút", actor=leader(desk), at=NOW + HOUR)
    with pytest.raises(StaleState):
        actions.cancel(alert=stale, reason="Nước đã rút", actor=desk.world.users["tham-dinh-1"], at=NOW + HOUR)
    assert [one.kind for one in _sent(NOW + HOUR)] == ["cancel"]
    assert (_sent(NOW + HOUR)[0].id, _sent(NOW + HOUR)[0].active) == (row.number, ())


def test_an_update_stands_in_for_the_notice_and_extends_it(desk: Desk) -> None:
    row = ordered(desk)
    later = NOW + 10 * HOUR
    new = actions.extend(alert=row, ends_at=later + 20 * HOUR, actor=leader(desk), at=later)
    row.refresh_from_db()
    assert (row.state, new.replaces, new.number) == (AlertState.REPLACED, row, "KC-2026-0002")
    (sent,) = _sent(later)
    assert (sent.kind, sent.references, sent.active) == ("update", (row.number,), (new.number,))
    with pytest.raises(StaleState):
        actions.extend(alert=row, ends_at=later + 20 * HOUR, actor=leader(desk), at=later)


def test_a_notice_ends_by_itself(desk: Desk) -> None:
    row = ordered(desk)
    assert actions.end_due(at=NOW + HOUR) == 0
    assert actions.end_due(at=NOW + 12 * HOUR) == 1
    row.refresh_from_db()
    assert row.state == AlertState.ENDED
    assert _sent(NOW + 12 * HOUR) == []
    with pytest.raises(StaleState):
        actions.cancel(alert=row, reason="Muộn", actor=leader(desk), at=NOW + 12 * HOUR)


def test_an_exercise_has_its_own_number_key_and_screens(desk: Desk) -> None:
    real = ordered(desk)
    drill = ordered(desk, is_drill=True)
    assert drill.number == "DT-2026-0001"
    assert [one.id for one in _sent()] == [real.number]
    found = {one.id: one for one in _sent(is_drill=True)}
    assert found[drill.number].active == (drill.number,) and found[drill.number].role == "drills"
    assert found[real.number].active == (real.number,)


def test_texts_too_long_for_a_push_are_refused_whole(desk: Desk) -> None:
    from bangtin.hub.alerts.specs import Wording

    long = {tag: Wording("H" * 80, "ơ" * 400, "ơ" * 400) for tag in ("vi", "en", "tyz", "nut", "hmn")}
    with pytest.raises(errors.AlertTooLarge):
        ordered(desk, texts=long)
    assert not Alert.objects.exists()


def test_a_review_is_another_persons_and_comes_once(desk: Desk) -> None:
    row = ordered(desk)
    other: User = desk.world.users["tham-dinh-1"]
    assert list(queries.owed_reviews()) == [row]
    with pytest.raises(errors.OwnReview):
        actions.review(alert=row, outcome="proper", findings="", actor=leader(desk), at=NOW)
    with pytest.raises(errors.BadAlert):
        actions.review(alert=row, outcome="faulty", findings=" ", actor=other, at=NOW)
    actions.review(alert=row, outcome="proper", findings="", actor=other, at=NOW)
    with pytest.raises(StaleState):
        actions.review(alert=row, outcome="proper", findings="", actor=other, at=NOW)
    assert not queries.owed_reviews().exists()


def test_what_was_displaced_is_joined_and_ends_with_the_cancel(desk: Desk) -> None:
    first = ordered(desk)
    ordered(desk, at=NOW + HOUR, ends_at=NOW + 3 * HOUR)
    ordered(desk, at=NOW, is_drill=True)
    actions.cancel(alert=first, reason="Hết", actor=leader(desk), at=NOW + 2 * HOUR)
    day = (NOW - HOUR, NOW + 24 * HOUR)
    assert queries.displaced(TA_LUNG, *day) == [(NOW, NOW + 3 * HOUR)]
    assert queries.displaced("cao-bang/trung-khanh", *day) == []


def test_whom_an_order_reaches(desk: Desk) -> None:
    found = queries.reach([TA_LUNG], at=NOW)
    assert (len(found.screens), found.total, found.online) == (3, 0, 0)
    assert queries.reach([TA_LUNG], at=NOW, is_drill=True).screens == ()
