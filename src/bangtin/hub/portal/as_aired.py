"""What aired of a programme, when and where, with the file that stood on the screen."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Sum
from django.urls import reverse

from bangtin.hub.clusters.models import Face, every_face
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.playlog.models import Airtime, Grade, PlayRecord
from bangtin.hub.playlog.queries import lake
from bangtin.hub.portal.content_rows import Aired
from bangtin.hub.portal.views.media import SOUND
from bangtin.hub.programmes.models import ProgrammeVersion

DAYS = 50


@dataclass(frozen=True)
class Showing:
    """One day on one face: which version, how often, how long; `href` opens the file as it aired there."""

    on: date
    place: str
    number: int
    plays: int
    aired_s: float
    is_corroborated: bool
    href: str


@dataclass(frozen=True)
class Moment:
    """An instant of a screen, and the page that replays it."""

    at: datetime
    href: str


def showings(versions: Iterable[ProgrammeVersion]) -> list[Showing]:
    """The newest fifty days and faces; `versions` come with their renditions prefetched and are those one may see."""
    known = {one.pk: one for one in versions}
    rows = list(
        Airtime.objects.filter(version__in=known, grade__in=(Grade.CORROBORATED, Grade.CLAIMED), plays__gt=0)
        .order_by()
        .values("on", "face_id", "version_id", "grade")
        .annotate(plays_sum=Sum("plays"), shown_sum=Sum("shown_ms"))
        .order_by("-on", "face_id", "-version_id", "grade")[:DAYS]
    )
    faces = {one.pk: one for one in every_face()} if rows else {}
    return [
        Showing(
            on=row["on"],
            place=str(faces.get(row["face_id"], row["face_id"])),
            number=known[row["version_id"]].number,
            plays=row["plays_sum"],
            aired_s=row["shown_sum"] / 1000,
            is_corroborated=row["grade"] == Grade.CORROBORATED,
            href=_file(known[row["version_id"]], faces.get(row["face_id"])),
        )
        for row in rows
    ]


def in_all(shown: Sequence[Showing]) -> Aired | None:
    """The sum of what aired, where the newest fifty days and faces are all there were; else None."""
    if len(shown) >= DAYS:
        return None
    plays = sum(one.plays for one in shown)
    corroborated = sum(one.plays for one in shown if one.is_corroborated)
    return Aired(plays, corroborated, sum(one.aired_s for one in shown) if plays else None)


def last_play(versions: Iterable[ProgrammeVersion], shown: Sequence[Showing]) -> Moment | None:
    """The last recorded play of the newest day on which one of the versions aired; its page replays that instant."""
    if not shown:
        return None
    on = shown[0].on
    begins = datetime.combine(on, time(), LOCAL)
    known = [one.pk for one in versions]
    rows = PlayRecord.objects.filter(
        cluster_id__in={cluster.pk for one in versions for cluster in one.programme.clusters.all()},
        at__gte=begins,
        at__lt=begins + timedelta(days=1),
        version__in=known,
        kind="play",
        grade__in=(Grade.CORROBORATED, Grade.CLAIMED),
    )
    last = rows.only("face_id", "at").order_by("-at", "-id").first() or _last_sealed(known, on)
    if last is None:
        return None
    return Moment(last.at, f"/luc/{last.face_id}/{last.at.astimezone(LOCAL):%Y-%m-%dT%H:%M:%S}/")


def _last_sealed(versions: Sequence[int], on: date) -> PlayRecord | None:
    """The same of a day whose rows have left the database."""
    wanted = ", ".join(map(str, versions))
    found = lake.recalled(lake.pruned(None, on, on), f"version_id IN ({wanted}) AND plays > 0")
    return max(found, key=lambda one: (one.at, one.pk), default=None)


def last_days(programme_ids: Collection[int]) -> dict[int, date]:
    """The last day on which each of these programmes aired, by the ledger; those that never did are absent."""
    aired = Airtime.objects.filter(
        version__programme__in=programme_ids, plays__gt=0, grade__in=(Grade.CORROBORATED, Grade.CLAIMED)
    )
    rows = aired.order_by().values_list("version__programme").annotate(last=Max("on"))
    return dict(rows)


def _file(version: ProgrammeVersion, face: Face | None) -> str:
    """The address of the rendition for the face; empty for notices, which have no file, and faces that are gone."""
    for one in version.renditions.all():
        if one.sha256 and (not one.geometry or (face is not None and one.geometry == face.geometry)):
            return reverse("rendition", args=[version.pk, one.geometry or SOUND])
    return ""
