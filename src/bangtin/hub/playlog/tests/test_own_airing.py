"""An agency sees its own programmes as they are scheduled and as they aired, and nobody else's."""

from datetime import timedelta

import pytest

from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.queries import of_agency
from bangtin.hub.playlog.tests.factories import START, TURN_MS, screen, version
from bangtin.hub.schedules.models import Placement, Playlist

pytestmark = pytest.mark.django_db


def test_the_foreign_affairs_office_sees_what_is_scheduled_and_aired_of_its_items() -> None:
    one = screen()
    own = version(one.world, "CB-2026-0003", agency="so-ngoai-vu", title="Hữu nghị biên cương")
    one.version.programme.agency = one.world.agencies["so-ngoai-vu"]
    one.version.programme.save(update_fields=["agency"])
    before = START - timedelta(minutes=1)
    first, second = of_agency({"cao-bang/so-ngoai-vu"}, at=before)
    assert (first.version, first.slots, first.next_at, first.plays) == (one.version, 1, START, 0)
    assert (second.version, second.slots, second.plays) == (own, 0, 0)
    ingest(device=one.device, body=one.say(*[one.play(turn) for turn in range(6)]), at=START + timedelta(minutes=2))
    one.commit(at=START + timedelta(minutes=3))
    after = START + timedelta(hours=1)
    aired, _own = of_agency({"cao-bang/so-ngoai-vu"}, at=after)
    assert (aired.slots, aired.plays, aired.aired_ms, aired.last_on) == (0, 6, 6 * TURN_MS, START.date())
    assert [row.version for row in of_agency({"cao-bang/dai-ptth"}, at=after)] == [one.filler]


def test_placements_by_rule_count_as_scheduled_while_they_run() -> None:
    one = screen()
    scheduler = one.slot.placed_by
    playlist = Playlist.objects.create(name="Hằng ngày", made_by=scheduler, made_at=START)
    playlist.clusters.add(one.slot.cluster)
    Placement.objects.create(
        playlist=playlist,
        version=one.filler,
        starts_on=START.date(),
        ends_on=START.date() + timedelta(days=6),
        placed_by=scheduler,
        placed_at=START,
    )
    rows = {row.version: row for row in of_agency({"cao-bang/dai-ptth"}, at=START + timedelta(hours=1))}
    assert (rows[one.filler].rules, rows[one.filler].clusters) == (1, {one.slot.cluster_id})
    assert rows[one.version].rules == 0
    later = of_agency({"cao-bang/dai-ptth"}, at=START + timedelta(days=8))
    assert [row.rules for row in later] == [0, 0]
