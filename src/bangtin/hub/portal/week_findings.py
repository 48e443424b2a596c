"""What the rules say of a week, and its minutes against what is owed, in rows that pages draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.portal import charts, formats
from bangtin.hub.portal.content_hues import HUES
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.queries.findings import Finding
from bangtin.hub.schedules.queries.meters import Meters

ICONS = {"error": ("calendar-x", "red"), "warning": ("alert-triangle", "amber"), "note": ("info-circle", "mut")}


@dataclass(frozen=True)
class Row:
    """A finding as the panel shows it; the same thing found on several days is one row."""

    severity: str
    icon: str
    hue: str
    text: str
    next_step: str
    clause: str
    count: int = 1


def rows(cluster: Cluster, findings: Iterable[Finding]) -> list[Row]:
    """The gravest first, each rule's article beside it."""
    order = {"error": 0, "warning": 1, "note": 2}
    found: dict[tuple[str, str, str], Row] = {}
    for one in sorted(findings, key=lambda each: order[each.severity]):
        key = (one.code, one.message, one.clause)
        icon, hue = ICONS[one.severity]
        before = found.get(key)
        count = before.count + 1 if before else 1
        found[key] = Row(one.severity, icon, hue, one.message, one.next_step, one.clause, count)
    return list(found.values())


def by_category(cluster: Cluster, found: Meters) -> list[dict[str, Any]]:
    """Minutes by kind of content, with the kind's colour."""
    names = {one.id: regulations.in_words(one.name) for one in regulations.of_cluster(cluster).categories}
    hues = {key: number % HUES + 1 for number, key in enumerate(names)}
    whole = max(found.total_ms, 1)
    return [
        {
            "label": names.get(key, key) or formats.unknown(),
            "hue": hues.get(key, HUES),
            "text": formats.airtime(length / 1000),
            "share": formats.percent(length / whole * 100),
            "width": charts.share(length, whole),
        }
        for key, length in found.by_category.items()
    ]


def parts(cluster: Cluster, found: Meters) -> tuple[charts.Part, ...]:
    """The same as one stacked bar."""
    kept = [
        charts.Part(row["label"], found.by_category[key], row["text"], f"c{row['hue']}")
        for key, row in zip(found.by_category, by_category(cluster, found), strict=True)
    ]
    return charts.stacked(kept)


def by_language(found: Meters) -> tuple[charts.Bar, ...]:
    """Planned airtime by language, bars from 0."""
    rows_ = found.by_language.items()
    return charts.bars([charts.Bar(formats.language(code), ms, formats.airtime(ms / 1000)) for code, ms in rows_])


def count_errors(found: Sequence[Row]) -> int:
    """How many rows keep the plan from being released."""
    return sum(one.severity == "error" for one in found)
