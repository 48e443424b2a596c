"""Each quarter the lead agency compiles what agencies sent and spreads it to every public cluster."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules.actions import dispatching
from bangtin.hub.schedules.errors import BadDispatch, NotForDispatch
from bangtin.hub.schedules.models import Dispatch
from bangtin.hub.schedules.queries import dispatches, quarters, removals


def compile_quarter(
    *, instrument: Instrument, on: date, versions: Sequence[ProgrammeVersion], actor: User, at: datetime
) -> list[Dispatch]:
    """Hand the chosen products of the quarter that holds `on` to whoever runs a cluster: one dispatch a receiver, all
    of them or none.

    A receiver gets what was made ready for its screens and what it has not got of this quarter; one that would get
    nothing new is left out.
    Raises: NotPermitted, BadDispatch for nothing chosen or nothing new to send, NotForDispatch for what is not ready
    or fits no cluster.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.b.
    """
    dispatching.require_lead(actor, instrument.pk, at=at)
    period, clause = quarters.quarter(on), quarters.clause(instrument.pk)
    chosen = list({one.pk: one for one in versions}.values())
    if not clause or not chosen or len(chosen) > dispatching.LINES_MOST:
        words = _("Choose at least one programme.")
        raise BadDispatch(_("Nothing was sent."), words, citation=clause, fields={"versions": words})
    receivers = quarters.receivers(instrument.pk, period, on=local_date(at))
    for version in chosen:
        dispatching.require_ready(version)
        _require_screens(version, [cluster for one in receivers for cluster in one.clusters], clause)
    before = quarters.had(receivers)
    batch = [
        (one, [each for each in chosen if each.pk not in before[one.agency.pk] and _fits(each, one.clusters)])
        for one in receivers
    ]
    if not any(fitting for _receiver, fitting in batch):
        raise BadDispatch(
            _("Nothing was sent: every cluster has these programmes of the quarter already."),
            _("Choose others, or wait for what agencies still send."),
            citation=clause,
        )
    note = _("Compilation of %(quarter)s") % {"quarter": regulations.in_words(period.label)}
    with transaction.atomic(durable=True):
        return [
            dispatching.send(
                instrument,
                one.agency,
                dispatching.Contents(fitting, month=period.end, note=note),
                clusters=one.clusters,
                actor=actor,
                at=at,
                clause=clause,
            )
            for one, fitting in batch
            if fitting
        ]


def _fits(version: ProgrammeVersion, clusters: Sequence[Cluster]) -> bool:
    return any(
        dispatches.has_form_for(version, one) and not removals.barred_by(version.programme, one) for one in clusters
    )


def _require_screens(version: ProgrammeVersion, clusters: Sequence[Cluster], clause: str) -> None:
    last = dispatches.last_selection(version)
    name = {"title": version.title, "receipt": version.receipt}
    if last is not None and not last.is_accepted:
        raise NotForDispatch(
            _("“%(title)s” (%(receipt)s) was found not suitable for operators.") % name,
            last.reason,
            citation=clause,
            subject=version.receipt,
        )
    if not _fits(version, clusters):
        raise NotForDispatch(
            _("“%(title)s” (%(receipt)s) was made for none of the clusters' screens, or was taken down there.") % name,
            _("Ask its agency to hand it in for them too."),
            citation=clause,
            subject=version.receipt,
        )
