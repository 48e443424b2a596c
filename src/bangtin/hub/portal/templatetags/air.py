"""What a cluster's own instrument says of its hours, for pages that show clusters of several provinces."""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.translation import gettext as _

from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.portal import formats, screen_words
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.queries import DayPlan, meters
from bangtin.hub.schedules.queries.opening import rule
from bangtin.rulebook import hours
from bangtin.rulebook.errors import UnknownName
from bangtin.rulebook.texts import clock

register = template.Library()
register.filter("noticed", screen_words.noticed)  # `{{ event.kind|noticed }}`: what a player noticed
register.filter("deed", screen_words.deed)  # `{{ command|deed }}`: what was ordered, with its value
MIX_FEATURE = "bangtin.hub.schedules.queries.meters.planned"


@register.filter
def hours_clause(cluster: Cluster, on: date) -> str:
    """`{% cite cluster|hours_clause:bt.today %}`: the clause of the hours that day; empty where the text has none."""
    try:
        return hours.part_of(rule(cluster), regulations.calendar(), on).clause
    except UnknownName:
        return ""


@register.filter
def instruction_clause(cluster: Cluster) -> str:
    """The clause that lets an instruction from above run outside the hours; empty where the text has none."""
    try:
        return rule(cluster).rule.instruction_clause or ""
    except UnknownName:
        return ""


@register.filter
def kept_by(cluster: Cluster, on: date) -> list[tuple[str, str, str]]:
    """Who keeps the cluster's content, its assets and its running: (part in words, agencies, clause)."""
    found = regulations.keepers(cluster, on=on)
    rows = Agency.objects.filter(pk__in={name for one in found for name in one.agencies}).prefetch_related("names")
    names = {row.pk: row.name(on) for row in rows}
    words = {"content": _("Content and schedule"), "assets": _("Assets"), "running": _("Running")}
    held: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for one in found:
        held.setdefault((one.agencies, one.clause), []).append(words[one.part])
    return [
        ("; ".join(parts), ", ".join(names.get(each, each) for each in agencies), clause)
        for (agencies, clause), parts in held.items()
    ]


@register.filter
def directions(days: Sequence[DayPlan], cluster: Cluster) -> dict[str, object] | None:
    """External beside domestic information of each planned day, with the clause that wants them balanced; None where
    the cluster's text does not tell them apart.
    """
    pack = regulations.of_cluster(cluster)
    if not any(one.direction for one in pack.categories):
        return None
    clauses = (one.id for one in pack.clauses.values() if one.carried_by and one.carried_by.feature == MIX_FEATURE)
    first = next((one.priority_clause for one in pack.categories if one.priority_clause), "")
    rows = [
        (one.on, one.external_ms / 1000, one.domestic_ms / 1000, one.external_permille, one.items)
        for one in meters.of_days(cluster, [day.layout for day in days])
        if one.external_ms or one.domestic_ms
    ]
    return {"rows": rows, "clause": next(clauses, first)}


@register.filter
def permille(value: int | None) -> str:
    """`61,4%` of thousandths; a dash where there is nothing to share."""
    return "–" if value is None else formats.percent(value / 10)


@register.filter
def seconds_clock(seconds: int) -> str:
    """`12:00`: seconds after midnight as the clock shows them."""
    return clock(seconds)
