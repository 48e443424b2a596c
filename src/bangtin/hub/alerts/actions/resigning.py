"""Notices on air under the keys of now: a screen that learns of a new key for alerts drops what the old one signed."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from bangtin.bundle import alerts as notices
from bangtin.bundle import dsse
from bangtin.hub.alerts import errors
from bangtin.hub.alerts.actions.envelopes import check_envelope
from bangtin.hub.alerts.models import AlertEnvelope
from bangtin.hub.devices import hints
from bangtin.hub.devices.actions import keys, repository
from bangtin.hub.kit import audit


def sign_again(*, at: datetime) -> list[str]:
    """Sign every envelope that still counts with the keys of now, its content and number untouched (trust B.5).

    Gives the notices whose order the new keys do not prove: the key that proves approvals changed, and only an officer
    can order them anew.
    """
    doubtful = []
    with transaction.atomic(durable=True):
        repository.lock()
        rows = AlertEnvelope.objects.filter(province=settings.PROVINCE, alert__ends_at__gt=at).order_by("n")
        signers = keys.load()
        for row in rows.select_related("alert"):
            before = bytes(row.body)
            notice = notices.read(before)
            body = dsse.sign("alert", dsse.open(before, "alert").payload, signers.of(notice.role))
            try:
                check_envelope(body, notice.clusters[0], at=at)
            except errors.AlertDoesNotVerify:
                doubtful.append(row.alert.number)
                continue
            if body != before:
                AlertEnvelope.objects.filter(pk=row.pk).update(body=body)
                audit.record("alert.signed_again", row, actor=None, at=at, n=row.n, number=row.alert.number)
        transaction.on_commit(hints.broadcaster.announce)
    return list(dict.fromkeys(doubtful))
