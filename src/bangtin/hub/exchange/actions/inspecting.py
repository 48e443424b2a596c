"""Hands out the inspection pack: the as-run log of a period with copies of propaganda and advertising."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.exchange import pack, policies
from bangtin.hub.exchange.errors import NothingToGive
from bangtin.hub.kit import audit, clock, packing
from bangtin.hub.kit.policies import require

TYPE = "bangtin.inspection-pack.v1"
MOST_DAYS = 366


def hand_out_inspection(
    *, cluster: Cluster, from_on: date, until_on: date, actor: User, at: datetime
) -> Iterator[bytes]:
    """The package's bytes, made as they are read; that it was taken is kept before the first of them.

    Raises: NotPermitted, NothingToGive for days that make no period.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 9.1.
    """
    on = clock.local_date(at)
    require(
        policies.may_pack(actor, cluster, on=on),
        message=_("Only the cluster's operator and the agency that receives content take the inspection pack."),
    )
    if not from_on <= until_on <= on or (until_on - from_on).days >= MOST_DAYS:
        raise NothingToGive(
            _("These days make no period that can be packed."),
            _("Give a first and a last day, at most a year, that are not in the future."),
            fields={"until_on": _("At most a year, not in the future.")},
        )
    with transaction.atomic(durable=True):
        audit.record(
            "inspection.packed",
            cluster,
            actor=actor,
            at=at,
            from_on=from_on.isoformat(),
            until_on=until_on.isoformat(),
        )
    about: dict[str, object] = {
        "type": TYPE,
        "cluster": cluster.pk,
        "from": from_on.isoformat(),
        "until": until_on.isoformat(),
        "made_at": at.isoformat(),
        "made_for": str(actor),
        "missing": pack.missing(pack.shown(cluster, from_on, until_on)),
    }
    return packing.stream(pack.members(cluster, from_on, until_on, at=at), about=about, at=at)
