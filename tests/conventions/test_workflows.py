"""Every workflow table of every app: each listed move works on a real row, every other one is refused.

A new `states.py` fails here until the row it governs is named in `ROWS`.
"""

import ast
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from django.db.models import Model

from bangtin.hub.alerts.models import Alert
from bangtin.hub.devices.models import Enrolment
from bangtin.hub.exchange.models import SourceItem
from bangtin.hub.kit import workflow
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.programmes.keeping import Disposal
from bangtin.hub.programmes.models import Upload
from bangtin.hub.reports.models import Report
from bangtin.hub.schedules.models import Dispatch, Placement, PlanRelease, Playlist
from bangtin.hub.translation.models import TranslationJob

pytestmark = pytest.mark.django_db
HUB = Path(__file__).resolve().parents[2] / "src" / "bangtin" / "hub"


def _enrolment(one: Screen) -> Enrolment:
    return Enrolment.objects.create(
        id="e1",
        public_key="k" * 43,
        nonce="0" * 32,
        code="7K3QM-X2B9T",
        address="127.0.0.1",
        asked_at=START,
        expires_at=START + timedelta(minutes=10),
    )


def _report(one: Screen) -> Report:
    return Report.objects.create(
        kind="annual",
        instrument_id=one.world.instrument.pk,
        agency=one.world.agencies["so-tttt"],
        year=2026,
        period_from=START.date(),
        period_to=START.date(),
        compiled_by=one.world.users["bao-cao"],
        compiled_at=START,
    )


def _upload(one: Screen) -> Upload:
    return Upload.objects.create(
        id="u" * 43, owner=one.world.users["dai"], size_bytes=1, created_at=START, expires_at=START
    )


def _disposal(one: Screen) -> Disposal:
    return Disposal.objects.create(
        programme=one.version.programme,
        reason="Hết hạn",
        basis="Tờ trình 1",
        proposed_by=one.world.users["bao-cao"],
        proposed_at=START,
    )


def _source_item(_one: Screen) -> SourceItem:
    return SourceItem.objects.create(
        number="1", digest="0" * 64, name="1.json", means="folder", received_at=START, tried_at=START
    )


def _order(one: Screen) -> ProductionOrder:
    return ProductionOrder.objects.create(
        instrument=one.world.instrument,
        number="ĐH-2026-0001",
        title="Phim",
        brief="Phim 3 phút",
        ordered_by=one.world.agencies["so-tttt"],
        producer=one.world.agencies["dai-ptth"],
        due_on=START.date(),
        planned_by=one.world.users["bao-cao"],
        planned_at=START,
    )


def _information(one: Screen) -> InformationRequest:
    return InformationRequest.objects.create(
        instrument=one.world.instrument,
        number="YC-2026-0001",
        subject="Số liệu",
        what="Số liệu năm",
        asked_by=one.world.agencies["so-tttt"],
        agency=one.world.agencies["so-ngoai-vu"],
        due_on=START.date(),
        sent_by=one.world.users["bao-cao"],
        sent_at=START,
    )


def _dispatch(one: Screen) -> Dispatch:
    return Dispatch.objects.create(
        instrument=one.world.instrument,
        number="CP-2026-0001",
        sender=one.world.agencies["so-tttt"],
        receiver=one.world.agencies["ubnd-quang-hoa"],
        sent_by=one.world.users["bao-cao"],
        sent_at=START,
    )


def _placement(one: Screen) -> Placement:
    user = one.world.users["xep-lich"]
    playlist = Playlist.objects.create(name="Hằng ngày", made_by=user, made_at=START)
    return Placement.objects.create(
        playlist=playlist,
        version=one.version,
        starts_on=START.date(),
        ends_on=START.date(),
        placed_by=user,
        placed_at=START,
    )


def _release(one: Screen) -> PlanRelease:
    return PlanRelease.objects.create(
        cluster=one.slot.cluster,
        from_on=START.date(),
        until_on=START.date(),
        digest="0" * 64,
        asked_by=one.world.users["xep-lich"],
        asked_at=START,
    )


def _translation(one: Screen) -> TranslationJob:
    return TranslationJob.objects.create(
        programme=one.version.programme,
        source=one.version,
        language="zh",
        asked_by=one.world.users["tham-dinh-1"],
        asked_at=START,
    )


