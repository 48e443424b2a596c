"""Who keeps a cluster: its content and schedule, its assets, its running; by the text, and by who stands in today."""

from dataclasses import dataclass
from datetime import date

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations.queries.packs import of_cluster
from bangtin.rulebook import successions

CONTENT, ASSETS, RUNNING = "content", "assets", "running"
# the pack's words, the most particular first; where a text names nobody for a part, who runs the cluster keeps it
PARTS = {
    CONTENT: ("scheduler", "content_manager", "operator"),
    ASSETS: ("asset_owner", "local_manager", "operator"),
    RUNNING: ("operator",),
}


@dataclass(frozen=True)
class Keeper:
    """One part of keeping a cluster: which agencies hold it that day, and the clause that gives it to them."""

    part: str
    agencies: tuple[str, ...]
    clause: str


def keepers(cluster: Cluster, *, on: date) -> tuple[Keeper, ...]:
    """Content, assets and running of a cluster, in this order; a part that nobody holds is left out.

    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 12.2 (the department keeps content and schedule of border
    clusters) beside art. 13.2.a (the board keeps their assets and runs them).
    """
    found = (_keeper(cluster, part, roles, on) for part, roles in PARTS.items())
    return tuple(one for one in found if one is not None)


def _keeper(cluster: Cluster, part: str, roles: tuple[str, ...], on: date) -> Keeper | None:
    pack = of_cluster(cluster)
    for role in roles:
        rows = [one for one in pack.mandates if one.role == role and cluster.pk in one.clusters]
        names: dict[str, None] = {}
        for row in rows:
            for member in pack.members((row.agency,)):
                answering = successions.answering(pack, member, on)
                names.update(dict.fromkeys(answering.agencies if answering.is_recorded else ()))
        if names:
            return Keeper(part, tuple(names), rows[0].clause)
    return None
