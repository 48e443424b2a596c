import pytest

from bangtin.hub.kit import audit
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.tests.factories import cao_bang

pytestmark = pytest.mark.django_db
AT = local("2026-11-23 08:00")


def test_the_trail_holds_until_an_entry_is_changed() -> None:
    world = cao_bang()
    for number in range(3):
        audit.record("test.done", world.instrument, actor=world.users["dai"], at=AT, number=number)
    assert list(audit.broken()) == []
    entry = AuditEntry.objects.order_by("id")[1]
    AuditEntry.objects.filter(pk=entry.pk).update(actor_name="ai đó")
    assert entry in list(audit.broken())


def test_a_removed_entry_shows() -> None:
    world = cao_bang()
    for number in range(3):
        audit.record("test.done", world.instrument, actor=None, at=AT, number=number)
    AuditEntry.objects.order_by("id")[1].delete()
    assert len(list(audit.broken())) == 1
