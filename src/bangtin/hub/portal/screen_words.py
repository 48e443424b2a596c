"""What pages say of screens: the cause behind a state, what became of commands, health in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bangtin.hub.devices.models import Command, Device
from bangtin.hub.devices.queries import Cause, Screen, ScreenState
from bangtin.hub.devices.states import CommandKind, CommandResult
from bangtin.hub.portal import formats, screen_states

_LOW_DISK_PERMILLE = 100
_HOT_C = 70
_CLOCK_OFF_MS = 5_000


@dataclass(frozen=True)
class Said:
    """One command as a list shows it; `state` is its badge."""

    command: Command
    state: str
    words: str


def cause(screen: Screen, *, at: datetime) -> str:
    """Why a screen has the state it has, in a sentence; empty where nothing needs saying."""
    standing = screen.standing
    since = formats.since(standing.since, at=at) if standing.since else ""
    words = {"at": since}
    said = {
        Cause.SILENT: _("No line or no power: last heard %(at)s."),
        Cause.CARRIED: _("No line. Newest word of it, by stick: %(at)s. Its records come the same way.")
        if standing.state == ScreenState.CARRIED
        else _("No line, and no stick has come lately. Newest word of it: %(at)s."),
        Cause.CLUSTER_SILENT: _("The whole cluster fell silent, last heard %(at)s: its common line or power."),
        Cause.HUB_AWAY: screen_states.hub_away(screen, at=at) if standing.cause == Cause.HUB_AWAY else "",
        Cause.JUST_BACK: _("Back %(at)s; on plan once the line has been steady for two minutes."),
        Cause.BEHIND: _("It still goes by an older bundle; a newer one is out since %(at)s."),
        Cause.PICTURES_DIFFER: _("Two pictures in a row differ from the plan, the first %(at)s."),
        Cause.ONE_PICTURE_DIFFERS: _("The picture of %(at)s differs from the plan; the next one decides."),
        Cause.SAYS_OTHER: _("The player says (%(at)s) that it shows something else."),
        Cause.STANDS_IN: _("The player says (%(at)s) that filler or its card stands in for the plan."),
        Cause.NO_PAGE: _(
            "The player says (%(at)s) that nothing is drawn: its browser or its screen program does not run."
        ),
        Cause.SEEN_DARK: _("A person at the place reported it dark, %(at)s."),
        Cause.BY_OFFICER: _("Covered by an officer, %(at)s; it stays so until it is uncovered."),
        Cause.NOT_HEARD: _("Enrolled, but never heard from."),
        Cause.NO_PLAYER: "",
        Cause.NONE: "",
    }[standing.cause]
    return said % words if said else ""


def answered(row: Command, *, at: datetime) -> Said:
    """A command with what became of it."""
    if row.result == CommandResult.WAITING:
        if row.ends_at <= at:
            return Said(row, "over", _("The player did not answer in ten minutes; it will not do it any more."))
        words = _("Sent; done when the screen answers, at the latest at %(at)s.")
        return Said(row, "waiting", words % {"at": formats.clock(row.ends_at)})
    when = formats.clock(row.done_at) if row.done_at else ""
    if row.result == CommandResult.DONE:
        return Said(row, "done", pgettext("command", "Done at %(at)s") % {"at": when})
    return Said(row, str(row.result), row.code)


def deed(row: Command) -> str:
    """What was ordered, with its value."""
    if row.kind == CommandKind.VOLUME:
        return _("Volume %(percent)s%%") % {"percent": row.args.get("percent", "")}
    return str(row.get_kind_display())


def health(device: Device) -> list[tuple[str, str, bool]]:
    """(name, value, whether it is worrying) of what the newest report says; empty without one."""
    said = device.status.get("health")
    if not isinstance(said, dict):
        return []
    found = []
    free, total = _whole(said, "disk_free_bytes"), _whole(said, "disk_total_bytes")
    if total:
        is_low = free * 1000 < total * _LOW_DISK_PERMILLE
        words = {"free": formats.size(free), "total": formats.size(total)}
        found.append((_("Disk"), _("%(free)s free of %(total)s") % words, is_low))
    if (celsius := said.get("temperature_c")) is not None:
        found.append((_("Temperature"), f"{celsius}\u00a0°C", isinstance(celsius, int) and celsius >= _HOT_C))
    if isinstance(offset := said.get("clock_offset_ms"), int):
        seconds = formats.number(offset / 1000, 1)
        found.append((_("Clock"), _("%(seconds)s s off") % {"seconds": seconds}, abs(offset) >= _CLOCK_OFF_MS))
    found.append((_("Memory"), formats.size(_whole(said, "rss_bytes")), False))
    received, sent = formats.size(_whole(said, "received_bytes")), formats.size(_whole(said, "sent_bytes"))
    found.append(
        (pgettext("screen", "Line"), _("%(received)s in, %(sent)s out") % {"received": received, "sent": sent}, False)
    )
    restarts = _whole(said, "browser_restarts")
    found.append((_("Picture restarted"), formats.number(restarts), restarts > 3))
    found.append((_("Running for"), formats.airtime(_whole(said, "uptime_s")), False))
    found.append((_("Version"), str(said.get("version", "")), False))
    return found


def reported_at(device: Device) -> datetime | None:
    """When the newest report came in; one that a stick brought counts from when the player wrote it."""
    if device.carried_at is not None and (device.last_seen_at is None or device.carried_at > device.last_seen_at):
        return device.carried_at
    text = device.status.get("received_at")
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _whole(said: dict[str, object], key: str) -> int:
    value = said.get(key)
    return value if isinstance(value, int) else 0


def noticed(kind: str) -> str:
    """An event in words; one that is not known stands as the device named it."""
    words = {
        "boot": _("The player started"),
        "restart": _("The player restarted by order"),
        "clock_jump": _("The clock was set to another time"),
        "record_renewed": _("The device record was renewed"),
        "key_changed": _("The device took another key"),
        "command_refused": _("An order was refused"),
        "screenshot_differs": _("A picture differs from the plan"),
    }
    return words.get(kind, kind)
