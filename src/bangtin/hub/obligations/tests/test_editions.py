"""A version in another language is no further programme that somebody sent."""

from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from bangtin.hub.obligations.queries import facts
from bangtin.hub.regulations.queries import regulation
from bangtin.hub.translation.tests.factories import MORNING, delivered, lai_chau

pytestmark = pytest.mark.django_db


def test_an_edition_counts_with_its_original() -> None:
    world = lai_chau()
    job = delivered(world)
    month = timedelta(days=30)
    search = SimpleNamespace(
        from_at=MORNING - month,
        until_at=MORNING + month,
        look=SimpleNamespace(as_of=MORNING + month),
        pack=regulation(world.instrument.pk),
        agencies=None,
    )
    assert [one.programme for one in facts.programmes(cast(facts.Search, search))] == [job.programme]
