"""The demo that stays: a lived-in week and one virtual screen, until Ctrl-C; a second start keeps the data."""

import sys
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.config.demo import desks, programme, road
from bangtin.hub.config.demo.processes import Crew, wait_for
from bangtin.hub.config.demo.programme import Piece
from bangtin.hub.config.demo.setting import Setting, note_seen
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.states import DeviceState
from bangtin.hub.kit import clock
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules import queries as schedule_queries
from bangtin.hub.schedules.models import Filler

DAYS = 3  # working days planned ahead
SLOTS_A_HALF = 3
FIRST_SLOT_S = 8  # from publishing to the first slot
HALVES = ((time_of_day(7, 30), time_of_day(11, 0)), (time_of_day(13, 30), time_of_day(18, 0)))


def run(setting: Setting, crew: Crew, *, began_s: float) -> None:
    """Fill what is empty, start hub and screen, print the addresses, wait."""
    is_new = not (setting.folder / "bangtin.sqlite3").exists()
    if is_new:
        (setting.folder / "demo").mkdir(parents=True, exist_ok=True)
    cast = road.install(setting.folder)
    road.start_hub(crew, setting)
    road.start_screen(crew, setting)
    road.say(_("The hub answers at %(url)s; the demo fills it now.") % {"url": setting.address})
    cluster = Cluster.objects.get(pk=road.CLUSTER)
    if is_new or not ProgrammeVersion.objects.exists():
        _fill(setting, crew, cast=cast, cluster=cluster)
    _plan(cluster, cast)
    if not Device.objects.filter(state=DeviceState.ACTIVE, face_id=road.FACE).exists():
        face = Face.objects.get(pk=road.FACE)
        wait_for(lambda: desks.admit_screen(face, actor=cast["an-toan"]), within_s=60, what="no screen asks to join")
    found = road.Walk()
    road.first_frame(found, setting, began_s)
    _print_addresses(setting, found)
    _wait(setting, crew)


def _fill(setting: Setting, crew: Crew, *, cast: dict[str, User], cluster: Cluster) -> None:
    """Hand in, check and decide, so that every office's first page has something real on it."""
    handed = desks.hand_in(programme.pieces(road.own_media(setting.folder / "media")), cast=cast, cluster=cluster)
    wait_for(
        lambda: crew.is_whole() and not desks.unchecked(handed.versions),
        within_s=road.CHECK_S,
        what="files are still checked",
    )
    desks.appraise(handed.versions, cast=cast)
    later = desks.hand_in(_in_the_middle(), cast=cast, cluster=cluster)
    wait_for(lambda: not desks.unchecked(later.versions), within_s=road.CHECK_S, what="notices are still checked")
    waiting = ProgrammeVersion.objects.get(pk=later.versions[0].pk)
    desks.propose(waiting, officer=cast["tham-dinh-1"])


def _in_the_middle() -> list[Piece]:
    """Two more notices: one stays at the second officer, one at the first."""
    forest = {"head": "Kiểm lâm Cao Bằng", "title": "Cấp dự báo cháy rừng", "fact": "CẤP III", "detail": "Khô hanh"}
    fair = {
        "title": "Phiên chợ vùng cao Trùng Khánh",
        "translation": "高平重庆县山区集市",
        "language": "zh",
        "fact": "Chủ nhật 29/11",
    }
    return [
        Piece(
            "so-ngoai-vu",
            "Cấp dự báo cháy rừng",
            "vi",
            "grassroots_essential",
            text={"template": "notice", "fields": forest},
        ),
        Piece(
            "so-vhttdl",
            "Phiên chợ vùng cao Trùng Khánh",
            "zh",
            "promotion_potential_strengths",
            text={"template": "bilingual", "fields": fair},
        ),
    ]


def _plan(cluster: Cluster, cast: dict[str, User]) -> None:
    """Filler, today's hours from now on and the next working days; a colleague releases them, all is published.

    A planned day is left as it is.
    """
    actor = cast["lich-trung-khanh"]
    ready = list(ProgrammeVersion.objects.filter(state=VersionState.READY, programme__clusters=cluster).order_by("pk"))
    filler = next((each for each in ready if each.source_name == programme.FILLER), ready[-1])
    if not Filler.objects.filter(cluster=cluster).exists():
        schedules.add_filler(cluster=cluster, version=filler, actor=actor, at=clock.now())
    day, planned = clock.local_date(clock.now()), 0
    while planned < DAYS:
        if schedule_queries.hours(cluster, day).is_fixed:
            _plan_day(
                [each for each in ready if each != filler], cluster=cluster, actor=actor, day_number=planned, day=day
            )
            planned += 1
        day += timedelta(days=1)
    desks.release_and_publish(cluster, cast=cast)


def _plan_day(
    versions: Sequence[ProgrammeVersion], *, cluster: Cluster, actor: User, day_number: int, day: date
) -> None:
    """Two halves of a few slots each, another choice in each; the last quarter hour stays open for filler."""
    earliest = clock.now().replace(microsecond=0) + timedelta(seconds=FIRST_SLOT_S)
    for number, (opens, closes) in enumerate(HALVES):
        start = datetime.combine(day, opens, tzinfo=clock.LOCAL)
        end = datetime.combine(day, closes, tzinfo=clock.LOCAL) - timedelta(minutes=15)
        turn = (2 * day_number + number) * SLOTS_A_HALF
        turned = [versions[(turn + step) % len(versions)] for step in range(min(SLOTS_A_HALF, len(versions)))]
        length = (end - start) / len(turned)
        for place, version in enumerate(turned):
            begins, ends = _minute(start + place * length), _minute(start + (place + 1) * length)
            begins = max(begins, earliest)
            if begins < ends and not _is_taken(cluster, begins, ends):
                schedules.place(
                    cluster=cluster, version=version, starts_at=begins, ends_at=ends, actor=actor, at=clock.now()
                )


def _is_taken(cluster: Cluster, begins: datetime, ends: datetime) -> bool:
    return bool(schedule_queries.slots_between(cluster, begins, ends))


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _print_addresses(setting: Setting, found: road.Walk) -> None:
    accounts = setting.folder / "demo" / "accounts.txt"
    lines = [
        "",
        _("Bangtin runs. Demo time: %(time)s")
        % {"time": clock.now().astimezone(clock.LOCAL).strftime("%H:%M %d/%m/%Y")},
        _("  Offices:        %(url)s") % {"url": setting.address},
        _("  Virtual screen: %(url)s (opens in any browser)") % {"url": setting.screen_address},
        _("  First approved frame after %(seconds)s s") % {"seconds": found.first_frame_s},
        "",
        _("Accounts (kept in %(path)s):") % {"path": accounts},
        accounts.read_text(encoding="utf-8"),
        _("Stop with Ctrl-C; the data stay for the next start."),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _wait(setting: Setting, crew: Crew) -> None:
    """Until Ctrl-C or SIGTERM; a process that ends by itself ends the demo with its name."""
    try:
        while True:
            crew.is_whole()
            note_seen(Path(setting.folder), clock.now())
            time.sleep(1)
    except KeyboardInterrupt:
        road.say(_("Stopping."))
