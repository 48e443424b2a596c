"""How many queries each page needs: recorded in `queries.json`, never more, and not one a row.

After a wanted change write the numbers anew: BANGTIN_RECORD=1 `python -m pytest tests/conventions/test_queries.py`.
"""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangtin.hub.accounts.models import Role
from bangtin.hub.kit import clock
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.tests.factories import START, version
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules.models import Filler, Slot
from tests.conventions.site import Site, routes

# Together they open every page.
OFFICES = ("contributor", "appraiser", "scheduler", "reporter", "leader", "security", "administrator")
pytestmark = [pytest.mark.django_db, pytest.mark.walk]
RECORDED = Path(__file__).with_name("queries.json")
ACCESS = Path(__file__).with_name("access.json")
_WARM: set[str] = set()
MORE_ROWS = 20
# Parts of a page that are not asked for while a list is empty (four a list, two lists a page); far below one a row.
ALLOWED_GROWTH = 8


@pytest.fixture
def site(settings: Any) -> Site:
    """The site at 07:30 of Monday 23/11/2026."""
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = (START - clock.now()).total_seconds()
    return Site()


def test_no_page_needs_more_queries_than_recorded(site: Site) -> None:
    found = _counts(site)
    if os.environ.get("BANGTIN_RECORD") == "1":
        RECORDED.write_text(json.dumps(found, indent=1) + "\n")
    recorded = json.loads(RECORDED.read_text())
    assert {name: count for name, count in found.items() if count > recorded.get(name, 0)} == {}


def test_no_page_asks_once_a_row(site: Site) -> None:
    _add_rows(site, first=0)
    before = _counts(site)
    _add_rows(site, first=MORE_ROWS)
    after = _counts(site)
    assert {name: (before[name], after[name]) for name in before if after[name] > before[name] + 1} == {}


def _counts(site: Site) -> dict[str, int]:
    """The most queries that any office's page needs, by route; what no office may read is absent."""
    most: dict[str, int] = {}
    read = json.loads(ACCESS.read_text())  # what each office may read: test_routes holds it to that
    for who in OFFICES:
        client = site.client(who)
        for route in routes():
            if route.is_api or read.get(route.name, {}).get(who, 200) != 200:
                continue
            address = site.address(route)
            if route.name not in _WARM and client.get(address).status_code == 200:
                _WARM.add(route.name)  # what is read once a process is not the page's
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address)
            if answer.status_code == 200:
                most[route.name] = max(most.get(route.name, 0), len(captured))
    return dict(sorted(most.items()))


def _add_rows(site: Site, *, first: int) -> None:
    """So many more of what lists show: versions in every state, slots, filler, plays, accounts."""
    one = site.one
    states = list(VersionState)
    for number in range(first, first + MORE_ROWS):
        made = version(one.world, f"CB-2026-{number + 100:04d}", title=f"Thông báo số {number}")
        made.programme.clusters.add(one.slot.cluster)
        type(made).objects.filter(pk=made.pk).update(state=states[number % len(states)])
        starts_at = START + timedelta(minutes=10 + 5 * number)
        Slot.objects.create(
            cluster=one.slot.cluster,
            version=made,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=5),
            clause="cao-bang/8.1.a",
            placed_by=one.slot.placed_by,
            placed_at=START,
        )
        Filler.objects.create(
            cluster=one.slot.cluster, version=made, position=number + 1, added_by=one.slot.placed_by, added_at=START
        )
        account(f"them-{number}", f"Cán bộ {number}", one.world.agencies["so-tttt"], Role.APPRAISER)
    lines = [one.play(turn) for turn in range(first, first + MORE_ROWS)]
    ingest(device=one.device, body=one.say(*lines), at=START + timedelta(minutes=10))
