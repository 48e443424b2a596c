"""The deeds of the regulations desk: regulations in use, agencies and their fate, local settings, days off."""

from bangtin.hub.regulations.actions.calendar import remove_calendar_day, set_calendar_day
from bangtin.hub.regulations.actions.installing import install
from bangtin.hub.regulations.actions.issuing import load_issued_text
from bangtin.hub.regulations.actions.naming import record_agency_made, record_name, remove_name
from bangtin.hub.regulations.actions.packs import add_pack, inspect_packs, remove_pack
from bangtin.hub.regulations.actions.settings import set_local_value, withdraw_local_value
from bangtin.hub.regulations.actions.successions import (
    Handing,
    check_handing,
    record_succession,
    withdraw_succession,
)

__all__ = [
    "Handing",
    "add_pack",
    "check_handing",
    "inspect_packs",
    "install",
    "load_issued_text",
    "record_agency_made",
    "record_name",
    "record_succession",
    "remove_calendar_day",
    "remove_name",
    "remove_pack",
    "set_calendar_day",
    "set_local_value",
    "withdraw_local_value",
    "withdraw_succession",
]
