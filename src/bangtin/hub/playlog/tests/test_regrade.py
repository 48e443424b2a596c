"""What comes later may lift a record, or lower it; the ledger moves with it."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangtin.bundle import playlog
from bangtin.hub.devices.models import Commitment, Screenshot
from bangtin.hub.kit.clock import local_date, to_ms
from bangtin.hub.playlog.actions import airing, bookkeeping, ingest, look_again, regrade
from bangtin.hub.playlog.models import Airtime, Batch, OnAir, PlayRecord
from bangtin.hub.playlog.tests.factories import START, TURN_MS, Screen, screen

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=5)


def booked() -> dict[str, int]:
    return {row.grade: row.shown_ms for row in Airtime.objects.filter(plays__gt=0)}


def test_a_record_claimed_for_want_of_a_commitment_is_lifted_by_the_next_poll() -> None:
    one = screen()
    ingest(device=one.device, body=one.say(one.play(0)), at=START + timedelta(seconds=11))
    assert booked() == {"claimed": TURN_MS}
    one.commit(at=START + timedelta(seconds=20))
    assert regrade(device=one.device, at=START + timedelta(seconds=20)) == 1
    assert booked() == {"corroborated": TURN_MS}
    assert regrade(device=one.device, at=START + timedelta(seconds=25)) == 0


def test_a_poll_that_comes_too_late_lifts_nothing() -> None:
    one = screen()
    ingest(device=one.device, body=one.say(one.play(0)), at=START + timedelta(seconds=11))
    late = START + timedelta(minutes=16)
    one.commit(at=late)
    assert regrade(device=one.device, at=late) == 0
    assert booked() == {"claimed": TURN_MS}


def test_a_poll_that_named_a_later_line_confirms_once_that_line_has_come() -> None:
    one = screen()
    first, second = one.say(one.play(0)), one.say(one.play(1))
    one.commit(at=START + timedelta(seconds=21))
    ingest(device=one.device, body=first, at=LATER)
    assert booked() == {"claimed": TURN_MS}
    ingest(device=one.device, body=second, at=LATER)
    assert booked() == {"corroborated": 2 * TURN_MS}


def test_a_poll_between_two_batches_confirms_the_first_when_the_second_comes() -> None:
    one = screen()
    ingest(device=one.device, body=one.say(one.play(0)), at=START + timedelta(seconds=11))
    one.commit(at=START + timedelta(seconds=15))
    ingest(device=one.device, body=one.say(one.play(1)), at=START + timedelta(seconds=21))
    assert booked() == {"corroborated": TURN_MS, "claimed": TURN_MS}


def test_a_next_line_that_begins_too_soon_quarantines_the_one_before() -> None:
    one = screen()
    body = one.say(one.play(0))
    one.commit(at=START + timedelta(seconds=11))
    ingest(device=one.device, body=body, at=START + timedelta(seconds=12))
    assert booked() == {"corroborated": TURN_MS}
    soon = one.play(0, mono_ms=62_000, from_ms=to_ms(START) + 2_000)
    ingest(device=one.device, body=one.say(soon), at=LATER)
    assert PlayRecord.objects.get(n=1).reason == "record_overlap"


def test_signed_time_that_comes_later_repairs_the_clock_of_its_boot() -> None:
    one = screen()
    weak = one.play(0, clock="rtc", from_ms=to_ms(START) - 90_000)
    body = one.say(weak)
    one.commit(at=START + timedelta(seconds=12))
    ingest(device=one.device, body=body, at=LATER)
    assert PlayRecord.objects.get(n=1).reason in {"clock_weak", "timeline_other"}
    anchor = playlog.clock_line(n=1, boot=1, mono_ms=80_000, now_ms=to_ms(START) + 20_000, rtt_ms=20)
    ingest(device=one.device, body=one.say(anchor), at=LATER)
    assert (PlayRecord.objects.get(n=1).grade, PlayRecord.objects.get(n=1).at) == ("corroborated", START)


def test_an_alert_line_that_comes_later_explains_another_item() -> None:
    one = screen()
    other = one.play(1, item="i2", content=one.manifest.items[1].digest, class_="filler", slot="")
    ingest(device=one.device, body=one.say(other), at=LATER)
    assert booked() == {"contradicted": TURN_MS}
    alert = one.play(2, k="alert", item="", content="", slot="", class_="")
    ingest(device=one.device, body=one.say(alert), at=LATER)
    assert booked() == {"claimed": TURN_MS}


def test_a_line_from_the_future_stays_in_quarantine_when_its_time_has_come() -> None:
    one = screen()
    ingest(device=one.device, body=one.say(one.play(0)), at=START - timedelta(minutes=6))
    ingest(device=one.device, body=one.say(one.play(1)), at=LATER)
    assert PlayRecord.objects.get(n=1).reason == "record_future"


def _pictured(one: Screen, *, at: datetime, is_different: bool = True) -> None:
    Screenshot.objects.create(
        device=one.device, face=one.device.face, at=at, is_different=is_different, received_at=at + timedelta(seconds=2)
    )


def _grades() -> list[tuple[str, str]]:
    return list(PlayRecord.objects.order_by("n").values_list("grade", "reason"))


def test_a_picture_of_something_else_contradicts_the_line_beneath_it_whichever_comes_first() -> None:
    one = screen()
    _pictured(one, at=START + timedelta(seconds=15))
    body = one.say(one.play(0), one.play(1), one.play(2))
    one.commit(at=START + timedelta(seconds=31))
    ingest(device=one.device, body=body, at=LATER)
    agrees, differs = ("corroborated", "agrees"), ("contradicted", "picture_differs")
    assert _grades() == [agrees, differs, agrees]
    _pictured(one, at=START + timedelta(seconds=5), is_different=False)
    assert look_again(device=one.device, at=LATER) == 0
    _pictured(one, at=START + timedelta(seconds=25))
    assert look_again(device=one.device, at=LATER) == 1
    assert _grades() == [agrees, differs, differs]
    assert booked() == {"corroborated": TURN_MS, "contradicted": 2 * TURN_MS}
    assert on_air_by_ledger() == on_air_by_records()
    assert look_again(device=one.device, at=LATER) == 0


turns = st.lists(
    st.tuples(st.integers(0, 59), st.integers(0, 12_000), st.sampled_from(["i1", "i2", "i9"])), min_size=1, max_size=12
)


KEY = bookkeeping.Account._fields


def account_of(row: Airtime) -> bookkeeping.Account:
    return bookkeeping.Account(**{name: getattr(row, name) for name in KEY})


def shown_by_ledger() -> Counter[tuple[object, ...]]:
    """Aired milliseconds by cluster, day, category and language."""
    found: Counter[tuple[object, ...]] = Counter()
    for row in Airtime.objects.filter(grade__in=airing.AIRED).select_related("version__programme"):
        found[row.cluster_id, row.on, row.version.programme.category, row.language] += row.shown_ms
    return +found


def shown_by_records() -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for row in filter(airing.is_aired, PlayRecord.objects.select_related("version__programme")):
        assert row.version
        found[row.cluster_id, local_date(row.at), row.version.programme.category, row.language] += row.shown_ms
    return found


def on_air_by_ledger() -> dict[tuple[str, date], set[int]]:
    """The milliseconds of each face's day with content on it."""
    return {
        (row.face_id, row.on): {ms for start, end in row.spans for ms in range(start, end)}
        for row in OnAir.objects.all()
        if row.spans
    }


