"""Provinces whose content takes other ways than Cao Bằng's, each with the offices of its routes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import actions
from bangtin.hub.appraisal.tests.factories import met
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes.actions import Facts, check, submit
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.tests.factories import MORNING, submission
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.tests.factories import World, accounts

INSTRUMENTS = {
    "cao-bang": "cao-bang/31-2020-qd-ubnd",
    "lai-chau": "lai-chau/20-2024-qd-ubnd",
    "ha-tinh": "ha-tinh/2432-qd-ubnd",
    "binh-duong": "binh-duong/4937-kh-ubnd",
}
# user name: (agency, role)
CASTS: dict[str, dict[str, tuple[str, Role]]] = {
    "cao-bang": {
        "huyen": ("ubnd-quang-hoa", Role.CONTRIBUTOR),
        "huyen-1": ("ubnd-quang-hoa", Role.APPRAISER),
        "huyen-2": ("ubnd-quang-hoa", Role.APPRAISER),
        "lanh-dao-huyen": ("ubnd-quang-hoa", Role.LEADER),
        "dai": ("dai-ptth", Role.CONTRIBUTOR),
        "so-1": ("so-tttt", Role.APPRAISER),
        "so-2": ("so-tttt", Role.APPRAISER),
    },
    "lai-chau": {
        "dai": ("dai-ptth", Role.CONTRIBUTOR),
        "so-1": ("so-tttt", Role.APPRAISER),
        "so-2": ("so-tttt", Role.APPRAISER),
        "so-3": ("so-tttt", Role.APPRAISER),
        "thanh-pho": ("ubnd-thanh-pho", Role.CONTRIBUTOR),
        "thanh-pho-1": ("ubnd-thanh-pho", Role.APPRAISER),
        "thanh-pho-2": ("ubnd-thanh-pho", Role.APPRAISER),
        "lanh-dao-tp": ("ubnd-thanh-pho", Role.LEADER),
    },
    "ha-tinh": {
        "dai": ("dai-ptth", Role.CONTRIBUTOR),
        "bql": ("bql-kkt", Role.CONTRIBUTOR),
        "so-1": ("so-tttt", Role.APPRAISER),
        "so-2": ("so-tttt", Role.APPRAISER),
        "dich": ("so-ngoai-vu", Role.CONTRIBUTOR),
        "ngoai-vu-1": ("so-ngoai-vu", Role.APPRAISER),
        "ngoai-vu-2": ("so-ngoai-vu", Role.APPRAISER),
    },
    "binh-duong": {
        "huyen": ("ubnd-di-an", Role.CONTRIBUTOR),
        "huyen-1": ("ubnd-di-an", Role.APPRAISER),
        "huyen-2": ("ubnd-di-an", Role.APPRAISER),
        "huyen-khac": ("ubnd-thuan-an", Role.APPRAISER),
        "xa": ("ubnd-tt-dau-tieng", Role.CONTRIBUTOR),
        "xa-1": ("ubnd-tt-dau-tieng", Role.APPRAISER),
        "xa-2": ("ubnd-tt-dau-tieng", Role.APPRAISER),
        "so": ("so-tttt", Role.REPORTER),
    },
}
CATEGORIES = {
    "cao-bang": "grassroots_essential",
    "lai-chau": "good_examples",
    "ha-tinh": "political_external_activity",
    "binh-duong": "policy_law",
}


def province(name: str) -> World:
    """Take the province's regulation into use and make its offices."""
    instrument = install(instrument_id=INSTRUMENTS[name], actor=None, at=local("2026-01-01 08:00"))
    if name == "binh-duong":
        _board_of(instrument.pk)
    agencies = {row.pk.split("/")[1]: row for row in Agency.objects.filter(pk__startswith=f"{name}/")}
    return World(
        instrument=instrument,
        agencies=agencies,
        clusters={row.slug: row for row in Cluster.objects.filter(instrument_id=instrument.pk)},
        faces={row.pk: row for row in Face.objects.all()},
        users=accounts({who: (who, agencies[slug], role) for who, (slug, role) in CASTS[name].items()}),
    )


def _board_of(instrument_id: str) -> None:
    """The plan names no cluster: an electronic board is one form among others (II.3.2.6)."""
    board = Cluster.objects.create(id="binh-duong/bang-tin", instrument_id=instrument_id, name_vi="Bảng tin điện tử")
    Face.objects.create(id="bang-tin-1", cluster=board, width=960, height=480)


@dataclass
class Bench:
    """The desks of one province, said shortly: `bench.sent("dai", "ma-lu-thang")`, `bench.say("so-1", version)`."""

    name: str
    world: World
    at: datetime = MORNING

    @classmethod
    def of(cls, name: str) -> "Bench":
        return cls(name, province(name))

    def user(self, who: str) -> User:
        return self.world.users[who]

    def sent(self, who: str, *clusters: str, **changes: Any) -> ProgrammeVersion:
        """A notice that came in and passed the technical check."""
        actor = self.user(who)
        fields: dict[str, Any] = {
            "agency_id": actor.posts.get().agency_id,
            "cluster_ids": tuple(f"{self.name}/{slug}" for slug in clusters),
            "category": CATEGORIES[self.name],
            "facts": Facts(is_declared=True),
        }
        version = submit(submission=submission(**(fields | changes)), source=None, actor=actor, at=self.at)
        return check(version=version, at=self.at)

    def say(
        self, who: str, version: ProgrammeVersion, outcome: str = "approved", grounds: str = "Nội dung đúng quy định"
    ) -> ProgrammeVersion:
        """An officer's word at the step the version waits for."""
        version.refresh_from_db()
        actions.act(
            version=version,
            outcome=outcome,
            grounds=grounds,
            actor=self.user(who),
            at=self.at,
            answers=met(version, at=self.at),
        )
        version.refresh_from_db()
        return version

    def edited(self, who: str, version: ProgrammeVersion, title: str = "Nhan đề đã biên tập") -> ProgrammeVersion:
        """An editor's version after its technical check."""
        version.refresh_from_db()
        made = actions.edit(
            version=version,
            changes=actions.Edit(title=title),
            note="Rút gọn nhan đề cho vừa màn hình.",
            actor=self.user(who),
            at=self.at,
        )
        return check(version=made, at=self.at)
