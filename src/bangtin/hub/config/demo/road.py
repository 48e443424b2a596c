"""The main road walked once on real parts: real hub, real worker, real player, real Chromium; every stop is checked."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.config import machine
from bangtin.hub.config.demo import cast as offices
from bangtin.hub.config.demo import desks, programme
from bangtin.hub.config.demo.processes import Crew, NotInTime, listens, wait_for
from bangtin.hub.config.demo.setting import Setting, note_seen
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.models import Bundle, Device
from bangtin.hub.kit import clock
from bangtin.hub.obligations import queries as obligations
from bangtin.hub.playlog import queries as playlog
from bangtin.hub.playlog.models import Grade, PlayRecord
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import actions as regulations
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.models import Slot

INSTRUMENT = "cao-bang/31-2020-qd-ubnd"
CLUSTER, FACE = "cao-bang/trung-khanh", "trung-khanh-1"
CHECK_S, ENROL_S, ACCEPT_S, RECORDS_S = 120, 60, 40, 30
LEAD_S = 4  # least time from publishing to the first slot: poll, media, a screen ready before its time
LEAD_SHARE = 0.1  # a machine that was slow so far needs longer here too
LEAST_SLOT_S = 6.5
FILLER_S = 3.0
WORST_ERROR_S = 0.3
MOST_AIRINGS = 3
TICK_S = 0.05


@dataclass
class Walk:
    """What one walk counted; `failed` names the stops that did not hold.

    `stalled_s`: the longest that the machine kept this process from going on during the last airing. An airing that
    missed a time is repeated where the machine stood still for longer than the times may be off, and only there.
    """

    submitted: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    returned: int = 0
    approved: int = 0
    slots: int = 0
    bundle: int | None = None
    plays: int = 0
    kinds: list[str] = field(default_factory=list)
    corroborated: int = 0
    planned_s: float = 0.0
    aired_s: float = 0.0
    worst_slot_error_s: float | None = None
    airings: int = 0
    stalled_s: float = 0.0
    duties: dict[str, int] = field(default_factory=dict)
    report: str | None = None
    renderer: str | None = None
    first_frame_s: float | None = None
    elapsed_s: float = 0.0
    failed: list[str] = field(default_factory=list)

    def require(self, holds: bool, stop: str) -> None:
        """Note a stop that did not hold."""
        if not holds:
            self.failed.append(stop)

    def to_object(self) -> dict[str, object]:
        """The public form."""
        return {key: value for key, value in vars(self).items() if key != "failed"}


def install(folder: Path) -> dict[str, User]:
    """Make the database, take the regulation into use and make the offices; gives the cast."""
    call_command("migrate", verbosity=0, interactive=False)
    at = clock.now()
    regulations.install(instrument_id=INSTRUMENT, actor=None, at=at)
    note_seen(folder, at)
    return offices.make(folder / "demo", province=settings.PROVINCE, at=at)


def start_hub(crew: Crew, setting: Setting) -> None:
    """Start the hub and wait until it answers."""
    crew.start("hub", "bangtin.hub.config.main", "serve", "--port", str(setting.port))
    wait_for(lambda: crew.is_whole() and listens(setting.port), within_s=60, what="the hub does not answer")


def start_screen(crew: Crew, setting: Setting) -> None:
    """Start the virtual screen with the hub's kit and a headless Chromium, if there is one."""
    kit = devices.write_kit(path=setting.folder / "demo" / "kit.json", at=clock.now())
    browser = machine.chromium()
    _status_path(setting).unlink(missing_ok=True)  # what an earlier start said is not this one's word
    crew.start(
        "screen",
        "bangtin.player.main",
        "run",
        *("--data-dir", str(setting.folder / "player")),
        *("--kit", str(kit)),
        *("--port", str(setting.player_port)),
        *("--browser", str(browser) if browser else "none"),
        "--headless",
    )