def on_air_by_records() -> dict[tuple[str, date], set[int]]:
    found: dict[tuple[str, date], set[int]] = defaultdict(set)
    for row in filter(airing.is_aired, PlayRecord.objects.all()):
        first = (to_ms(row.at) + 7 * 3_600_000) % 86_400_000
        found[row.face_id, local_date(row.at)].update(range(first, first + row.shown_ms))
    return found


def begun_anew(one: Screen) -> Screen:
    for model in (Airtime, OnAir, PlayRecord, Batch, Commitment):
        model.objects.all().delete()
    return replace(one, n=0, head=playlog.first_head(one.device.pk, 1), lines=[])


def test_the_ledger_always_equals_the_sum_of_its_records() -> None:
    cast = screen()

    @settings(max_examples=25, deadline=None)
    @given(turns=turns, cut=st.integers(1, 11), is_polled=st.booleans())
    def check(turns: list[tuple[int, int, str]], cut: int, is_polled: bool) -> None:
        one = begun_anew(cast)
        lines = [one.play(turn, shown_ms=shown, item=item) for turn, shown, item in turns]
        for part in filter(None, (lines[:cut], lines[cut:])):
            ingest(device=one.device, body=one.say(*part), at=LATER)
            if is_polled:
                one.commit(at=LATER)
                regrade(device=one.device, at=LATER)
        found = {account_of(row): (row.plays, row.shown_ms) for row in Airtime.objects.filter(plays__gt=0)}
        assert found == bookkeeping.totals(PlayRecord.objects.select_related("slot"))
        assert shown_by_ledger() == shown_by_records()
        assert on_air_by_ledger() == on_air_by_records()

    check()
