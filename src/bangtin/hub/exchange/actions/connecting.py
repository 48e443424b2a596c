"""Tests connections, notes when one begins to fail or works again, and reminds operators that are not connected."""

import time
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import holders
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.exchange import mapping as mappings
from bangtin.hub.exchange import policies, queries
from bangtin.hub.exchange.adapters import folder, http
from bangtin.hub.exchange.errors import BadMapping
from bangtin.hub.exchange.mapping import Mapping
from bangtin.hub.exchange.models import ConnectionReminder, ConnectionState, ConnectionTest, Means
from bangtin.hub.kit import audit, clock, outbox
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.regulations import queries as regulations

REMINDED = (Role.OPERATOR, Role.SCHEDULER, Role.REPORTER)


def try_connection(*, cluster: Cluster, actor: User | None, at: datetime) -> ConnectionTest:
    """Try a cluster's connection as a run uses it, and keep the outcome with its day; nothing is taken in by it.

    `actor` is None for the machine's own operator (`bangtin exchange test`).
    Raises: NotPermitted.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 9.4.
    """
    if actor is not None:
        require(
            policies.may_test(actor, cluster, on=clock.local_date(at)),
            message=_("Only the cluster's operator and the agency that receives content test its connection."),
        )
    began = time.monotonic()
    means, state, message = _outcome(cluster)
    took_ms = round((time.monotonic() - began) * 1000)
    with transaction.atomic(durable=True):
        row = _keep(cluster, means, state, message, at=at, actor=actor, took_ms=took_ms)
        audit.record("connection.tested", row, actor=actor, at=at, cluster=cluster.pk, state=str(state))
    return row


def note(mapping: Mapping, means: Means, refusal: Refusal | None, *, at: datetime) -> None:
    """Note for the clusters of a way that it failed or worked, where that is a change."""
    state = ConnectionState.FAILING if refusal else ConnectionState.CONNECTED
    newest = queries.newest_tests()
    for link in mapping.by(means):
        last = newest.get(link.cluster)
        if last is None or last.state != state:
            cluster = Cluster.objects.get(pk=link.cluster)
            with transaction.atomic(durable=True):
                row = _keep(cluster, means, state, str(refusal or ""), at=at)
                audit.record("connection.changed", row, actor=None, at=at, cluster=cluster.pk, state=str(state))


def remind(*, cluster: Cluster, actor: User, at: datetime) -> ConnectionReminder:
    """Write to the operator of a cluster that is not connected, or whose connection fails; once a day.

    Raises: NotPermitted, StaleState for a connected cluster and for a second reminder of the day.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 12.4.
    """
    on = clock.local_date(at)
    require(
        policies.may_remind(actor, on=on),
        message=_("Only the agency that receives content reminds operators of the connection."),
    )
    if queries.state_of(cluster) == ConnectionState.CONNECTED:
        raise StaleState(_("This cluster is connected."), _("Load the page again."), subject=cluster.pk)
    return _remind(cluster, actor=actor, at=at)


def remind_all(*, at: datetime) -> int:
    """Remind the operators of clusters that are not connected, once a month each, where the regulation asks for it."""
    count, on = 0, clock.local_date(at)
    for row in queries.board(on=on):
        due = row.last_reminder is None or clock.local_date(row.last_reminder.reminded_at).month != on.month
        if row.clause and due and row.state != ConnectionState.CONNECTED and row.operators:
            _remind(row.cluster, actor=None, at=at)
            count += 1
    return count


def _outcome(cluster: Cluster) -> tuple[str, ConnectionState, str]:
    try:
        mapping = mappings.load()
    except BadMapping as refusal:
        return "", ConnectionState.NOT_CONNECTED, str(refusal)
    link = mapping.link(cluster.pk)
    if link is None:
        return "", ConnectionState.NOT_CONNECTED, _("The mapping file does not name this cluster.")
    try:
        if link.by == Means.HTTP and mapping.http is not None:
            waiting = http.try_out(mapping.http)
            return link.by, ConnectionState.CONNECTED, _("Answered; items waiting: %(n)s.") % {"n": waiting}
        place = folder.place(mapping)
        folder.try_out(place)
        waiting = len(folder.waiting(place))
    except Refusal as refusal:
        return link.by, ConnectionState.FAILING, str(refusal)
    return link.by, ConnectionState.CONNECTED, _("Written and read; items waiting: %(n)s.") % {"n": waiting}


def _keep(
    cluster: Cluster,
    means: str,
    state: ConnectionState,
    message: str,
    *,
    at: datetime,
    actor: User | None = None,
    took_ms: int = 0,
) -> ConnectionTest:
    return ConnectionTest.objects.create(
        cluster=cluster,
        tested_at=at,
        tested_by=actor,
        means=means,
        state=state,
        message=message[:500],
        took_ms=took_ms,
    )


def _remind(cluster: Cluster, *, actor: User | None, at: datetime) -> ConnectionReminder:
    on = clock.local_date(at)
    agencies = policies.operators(cluster, on=on)
    if not agencies:
        raise StaleState(_("Nobody is recorded as the operator of this cluster."), subject=cluster.pk)
    last = ConnectionReminder.objects.filter(cluster=cluster).order_by("-reminded_at").first()
    if last is not None and clock.local_date(last.reminded_at) == on:
        raise StaleState(_("The operator was reminded today already."), _("Call them instead."), subject=cluster.pk)
    with transaction.atomic(durable=True):
        mails = 0
        for post in holders(agencies=agencies, roles=[str(role) for role in REMINDED], on=on):
            if post.user.email:
                _mail(cluster, post.user, at=at)
                mails += 1
        row = ConnectionReminder.objects.create(
            cluster=cluster,
            agency=Agency.objects.get(pk=agencies[0]),
            reminded_at=at,
            reminded_by=actor,
            mails=mails,
        )
        audit.record("connection.reminded", row, actor=actor, at=at, cluster=cluster.pk, mails=mails)
    return row


def _mail(cluster: Cluster, user: User, *, at: datetime) -> None:
    with translation.override(user.language):
        asked = queries.connecting_clause(cluster.instrument_id)
        clause = regulations.cited(asked) if asked else _("asked for by the province")
        body = _(
            "%(name)s,\n\nThe cluster “%(cluster)s” is not connected to the provincial source information system, "
            "or its connection fails (%(clause)s).\n"
            "Please have it connected; the agency that receives content helps with it.\n\n"
            "State and test: %(address)s\n"
        ) % {
            "name": user.display_name,
            "cluster": cluster,
            "clause": clause,
            "address": settings.PUBLIC_URL + reverse("source-system"),
        }
        outbox.put(
            key=f"connection:{cluster.pk}:{user.pk}:{clock.local_date(at).isoformat()}",
            recipient=user.email,
            subject=_("Bangtin: connect the cluster %(cluster)s to the source system") % {"cluster": cluster},
            body=body,
            at=at,
        )
