"""Who is told of an order, and the sounds that go along with it."""

import io
import os
import wave

import pytest

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import actions, errors
from bangtin.hub.alerts.actions import notices
from bangtin.hub.alerts.actions.sounds import MOST_UPLOAD
from bangtin.hub.alerts.tests.factories import ordered, spec
from bangtin.hub.devices.models import PublishedFile
from bangtin.hub.kit import files
from bangtin.hub.kit.models import OutboxMessage
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db


def _with_addresses(desk: Desk) -> None:
    for name, user in desk.world.users.items():
        User.objects.filter(pk=user.pk).update(email=f"{name}@example.vn")


def test_operators_of_the_clusters_are_told_once_and_neighbours_not(desk: Desk) -> None:
    _with_addresses(desk)
    row = ordered(desk)
    for _twice in range(2):
        notices.tell_of(row, what="issued", at=NOW)
    told = set(OutboxMessage.objects.values_list("recipient", flat=True))
    assert {"xep-lich@example.vn", "van-hanh@example.vn"} <= told
    assert not told & {"xep-lich-tk@example.vn", "dai@example.vn", "quan-tri@example.vn"}
    assert OutboxMessage.objects.count() == len(told)


def test_an_exercise_says_so_in_its_subject_and_a_message_goes_to_who_may_order(desk: Desk) -> None:
    _with_addresses(desk)
    drill = ordered(desk, is_drill=True)
    notices.tell_of(drill, what="issued", at=NOW)
    assert all("DIỄN TẬP" in one.subject or "EXERCISE" in one.subject for one in OutboxMessage.objects.all())
    OutboxMessage.objects.all().delete()
    notices.tell_of(drill, what="message", at=NOW)
    told = set(OutboxMessage.objects.values_list("recipient", flat=True))
    assert told == {"lanh-dao@example.vn", "tham-dinh-1@example.vn", "tham-dinh-2@example.vn"}


def _wav(seconds: int = 1) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(b"\x10\x27\xf0\xd8" * 4_000 * seconds)
    return made.getvalue()


def test_a_recorded_reading_is_brought_to_one_form_and_served_once_it_is_ordered(desk: Desk) -> None:
    made = actions.recorded(_wav())
    assert files.has(made.sha256) and made.kind == "recorded" and 0 < made.size < 100_000
    assert not PublishedFile.objects.filter(pk=made.sha256).exists()
    ordered(desk, audio={"vi": made})
    assert PublishedFile.objects.get(pk=made.sha256).mime == "audio/mpeg"
    for bad in (b"no sound", b"", b"x" * (MOST_UPLOAD + 1)):
        with pytest.raises(errors.BadSound):
            actions.recorded(bad)


def test_a_voice_reads_the_languages_it_has(desk: Desk) -> None:
    if not actions.has_voice("vi") and "BANGTIN_CI" not in os.environ:
        pytest.skip("no voice on this machine")
    made = actions.read_aloud(spec(), ["vi", "tyz"])
    assert set(made) == {"vi"} and made["vi"].kind == "made" and files.has(made["vi"].sha256)
