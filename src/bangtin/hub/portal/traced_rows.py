"""The rows behind a figure as tables for people: one table a kind of row, each row with its page."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.accounts.models import Post
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal.models import Outcome, Step
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.portal import formats, places
from bangtin.hub.portal.badges import badge
from bangtin.hub.portal.duty_board import BADGE
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.reports.queries.tracing import TracedRow


@dataclass(frozen=True)
class Cell:
    """One cell of a traced row; with an address it is a link."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of one kind under one heading."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Names = Mapping[str, str]
Maker = Callable[[TracedRow, Names], tuple[Cell, ...]]
_Plan = tuple[str | Promise, tuple[str | Promise, ...], Maker]


def tables(rows: Sequence[TracedRow]) -> list[Table]:
    """The rows grouped by kind; kinds without columns of their own show their number."""
    grouped: dict[str, list[TracedRow]] = defaultdict(list)
    for row in rows:
        grouped[str(row["model"])].append(row)
    names = _names(grouped)
    found = []
    for model, some in grouped.items():
        heading, columns, make = PLANS.get(model, (gettext_lazy("Rows"), (gettext_lazy("Row"),), _plain))
        made = tuple(make(row, names) for row in some)
        found.append(Table(str(heading), tuple(str(one) for one in columns), made))
    return found


def _names(grouped: Mapping[str, Sequence[TracedRow]]) -> dict[str, str]:
    """Names that the rows need beside their own values, in a fixed number of queries."""
    names = {row.pk: row.name() for row in Agency.objects.prefetch_related("names")}
    names |= {row.pk: str(row) for row in Cluster.objects.all()}
    names |= {row.pk: f"{row.cluster}, {row}" for row in Face.objects.select_related("cluster")}
    posts = [int(str(row["id"])) for row in grouped.get("accounts.post", ())]
    for post in Post.objects.filter(pk__in=posts).select_related("user"):
        names[f"post {post.pk}"] = f"{post.user.display_name}: {post.get_role_display()}"
    return names


def _receipt(row: TracedRow) -> Cell:
    receipt = str(row.get("submission") or "")
    return Cell(receipt or "\N{EN DASH}", places.programme(receipt) if receipt else "")


def _instant(row: TracedRow, key: str) -> Cell:
    return Cell(formats.day_clock(datetime.fromisoformat(str(row[key]))) if row.get(key) else "\N{EN DASH}")


def _plain(row: TracedRow, names: Names) -> tuple[Cell, ...]:
    key = str(row["id"])
    return (Cell(names.get(key, key)),)


def _post(row: TracedRow, names: Names) -> tuple[Cell, ...]:
    return (Cell(names.get(f"post {row['id']}", str(row["id"]))),)


def _version(row: TracedRow, names: Names) -> tuple[Cell, ...]:
    state = str(row.get("state") or "")
    word = str(VersionState(state).label) if state in VersionState.values else state
    agency = str(row.get("agency") or "")
    return (
        _receipt(row),
        Cell(str(row.get("title") or "")),
        Cell(names.get(agency, agency)),
        Cell(word),
        _instant(row, "submitted_at"),
    )


def _decision(row: TracedRow, names: Names) -> tuple[Cell, ...]:
    step, outcome = str(row.get("step") or ""), str(row.get("outcome") or "")
    words = (
        str(Step(step).label) if step in Step.values else step,
        str(Outcome(outcome).label) if outcome in Outcome.values else outcome,
    )
    return (
        _receipt(row),
        Cell(words[0]),
        Cell(words[1]),
        Cell(str(row.get("grounds") or "")),
        _instant(row, "decided_at"),
    )


def _slot(row: TracedRow, names: Names) -> tuple[Cell, ...]:
    if not row.get("starts_at"):
        return (_receipt(row), Cell(""), Cell(""), Cell(""))
    starts, ends = (datetime.fromisoformat(str(row[key])) for key in ("starts_at", "ends_at"))
    cluster = str(row["cluster"])
    hours = _("outside, as instructed") if row.get("is_outside_hours") else _("inside the hours")
    when = f"{formats.day(starts)}, {formats.span(starts, ends)}"
    href = places.week(cluster, formats.local(starts).date())
    return (_receipt(row), Cell(when, href), Cell(names.get(cluster, cluster)), Cell(hours))


