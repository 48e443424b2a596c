"""Emergency envelopes: every refusal of 6.1–6.6, the attacks T48–T54, and one state from any order of arrival."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bangtin.bundle import alerts, bounds, canonical, dsse
from bangtin.bundle.alerts import AlertText, Floors, Sound
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.policies import ClassRule, Officers, Policy
from bangtin.bundle.tests import world
from bangtin.bundle.tests.alert_world import (
    AUTHORITY,
    OFFICERS,
    cancel,
    check,
    envelope,
    fold,
    notice,
    ordered,
    refused,
)
from bangtin.bundle.tests.world import AT, CLUSTER, KEYS, OTHER

HOUR = timedelta(hours=1)


def test_an_ordered_notice_is_shown_and_reads_back_as_it_was_written() -> None:
    made = ordered(notice(references=("KC-2026-0000",), kind="update", audio={"vi": Sound("a" * 64, 9)}))
    body = envelope(made)
    assert alerts.read(body) == made
    assert check(body) == made


def test_three_languages_with_one_order_fit_the_envelope() -> None:
    texts = {tag: AlertText("Lũ quét, sạt lở đất " * 3, "x" * 120, "y" * 120) for tag in ("vi", "en", "zh")}
    assert len(envelope(notice(texts=texts))) < 4_000


def test_a_province_of_31_clusters_fits_the_envelope() -> None:
    texts = {tag: AlertText("Lũ quét, sạt lở đất", "x" * 120, "y" * 120) for tag in ("vi", "en", "zh")}
    clusters = tuple(f"cao-bang/ten-cum-man-hinh-{number}" for number in range(31))
    assert len(envelope(notice(texts=texts, clusters=clusters))) <= bounds.ALERT_BYTES


def test_t48_an_alert_signed_by_the_key_for_drills_is_unsigned() -> None:
    refused("alert_unsigned", envelope(notice(), role="drills"))
    refused("alert_unsigned", envelope(notice(is_drill=True), role="alerts"), device=world.device(is_drill=True))


def test_t49_an_alert_replayed_after_its_cancel_stays_gone() -> None:
    first, ended = envelope(notice(1)), envelope(cancel(2))
    state = fold([first, ended])
    refused("alert_replayed", first, floor=state.floors)
    assert fold([first, ended, first]).active(AT) == ()


def test_t50_an_alert_after_its_end_is_over() -> None:
    refused("alert_over", envelope(notice()), at=AT + 10 * HOUR, is_pushed=False)
    refused("alert_over", envelope(notice(ends=AT + 25 * HOUR)))


def test_t51_an_alert_without_an_order_is_unordered() -> None:
    refused("alert_unordered", alerts.encode(notice(), KEYS.of("alerts")))
    other = ordered(notice(level=1)).orders
    refused("alert_unordered", envelope(replace(notice(), orders=other)))
    refused("alert_unordered", envelope(ordered(notice(), role="alerts")))
    refused("alert_unordered", envelope(ordered(notice(), officer="hoa")))
    refused("alert_unordered", envelope(ordered(notice(), decision="withdrawn")))
    refused("alert_unordered", envelope(ordered(cancel(2), step=alerts.STEP_ORDER)))
    refused("alert_unordered", envelope(notice()), officers=Officers({}))


def test_t52_a_drill_to_a_public_face_is_not_for_it() -> None:
    drill = envelope(notice(name="DT-2026-0001", is_drill=True))
    refused("drill_not_here", drill)
    assert check(drill, device=world.device(is_drill=True)).is_drill


def test_t53_push_lost_doubled_or_reordered_ends_in_the_state_of_the_poll() -> None:
    bodies = [
        envelope(notice(1)),
        envelope(notice(2, "KC-2026-0002", active=("KC-2026-0001", "KC-2026-0002"), level=3)),
        envelope(cancel(3, active=("KC-2026-0002",))),
    ]
    wanted = fold(alerts.carried(bodies))
    assert [one.id for one in wanted.active(AT)] == ["KC-2026-0002"]
    for order in permutations([*bodies, bodies[1]]):
        assert fold(list(order)) == wanted
    for lost in bodies:
        pushed = [one for one in bodies if one != lost]
        assert fold([*pushed, *alerts.carried(bodies)]) == wanted


def test_t54_an_alert_of_7_kb_is_refused_before_it_is_read() -> None:
    refused("alert_too_large", b"{" * 7_000)
    with pytest.raises(BundleRefusal, match="alert_too_large"):
        envelope(notice(texts={"vi": AlertText("Lũ", "x" * 2_000, "y" * 2_000)}))


def test_another_cluster_s_alert_is_not_shown_but_its_number_and_its_list_count() -> None:
    elsewhere = envelope(notice(2, "KC-2026-0002", clusters=(OTHER,)))
    refused("alert_elsewhere", elsewhere)
    assert fold([envelope(notice(1)), elsewhere]).active(AT) == ()


def test_two_payloads_under_one_number_are_refused() -> None:
    state = fold([envelope(notice(1))])
    refused("alert_twice", envelope(notice(1, level=5)), floor=state.floors)
    assert check(envelope(notice(1)), floor=state.floors).n == 1


def test_the_key_for_drills_can_neither_end_nor_outnumber_a_real_alert() -> None:
    first = envelope(notice(1))
    drill = envelope(notice(900, "DT-2026-0001", is_drill=True))
    state = fold([first, drill, envelope(notice(2, "KC-2026-0002", active=("KC-2026-0001", "KC-2026-0002")))])
    assert [one.n for one in state.active(AT)] == [2, 1]
    assert (state.floors.alerts.n, state.floors.drills.n) == (2, 900)


def test_a_clock_of_no_worth_shows_only_what_is_pushed_now() -> None:
    body = envelope(notice())
    refused("alert_clock", body, is_pushed=False, clock="floor")
    long_ago = AT - timedelta(days=40)
    assert check(body, clock="floor", at=long_ago)
    refused("alert_clock", body, at=AT - timedelta(minutes=6))


def test_a_policy_may_ask_for_two_officers() -> None:
    rule = ClassRule((("alert.order", 2),), 2, ("hub",), 0)
    refused("alert_unordered", envelope(notice()), policy=Policy({**Policy.default().classes, "emergency": rule}))


@pytest.mark.parametrize(
    "changes",
    [
        {"active": ()},
        {"active": ("KC-2026-0001", "KC-2026-0001")},
        {"level": 6},
        {"kind": "update"},
        {"references": ("KC-2026-0001",)},
        {"clusters": ()},
        {"clusters": ("../x",)},
        {"texts": {}},
        {"texts": {"tiếng": AlertText("Lũ")}},
        {"ends": AT},
        {"audio": {"vi": Sound("a" * 64, 2**20 + 1)}},
        {"repeat_s": 7_200},
        {"id": "a/b", "active": ("a/b",)},
    ],
)
def test_a_notice_of_another_shape_is_malformed(changes: dict[str, object]) -> None:
    with pytest.raises(BundleRefusal) as caught:
        alerts.encode(replace(notice(), **changes), KEYS.of("alerts"))  # type: ignore[arg-type]  # names of fields
    assert caught.value.code == "alert_malformed"


def test_an_unknown_key_and_another_kind_of_envelope_are_malformed() -> None:
    full = ordered(notice())
    refused("alert_malformed", dsse.sign("alert", {**full.payload(), "x_new": 1}, KEYS.of("alerts")))
    refused("alert_malformed", dsse.sign("approval", full.payload(), KEYS.of("alerts")))
    refused("alert_malformed", canonical.encode({"payload": 1}))


def test_an_officer_for_some_clusters_orders_only_for_those() -> None:
    charge = replace(OFFICERS.by_id["thu"].charges[0], clusters=(OTHER,))
    own = replace(charge, steps=(), clusters=())
    limited = type(OFFICERS.by_id["thu"]).charged((own, charge))
    officers = Officers({**OFFICERS.by_id, "thu": limited})
    refused("alert_unordered", envelope(notice()), officers=officers)
    body = envelope(notice(clusters=(CLUSTER, OTHER)))
    refused("alert_unordered", body, officers=officers)
    refused("alert_elsewhere", envelope(notice(clusters=(OTHER,))), officers=officers)


def test_what_was_on_air_ends_by_itself_or_by_the_number_that_left_it_out() -> None:
    later = AT + HOUR
    told = [
        notice(1),
        notice(2, "KC-2026-0002", active=("KC-2026-0001", "KC-2026-0002")),
        cancel(3, active=("KC-2026-0002",), at=later),
        notice(4, "DT-2026-0001", is_drill=True, at=later, starts=later),
    ]
    spans = {one.id: (one.starts, one.ends) for one in alerts.history(told)}
    assert spans["KC-2026-0001"] == (AT, later)
    assert spans["KC-2026-0002"] == (AT, AT + 10 * HOUR)
    assert spans["DT-2026-0001"] == (later, AT + 10 * HOUR)


def test_a_poll_carries_the_newest_of_each_role_and_what_is_active() -> None:
    bodies = [envelope(notice(1)), envelope(cancel(2)), envelope(notice(3, "DT-2026-0001", is_drill=True))]
    assert alerts.carried(bodies) == bodies[1:]
    assert alerts.carried([]) == []
    assert AUTHORITY.policy.classes.keys() == {"ordinary", "priority"}
    assert Floors().of(is_drill=True).n == 0