def walk(setting: Setting, crew: Crew, *, media: Path | None, began_s: float) -> Walk:
    """Walk the road; `began_s` is `time.monotonic()` at the command's start.

    Raises: NotInTime, and whatever a desk refuses that it should not.
    """
    found = Walk()

    def note(stop: str) -> None:
        say(f"{time.monotonic() - began_s:6.1f} s  {stop}")

    note("start")
    # the clips are drawn while offices, hub and screen come up, by a process that has an interpreter of its own
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        own = setting.folder / "media"
        drawing = pool.submit(_maker(), own) if media is None else None
        cast = install(setting.folder)
        note("offices")
        start_hub(crew, setting)
        note("hub")
        start_screen(crew, setting)
        if drawing is not None:
            drawing.result()
        note("media")
    folder = media or own
    cluster, face = Cluster.objects.get(pk=CLUSTER), Face.objects.get(pk=FACE)
    handed = desks.hand_in(programme.pieces(folder), cast=cast, cluster=cluster)
    note("handed in")
    wait_for(lambda: desks.admit_screen(face, actor=cast["an-toan"]), within_s=ENROL_S, what="no screen asks to join")
    wait_for(
        lambda: crew.is_whole() and not desks.unchecked(handed.versions),
        within_s=CHECK_S,
        what="files are still checked",
    )
    note("checked")
    found.submitted = len(handed.versions) + len(handed.refused)
    found.refused = [*handed.refused, *desks.unusable(handed.versions)]
    found.returned, approved = desks.appraise(handed.versions, cast=cast)
    found.approved = len(approved)
    filler = next((each for each in approved if each.source_name == programme.FILLER), approved[-1])
    schedules.add_filler(cluster=cluster, version=filler, actor=cast["lich-trung-khanh"], at=clock.now())
    for_slots = [each for each in approved if each is not filler] or list(approved)
    is_held = False
    while not is_held and found.airings < MOST_AIRINGS:
        found.airings += 1
        lead_s = round(max(LEAD_S, LEAD_SHARE * (time.monotonic() - began_s)))
        slots, device = _air(found, for_slots, cast=cast, cluster=cluster, lead_s=lead_s)
        note("released by a colleague, published and accepted")
        first_frame(found, setting, began_s)
        found.stalled_s = _wait_until(max(slot.ends_at for slot in slots) + timedelta(seconds=1), crew)
        note("played")
        is_held = _collect(found, slots, device)
        note("recorded")
        if found.stalled_s <= WORST_ERROR_S:
            break
    found.require(is_held, "records")
    _close(found, setting, cast)
    found.elapsed_s = round(time.monotonic() - began_s, 2)
    _judge(found, is_own=media is None)
    return found


def own_media(folder: Path) -> Path:
    """Draw the demo's files into `folder`."""
    _maker()(folder)
    return folder


def _maker() -> Callable[[Path], None]:
    # Pillow and the drawn landscapes are needed here alone; a new process can import this without Django's models
    from bangtin.hub.config.demo.media import making

    return making.make


def _air(
    found: Walk, for_slots: Sequence[ProgrammeVersion], *, cast: dict[str, User], cluster: Cluster, lead_s: int
) -> tuple[list[Slot], Device]:
    """Place the slots; a colleague releases the plan; publish, and wait until the screen has the bundle."""
    actor = cast["lich-trung-khanh"]
    starts_at = _whole_second(clock.now()) + timedelta(seconds=lead_s + 1)
    slots = desks.place_one_after_another(
        for_slots[:2], cluster=cluster, actor=actor, starts_at=starts_at, least_s=LEAST_SLOT_S
    )
    # A hole in the plan, inside the hours: filler plays there.
    after = max(slot.ends_at for slot in slots) + timedelta(seconds=FILLER_S)
    slots += desks.place_one_after_another(
        for_slots[2:], cluster=cluster, actor=actor, starts_at=after, least_s=LEAST_SLOT_S
    )
    bundle = desks.release_and_publish(cluster, cast=cast)
    found.slots, found.bundle = len(slots), bundle.number
    device = wait_for(lambda: _accepted(bundle), within_s=ACCEPT_S, what="the screen has not accepted the bundle")
    assert device is not None
    return slots, device


def _accepted(bundle: Bundle) -> Device | None:
    return Device.objects.filter(face__cluster=bundle.cluster, accepted_bundle__gte=bundle.number).first()