def _placement(row: TracedRow, names: Names) -> tuple[Cell, ...]:
    if not row.get("starts_on"):
        return (_receipt(row), Cell(""), Cell(""))
    first, last = (date.fromisoformat(str(row[key])) for key in ("starts_on", "ends_on"))
    return (_receipt(row), Cell(str(row["playlist"])), Cell(f"{formats.day(first)} – {formats.day(last)}"))


def _airtime(row: TracedRow, names: Names) -> tuple[Cell, ...]:
    if not row.get("on"):
        return (_receipt(row), *(Cell("") for _column in range(5)))
    on, face = date.fromisoformat(str(row["on"])), str(row["face"])
    return (
        Cell(formats.day(on), places.play_log(on)),
        _receipt(row),
        Cell(names.get(face, face)),
        Cell(str(badge("proof", str(row["grade"])).word)),
        Cell(formats.number(int(str(row["plays"])))),
        Cell(formats.airtime(int(str(row["shown_ms"])) / 1000)),
    )


def _duty(row: TracedRow, names: Names) -> tuple[Cell, ...]:
    key = str(row["id"])
    _rule, agency, period = key.split("@")
    status = str(row.get("status") or "")
    word = str(badge("duty", BADGE[status]).word) if status in BADGE else "\N{EN DASH}"
    due_on = row.get("due_on")
    due = formats.day(date.fromisoformat(str(due_on))) if due_on else _("No date fixed")
    return (Cell(names.get(agency, agency), places.duty(key)), Cell(period), Cell(word), Cell(due), _receipt(row))


PLANS: Mapping[str, _Plan] = {
    "programmes.programmeversion": (
        gettext_lazy("Submissions"),
        (
            gettext_lazy("Receipt"),
            gettext_lazy("Title"),
            gettext_lazy("Agency"),
            gettext_lazy("State"),
            gettext_lazy("Sent"),
        ),
        _version,
    ),
    "appraisal.decision": (
        gettext_lazy("Decisions"),
        (
            gettext_lazy("Receipt"),
            gettext_lazy("Step"),
            gettext_lazy("Outcome"),
            gettext_lazy("Grounds"),
            gettext_lazy("Decided"),
        ),
        _decision,
    ),
    "schedules.slot": (
        gettext_lazy("Slots"),
        (gettext_lazy("Receipt"), gettext_lazy("When"), gettext_lazy("Cluster"), gettext_lazy("Hours")),
        _slot,
    ),
    "schedules.placement": (
        gettext_lazy("Programmes of playlists"),
        (gettext_lazy("Receipt"), gettext_lazy("Playlist"), gettext_lazy("Days")),
        _placement,
    ),
    "playlog.airtime": (
        gettext_lazy("Airtime by day, as the players recorded it"),
        (
            gettext_lazy("Day"),
            gettext_lazy("Receipt"),
            gettext_lazy("Screen"),
            gettext_lazy("Proof"),
            gettext_lazy("Plays"),
            gettext_lazy("Aired"),
        ),
        _airtime,
    ),
    "obligations.duty": (
        gettext_lazy("Duties"),
        (
            gettext_lazy("Agency"),
            gettext_lazy("Period"),
            gettext_lazy("State"),
            gettext_lazy("Last day on time"),
            gettext_lazy("Receipt"),
        ),
        _duty,
    ),
    "clusters.cluster": (gettext_lazy("Clusters"), (gettext_lazy("Cluster"),), _plain),
    "clusters.face": (gettext_lazy("Faces of screens"), (gettext_lazy("Face"),), _plain),
    "accounts.post": (gettext_lazy("Posts"), (gettext_lazy("Post"),), _post),
}
