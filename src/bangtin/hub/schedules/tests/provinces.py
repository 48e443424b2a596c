"""The schedule desks of three provinces: who plans, who runs the screens, who releases; with ready versions."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import files
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion, Rendition
from bangtin.hub.programmes.paperwork import SubmissionFacts
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.actions import install
from bangtin.hub.schedules import actions
from bangtin.hub.schedules.models import Placement, Playlist, Slot
from bangtin.hub.schedules.tests.factories import NOW
from bangtin.rulebook.texts import Window

INSTRUMENTS = {
    "cao-bang": "cao-bang/31-2020-qd-ubnd",
    "lai-chau": "lai-chau/20-2024-qd-ubnd",
    "ha-tinh": "ha-tinh/2432-qd-ubnd",
}
CLUSTERS = {"cao-bang": "ta-lung", "lai-chau": "ma-lu-thang", "ha-tinh": "vung-ang"}
# user name: (agency, role); `lich` builds the plan, `hai` is the second person there, `may` runs the screens
CASTS: dict[str, dict[str, tuple[str, Role]]] = {
    "cao-bang": {
        "dai": ("dai-ptth", Role.CONTRIBUTOR),
        "so-1": ("so-tttt", Role.APPRAISER),
        "so-2": ("so-tttt", Role.APPRAISER),
        "lich": ("ubnd-quang-hoa", Role.SCHEDULER),
        "hai": ("ubnd-quang-hoa", Role.LEADER),
        "may": ("ubnd-quang-hoa", Role.OPERATOR),
        "khac": ("ubnd-trung-khanh", Role.SCHEDULER),
    },
    "lai-chau": {
        "dai": ("dai-ptth", Role.CONTRIBUTOR),
        "so-1": ("so-tttt", Role.APPRAISER),
        "so-2": ("so-tttt", Role.APPRAISER),
        "lich": ("so-tttt", Role.SCHEDULER),
        "hai": ("so-tttt", Role.SCHEDULER),
        "may": ("bql-kkt", Role.OPERATOR),
        "bql-lich": ("bql-kkt", Role.SCHEDULER),
        "khac": ("ubnd-thanh-pho", Role.SCHEDULER),
    },
    "ha-tinh": {
        "dai": ("dai-ptth", Role.CONTRIBUTOR),
        "so-1": ("so-tttt", Role.APPRAISER),
        "so-2": ("so-tttt", Role.APPRAISER),
        "lich": ("bql-kkt", Role.SCHEDULER),
        "hai": ("bql-kkt", Role.OPERATOR),
        "may": ("bql-kkt", Role.OPERATOR),
        "khac": ("so-ngoai-vu", Role.CONTRIBUTOR),
    },
}
CATEGORIES = {
    "cao-bang": "grassroots_essential",
    "lai-chau": "policy_law_external_border",
    "ha-tinh": "political_external_activity",
}


@dataclass
class Province:
    """One province in use with its desk: `Province("lai-chau")`; the cluster is its border gate's or only one."""

    name: str
    at: datetime = NOW
    users: dict[str, User] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        install(instrument_id=INSTRUMENTS[self.name], actor=None, at=local("2026-01-01 08:00"))
        for who, (slug, role) in CASTS[self.name].items():
            self.users[who] = self.account(who, slug, role)

    def account(self, who: str, slug: str, role: Role) -> User:
        """An account with one post at an agency of the province."""
        user = User.objects.create_account(f"{self.name}-{who}", "mat-khau-thu-nghiem", who)
        Post.objects.create(user=user, agency=Agency.objects.get(pk=f"{self.name}/{slug}"), role=role)
        return user

    @property
    def cluster(self) -> Cluster:
        return Cluster.objects.get(pk=f"{self.name}/{CLUSTERS[self.name]}")

    @property
    def actor(self) -> User:
        return self.users["lich"]

    def version(
        self,
        title: str = "Biên giới",
        *,
        category: str = "",
        language: str = "vi",
        kind: str = Kind.VIDEO,
        duration_ms: int = 30_000,
        has_sound: bool = False,
        clusters: tuple[Cluster, ...] = (),
        **facts: Any,
    ) -> ProgrammeVersion:
        """A version that both officers approved, with a form for each screen of its clusters."""
        self.count += 1
        programme = Programme.objects.create(
            code=f"{self.name.upper()}-2026-{self.count:04d}",
            instrument_id=INSTRUMENTS[self.name],
            agency=Agency.objects.get(pk=f"{self.name}/dai-ptth"),
            category=category or CATEGORIES[self.name],
            month=date(2026, 11, 1),
            created_at=NOW - timedelta(days=3),
        )
        programme.clusters.add(*(clusters or (self.cluster,)))
        row = ProgrammeVersion.objects.create(
            programme=programme,
            number=1,
            receipt=f"{programme.code}/1",
            state=VersionState.READY,
            kind=kind,
            language=language,
            title=title,
            probe={"has_sound": has_sound},
            submitted_by=self.users["dai"],
            submitted_at=NOW - timedelta(days=3),
        )
        if facts:
            SubmissionFacts.objects.create(version=row, follow_code="0" * 12, **facts)
        for geometry in {face.geometry for one in clusters or (self.cluster,) for face in one.faces.all()}:
            self._form(row, geometry, duration_ms)
        row.content_digest = programmes.content_digest(row)
        row.save(update_fields=["content_digest"])
        self._approve(row)
        return row

    def place(self, row: ProgrammeVersion, starts: str, ends: str, **more: Any) -> Slot:
        """A slot between two wall-clock times."""
        arguments: dict[str, Any] = {"cluster": self.cluster, "actor": self.actor, "at": self.at, **more}
        return actions.place(version=row, starts_at=local(starts), ends_at=local(ends), **arguments)

    def playlist(self, *clusters: Cluster) -> Playlist:
        """A playlist of the cluster, or of those given."""
        return actions.make_playlist(
            name="Hằng ngày", clusters=clusters or (self.cluster,), actor=self.actor, at=self.at
        )

    def schedule(self, playlist: Playlist, row: ProgrammeVersion, first: str, last: str, **more: Any) -> Placement:
        """A placement over days."""
        spec = actions.PlacementSpec(date.fromisoformat(first), date.fromisoformat(last), **more)
        return actions.schedule_placement(playlist=playlist, version=row, spec=spec, actor=self.actor, at=self.at)

    def hours(self, first: str, last: str, *windows: str) -> tuple[date, ...]:
        """Set hours for the days that leave them open."""
        return actions.set_hours_between(
            cluster=self.cluster,
            from_on=date.fromisoformat(first),
            until_on=date.fromisoformat(last),
            windows=[Window.parse(text) for text in windows],
            actor=self.actor,
            at=self.at,
        )

    def _form(self, row: ProgrammeVersion, geometry: str, duration_ms: int) -> None:
        width, height = (int(one) for one in geometry.split("x"))
        stored = files.put([f"media of {row.receipt}".encode() * 1000], max_bytes=1 << 24)
        Rendition.objects.create(
            version=row,
            geometry=geometry,
            width=width,
            height=height,
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            mime="video/mp4",
            duration_ms=duration_ms,
            made_at=NOW - timedelta(days=2),
        )

    def _approve(self, row: ProgrammeVersion) -> None:
        for step, who in ((Step.DECIDE, "so-1"), (Step.CONFIRM, "so-2")):
            Decision.objects.create(
                version=row,
                step=step,
                outcome=Outcome.APPROVED,
                grounds="Nội dung đúng quy định",
                content_digest=row.content_digest,
                clause="",
                officer=self.users[who],
                agency=Agency.objects.get(pk=f"{self.name}/so-tttt"),
                decided_at=NOW - timedelta(days=1),
            )
