"""A small cast for the schedule desk: approved versions with real media bytes, in the week of Monday 23/11/2026."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import files
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion, Rendition
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import World, cao_bang
from bangtin.hub.schedules import actions, queries
from bangtin.hub.schedules.models import PlanRelease, Slot
from bangtin.hub.schedules.states import ReleaseState

NOW = local("2026-11-22 08:00")  # a Sunday
SIZES = {"trung-khanh": (1024, 512), "ta-lung": (1920, 640)}


@dataclass
class Desk:
    """The province with its schedule desk at NOW; `cluster` is Tà Lùng unless said otherwise."""

    world: World = field(default_factory=cao_bang)
    count: int = 0

    @property
    def cluster(self) -> Cluster:
        return self.world.clusters["ta-lung"]

    @property
    def scheduler(self) -> User:
        return self.world.users["xep-lich"]

    def version(
        self,
        *,
        title: str = "Phòng cháy rừng",
        cluster: str = "ta-lung",
        state: VersionState = VersionState.READY,
        duration_ms: int = 10_000,
        is_urgent: bool = False,
    ) -> ProgrammeVersion:
        """A video of `duration_ms` for one cluster, with both approvals if it is READY."""
        self.count += 1
        programme = Programme.objects.create(
            code=f"CB-2026-{self.count:04d}",
            instrument_id=self.world.instrument.pk,
            agency=self.world.agencies["dai-ptth"],
            month=date(2026, 11, 1),
            is_urgent=is_urgent,
            created_at=NOW - timedelta(days=3),
        )
        programme.clusters.add(self.world.clusters[cluster])
        row = ProgrammeVersion.objects.create(
            programme=programme,
            number=1,
            receipt=f"{programme.code}/1",
            state=state,
            kind=Kind.VIDEO,
            title=title,
            submitted_by=self.world.users["dai"],
            submitted_at=NOW - timedelta(days=3),
        )
        self._rendition(row, SIZES[cluster], duration_ms)
        row.content_digest = programmes.content_digest(row)
        row.save(update_fields=["content_digest"])
        if state == VersionState.READY:
            self.approve(row)
        return row

    def approve(self, row: ProgrammeVersion) -> None:
        """Both officers' approvals of the version as it is."""
        for step, officer in ((Step.DECIDE, "tham-dinh-1"), (Step.CONFIRM, "tham-dinh-2")):
            Decision.objects.create(
                version=row,
                step=step,
                outcome=Outcome.APPROVED,
                grounds="Nội dung đúng quy định",
                content_digest=row.content_digest,
                clause="cao-bang/7.1-1",
                officer=self.world.users[officer],
                agency=self.world.agencies["so-tttt"],
                decided_at=NOW - timedelta(days=1),
            )

    def place(self, row: ProgrammeVersion, starts: str, ends: str, **more: object) -> Slot:
        """A slot at Tà Lùng between two wall-clock times."""
        arguments: dict[str, object] = {"cluster": self.cluster, "actor": self.scheduler, "at": NOW, **more}
        return actions.place(version=row, starts_at=local(starts), ends_at=local(ends), **arguments)  # type: ignore[arg-type]  # a test's shorthand

    def _rendition(self, row: ProgrammeVersion, size: tuple[int, int], duration_ms: int) -> None:
        stored = files.put([f"media of {row.receipt} ".encode() * 90_000], max_bytes=1 << 24)
        Rendition.objects.create(
            version=row,
            geometry=f"{size[0]}x{size[1]}",
            width=size[0],
            height=size[1],
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            mime="video/mp4",
            duration_ms=duration_ms,
            made_at=NOW - timedelta(days=2),
        )


def released(cluster: Cluster, *, at: datetime = NOW, days: int = 15) -> PlanRelease:
    """The cluster's plan as it is now, from the day of `at` on, approved by another than who asked."""
    asked_by, answered_by = User.objects.order_by("pk")[:2]
    first = local_date(at)
    last = first + timedelta(days=days - 1)
    return PlanRelease.objects.create(
        cluster=cluster,
        from_on=first,
        until_on=last,
        digest=queries.plan_digest(cluster, first, last),
        state=ReleaseState.APPROVED,
        asked_by=asked_by,
        asked_at=at,
        answered_by=answered_by,
        answered_at=at,
    )


def monday(time_of_day: str) -> datetime:
    """A time of Monday 23/11/2026."""
    return local(f"2026-11-23 {time_of_day}")
