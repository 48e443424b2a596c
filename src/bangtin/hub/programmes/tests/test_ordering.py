"""Production orders: who orders, what an order says, each move of its life, the programmes made for it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.plans import actions, policies, queries
from bangtin.hub.plans.errors import BadOrder, NotForThis
from bangtin.hub.plans.states import OrderState
from bangtin.hub.plans.tests.factories import MORNING, ordered, planned
from bangtin.hub.programmes.tests.factories import submitted
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.regulations.tests.factories import CAST, World, account, cao_bang

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    """A file store of its own."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def world() -> World:
    return cao_bang()


def test_an_order_goes_from_plan_to_payment_and_each_move_is_in_the_trail(world: World) -> None:
    officer, producer = world.users["tham-dinh-1"], world.users["dai"]
    row = planned(world)
    assert (row.number, row.state, row.ordered_by_id) == ("ĐH-2026-0001", "planned", "cao-bang/so-tttt")
    assert not queries.orders(producer, on=TODAY).exists()
    actions.order(row=row, letter_number=" 125/STTTT-BCVT ", actor=officer, at=MORNING)
    assert [one.pk for one in queries.to_produce(producer, on=TODAY)] == [row.pk]
    actions.deliver(row=row, actor=producer, at=MORNING)
    actions.refuse(row=row, reason="Thiếu phụ đề tiếng Trung.", actor=officer, at=MORNING)
    actions.deliver(row=row, actor=producer, at=MORNING)
    actions.accept(row=row, note="Đạt yêu cầu", actor=officer, at=MORNING)
    actions.pay(
        row=row, cost_vnd=44_000_000, paid_on=TODAY, payment_number="UNC 17", actor=world.users["bao-cao"], at=MORNING
    )
    row.refresh_from_db()
    assert (row.state, row.cost_vnd, row.letter_number) == ("paid", 44_000_000, "125/STTTT-BCVT")
    deeds = AuditEntry.objects.filter(action__startswith="order.").order_by("id").values_list("action", flat=True)
    assert list(deeds) == [
        "order.planned", "order.ordered", "order.delivered", "order.refused", "order.delivered", "order.accepted",
        "order.paid",
    ]  # fmt: skip


def test_only_offices_of_the_lead_agency_order_and_only_the_producer_delivers(world: World) -> None:
    leads = {"tham-dinh-1", "tham-dinh-2", "bao-cao"}
    for name in CAST:
        if name not in leads:
            with pytest.raises(NotPermitted):
                planned(world, by=name)
    row = ordered(world)
    for name in set(CAST) - {"dai"}:
        with pytest.raises(NotPermitted):
            actions.deliver(row=row, actor=world.users[name], at=MORNING)
    for name in set(CAST) - leads:
        with pytest.raises(NotPermitted):
            actions.cancel(row=row, reason="Không còn cần nữa", actor=world.users[name], at=MORNING)
    row.refresh_from_db()
    assert row.state == OrderState.ORDERED
    assert not policies.may_see_order(world.users["ngoai-vu"], row, on=TODAY)


def test_an_order_names_product_producer_day_and_kinds_of_the_regulation(world: World) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "title": {"title": "  "},
        "brief": {"brief": "ngắn"},
        "producer": {"producer": None},
        "due_on": {"due_on": date(2026, 11, 22)},
        "cost_vnd": {"cost_vnd": -1},
        "categories": {"categories": ("khong-co",)},
    }
    for field, changes in wrong.items():
        with pytest.raises(BadOrder) as caught:
            planned(world, **changes)
        assert (set(caught.value.fields), caught.value.citation) == ({field}, "cao-bang/7.2-3")
    press = planned(world, producer=None, producer_name="Báo Nhân Dân", cost_vnd=None)
    assert press.producer_words() == "Báo Nhân Dân"
    row = actions.order(row=press, letter_number="", actor=world.users["tham-dinh-1"], at=MORNING)
    # who has no account here: the lead agency takes the delivery down
    assert actions.deliver(row=row, actor=world.users["bao-cao"], at=MORNING).state == "delivered"


def test_the_four_themes_of_ordered_products_can_be_chosen() -> None:
    found = {}
    for name in ("cao-bang/31-2020-qd-ubnd", "lai-chau/20-2024-qd-ubnd"):
        tags = [one for one in queries.categories(name) if one.id in queries.PRODUCT_TAGS]
        found[name] = [one.clause for one in tags]
        assert [one.id for one in tags][1:] == ["scenic_places", "notable_events", "cooperation_potential"]
    assert found == {
        "cao-bang/31-2020-qd-ubnd": ["cao-bang/7.2-3"] * 4,
        "lai-chau/20-2024-qd-ubnd": ["lai-chau/10.1.a.4-3"] * 4,
    }


def test_a_payment_needs_its_paper_and_a_refusal_its_reason(world: World) -> None:
    officer = world.users["tham-dinh-1"]
    row = ordered(world)
    with pytest.raises(StaleState):
        actions.accept(row=row, note="", actor=officer, at=MORNING)
    actions.deliver(row=row, actor=world.users["dai"], at=MORNING)
    with pytest.raises(BadOrder):
        actions.refuse(row=row, reason=" ", actor=officer, at=MORNING)
    actions.accept(row=row, note="", actor=officer, at=MORNING)
    with pytest.raises(BadOrder) as caught:
        actions.pay(row=row, cost_vnd=0, paid_on=date(2027, 1, 1), payment_number=" ", actor=officer, at=MORNING)
    assert set(caught.value.fields) == {"cost_vnd", "paid_on", "payment_number"}


def test_a_programme_sent_for_an_order_delivers_it_and_stays_tied_to_it(world: World) -> None:
    row = ordered(world)
    version = submitted(world, production_order=row)
    row.refresh_from_db()
    assert (row.state, version.programme.production_order_id) == ("delivered", row.pk)
    assert list(row.programmes.all()) == [version.programme]
    with pytest.raises(NotForThis):
        submitted(world, production_order=planned(world))
    other = ordered(world, producer=world.agencies["so-ngoai-vu"])
    with pytest.raises(NotForThis):
        submitted(world, production_order=other)


def test_press_of_lai_chau_makes_what_its_department_orders() -> None:
    at = local("2026-11-23 08:00")
    install(instrument_id="lai-chau/20-2024-qd-ubnd", actor=None, at=local("2026-01-01 08:00"))
    instrument = Instrument.objects.get()
    rows = {one.pk: one for one in queries.may_be_turned_to(instrument.pk, on=TODAY)}
    department = next(iter(instrument.mandates.filter(agency="lai-chau/so-tttt"))).agency
    officer = account("so", "Cán bộ Sở", department, "appraiser")  # type: ignore[arg-type]  # a role's value
    press = account("bao", "Phóng viên Báo", rows["lai-chau/bao-lai-chau"], "contributor")  # type: ignore[arg-type]  # a role's value
    row = actions.plan(
        instrument=instrument,
        wanted=actions.Wanted(
            "Clip cửa khẩu Ma Lù Thàng",
            "Clip 2 phút cho cụm cửa khẩu, song ngữ Việt – Trung.",
            date(2026, 12, 5),
            producer=rows["lai-chau/bao-lai-chau"],
            categories=("cooperation_potential",),
        ),
        actor=officer,
        at=at,
    )
    actions.order(row=row, letter_number="", actor=officer, at=at)
    assert [one.pk for one in queries.to_produce(press, on=TODAY)] == [row.pk]
    assert actions.deliver(row=row, actor=press, at=at).state == "delivered"
