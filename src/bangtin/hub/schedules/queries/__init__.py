"""Reads of the schedule: hours, plan, week, preview, and why something is shown."""

from bangtin.hub.schedules.queries.drafts import Why, draft, explain, item_id, preview, why
from bangtin.hub.schedules.queries.naming import placement_id, placement_name, slot_id
from bangtin.hub.schedules.queries.opening import hours, hours_between
from bangtin.hub.schedules.queries.plan import DayPlan, Plan, PlanWindow, Span, fillers, plan, slots_between, week
from bangtin.hub.schedules.queries.suggestions import nearest

__all__ = [
    "DayPlan",
    "Plan",
    "PlanWindow",
    "Span",
    "Why",
    "draft",
    "explain",
    "fillers",
    "hours",
    "hours_between",
    "item_id",
    "nearest",
    "placement_id",
    "placement_name",
    "plan",
    "preview",
    "slot_id",
    "slots_between",
    "week",
    "why",
]
