"""What `bangtin-player status` and `import` answer to a person: labels, times of the province, states in words."""

from collections.abc import Mapping
from datetime import timedelta, timezone
from pathlib import Path

from bangtin.bundle import instants
from bangtin.player import health, troubles
from bangtin.player.carry import Outcome
from bangtin.player.command_words import WORDS
from bangtin.player.config import ZONE_MS

LOCAL = timezone(timedelta(milliseconds=ZONE_MS))


def status_lines(status: health.Status, language: str) -> list[str]:
    """One line for each thing the daemon said of itself. What only programs need (`born`, `written_s`) is left out."""
    words = WORDS[language]
    values = {
        "state": state(status.state, language),
        "pid": str(status.pid),
        "device": status.device or words["none"],
        "cluster": status.cluster or words["none"],
        "bundle": _said(words, "status.bundle", status.bundle),
        "set_expires": _moment(status.set_expires, words),
        "until": _moment(status.until, words),
        "is_revoked": _flag(words, status.is_revoked),
        "showing": showing(status.showing, language),
        "alerts": ", ".join(status.alerts) or words["none"],
        "is_blanked": _flag(words, status.is_blanked),
        "is_screen_attached": _flag(words, status.is_screen_attached),
        "first_frame_ms": _moment(status.first_frame_ms, words),
        "now_ms": _moment(status.now_ms, words),
        "clock": grade(status.clock, language),
        "clock_offset_ms": _offset(status.clock_offset_ms, language),
        "heard_ms": _moment(status.heard_ms, words),
        "trouble": troubles.told(status.trouble, language) or words["none"],
        "unsent": words["lines"].format(count=number(status.unsent, language)),
        "refused_pushes": number(status.refused_pushes, language),
        "refused_commands": number(status.refused_commands, language),
        "port": f"http://127.0.0.1:{status.port}",
        "browser": _browser(status, words),
        "rss_bytes": _size(status.rss_bytes, language),
    }
    return _table({words[f"status.{name}"]: value for name, value in values.items()})


def import_lines(outcome: Outcome, stick: Path, language: str) -> list[str]:
    """What came of a stick: what was taken, what is missing, what it carries home, and whether it may be taken out."""
    words = WORDS[language]
    bundle = words["import.bundle.none"]
    if outcome.bundle is not None:
        bundle = words[f"import.bundle.{'new' if outcome.is_new else 'same'}"].format(number=outcome.bundle)
    rows = {
        "bundle": bundle,
        "media": number(outcome.media, language),
        "missing": number(outcome.missing, language),
        "alerts": number(outcome.alerts, language),
        "records": words["import.records.count"].format(count=number(outcome.records, language)),
        "acknowledged": _said(words, "import.acknowledged", outcome.acknowledged),
    }
    lines = [words["import.title"].format(path=stick)]
    lines += [f"  {line}" for line in _table({words[f"import.{name}"]: value for name, value in rows.items()})]
    if outcome.refusals:
        lines.append(words["import.refused"])
    for one in outcome.refusals:
        code, _, about = one.partition(" ")
        lines.append("  " + troubles.refusal(code, about, language, by_stick=True))
    if outcome.missing:
        lines.append(words["import.do.missing"].format(count=number(outcome.missing, language)))
    is_cut = any(one.startswith("carry_io") for one in outcome.refusals)
    lines.append(words["import.keep" if is_cut else "import.pull" if outcome.records else "import.pull_plain"])
    return lines


def state(name: str, language: str) -> str:
    """A state of the daemon in words."""
    return WORDS[language].get(f"state.{name}", name)


def grade(name: str, language: str) -> str:
    """A grade of the clock (`Clock.grade`) in words."""
    return WORDS[language].get(f"clock.{name}", name)


def day(at: str) -> str:
    """`23/11/2026` at the province's clock, of an instant in RFC 3339."""
    return f"{instants.from_text(at).astimezone(LOCAL):%d/%m/%Y}"


def showing(name: str | None, language: str) -> str:
    """What the face shows: an item's id stays as it is."""
    return WORDS[language].get(f"showing.{name or 'none'}", name or "")


def number(value: float, language: str, places: int = 0) -> str:
    """`1868` as `1.868` (Vietnamese) or `1,868` (English)."""
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def _moment(at: int | str | None, words: Mapping[str, str]) -> str:
    """`23/11/2026 09:41:07` at the province's clock, of milliseconds since 1970 or of RFC 3339."""
    if at is None:
        return words["unknown"]
    moment = instants.from_ms(at) if isinstance(at, int) else instants.from_text(at)
    return f"{moment.astimezone(LOCAL):%d/%m/%Y %H:%M:%S}"


def _said(words: Mapping[str, str], key: str, value: int | None) -> str:
    if value is None:
        return words[f"{key}.none"]
    return words[f"{key}.number"].format(number=value)


def _flag(words: Mapping[str, str], is_so: bool) -> str:
    return words["yes" if is_so else "no"]


def _offset(offset_ms: int | None, language: str) -> str:
    words = WORDS[language]
    if offset_ms is None:
        return words["unknown"]
    sign = "+" if offset_ms > 0 else ""
    return words["seconds"].format(count=sign + number(offset_ms / 1000, language, 1))


def _browser(status: health.Status, words: Mapping[str, str]) -> str:
    if status.browser is None:
        return words["none"]
    return words["process"].format(path=status.browser, pid=status.browser_pid or words["unknown"])


def _size(size_bytes: int | None, language: str) -> str:
    """In MB, one decimal."""
    return WORDS[language]["unknown"] if size_bytes is None else f"{number(size_bytes / 1e6, language, 1)} MB"


def _table(rows: Mapping[str, str]) -> list[str]:
    width = max(len(label) for label in rows)
    return [f"{label:{width}}  {value}" for label, value in rows.items()]