def first_frame(found: Walk, setting: Setting, began_s: float) -> None:
    """When the first approved frame was on the screen, by the screen's own word."""
    status = wait_for(
        lambda: (said := _status(setting)) and said.get("first_frame_ms") and said,
        within_s=30,
        what="no frame on the screen",
    )
    assert isinstance(status, dict)
    since_s = (clock.to_ms(clock.now()) - int(status["first_frame_ms"])) / 1000
    found.first_frame_s = round(time.monotonic() - began_s - since_s, 2)
    browser = status.get("browser")
    found.renderer = machine.version_line(Path(str(browser))) if browser else None


def _status(setting: Setting) -> dict[str, object] | None:
    try:
        return dict(json.loads(_status_path(setting).read_text()))
    except (OSError, ValueError):
        return None


def _status_path(setting: Setting) -> Path:
    return setting.folder / "player" / "status.json"


def _wait_until(instant: datetime, crew: Crew) -> float:
    """Wait; gives the most seconds that a short sleep took beyond its time."""
    worst_s = 0.0
    while clock.now() < instant:
        crew.is_whole()
        began = time.monotonic()
        time.sleep(TICK_S)
        worst_s = max(worst_s, time.monotonic() - began - TICK_S)
    return round(worst_s, 3)


def _collect(found: Walk, slots: Sequence[Slot], device: Device) -> bool:
    """Wait until every play of the slots is in and graded, then hold as-run against plan; whether all agrees."""
    names = [slot.pk for slot in slots]
    rows = PlayRecord.objects.filter(slot_id__in=names, kind="play")

    def is_in() -> bool:
        last = playlog.proof_of_play(slots[-1], at=clock.now())
        return last.error_ms > -WORST_ERROR_S * 1000 and not rows.exclude(grade=Grade.CORROBORATED).exists()

    is_all_in = True
    try:
        wait_for(is_in, within_s=RECORDS_S, what="records are missing")
    except NotInTime:
        is_all_in = False
    proofs = [playlog.proof_of_play(slot, at=clock.now()) for slot in slots]
    found.plays = rows.count()
    found.corroborated = rows.filter(grade=Grade.CORROBORATED).count()
    found.kinds = sorted(Counter(rows.values_list("version__kind", flat=True)))
    found.planned_s = round(sum(proof.planned_ms for proof in proofs) / 1000, 3)
    found.aired_s = round(sum(proof.aired_ms for proof in proofs) / 1000, 3)
    found.worst_slot_error_s = max(abs(proof.error_ms) for proof in proofs) / 1000
    filler = PlayRecord.objects.filter(device=device, kind="play", bulletin_class="filler")
    found.require(filler.exists(), "filler")
    return is_all_in and found.worst_slot_error_s <= WORST_ERROR_S


def _close(found: Walk, setting: Setting, cast: dict[str, User]) -> None:
    """The duties of the year as they stand, and the year's report."""
    at = clock.now()
    year = clock.local_date(at).year
    found.duties = obligations.counts(obligations.duties(year=year, as_of=at))
    paper = setting.folder / f"bao-cao-nam-{year}.docx"
    desks.report(cast=cast, year=year, target=paper)
    found.report = str(paper)
    note_seen(setting.folder, at)


def _judge(found: Walk, *, is_own: bool) -> None:
    """Name each stop that did not hold; the counts are promised for the demo's own files."""
    found.require(found.approved > 0 and found.slots > 0, "approve")
    found.require(found.plays > 0 and found.corroborated == found.plays, "corroborated")
    found.require(found.worst_slot_error_s is not None and found.worst_slot_error_s <= WORST_ERROR_S, "as-run")
    found.require(found.returned >= 1, "returned")
    found.require(sum(found.duties.values()) > 0, "duties")
    found.require(found.report is not None and Path(found.report).stat().st_size > 10_000, "report")
    if is_own:
        found.require(len(found.refused) >= 1, "refused")
        found.require(found.plays >= 12 and len(found.kinds) >= 3 and found.slots >= 3, "plays")
        found.require(found.planned_s >= 40, "planned")


def _whole_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def say(words: str) -> None:
    """A line about the walk, on stderr."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
