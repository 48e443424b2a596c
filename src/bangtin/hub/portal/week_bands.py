"""What playlists fill of a day, as the week draws it: plays that follow one another are one band."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.portal import charts, formats
from bangtin.hub.portal.content_hues import category_hue
from bangtin.hub.schedules.models import BulletinClass
from bangtin.hub.schedules.queries import CompiledWindow, DayPlan

# bands nearer to each other than this are one to the eye
JOINED = timedelta(minutes=5)


def of_day(cluster: Cluster, found: DayPlan, *, now: datetime) -> Iterator[charts.Block]:
    """The bands of a day; each leads to the playlist that most of its plays are of."""
    for number, windows in enumerate(_joined(found.layout.windows())):
        plays = Counter(turn.placement.pk for window in windows for turn in window.turns)
        rows = {turn.placement.pk: turn.placement for window in windows for turn in window.turns}
        lists, kinds = Counter[int](), Counter[int]()
        for key, count in plays.items():
            lists[rows[key].playlist_id] += count
            kinds[category_hue(rows[key].version.programme)] += count
        starts_at, ends_at = windows[0].starts_at, max(one.ends_at for one in windows)
        names = list(dict.fromkeys(row.playlist.name for row in rows.values()))
        total = plays.total()
        said = ngettext("%(n)s play", "%(n)s plays", total) % {"n": formats.number(total)}
        of = ngettext("%(n)d programme", "%(n)d programmes", len(rows)) % {"n": len(rows)}
        languages = formats.languages(sorted({row.version.language for row in rows.values()}, reverse=True))
        is_priority = windows[0].bulletin_class == BulletinClass.PRIORITY
        yield charts.Block(
            _minute(starts_at, found.on),
            _minute(ends_at, found.on),
            ", ".join(names),
            f"{of}, {said} · {languages}",
            category=kinds.most_common(1)[0][0],
            state="list",
            href=reverse("playlist", args=[cluster.slug, lists.most_common(1)[0][0]]),
            badge=_("urgent") if is_priority else "",
            key=f"b{found.on:%m%d}-{number}",
        )


def _joined(windows: Iterable[CompiledWindow]) -> Iterator[list[CompiledWindow]]:
    held: list[CompiledWindow] = []
    for window in sorted(windows, key=lambda one: (one.bulletin_class, one.starts_at)):
        is_next = held and held[-1].bulletin_class == window.bulletin_class
        if is_next and window.starts_at - max(one.ends_at for one in held) <= JOINED:
            held.append(window)
            continue
        if held:
            yield held
        held = [window]
    if held:
        yield held


def _minute(at: datetime, on: date) -> int:
    return int((at - datetime.combine(on, time(), LOCAL)).total_seconds() // 60)
