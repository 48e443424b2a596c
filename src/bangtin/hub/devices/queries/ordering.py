"""From which posts emergency notices are ordered: what `officers.json` lists, and what the alert desk asks for."""

from collections.abc import Mapping
from datetime import date

from bangtin.hub.accounts.models import Role
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument, Task

ALERT_ORDER, ALERT_CANCEL = "alert.order", "alert.cancel"
ALERT_STEPS = (ALERT_CANCEL, ALERT_ORDER)


def ordering_agencies(instrument_id: str, *, on: date) -> Mapping[Role, frozenset[str]]:
    """The agencies at which leaders, and those at which appraisal officers, may order an emergency notice.

    Leaders of bodies that instruct and of the lead agency; appraisal officers of the lead agency.
    Source: Cao Bằng art. 7.1 and Lai Châu art. 10.1.a.3 (updated promptly as higher authority directs), Lai Châu
    art. 8.2 (as the competent agency requests).
    """
    leads = regulations.leads(instrument_id, on=on)
    instructs = regulations.mandated(Task.INSTRUCT, on=on, instrument_id=instrument_id)
    return {Role.LEADER: leads | instructs, Role.APPRAISER: leads}


def all_ordering(on: date) -> Mapping[Role, frozenset[str]]:
    """The same over every instrument in use."""
    found: dict[Role, frozenset[str]] = {Role.LEADER: frozenset(), Role.APPRAISER: frozenset()}
    for name in Instrument.objects.order_by("id").values_list("id", flat=True):
        for role, agencies in ordering_agencies(name, on=on).items():
            found[role] |= agencies
    return found
