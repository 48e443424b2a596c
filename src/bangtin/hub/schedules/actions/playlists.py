"""Playlists that clusters share, and the campaigns and events that placements belong to."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.policies import require
from bangtin.hub.schedules import errors, policies
from bangtin.hub.schedules.actions import gates
from bangtin.hub.schedules.models import Campaign, CampaignKind, Playlist


def make_playlist(*, name: str, clusters: Sequence[Cluster], actor: User, at: datetime) -> Playlist:
    """Make a playlist for one or several clusters, all under one regulation; it is laid out once for all of them.

    Raises: NotPermitted without the right to place on each of them; BadPlaylist.
    """
    require(all(policies.may_place(actor, one, at=at) for one in clusters))
    words = " ".join(name.split())[:120]
    fields: dict[str, str] = {}
    if not words:
        fields["name"] = _("Give the playlist a name.")
    if not clusters:
        fields["clusters"] = _("Choose a cluster at least.")
    if len({one.instrument_id for one in clusters}) > 1:
        fields["clusters"] = _("The clusters stand under different regulations; make a playlist for each.")
    if fields:
        raise errors.BadPlaylist(
            _("The playlist was not made: %(why)s") % {"why": next(iter(fields.values()))},
            _("Correct what is marked."),
            subject=words,
            fields=fields,
        )
    with transaction.atomic(durable=True):
        gates.lock_all(clusters)
        playlist = Playlist.objects.create(name=words, made_by=actor, made_at=at)
        playlist.clusters.add(*clusters)
        audit.record(
            "playlist.made", playlist, actor=actor, at=at, name=words, clusters=sorted(one.pk for one in clusters)
        )
    return playlist


def make_campaign(
    *, name: str, starts_on: date, ends_on: date, actor: User, at: datetime, kind: str = CampaignKind.CAMPAIGN
) -> Campaign:
    """Make a campaign or event; placements that belong to it air on none but its days.

    Raises: NotPermitted, BadCampaign.
    """
    require(policies.may_plan(actor, at=at))
    words = " ".join(name.split())[:160]
    fields: dict[str, str] = {}
    if not words:
        fields["name"] = _("Give it a name.")
    if ends_on < starts_on:
        fields["ends_on"] = _("The last day lies before the first one.")
    if kind not in CampaignKind.values:
        fields["kind"] = _("Choose whether it is a campaign or an event.")
    if fields:
        raise errors.BadCampaign(
            _("Nothing was recorded: %(why)s") % {"why": next(iter(fields.values()))},
            _("Correct what is marked."),
            subject=words,
            fields=fields,
        )
    with transaction.atomic(durable=True):
        row = Campaign.objects.create(
            name=words, kind=kind, starts_on=starts_on, ends_on=ends_on, made_by=actor, made_at=at
        )
        audit.record(
            "campaign.made",
            row,
            actor=actor,
            at=at,
            name=words,
            kind=str(kind),
            starts_on=starts_on.isoformat(),
            ends_on=ends_on.isoformat(),
        )
    return row
