"""Batches come once or a hundred times, whole or broken, early or forked; each line is stored once and graded."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.devices.models import DeviceKey, Restore
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.actions import bookkeeping, ingest, writing
from bangtin.hub.playlog.models import Airtime, Batch, LostLines, PlayRecord
from bangtin.hub.playlog.queries import acknowledged, chain, facts
from bangtin.hub.playlog.tests.factories import START, TURN_MS, Screen, screen

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=5)


def grades() -> list[tuple[str, str]]:
    return list(PlayRecord.objects.order_by("n").values_list("grade", "reason"))


def test_a_true_record_that_was_committed_to_at_once_is_corroborated() -> None:
    one = screen()
    body = one.say(one.play(0), one.play(1))
    one.commit(at=START + timedelta(seconds=25))
    ack = ingest(device=one.device, body=body, at=LATER)
    assert (ack.epoch, ack.to, ack.head, ack.outcome) == (1, 2, one.head, "append")
    assert grades() == [("corroborated", "agrees")] * 2
    record = PlayRecord.objects.get(n=1)
    assert (record.slot, record.version, record.at) == (one.slot, one.version, START)


def test_one_record_of_each_grade() -> None:
    one = screen()
    true, frozen = one.play(0), one.play(1, shown_ms=4_000)
    other = one.play(2, item="i2", content=one.manifest.items[1].digest, class_="filler", slot="")
    forged = one.play(3, content="f" * 64)
    body = one.say(true, frozen, other, forged)
    one.commit(at=START + timedelta(seconds=45))
    ingest(device=one.device, body=body, at=LATER)
    assert grades() == [
        ("corroborated", "agrees"),
        ("claimed", "shown_short"),
        ("contradicted", "timeline_other"),
        ("quarantined", "record_unknown_content"),
    ]


def test_a_turn_cut_before_its_first_frame_overlaps_nothing() -> None:
    one = screen()
    true = one.play(0)
    announced = one.play(0, from_ms=true.from_ms + 150, mono_ms=true.mono_ms + 150, shown_ms=0, end="cut")
    body = one.say(announced, true)
    one.commit(at=START + timedelta(seconds=25))
    ingest(device=one.device, body=body, at=LATER)
    assert grades() == [("claimed", "shown_short"), ("corroborated", "agrees")]


def test_the_same_batch_sent_ten_times_is_stored_once() -> None:
    """T63."""
    one = screen()
    body = one.say(*(one.play(turn) for turn in range(6)))
    answers = [ingest(device=one.device, body=body, at=LATER + timedelta(seconds=n)) for n in range(10)]
    assert {(one_ack.to, one_ack.head) for one_ack in answers} == {(6, one.head)}
    assert [one_ack.outcome for one_ack in answers] == ["append", *["known"] * 9]
    assert (Batch.objects.count(), PlayRecord.objects.count()) == (1, 6)
    assert sum(Airtime.objects.values_list("shown_ms", flat=True)) == 6 * TURN_MS


def test_more_lines_than_are_written_in_one_step_are_all_there_in_their_order() -> None:
    one = screen(minutes=80)
    body = one.say(*(one.play(turn) for turn in range(2 * writing.TOGETHER + 7)))
    ingest(device=one.device, body=body, at=START + timedelta(hours=2))
    stored = list(PlayRecord.objects.order_by("pk").values_list("n", "line"))
    assert stored == list(enumerate(one.lines, start=1))
    assert sum(Airtime.objects.values_list("shown_ms", flat=True)) == one.n * TURN_MS


@pytest.mark.parametrize("count", [1, writing.TOGETHER])
def test_a_row_that_the_database_refuses_is_an_error_of_the_database_and_leaves_nothing(count: int) -> None:
    one = screen(minutes=80)
    ingest(device=one.device, body=one.say(*(one.play(turn) for turn in range(count))), at=LATER)
    names = [field.attname for field in PlayRecord._meta.concrete_fields if not field.primary_key]
    rows = [
        tuple(facts.column(cell) if isinstance(cell, datetime) else cell for cell in row)
        for row in PlayRecord.objects.order_by("n").values_list(*names)
    ]
    with pytest.raises(IntegrityError), transaction.atomic(), writing.adding() as add:
        add(rows)
    assert PlayRecord.objects.count() == count


def test_the_ledger_takes_sums_that_add_and_sums_that_take_back_together() -> None:
    one = screen()
    claimed = bookkeeping.account_of(
        *(one.device.face.cluster_id, one.device.face_id, START.date(), one.version.pk, "vi", "ordinary"),
        is_outside_hours=False,
        grade="claimed",
    )
    true = claimed._replace(grade="corroborated")
    bookkeeping.book({claimed: (3, 30_000)})
    bookkeeping.book({claimed: (-2, -19_000), true: (2, 19_500)})
    bookkeeping.book({true: (1, 500)})
    bookkeeping.book({})
    rows = Airtime.objects.order_by("grade").values_list("grade", "on", "plays", "shown_ms", "is_filler")
    assert list(rows) == [
        ("claimed", START.date(), 1, 11_000, False),
        ("corroborated", START.date(), 3, 20_000, False),
    ]


def test_what_records_name_is_not_deleted_by_any_desk() -> None:
    one = screen()
    ingest(device=one.device, body=one.say(one.play(0)), at=LATER)
    for row in (one.slot, one.version, one.device):
        with pytest.raises(ProtectedError):
            row.delete()


def test_a_poison_line_is_quarantined_and_the_others_go_in() -> None:
    one = screen()
    poison = b'{"k":"play","n":2,\xff\x00}'
    body = one.say(one.play(0), poison, one.play(2))
    one.commit(at=START + timedelta(seconds=35))
    ingest(device=one.device, body=body, at=LATER)
    assert grades() == [
        ("corroborated", "agrees"),
        ("quarantined", "record_malformed"),
        ("corroborated", "agrees"),
    ]
    assert bytes(PlayRecord.objects.get(n=2).line) == poison


def test_an_odd_but_canonical_line_does_not_hold_up_its_batch() -> None:
    one = screen()
    odd = one.play(0, boot=2**52, bundle=2**52, item="a\0b", lang="x" * 35, slot="9" * 80, from_ms=2**52)
    ingest(device=one.device, body=one.say(odd, one.play(1)), at=LATER)
    assert PlayRecord.objects.get(n=1).grade == "quarantined"
    assert PlayRecord.objects.count() == 2


def test_an_early_batch_is_answered_with_where_to_send_from() -> None:
    one = screen()
    first, second = one.say(one.play(0)), one.say(one.play(1))
    ack = ingest(device=one.device, body=second, at=LATER)
    assert (ack.outcome, ack.to, PlayRecord.objects.count()) == ("batch_early", 0, 0)
    ingest(device=one.device, body=first, at=LATER)
    assert ingest(device=one.device, body=second, at=LATER).to == 2
    assert acknowledged(one.device) == replace(ack, to=2, head=one.head, outcome="known")


def test_after_a_restore_each_chain_goes_on_once_although_lines_were_lost() -> None:
    """What was acknowledged after the backup is gone on both sides; nothing else may be left out."""
    one = screen()
    ingest(device=one.device, body=one.say(one.play(0)), at=LATER)
    lost, next_, after = (one.say(one.play(turn), one.play(turn + 1)) for turn in (1, 3, 5))
    one.say(one.play(7))
    beyond = one.say(one.play(8))
    assert ingest(device=one.device, body=next_, at=LATER).outcome == "batch_early"
    Restore.objects.create(at=LATER, reason="Đĩa máy chủ hỏng")
    ack = ingest(device=one.device, body=next_, at=LATER)
    assert (ack.outcome, ack.to) == ("append", 5)
    assert [str(row) for row in LostLines.objects.all()] == [f"{one.device.pk} 1/2-3"]
    assert ingest(device=one.device, body=after, at=LATER).to == 7
    assert ingest(device=one.device, body=beyond, at=LATER).outcome == "batch_early"
    assert list(PlayRecord.objects.order_by("n").values_list("n", flat=True)) == [1, 4, 5, 6, 7]
    assert AuditEntry.objects.filter(action="records.lost").count() == 1
    assert chain.heads(one.device.pk, 1, {1, 2, 4, 7}).keys() == {1, 4, 7}
    # what a stick still had of them comes in as ever
    assert ingest(device=one.device, body=lost, at=LATER).to == 7
    assert PlayRecord.objects.filter(n__lt=8).count() == 7


def test_a_fork_is_kept_and_quarantined_and_the_chain_stays() -> None:
    """T66."""
    one = screen()
    ingest(device=one.device, body=one.say(one.play(0), one.play(1)), at=LATER)
    twin = screen_of_the_same_key(one)
    ack = ingest(device=one.device, body=twin.say(twin.play(0), twin.play(1, shown_ms=9_900)), at=LATER)
    assert (ack.outcome, ack.to) == ("batch_fork", 2)
    more = ingest(device=one.device, body=twin.say(twin.play(2), twin.play(3)), at=LATER)
    assert (more.outcome, more.to) == ("batch_fork", 4)
    assert list(PlayRecord.objects.filter(is_fork=True).values_list("reason", flat=True)) == ["record_fork"] * 4
    known = acknowledged(one.device)
    assert known is not None and known.to == 2


def screen_of_the_same_key(one: Screen) -> Screen:
    return replace(one, n=0, head=playlog.first_head(one.device.pk, 1), lines=[])


def test_lines_sealed_anew_are_stored_once() -> None:
    one = screen()
    before = one.head
    ingest(device=one.device, body=one.say(one.play(0), one.play(1)), at=LATER)
    one.say(one.play(2))
    again = one.sealed(one.lines, first=1, before=before, head=one.head)
    assert ingest(device=one.device, body=again, at=LATER).to == 3
    assert list(PlayRecord.objects.order_by("n").values_list("n", flat=True)) == [1, 2, 3]


def test_records_after_revocation_are_quarantined() -> None:
    one = screen()
    one.device.revoked_at = START + timedelta(seconds=10)
    one.device.save()
    body = one.say(one.play(0), one.play(1))
    one.commit(at=START + timedelta(seconds=25))
    ingest(device=one.device, body=body, at=LATER)
    assert grades() == [("corroborated", "agrees"), ("quarantined", "record_after_revocation")]


def test_records_of_a_suspected_clone_are_quarantined() -> None:
    one = screen()
    one.device.is_clone_suspected = True
    one.device.save()
    ingest(device=one.device, body=one.say(one.play(0)), at=LATER)
    assert grades() == [("quarantined", "record_clone")]


def test_of_two_players_under_one_key_each_is_told_of_its_own_batch() -> None:
    """T60: what both have was sent by one of them; the other does not know how far that one has got since."""
    one = screen()
    shared = one.say(one.play(0))
    twin = replace(one, lines=list(one.lines))
    ingest(device=one.device, body=shared, at=LATER)
    ingest(device=one.device, body=one.say(one.play(1), one.play(2)), at=LATER)
    assert ingest(device=one.device, body=shared, at=LATER).to == 3
    one.device.is_clone_suspected = True
    one.device.save()
    again = ingest(device=one.device, body=shared, at=LATER)
    assert (again.to, again.head, again.outcome) == (1, twin.head, "known")
    other = ingest(device=one.device, body=twin.say(twin.play(1, shown_ms=9_900)), at=LATER)
    assert (other.to, other.head, other.outcome) == (2, twin.head, "batch_fork")
    assert list(PlayRecord.objects.filter(is_fork=True).values_list("n", flat=True)) == [2]


def test_a_batch_with_a_flipped_byte_is_refused_and_named() -> None:
    one = screen()
    first, before = one.n + 1, one.head
    one.say(one.play(0))
    changed = one.lines[0].replace(b'"end":"complete"', b'"end":"compleTe"')
    body = one.sealed([changed], first=first, before=before, head=one.head)
    with pytest.raises(BundleRefusal) as refused:
        ingest(device=one.device, body=body, at=LATER)
    assert refused.value.code == "batch_chain"
    assert not Batch.objects.exists()


def test_records_of_an_earlier_enrolment_are_checked_with_the_key_of_then() -> None:
    one = screen()
    body = one.say(one.play(0), one.play(1))
    DeviceKey.objects.create(
        device=one.device,
        epoch=1,
        public_key=one.device.public_key,
        valid_from=START,
        revoked_at=START + timedelta(seconds=10),
    )
    one.device.epoch, one.device.public_key = 2, "A" * 43
    one.device.save()
    assert ingest(device=one.device, body=body, at=LATER).epoch == 1
    assert grades() == [("claimed", "uncommitted"), ("quarantined", "record_after_revocation")]


def test_a_batch_of_another_key_is_refused() -> None:
    one = screen()
    body = one.say(one.play(0))
    one.device.public_key = "A" * 43
    with pytest.raises(BundleRefusal) as refused:
        ingest(device=one.device, body=body, at=LATER)
    assert refused.value.code == "batch_unsigned"


def test_standby_boot_and_clock_lines_are_stored_and_never_booked_as_airtime() -> None:
    one = screen()
    plain = {"item": "", "content": "", "slot": "", "lang": ""}
    lines = (
        one.play(0, k="boot", face="", shown_ms=0, **plain),
        playlog.clock_line(n=1, boot=1, mono_ms=60_000, now_ms=to_ms(START), rtt_ms=20),
        one.play(0, k="gap", class_="rest", **plain),
    )
    ingest(device=one.device, body=one.say(*lines), at=LATER)
    assert list(PlayRecord.objects.values_list("kind", flat=True)) == ["boot", "clock", "gap"]
    assert not Airtime.objects.exists()


def test_a_weak_clock_is_repaired_by_signed_time_of_its_boot() -> None:
    one = screen()
    late = one.play(0, clock="rtc", from_ms=to_ms(START) - 90_000)
    anchor = playlog.clock_line(n=1, boot=1, mono_ms=60_000 + TURN_MS, now_ms=to_ms(START) + TURN_MS, rtt_ms=20)
    body = one.say(late, anchor)
    one.commit(at=START + timedelta(seconds=15))
    ingest(device=one.device, body=body, at=LATER)
    record = PlayRecord.objects.get(kind="play")
    assert (record.grade, record.at, record.from_ms) == ("corroborated", START, to_ms(START) - 90_000)
