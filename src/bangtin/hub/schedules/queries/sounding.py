"""When content may sound without a reason, and whether a version sounds at all.

No regulation in use fixes the hours: they are a local setting, `sound.hours`. Without one they are those by which
the national noise regulation parts day from night (QCVN 26, limits of 06–21 h and 21–06 h).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.programmes.models import Kind, ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook.errors import NoValueYet
from bangtin.rulebook.texts import DAY_S, Window, windows_label

PARAMETER = "sound.hours"
DEFAULT = (Window(6 * 3600, 21 * 3600),)
BASIS = "QCVN 26"


@dataclass(frozen=True)
class SoundHours:
    """The windows of a day in which content may sound; `is_default`: the province has set none. `basis`: a paper."""

    windows: tuple[Window, ...]
    basis: str
    is_default: bool

    @property
    def words(self) -> str:
        """As people read them: `06:00–21:00`."""
        return windows_label(self.windows)

    def holds(self, opens_s: float, closes_s: float) -> bool:
        """Whether a span of the day lies in one of them."""
        return any(one.opens_s <= opens_s and closes_s <= one.closes_s for one in self.windows)


def sound_hours(cluster: Cluster, on: date) -> SoundHours:
    """The hours for sound of a cluster on that day."""
    found = regulations.of_cluster(cluster).parameters.get(PARAMETER)
    try:
        windows = found.windows(on) if found is not None else None
    except NoValueYet:
        windows = None
    if found is None or windows is None:
        return SoundHours(DEFAULT, BASIS, True)
    held = [dated for dated in found.values if dated.since <= on]
    return SoundHours(windows, held[-1].reference or BASIS, False)


def sounds(version: ProgrammeVersion) -> bool:
    """Whether a version has something to be heard."""
    if version.kind == Kind.SOUND:
        return True
    return version.kind == Kind.VIDEO and bool((version.probe or {}).get("has_sound"))


def first_quiet(cluster: Cluster, starts_at: datetime, ends_at: datetime) -> SoundHours | None:
    """The hours for sound that [starts_at, ends_at) leaves on its first such day; None if it stays inside."""
    on = local_date(starts_at)
    while (midnight := datetime.combine(on, datetime.min.time(), LOCAL)) < ends_at:
        opens = max(0.0, (starts_at - midnight).total_seconds())
        closes = min(float(DAY_S), (ends_at - midnight).total_seconds())
        hours = sound_hours(cluster, on)
        if opens < closes and not hours.holds(opens, closes):
            return hours
        on += timedelta(days=1)
    return None


def quiet_windows(cluster: Cluster, on: date, windows: Iterable[Window]) -> SoundHours | None:
    """The hours for sound that one of the windows of a day leaves; None if all stay inside."""
    hours = sound_hours(cluster, on)
    return None if all(hours.holds(one.opens_s, one.closes_s) for one in windows) else hours
