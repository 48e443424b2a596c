"""Filler: approved versions that play inside the hours where no slot is."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules import errors, policies
from bangtin.hub.schedules.actions.readiness import require_ready
from bangtin.hub.schedules.models import Filler, ProvinceFiller


def add_filler(*, cluster: Cluster, version: ProgrammeVersion, actor: User, at: datetime) -> Filler:
    """Add an approved version at the end of the cluster's filler.

    Raises: NotPermitted, NotReady, NotForThisCluster, NoRendition, AlreadyFiller.
    """
    require(policies.may_place(actor, cluster, at=at))
    require_ready(version, cluster)
    with transaction.atomic(durable=True):
        Cluster.objects.select_for_update().get(pk=cluster.pk)
        here = Filler.objects.filter(cluster=cluster)
        if here.filter(version=version).exists():
            raise errors.AlreadyFiller(
                _("“%(title)s” is among the filler of this cluster already.") % {"title": version.title},
                _("Nothing needs to be done."),
                subject=version.receipt,
            )
        last = here.aggregate(last=Max("position"))["last"]
        filler = Filler.objects.create(
            cluster=cluster,
            version=version,
            position=0 if last is None else last + 1,
            added_by=actor,
            added_at=at,
        )
        audit.record("filler.added", filler, actor=actor, at=at, cluster=cluster.id, version=version.receipt)
    return filler


def remove_filler(*, filler: Filler, actor: User, at: datetime) -> None:
    """Take a version out of the filler; the next bundle omits it."""
    require(policies.may_operate(actor, filler.cluster, at=at))
    with transaction.atomic(durable=True):
        audit.record(
            "filler.removed", filler, actor=actor, at=at, cluster=filler.cluster_id, version=filler.version.receipt
        )
        filler.delete()


def add_province_filler(*, version: ProgrammeVersion, actor: User, at: datetime) -> ProvinceFiller:
    """Add an approved version at the end of what plays where a cluster of the regulation has no filler of its own.

    Raises: NotPermitted for anybody but officers of the lead agency; NotReady, NoRendition, AlreadyFiller.
    """
    instrument_id = version.programme.instrument_id
    require(policies.may_dispatch(actor, instrument_id, at=at))
    for cluster in version.programme.clusters.order_by("pk"):
        require_ready(version, cluster)
    with transaction.atomic(durable=True):
        Instrument.objects.select_for_update().get(pk=instrument_id)
        here = ProvinceFiller.objects.filter(instrument_id=instrument_id)
        if here.filter(version=version).exists():
            raise errors.AlreadyFiller(
                _("“%(title)s” is among the filler of the province already.") % {"title": version.title},
                _("Nothing needs to be done."),
                subject=version.receipt,
            )
        last = here.aggregate(last=Max("position"))["last"]
        row = ProvinceFiller.objects.create(
            instrument_id=instrument_id,
            version=version,
            position=0 if last is None else last + 1,
            added_by=actor,
            added_at=at,
        )
        audit.record("province_filler.added", row, actor=actor, at=at, version=version.receipt)
    return row


def remove_province_filler(*, filler: ProvinceFiller, actor: User, at: datetime) -> None:
    """Take a version out of the province's filler; the next bundles omit it."""
    require(policies.may_dispatch(actor, filler.instrument_id, at=at))
    with transaction.atomic(durable=True):
        audit.record("province_filler.removed", filler, actor=actor, at=at, version=filler.version.receipt)
        filler.delete()
