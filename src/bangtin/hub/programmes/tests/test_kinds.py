"""The kinds of content that each regulation names: offered, kept with the version, asked what belongs to them."""

from dataclasses import replace
from typing import Any

import pytest

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes import asked
from bangtin.hub.programmes.actions import BadSubmission, Facts, submit
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Nature
from bangtin.hub.programmes.tests.factories import MORNING, submission
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.tests.factories import account

pytestmark = pytest.mark.django_db
INSTRUMENTS = {
    "cao-bang": "cao-bang/31-2020-qd-ubnd",
    "lai-chau": "lai-chau/20-2024-qd-ubnd",
    "ha-tinh": "ha-tinh/2432-qd-ubnd",
    "quang-ninh": "quang-ninh/38-2018-qd-ubnd",
    "binh-duong": "binh-duong/4937-kh-ubnd",
}
CLUSTERS = {"cao-bang": "ta-lung", "lai-chau": "ma-lu-thang", "ha-tinh": "vung-ang"}
ADVERTISING = {"nature": Nature.ADVERTISING, "subject": {"advertiser": "Công ty A", "papers": "Giấy phép 12"}}
ENTERPRISE = {"nature": Nature.ENTERPRISE, "subject": {"enterprise": "Công ty thép", "product": "Thép"}}
WORLD = {"subject": {"source_country": "Trung Quốc", "source_name": "Cổng thông tin công khai"}}
# clause: the kinds of content it names, and what is stated with them
KINDS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "cao-bang/2.1-1": (("policy_law_external_border",), {}),
    "cao-bang/2.1-2": (("culture_country_people",), {}),
    "cao-bang/2.1-3": (("promotion_potential_strengths",), {}),
    "cao-bang/2.1-4": (("grassroots_essential",), {}),
    "lai-chau/2.2-2": (("policy_law_external_border",), {}),
    "lai-chau/2.2-3": (("culture_country_people",), {}),
    "lai-chau/2.2-4": (("promotion_potential_strengths",), {}),
    "lai-chau/2.2-5": (("local_specific",), {"subject": {"locality": "Huyện Phong Thổ"}}),
    "lai-chau/7.1": (("policy_law_events",), {}),
    "lai-chau/7.2.a": (("development_programmes",), {}),
    "lai-chau/7.2.b": (("knowledge",), {}),
    "lai-chau/7.2.c": (("security_order",), {}),
    "lai-chau/7.2.d": (("disaster_rescue",), {}),
    "lai-chau/7.2.đ": (("good_examples",), {}),
    "lai-chau/7.2.e": (("law_breaking_prevention",), {}),
    "lai-chau/7.2.g": (("goods_services",), {}),
    "lai-chau/7.3": (("access_democracy",), {}),
    "lai-chau/7.5": (("advertising",), ADVERTISING),
    "ha-tinh/2-2": (("external_activity", "investment", "environment", "key_products", "culture", "tourism"), {}),
    "ha-tinh/4.2-3": (("enterprise_promotion",), ENTERPRISE),
    "quang-ninh/3": (("official", "promotion"), {}),
    "quang-ninh/8.1": (("official_policy", "official_situation", "official_history"), {}),
    "quang-ninh/9.1": (("promotion",), {}),
    "quang-ninh/10.1": (("world_into_province",), WORLD),
    "quang-ninh/10.2": (("world_into_province",), WORLD),
    "quang-ninh/5.2.c-2": (("world_into_province",), WORLD),
    "quang-ninh/17.2": (("world_into_province",), WORLD),
    "quang-ninh/25.2-2": (("peaceful_border",), {}),
    "quang-ninh/26.2-1": (("defence_external",), {}),
    "quang-ninh/27.2": (("heritage",), {}),
    "binh-duong/I.2.2-1": (("policy_law", "local_tasks", "useful_knowledge"), {}),
    "binh-duong/II.3.2-0": (("essential",), {"subject": {"forms": ("radio_commune", "notice_board")}}),
    "binh-duong/IV.3-1": (("legal_education", "policy_law"), {}),
}
# clause: the agency that the text names for it, and what its form begins with
USUAL = {
    "cao-bang/11": ("so-ngoai-vu", "external_relations"),
    "lai-chau/13.1.a": ("bch-bdbp", "policy_law_external_border"),
    "lai-chau/13.4-1": ("so-ngoai-vu", "external_relations"),
    "ha-tinh/4.3.a-5": ("dai-ptth", "province_promotion"),
}


