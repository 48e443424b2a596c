"""What is to play where and when, who approved it, what was handed over and what taken off."""

from bangtin.hub.schedules.models.feeds import ScheduleFeed
from bangtin.hub.schedules.models.handing_over import Dispatch, DispatchLine, LineOutcome, Selection
from bangtin.hub.schedules.models.playlists import (
    Campaign,
    CampaignKind,
    Daypart,
    DayScope,
    MixKind,
    MixRule,
    Placement,
    Playlist,
)
from bangtin.hub.schedules.models.releases import PlanEdit, PlanRelease
from bangtin.hub.schedules.models.removals import RemovalOrder, ReviewOutcome, TakeDown
from bangtin.hub.schedules.models.slots import BulletinClass, DayWindow, Filler, ProvinceFiller, Slot

__all__ = [
    "BulletinClass",
    "Campaign",
    "CampaignKind",
    "DayScope",
    "DayWindow",
    "Daypart",
    "Dispatch",
    "DispatchLine",
    "Filler",
    "LineOutcome",
    "MixKind",
    "MixRule",
    "Placement",
    "PlanEdit",
    "PlanRelease",
    "Playlist",
    "ProvinceFiller",
    "RemovalOrder",
    "ReviewOutcome",
    "ScheduleFeed",
    "Selection",
    "Slot",
    "TakeDown",
]
