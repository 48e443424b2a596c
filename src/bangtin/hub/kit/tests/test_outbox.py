"""The outbox against a real mail server: what is put arrives once, whole, and not before its deed is done."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.kit import outbox
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.models import MessageState, OutboxMessage
from bangtin.hub.kit.tests.postbox import Postbox, opened

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    with opened(settings) as box:
        yield box


def _put(key: str = "a", **changes: str) -> OutboxMessage:
    given = {"recipient": "so@example.vn", "subject": "Nhắc hạn báo cáo", "body": "Kính gửi Sở: hạn 14/12.", **changes}
    return outbox.put(key=key, at=NOW, **given)


def test_a_mail_arrives_once_with_its_letters_whole(postbox: Postbox) -> None:
    _put()
    assert outbox.send_due(at=NOW) == 1 and outbox.send_due(at=NOW + timedelta(days=1)) == 0
    (mail,) = postbox.mails
    assert (mail["Subject"], mail["To"]) == ("Nhắc hạn báo cáo", "so@example.vn")
    assert "Kính gửi Sở: hạn 14/12." in mail.get_content()
    assert OutboxMessage.objects.get().state == MessageState.SENT


def test_one_occasion_is_one_mail(postbox: Postbox) -> None:
    _put()
    _put(subject="again")
    assert outbox.send_due(at=NOW) == 1 and len(postbox.mails) == 1


def test_a_subject_adds_no_header(postbox: Postbox) -> None:
    _put(subject="Nhắc hạn\r\nBcc: all@example.vn")
    outbox.send_due(at=NOW)
    assert postbox.mails[0]["Bcc"] is None and postbox.mails[0]["Subject"] == "Nhắc hạn Bcc: all@example.vn"


def test_a_deed_undone_sends_nothing(postbox: Postbox) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _put()
        raise ZeroDivisionError
    assert outbox.send_due(at=NOW) == 0 and not postbox.mails


def test_a_server_that_is_down_is_asked_again_later(settings: Settings, postbox: Postbox) -> None:
    good, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    _put()
    assert outbox.send_due(at=NOW) == 0
    row = OutboxMessage.objects.get()
    assert (row.state, row.tries, row.next_at) == (MessageState.WAITING, 1, NOW + outbox.PAUSES[0]) and row.error
    settings.EMAIL_PORT = good
    assert outbox.send_due(at=NOW) == 0, "too early"
    assert outbox.send_due(at=NOW + outbox.PAUSES[0]) == 1


def test_a_mail_is_given_up_after_the_last_pause_and_can_be_sent_again(settings: Settings, postbox: Postbox) -> None:
    good, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    row, at = _put(), NOW
    with pytest.raises(StaleState):
        outbox.send_again(row, at=at)
    for _try in range(len(outbox.PAUSES) + 1):
        outbox.send_due(at=at)
        at += timedelta(days=2)
    row.refresh_from_db()
    assert row.state == MessageState.FAILED
    settings.EMAIL_PORT = good
    assert outbox.send_due(at=at) == 0
    outbox.send_again(row, at=at)
    assert outbox.send_due(at=at) == 1


def test_an_address_that_does_not_exist_is_given_up_at_once(postbox: Postbox) -> None:
    postbox.answer = "550 no such user"
    _put()
    outbox.send_due(at=NOW)
    row = OutboxMessage.objects.get()
    assert row.state == MessageState.FAILED and "550" in row.error


def test_a_full_mailbox_is_tried_again(postbox: Postbox) -> None:
    postbox.answer = "452 full"
    _put()
    outbox.send_due(at=NOW)
    assert OutboxMessage.objects.get().state == MessageState.WAITING


def test_a_sender_that_died_loses_no_mail_and_the_second_copy_bears_the_same_id(postbox: Postbox) -> None:
    row = _put()
    held_until = NOW + outbox.HELD_FOR
    OutboxMessage.objects.update(state=MessageState.SENDING, next_at=held_until, tries=1)
    assert outbox.send_due(at=held_until - timedelta(seconds=1)) == 0
    assert outbox.send_due(at=held_until) == 1
    assert postbox.mails[0]["Message-ID"] == row.message_id


def test_without_a_server_mail_waits(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries, postbox: Postbox
) -> None:
    settings.EMAIL_HOST = ""
    _put()
    with django_assert_num_queries(0):
        assert outbox.send_due(at=NOW) == 0
    assert OutboxMessage.objects.get().state == MessageState.WAITING