def _alert(one: Screen) -> Alert:
    return Alert.objects.create(
        number="KC-2026-0001",
        instrument=one.world.instrument,
        hazard="Lũ quét",
        issuer_name="Đài KTTV",
        starts_at=START,
        ends_at=START + timedelta(hours=1),
        made_at=START,
    )


# (app, table) -> the row it governs, from one screen with its plan
ROWS: Mapping[tuple[str, str], Callable[[Screen], Model]] = {
    ("alerts", "ALERT_MOVES"): _alert,
    ("devices", "DEVICE_MOVES"): lambda one: one.device,
    ("devices", "ENROLMENT_MOVES"): _enrolment,
    ("exchange", "ITEM_MOVES"): _source_item,
    ("programmes", "DISPOSAL_MOVES"): _disposal,
    ("programmes", "MOVES"): lambda one: one.version,
    ("programmes", "UPLOAD_MOVES"): _upload,
    ("plans", "ORDER_MOVES"): _order,
    ("plans", "REQUEST_MOVES"): _information,
    ("reports", "MOVES"): _report,
    ("schedules", "DISPATCH_MOVES"): _dispatch,
    ("schedules", "MOVES"): lambda one: one.slot,
    ("schedules", "PLACEMENT_MOVES"): _placement,
    ("schedules", "RELEASE_MOVES"): _release,
    ("translation", "MOVES"): _translation,
}


@dataclass(frozen=True)
class Table:
    """One table as `states.py` writes it, and all states it must speak of."""

    moves: workflow.Moves
    states: frozenset[str]


def _tables() -> Iterator[tuple[str, str]]:
    """Every name annotated `Moves` in a `states.py`."""
    for path in sorted(HUB.glob("*/states.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "Moves":
                yield path.parent.name, ast.unparse(node.target)


def _table(app: str, name: str) -> Table:
    module: ModuleType = importlib.import_module(f"bangtin.hub.{app}.states")
    moves: workflow.Moves = getattr(module, name)
    kind = type(next(iter(moves)))
    return Table({str(key): frozenset(map(str, to)) for key, to in moves.items()}, frozenset(map(str, kind)))


def test_every_table_has_a_row_here() -> None:
    assert set(_tables()) == set(ROWS)


@pytest.mark.parametrize(("app", "name"), sorted(ROWS))
def test_a_table_speaks_of_every_state_and_of_no_other(app: str, name: str) -> None:
    table = _table(app, name)
    assert set(table.moves) == table.states
    assert frozenset().union(*table.moves.values()) <= table.states


@pytest.mark.parametrize(("app", "name"), sorted(ROWS))
def test_each_listed_move_works_and_every_other_one_is_refused(app: str, name: str) -> None:
    table = _table(app, name)
    row = ROWS[app, name](screen())
    for old in sorted(table.states):
        for new in sorted(table.states):
            assert _moves(row, table, old=old, new=new) is (new in table.moves[old]), f"{old} -> {new}"


@pytest.mark.parametrize(("app", "name"), sorted(ROWS))
def test_the_second_of_two_movers_is_refused(app: str, name: str) -> None:
    table = _table(app, name)
    row = ROWS[app, name](screen())
    rival = type(row)._default_manager.get(pk=row.pk)
    # a move that stays in its state is told apart by what else the deed asks
    old, new = next((old, min(to - {old})) for old, to in sorted(table.moves.items()) if to - {old})
    _put(row, old)
    _put(rival, old)
    workflow.move(row, table.moves, to=new)
    with pytest.raises(StaleState):
        workflow.move(rival, table.moves, to=new)


def _moves(row: Model, table: Table, *, old: str, new: str) -> bool:
    """Whether the move is done; if it is not, the row in the database is as it was."""
    _put(row, old)
    try:
        workflow.move(row, table.moves, to=new)
    except (StaleState, ValueError):
        assert _stored(row) == old
        return False
    assert _stored(row) == new
    return True


def _put(row: Model, state: str) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()


def _stored(row: Model) -> str:
    return str(type(row)._default_manager.values_list("state", flat=True).get(pk=row.pk))
