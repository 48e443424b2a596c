"""The queue's page: what waits in its order, with the day it is wanted on air; narrowed by filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bangtin.hub.portal import content_rows
from bangtin.hub.portal.forms.appraisal import QueueFilter
from bangtin.hub.programmes.models import Kind, ProgrammeVersion
from bangtin.hub.programmes.paperwork import SubmissionFacts


@dataclass(frozen=True)
class Waiting:
    """One version that waits, with the day it is wanted on air from; None where its agency named none."""

    row: content_rows.Row
    wanted_on: date | None


def board(
    first: Sequence[ProgrammeVersion],
    second: Sequence[ProgrammeVersion],
    *,
    asked: Mapping[str, str],
    today: date,
    now: datetime,
) -> dict[str, object]:
    """Both lists as they come, as far as the filters let them through, and the filters."""
    every = [*first, *second]
    wanted = wanted_days(every)
    units = sorted(
        {(one.programme.agency_id, one.programme.agency.name(today)) for one in every}, key=lambda one: one[1]
    )
    kinds = [(value, str(word)) for value, word in Kind.choices if any(one.kind == value for one in every)]
    form = QueueFilter(asked, agencies=units, kinds=kinds)
    given = form.cleaned_data if form.is_valid() else {}

    def rows(versions: Sequence[ProgrammeVersion]) -> list[Waiting]:
        found = [one for one in versions if _is_shown(one, given)]
        return [Waiting(content_rows.to_appraise(one, today=today, now=now), wanted.get(one.pk)) for one in found]

    return {
        "form": form,
        "first": rows(first),
        "second": rows(second),
        "is_narrowed": any(given.values()),
        "has_filters": len(every) > 1,
    }


def wanted_days(versions: Sequence[ProgrammeVersion]) -> dict[int, date]:
    """The day each version is wanted on air from, where its agency named one; one query."""
    rows = SubmissionFacts.objects.filter(version__in=[one.pk for one in versions], wanted_from__isnull=False)
    return {version: day for version, day in rows.values_list("version_id", "wanted_from") if day}


def _is_shown(version: ProgrammeVersion, given: Mapping[str, str]) -> bool:
    lane = given.get("loai", "")
    return (
        (not lane or (lane == "khan") == version.programme.is_urgent)
        and given.get("don_vi", "") in {"", version.programme.agency_id}
        and given.get("dang", "") in {"", version.kind}
    )
