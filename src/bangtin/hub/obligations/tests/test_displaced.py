"""Time under emergency notices is counted apart: as no propaganda, and as no stop (Lai Châu art. 8.2)."""

from datetime import date, timedelta

import pytest

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.queries import occurrences
from bangtin.hub.obligations.queries.airing import _Day, _Judge, _shown
from bangtin.hub.obligations.tests.test_facts import (
    BOARD,
    GATE,
    HA_TINH,
    LAI_CHAU,
    OPERATOR,
    airtime,
    on_air,
    sent,
    stand,
)
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.queries import regulation
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import Desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
CAO_BANG = "cao-bang/31-2020-qd-ubnd"
GATE_VA = "ha-tinh/vung-ang"


def notice(instrument_id: str, cluster: str, starts: str, ends: str, *, is_drill: bool = False) -> Alert:
    """A notice that was on air and ended by itself."""
    at = local(starts)
    row = Alert.objects.create(
        number=f"{'DT' if is_drill else 'KC'}-2026-{Alert.objects.count() + 1:04d}",
        instrument_id=instrument_id,
        state=AlertState.ENDED,
        is_drill=is_drill,
        hazard="Lũ quét",
        issuer_name="Đài KTTV",
        texts={"vi": {"headline": "LŨ QUÉT", "description": "", "instruction": ""}},
        starts_at=at,
        ends_at=local(ends),
        made_at=at,
        ordered_at=at,
        closed_at=local(ends),
    )
    row.clusters.add(Cluster.objects.get(pk=cluster))
    return row


def placed(cluster: str, starts: str, ends: str) -> None:
    """What the plan had there."""
    sent("LC-2026-0900", "2026-10-30 08:00", clusters=(cluster,))
    user = User.objects.create_account("xep", "mat-khau-thu-nghiem", "Xếp lịch")
    Slot.objects.create(
        cluster_id=cluster,
        version=ProgrammeVersion.objects.latest("pk"),
        starts_at=local(starts),
        ends_at=local(ends),
        placed_by=user,
        placed_at=local("2026-10-30 09:00"),
    )


def test_lai_chau_owes_so_much_less_as_the_notice_took_from_its_plan() -> None:
    install(instrument_id=LAI_CHAU, actor=None, at=local("2026-01-01 08:00"))
    on_air(GATE, (7, 9), (13, 16))
    assert airtime() == stand("lai-chau/airtime", OPERATOR).status != "done"
    notice(LAI_CHAU, GATE, "2026-11-02 09:00", "2026-11-02 11:00")
    assert airtime() != "done", "nothing was planned there: it displaced nothing"
    placed(GATE, "2026-11-02 09:00", "2026-11-02 10:00")
    assert airtime() == "done"


def test_lai_chau_a_notice_by_night_or_an_exercise_takes_nothing_from_the_day() -> None:
    install(instrument_id=LAI_CHAU, actor=None, at=local("2026-01-01 08:00"))
    on_air(GATE, (7, 9), (13, 16))
    placed(GATE, "2026-11-02 09:00", "2026-11-02 10:00")
    notice(LAI_CHAU, GATE, "2026-11-01 20:00", "2026-11-02 06:00")
    notice(LAI_CHAU, GATE, "2026-11-02 09:00", "2026-11-02 11:00", is_drill=True)
    notice(LAI_CHAU, BOARD, "2026-11-02 09:00", "2026-11-02 11:00")
    assert airtime() != "done"


def test_ha_tinh_a_notice_is_no_stop_and_no_airtime() -> None:
    install(instrument_id=HA_TINH, actor=None, at=local("2026-01-01 08:00"))
    on_air(GATE_VA, (0, 24), on=date(2026, 11, 2))
    on_air(GATE_VA, (0, 9), (11, 24), on=date(2026, 11, 3))

    def standing() -> str:
        found = occurrences(
            HA_TINH, from_on=date(2026, 11, 1), until_on=date(2026, 11, 30), as_of=local("2026-11-04 08:00")
        )
        return next(one for one in found if one.obligation_id == "ha-tinh/round-the-clock").status

    assert standing() == "overdue"
    notice(HA_TINH, GATE_VA, "2026-11-03 08:30", "2026-11-03 11:00")
    assert standing() == "due"
    on, judge = date(2026, 11, 3), _Judge(regulation(HA_TINH))
    shown = _shown(regulation(HA_TINH), on, on, as_of=local("2026-11-04 08:00"))
    verdict = judge.verdict(GATE_VA, on, shown[GATE_VA, on])
    assert verdict is not None
    assert (verdict.total_s, verdict.outage_s, verdict.displaced_s) == (22 * 3600, 0, 2 * 3600)


def test_cao_bang_time_under_a_notice_is_none_of_the_day_s_airtime(desk: Desk) -> None:
    cluster, on = "cao-bang/ta-lung", date(2026, 11, 23)
    on_air(cluster, (7.5, 9), on=on)
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")
    notice(CAO_BANG, cluster, "2026-11-23 09:00", "2026-11-24 01:00")
    shown = _shown(regulation(CAO_BANG), on, on + timedelta(days=1), as_of=local("2026-11-25 08:00"))
    assert set(shown) == {(cluster, on), (cluster, on + timedelta(days=1))}
    verdict = _Judge(regulation(CAO_BANG)).verdict(cluster, on, shown[cluster, on])
    assert verdict is not None
    assert (verdict.total_s, verdict.displaced_s) == (round(1.5 * 3600), 2 * 3600)
    assert _Judge(regulation(CAO_BANG)).verdict(cluster, on, _Day([], [])) is not None
