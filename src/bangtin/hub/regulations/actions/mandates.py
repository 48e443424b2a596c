"""Mandates follow from the pack and the successions: written anew whenever either changes, never by hand."""

from collections.abc import Iterator
from datetime import date

from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations import queries
from bangtin.hub.regulations.models import Instrument, Mandate, Task
from bangtin.hub.regulations.queries.lineage import spans
from bangtin.rulebook.shapes import Regulation

# The pack's word for a mandate → what the desks ask for. Words that no desk asks for yet are left in the pack.
TASKS = {
    "appraiser": (Task.APPRAISE,),
    # where content is edited and the text speaks of no appraisal (Hà Tĩnh 4.3.a), the editors receive it
    "editor": (Task.APPRAISE,),
    "consolidator": (Task.REPORT,),
    "operator": (Task.OPERATE, Task.SCHEDULE),
    "scheduler": (Task.SCHEDULE,),
    "police": (Task.SECURE,),
    "finance": (Task.FUND,),
    "decider": (Task.INSTRUCT,),
    "contributor": (Task.SUPPLY,),
}
Charge = tuple[str, Task, str | None, date | None, date | None]


def write_mandates(instrument: Instrument) -> None:
    """Replace the mandates under an instrument; a group's goes to each member, an ended agency's to its successor.

    Opens no transaction.
    """
    pack = queries.regulation(instrument.pk)
    agencies, clusters = Agency.objects.in_bulk(), Cluster.objects.in_bulk()
    Mandate.objects.filter(instrument=instrument).delete()
    Mandate.objects.bulk_create(
        Mandate(
            agency=agencies[agency],
            instrument=instrument,
            task=task,
            cluster=clusters[place] if place else None,
            clause=clause,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        for (agency, task, place, starts_on, ends_on), clause in _charges(pack).items()
    )


def write_all_mandates() -> None:
    """Write the mandates under every instrument in use anew; opens no transaction."""
    for instrument in Instrument.objects.order_by("id"):
        write_mandates(instrument)


def _charges(pack: Regulation) -> dict[Charge, str]:
    """Each charge once, with the clause that comes first."""
    found: dict[Charge, str] = {}
    for agency, task, place, clause in _given(pack):
        for holder, starts_on, ends_on in spans(pack, agency, cluster=place):
            found.setdefault((holder, task, place, starts_on, ends_on), clause)
    return found


def _given(pack: Regulation) -> Iterator[tuple[str, Task, str | None, str]]:
    # who operates a cluster builds its schedule, unless the text charges another with that (Lai Châu 12.2, 13.2.a)
    apart = {place for mandate in pack.mandates if mandate.role == "scheduler" for place in mandate.clusters}
    for mandate in pack.mandates:
        places: tuple[str | None, ...] = mandate.clusters or (None,)
        for agency in pack.members((mandate.agency,)):
            for task in TASKS.get(mandate.role, ()):
                for place in places:
                    is_anothers = mandate.role == "operator" and task == Task.SCHEDULE and place in apart
                    if not is_anothers:
                        yield agency, task, place, mandate.clause
