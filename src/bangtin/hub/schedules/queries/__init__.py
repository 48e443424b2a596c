"""Reads of the schedule: hours, plan, week, preview, and why something is shown."""

from bangtin.hub.schedules.queries.digests import plan_digest
from bangtin.hub.schedules.queries.drafts import Why, draft, explain, explain_all, fitting, item_id, preview, why
from bangtin.hub.schedules.queries.inputs import in_force
from bangtin.hub.schedules.queries.layouts import (
    CompiledWindow,
    DayLayout,
    GroupLayout,
    PlacedTurn,
    layout_of,
    layouts_between,
    stands_on,
)
from bangtin.hub.schedules.queries.naming import placement_id, placement_name, slot_id
from bangtin.hub.schedules.queries.opening import hours, hours_between, hours_of_all
from bangtin.hub.schedules.queries.plan import (
    DayPlan,
    Plan,
    PlanWindow,
    Span,
    all_filler,
    day_plan,
    fillers,
    plan,
    province_fillers,
    slots_between,
    until,
    week,
)
from bangtin.hub.schedules.queries.released import Standing, released_until, require_released, standing
from bangtin.hub.schedules.queries.suggestions import nearest

__all__ = [
    "CompiledWindow",
    "DayLayout",
    "DayPlan",
    "GroupLayout",
    "PlacedTurn",
    "Plan",
    "PlanWindow",
    "Span",
    "Standing",
    "Why",
    "all_filler",
    "day_plan",
    "draft",
    "explain",
    "explain_all",
    "fillers",
    "fitting",
    "hours",
    "hours_between",
    "hours_of_all",
    "in_force",
    "item_id",
    "layout_of",
    "layouts_between",
    "nearest",
    "placement_id",
    "placement_name",
    "plan",
    "plan_digest",
    "preview",
    "province_fillers",
    "released_until",
    "require_released",
    "slot_id",
    "slots_between",
    "standing",
    "stands_on",
    "until",
    "week",
    "why",
]
