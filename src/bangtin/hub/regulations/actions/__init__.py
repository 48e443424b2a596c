"""The deeds of the regulations desk: take a regulation into use, set the calendar's own days."""

from bangtin.hub.regulations.actions.calendar import remove_calendar_day, set_calendar_day
from bangtin.hub.regulations.actions.installing import install

__all__ = ["install", "remove_calendar_day", "set_calendar_day"]
