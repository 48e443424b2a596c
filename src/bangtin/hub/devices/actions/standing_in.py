"""Filler stands in for the plan while something is mended, so that the cluster goes on without a break."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bangtin.bundle import manifest as manifests
from bangtin.bundle.manifest import Manifest, Window
from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import errors, policies
from bangtin.hub.devices.actions import publishing
from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit.clock import from_ms, to_ms
from bangtin.hub.kit.policies import require

LONGEST = timedelta(days=1)


def stand_in(*, cluster: Cluster, until_at: datetime, reason: str, actor: User, at: datetime) -> Bundle:
    """Publish the last bundle again with its filler in place of the ordinary plan until `until_at`.

    Urgent bulletins and the hours stay as they are, and so does the plan: it goes on by itself at `until_at`, or at
    once when it is published again. Nothing new goes on air, so no second person is asked: the filler was approved and
    released with the bundle.
    Raises: NotPermitted, NothingToStandIn, BundleDoesNotVerify.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.3 (whoever runs the cluster keeps it running while it handles
    what went wrong).
    """
    require(policies.may_publish(actor, cluster, at=at))
    last = Bundle.objects.filter(cluster=cluster).order_by("-number").first()
    if last is None or last.ends_at <= at:
        raise errors.NothingToStandIn(
            _("No bundle of %(cluster)s is in force.") % {"cluster": str(cluster)},
            _("Publish the plan first."),
            subject=cluster.pk,
        )
    _require_span(cluster, until_at, reason, at=at)
    manifest = manifests.parse(bytes(last.manifest))
    if not manifest.filler:
        raise errors.NothingToStandIn(
            _("The bundle of %(cluster)s has no filler.") % {"cluster": str(cluster)},
            _("Choose approved filler on the schedule's page and publish; then it can stand in."),
            subject=cluster.pk,
        )
    made = _without_plan(manifest, to_ms(at), min(to_ms(until_at), manifest.ends_ms))
    words = _("Filler stands in: %(reason)s") % {"reason": reason.strip()}
    made = dataclasses.replace(made, devices=publishing.listed_devices(cluster), made_ms=to_ms(at), reason=words[:300])
    return publishing.issue(cluster, made, bytes(last.approvals), actor=actor, at=at)


def standing_in_until(bundle: Bundle, *, at: datetime) -> datetime | None:
    """Until when filler stands in by this bundle; None if it does not, or not any more."""
    manifest = manifests.read(bytes(bundle.manifest))
    until = manifest.extensions.get(KEY)
    if not isinstance(until, int) or until <= to_ms(at):
        return None
    return from_ms(until)


KEY = "x_standing_in"


def _require_span(cluster: Cluster, until_at: datetime, reason: str, *, at: datetime) -> None:
    fields = {}
    if not at < until_at <= at + LONGEST:
        fields["until"] = _("Choose a time within the next 24 hours.")
    if len(reason.strip()) < 5:
        fields["reason"] = _("Write what is being mended.")
    if fields:
        raise errors.NothingToStandIn(
            _("Filler does not stand in yet."), next(iter(fields.values())), subject=cluster.pk, fields=fields
        )


def _without_plan(manifest: Manifest, from_ms_: int, until_ms: int) -> Manifest:
    """The manifest with no ordinary window in [from_ms_, until_ms), and nothing in it that nothing uses any more."""
    windows = tuple(part for one in manifest.windows for part in _cut(one, from_ms_, until_ms))
    used = {one.loop for one in windows}
    loops = {name: turns for name, turns in manifest.loops.items() if name in used}
    shown = {turn.item for turns in loops.values() for turn in turns} | set(manifest.filler)
    items = tuple(one for one in manifest.items if one.id in shown)
    named = {rendition.file for one in items for rendition in one.content.renditions}
    return dataclasses.replace(
        manifest,
        windows=windows,
        loops=loops,
        items=items,
        files=tuple(one for one in manifest.files if one.sha256 in named),
        extensions={**manifest.extensions, KEY: until_ms},
    )


def _cut(window: Window, from_ms_: int, until_ms: int) -> Iterator[Window]:
    if window.class_ != "ordinary" or window.until_ms <= from_ms_ or window.from_ms >= until_ms:
        yield window
        return
    if window.from_ms < from_ms_:
        yield dataclasses.replace(window, until_ms=from_ms_)
    if window.until_ms > until_ms:
        yield dataclasses.replace(window, id=f"{window.id}b", from_ms=until_ms)
