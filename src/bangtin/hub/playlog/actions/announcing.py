"""Mails to who operates a cluster whose screens had to show something else than what was planned."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import holders
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import outbox
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.playlog.queries.fallbacks import CARD, FILLER, PROVINCE, Fallback, fallbacks
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

RECEIVERS = (Role.OPERATOR, Role.SCHEDULER)


def announce_fallbacks(*, at: datetime) -> int:
    """Tell the officers of each cluster whose screens went down the ladder today; give the mails' number.

    One mail a day, cluster and officer, at the first time it is seen; what comes later that day is on the pages.
    """
    if not outbox.is_on():
        return 0
    on, count = local_date(at), 0
    begins = datetime.combine(on, time(), LOCAL)
    by_cluster: dict[str, list[Fallback]] = defaultdict(list)
    for one in fallbacks(list(Cluster.objects.values_list("pk", flat=True)), begins, begins + timedelta(days=1)):
        by_cluster[one.cluster_id].append(one)
    for cluster in Cluster.objects.filter(pk__in=by_cluster).order_by("pk"):
        with transaction.atomic():
            for user in _addressed(cluster, on):
                _put(cluster, by_cluster[cluster.pk], user, on=on, at=at)
                count += 1
    return count


def rung_words(rung: str) -> str:
    """What a screen showed, in words."""
    return {
        FILLER: _("filler, where a programme was planned"),
        PROVINCE: _("the province's filler: the cluster had none of its own to show"),
        CARD: _("the still notice: there was nothing to show"),
    }[rung]


def _addressed(cluster: Cluster, on: date) -> list[User]:
    agencies = regulations.mandated(Task.OPERATE, on=on, cluster=cluster)
    agencies |= regulations.mandated(Task.SCHEDULE, on=on, cluster=cluster)
    found = {post.user for post in holders(agencies=agencies, roles=RECEIVERS, on=on) if post.user.email}
    return sorted(found, key=lambda user: user.pk)


def _put(cluster: Cluster, found: list[Fallback], user: User, *, on: date, at: datetime) -> None:
    with translation.override(user.language):
        rows = [
            {
                "face": one.face_id,
                "words": rung_words(one.rung),
                "minutes": max(round(one.shown_ms / 60_000), 1),
                "since": f"{one.first_at.astimezone(LOCAL):%H:%M}",
            }
            for one in found
        ]
        address = settings.PUBLIC_URL + f"{reverse('log')}?cum={cluster.slug}&ngay={on}"
        outbox.put(
            key=f"fallback:{cluster.pk}:{on}:{user.pk}",
            recipient=user.email,
            subject=_("Bangtin: screens of %(cluster)s show something else than planned") % {"cluster": cluster},
            body=render_to_string("mail/fallback.txt", {"user": user, "rows": rows, "address": address}),
            at=at,
        )