def _sender(province: str) -> tuple[User, str, str]:
    """A contributor, its agency, and a cluster: a board of the province's own where the text names none."""
    install(instrument_id=INSTRUMENTS[province], actor=None, at=MORNING)
    agency = Agency.objects.filter(pk__startswith=f"{province}/").order_by("pk")[0]
    cluster = f"{province}/{CLUSTERS.get(province, 'bang-dien-tu')}"
    if province not in CLUSTERS:
        board = Cluster.objects.create(pk=cluster, instrument_id=INSTRUMENTS[province], name_vi="Bảng điện tử")
        Face.objects.create(pk="bang-dien-tu-1", cluster=board, name_vi="Mặt 1", width=640, height=320)
    return account("nguoi-gui", "Người gửi", agency, Role.CONTRIBUTOR), agency.pk, cluster


def _sent(province: str, kinds: tuple[str, ...], facts: Facts, *, cluster: str = "") -> ProgrammeVersion:
    user, agency_id, usual = _sender(province)
    category, *more = kinds
    return submit(
        submission=submission(
            agency_id=agency_id,
            cluster_ids=(cluster or usual,),
            category=category,
            facts=replace(facts, categories=tuple(more)),
        ),
        source=None,
        actor=user,
        at=MORNING,
    )


@pytest.mark.parametrize("clause", KINDS)
def test_a_kind_of_content_is_offered_and_stays_with_what_was_sent(clause: str) -> None:
    kinds, stated = KINDS[clause]
    province = clause.partition("/")[0]
    version = _sent(province, kinds, Facts(is_declared=True, **stated))
    version.facts.refresh_from_db()
    assert version.programme.category == kinds[0]
    assert version.facts.categories == list(kinds)
    given = stated.get("subject", {})
    assert version.facts.subject == {name: list(one) if isinstance(one, tuple) else one for name, one in given.items()}
    offered = {one.id: one for one in asked.of(INSTRUMENTS[province]).categories}
    assert all(offered[one].name.vi and offered[one].clause.startswith(f"{province}/") for one in kinds)


@pytest.mark.parametrize(
    ("province", "kind", "field"),
    [
        ("lai-chau", "advertising", "advertiser"),
        ("lai-chau", "local_specific", "locality"),
        ("ha-tinh", "enterprise_promotion", "enterprise"),
        ("quang-ninh", "world_into_province", "source_country"),
        ("binh-duong", "essential", "forms"),
    ],
)
def test_what_a_kind_of_content_asks_for_is_not_left_out(province: str, kind: str, field: str) -> None:
    nature = {"advertising": Nature.ADVERTISING, "enterprise_promotion": Nature.ENTERPRISE}.get(kind)
    with pytest.raises(BadSubmission) as caught:
        _sent(province, (kind,), Facts(is_declared=True, nature=nature or Nature.PROPAGANDA))
    assert field in caught.value.fields
    assert not ProgrammeVersion.objects.exists()


def test_content_without_a_kind_is_not_taken(world: Any) -> None:
    with pytest.raises(BadSubmission) as caught:
        submit(submission=submission(category=""), source=None, actor=world.users["dai"], at=MORNING)
    assert set(caught.value.fields) == {"category"}


def test_a_kind_that_is_for_border_gates_is_not_taken_for_a_board_elsewhere() -> None:
    with pytest.raises(BadSubmission) as caught:
        _sent("lai-chau", ("culture_country_people",), Facts(is_declared=True), cluster="lai-chau/bang-tin-thanh-pho")
    assert "2.2" in caught.value.fields["category"]


def test_clusters_that_are_decided_on_in_different_ways_are_not_wanted_together() -> None:
    user, agency_id, gate = _sender("lai-chau")
    both = submission(agency_id=agency_id, cluster_ids=(gate, "lai-chau/bang-tin-thanh-pho"), category="good_examples")
    with pytest.raises(BadSubmission) as caught:
        submit(submission=both, source=None, actor=user, at=MORNING)
    assert "cluster_ids" in caught.value.fields


@pytest.mark.parametrize("clause", USUAL)
def test_a_form_begins_with_the_kind_an_agency_is_named_for(clause: str) -> None:
    province = clause.partition("/")[0]
    agency, kind = USUAL[clause]
    install(instrument_id=INSTRUMENTS[province], actor=None, at=MORNING)
    pack = regulations.regulation(INSTRUMENTS[province])
    assert kind in {one.id for one in asked.usual(pack, f"{province}/{agency}")}


def test_the_declaration_names_who_made_it_and_when() -> None:
    version = _sent("lai-chau", ("good_examples",), Facts(is_declared=True))
    entry = AuditEntry.objects.get(action="version.submitted")
    assert (entry.actor_id, entry.at) == (version.submitted_by_id, MORNING)
    assert version.facts.is_declared and entry.details["facts"]["is_declared"] is True
    assert asked.of(INSTRUMENTS["lai-chau"]).declaration.startswith("lai-chau/")
