"""How each figure of a report is counted, in words, and on which clauses it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Way:
    """How a figure is counted; `clauses` are its grounds."""

    counted: str | Promise
    clauses: tuple[str, ...] = ()


WAYS: Mapping[str, Way] = {
    "clusters_count": Way(gettext_lazy("Clusters that this agency's report covers."), ("1.1",)),
    "screens_count": Way(gettext_lazy("Faces of the screens of those clusters."), ("2.2",)),
    "staff_assigned_count": Way(
        gettext_lazy(
            "People who hold a post at this agency on the last day counted; a person with two posts counts once."
        )
    ),
    "programmes_submitted_count": Way(
        gettext_lazy("Programmes whose first version was sent within the period; later versions are not counted again.")
    ),
    "programmes_unusable_count": Way(gettext_lazy("Of those sent: files that the technical check could not use.")),
    "programmes_approved_count": Way(
        gettext_lazy("Programmes approved and confirmed by two officers within the period."), ("7.1",)
    ),
    "programmes_received_count": Way(gettext_lazy("Approved programmes handed over for these clusters."), ("8.1",)),
    "programmes_returned_count": Way(gettext_lazy("Decisions within the period that sent a version back."), ("7.1",)),
    "programmes_rejected_count": Way(
        gettext_lazy("Rejections confirmed by a second officer within the period."), ("7.1",)
    ),
    "programmes_posted_count": Way(gettext_lazy("Programmes with at least one play that counts as aired."), ("8.1",)),
    "slots_count": Way(gettext_lazy("Slots that begin within the period, without those taken down before they began.")),
    "planned_s": Way(
        gettext_lazy("Time planned inside the operating hours, over the faces that a player drives."), ("8.1.a",)
    ),
    "planned_instructed_s": Way(
        gettext_lazy("Time planned outside the hours on a recorded instruction from above."), ("7.1",)
    ),
    "plays_count": Way(
        gettext_lazy("Plays that the players recorded, corroborated or claimed by the device; filler apart.")
    ),
    "aired_s": Way(
        gettext_lazy(
            "Time shown inside the operating hours by the players' own records; filler and instructed time apart."
        ),
        ("8.1.a",),
    ),
    "aired_corroborated_s": Way(
        gettext_lazy("Of the aired time: what agrees with the published schedule and its seals.")
    ),
    "aired_claimed_s": Way(gettext_lazy("Of the aired time: what the device alone says.")),
    "aired_instructed_s": Way(
        gettext_lazy("Time shown outside the hours on a recorded instruction from above."), ("7.1",)
    ),
    "contradicted_s": Way(gettext_lazy("Records that contradict the schedule; never counted as aired.")),
    "quarantined_s": Way(gettext_lazy("Records held apart until they are explained; never counted as aired.")),
    "filler_s": Way(gettext_lazy("Filler between slots; never added to the aired time.")),
    "days_aired_count": Way(gettext_lazy("Days on which at least one play counts as aired."), ("8.1",)),
    "airtime_shortfall_s": Way(gettext_lazy("Planned time inside the hours that no record covers."), ("8.1.a",)),
    "duties_done_count": Way(gettext_lazy("Duties of the period met on time.")),
    "duties_late_count": Way(gettext_lazy("Duties of the period met late.")),
    "duties_overdue_count": Way(gettext_lazy("Duties of the period not met by their last day on time.")),
    "station_programmes_count": Way(
        gettext_lazy("Programmes that the station sent and that count for a month."), ("13",)
    ),
    "station_months_met_count": Way(gettext_lazy("Months in which the station sent at least its number."), ("13",)),
}
# figures that rest on play records: their panel shows how sure they are
PROVEN = frozenset({"plays_count", "aired_s", "aired_instructed_s", "programmes_posted_count", "days_aired_count"})


def way(name: str) -> Way:
    """How a figure, or a part `name/mark/value` of it, is counted."""
    return WAYS.get(name.partition("/")[0], Way(_("Counted from the rows below.")))
