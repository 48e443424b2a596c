"""Mails about orders and requests, put in the transaction of the deed; who has no address reads the pages."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.accounts.queries import holders
from bangtin.hub.kit import outbox
from bangtin.hub.kit.clock import local_date
from bangtin.hub.plans.models import InformationRequest
from bangtin.hub.plans.queries import GIVING_ROLES
from bangtin.hub.regulations import queries as regulations


def tell_asked(row: InformationRequest, *, at: datetime) -> None:
    """Tell the asked agency's officers that have an address; opens no transaction."""
    for user in addressed({row.agency_id}, at=at):
        with translation.override(user.language):
            outbox.put(
                key=f"information-request:{row.pk}:{user.pk}",
                recipient=user.email,
                subject=_("Bangtin: %(subject)s, to answer by %(day)s")
                % {"subject": row.subject, "day": f"{row.due_on:%d/%m/%Y}"},
                body=render_to_string(
                    "mail/information_request.txt",
                    {"row": row, "user": user, "address": settings.PUBLIC_URL + reverse("information", args=[row.pk])},
                ),
                at=at,
            )


def addressed(agency_ids: Iterable[str], *, at: datetime) -> list[User]:
    """The accounts with an address that give for one of the agencies, or for what stands in its place."""
    on = local_date(at)
    names = {name for one in agency_ids for name in regulations.standing_for(one, on=on)}
    found = {post.user for post in holders(agencies=names, roles=GIVING_ROLES, on=on) if post.user.email}
    return sorted(found, key=lambda user: user.pk)
