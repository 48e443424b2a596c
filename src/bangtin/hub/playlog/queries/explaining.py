"""Why a screen shows what it shows at an instant: past, from the bundle then in force and the records; to come, from
the plan.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q

from bangtin.bundle import dsse, timeline
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.timeline import Showing
from bangtin.hub.accounts.models import User
from bangtin.hub.accounts.queries import posts_on
from bangtin.hub.alerts.models import Alert
from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.clusters.models import Face
from bangtin.hub.devices.models import Bundle, RepositoryFile
from bangtin.hub.devices.queries import in_force, manifest_of
from bangtin.hub.kit.clock import LOCAL, local_date, to_ms
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import lake
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Placement, PlanRelease, Slot
from bangtin.hub.schedules.queries import Why
from bangtin.hub.schedules.states import PlacementState, ReleaseState, SlotState
from bangtin.rulebook.hours import DayHours

BUNDLE, PLAN = "bundle", "plan"
# what an instant is held against began no longer ago than this
LONGEST = timedelta(hours=24)
ON_FACE = ("play", "gap", "alert", "blank")


@dataclass(frozen=True)
class Displaced:
    """Something that would have been on the screen. by: "priority", "alert", "take_down", "not_showable" (the bundle
    holds no form of it for this face), "player" (the record says that filler or the card took its place).
    """

    by: str
    version: ProgrammeVersion | None
    slot: Slot | None
    placement: Placement | None
    reason: str = ""


@dataclass(frozen=True)
class Approval:
    """One officer's decision on the item: at which step, in which post of which agency, when, by which clause.

    `keys` are the TUF ids of the keys that signed it for the screens; empty for what no bundle carries yet.
    """

    step: str
    outcome: str
    officer: str
    post: str
    agency_id: str
    at: datetime
    clause: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """What a face shows at an instant and everything it rests on.

    `source` is "bundle" (what was, or is, published) or "plan" (as it stands now). `bundle` is the newest that reaches
    over the instant; of an instant to come `is_published` says whether it shows the same. `keys` are the TUF ids of
    the keys that signed it. `record` is what the player recorded of a past instant. `alert` is an emergency notice that
    covers the rest.
    """

    face: Face
    at: datetime
    is_past: bool
    source: str
    why: Why
    hours: DayHours
    bundle: Bundle | None
    is_published: bool
    keys: tuple[str, ...]
    approvals: tuple[Approval, ...]
    slot: Slot | None
    placement: Placement | None
    release: PlanRelease | None
    alert: Alert | None
    displaced: tuple[Displaced, ...]
    record: PlayRecord | None

    @property
    def kind(self) -> str:
        """What is on the screen: "alert", or the kind of the segment."""
        return "alert" if self.alert else self.why.showing.kind

    @property
    def bulletin_class(self) -> str:
        """The class on the screen."""
        return "emergency" if self.alert else self.why.showing.class_


def explain_at(face: Face, at: datetime, *, now: datetime) -> Explanation:
    """Explain the face at `at`, as it is known at `now`.

    What has passed is told from the bundle then in force and the records; where no bundle reached, and what is to
    come, from the plan as it stands now.
    """
    record = _recorded(face, at)
    is_past = at <= now or record is not None
    bundle = _reaching(face, at)
    published = manifest_of(face.cluster, bundle.number) if bundle else None
    if published is not None and face.pk not in published.faces:
        bundle = published = None
    manifest = published if is_past and published else _planned(face, at)
    why = schedules.explain(timeline.showing(manifest, face=face.pk, at_ms=to_ms(at)))
    slot, placement = _whose(why)
    alert = _alert(face, at)
    is_published = published is not None and _is_same(published, face, at, why.showing)
    return Explanation(
        face=face,
        at=at,
        is_past=is_past,
        source=BUNDLE if manifest is published else PLAN,
        why=why,
        hours=schedules.hours(face.cluster, local_date(at)),
        bundle=bundle,
        is_published=is_published,
        keys=_signers(face, bundle),
        approvals=tuple(_approvals(bundle if is_published else None, why)),
        slot=slot,
        placement=placement,
        release=_release(face, at),
        alert=alert,
        displaced=tuple(_displaced(face, at, manifest, why=why, alert=alert, record=record)),
        record=record,
    )


def _reaching(face: Face, at: datetime) -> Bundle | None:
    """The newest bundle published by the instant, if it reaches over it."""
    found = in_force(face.cluster_id, at)
    return found if found is not None and found.starts_at <= at < found.ends_at else None


def _planned(face: Face, at: datetime) -> Manifest:
    midnight = at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    found = schedules.plan(face.cluster, midnight, midnight + timedelta(days=1))
    return schedules.draft(found, number=1, made_at=at)


def _is_same(published: Manifest, face: Face, at: datetime, shown: Showing) -> bool:
    there = timeline.showing(published, face=face.pk, at_ms=to_ms(at))
    return (there.kind, there.item, there.slot) == (shown.kind, shown.item, shown.slot)


def _whose(why: Why) -> tuple[Slot | None, Placement | None]:
    """On whose account it plays; of several slots in one loop the one whose turn it is."""
    slot_id = schedules.slot_id(why.showing.slot)
    slots = Slot.objects.select_related("version", "placed_by", "cluster")
    placements = Placement.objects.select_related("version", "placed_by", "playlist", "campaign")
    return (
        slots.filter(pk=slot_id).first() if slot_id is not None else None,
        placements.filter(pk=why.placement_id).first() if why.placement_id is not None else None,
    )


def _release(face: Face, at: datetime) -> PlanRelease | None:
    """The approval of the plan of that day that was given last before the instant."""
    on = local_date(at)
    rows = PlanRelease.objects.filter(
        cluster=face.cluster_id,
        state=ReleaseState.APPROVED,
        from_on__lte=on,
        until_on__gte=on,
        answered_at__lte=at,
    )
    return rows.select_related("asked_by", "answered_by").order_by("-answered_at", "-pk").first()


def _recorded(face: Face, at: datetime) -> PlayRecord | None:
    rows = PlayRecord.objects.filter(
        face_id=face.pk, cluster=face.cluster_id, kind__in=ON_FACE, at__lte=at, at__gt=at - LONGEST
    )
    related = ("version__programme", "slot", "placement")
    found = list(rows.select_related(*related).order_by("-at", "-n")[:10])
    if not found and lake.pruned([lake.province_of(face.cluster_id)], local_date(at)):
        sealed = lake.records(face.cluster_id, at - LONGEST, at + timedelta(milliseconds=1), related=related)
        found = [row for row in reversed(sealed) if row.face_id == face.pk and row.kind in ON_FACE][:10]
    for row in found:
        if row.at + timedelta(milliseconds=row.shown_ms) > at:
            return row
    return None


def _alert(face: Face, at: datetime) -> Alert | None:
    """The real notice that ruled the cluster at the instant: the highest level, then the newest."""
    rows = Alert.objects.filter(
        Q(closed_at=None) | Q(closed_at__gt=at),
        clusters=face.cluster_id,
        is_drill=False,
        ordered_at__lte=at,
        starts_at__lte=at,
        ends_at__gt=at,
    )
    return max(rows, key=lambda one: (one.level or 0, one.ordered_at or one.made_at), default=None)


def _displaced(
    face: Face, at: datetime, manifest: Manifest, *, why: Why, alert: Alert | None, record: PlayRecord | None
) -> Iterator[Displaced]:
    shown = why.showing
    slot, placement = _whose(why)
    if alert is not None:
        yield Displaced("alert", why.version, slot, placement, alert.hazard)
    if shown.class_ == "priority":
        yield from _below(face, at, manifest)
    if shown.kind in {"filler", "card"} and (slot or placement):
        version = slot.version if slot else placement.version if placement else None
        yield Displaced("not_showable", version, slot, placement)
    if shown.kind == "item" and record is not None and _fell_back(record):
        yield Displaced("player", why.version, slot, placement, record.bulletin_class or record.kind)
    yield from _taken_down(face, at)


def _below(face: Face, at: datetime, manifest: Manifest) -> Iterator[Displaced]:
    """What an ordinary window has at the instant, under the priority one."""
    without = replace(manifest, windows=tuple(one for one in manifest.windows if one.class_ != "priority"))
    under = schedules.explain(timeline.showing(without, face=face.pk, at_ms=to_ms(at)))
    if under.showing.kind in {"item", "filler"}:
        slot, placement = _whose(under)
        yield Displaced("priority", under.version, slot, placement)


def _fell_back(record: PlayRecord) -> bool:
    return (record.kind == "play" and record.bulletin_class == "filler") or record.kind == "gap"


def _taken_down(face: Face, at: datetime) -> Iterator[Displaced]:
    slots = Slot.objects.filter(
        cluster=face.cluster_id, state=SlotState.TAKEN_DOWN, starts_at__lte=at, ends_at__gt=at, taken_down_at__lte=at
    )
    for slot in slots.select_related("version").order_by("starts_at", "pk"):
        if schedules.stands_on(slot.faces, (face.pk,)):
            yield Displaced("take_down", slot.version, slot, None, slot.taken_down_reason)
    on = local_date(at)
    placements = Placement.objects.filter(
        playlist__clusters=face.cluster_id,
        state=PlacementState.TAKEN_DOWN,
        starts_on__lte=on,
        ends_on__gte=on,
        withdrawn_at__lte=at,
    )
    for one in placements.select_related("version", "playlist").order_by("pk"):
        if schedules.stands_on(one.faces, (face.pk,)):
            yield Displaced("take_down", one.version, None, one)


def _signers(face: Face, bundle: Bundle | None) -> tuple[str, ...]:
    """The keys under the role file that names this very manifest; old role files are kept (trust B.5)."""
    if bundle is None:
        return ()
    slug = face.cluster.slug
    for row in RepositoryFile.objects.filter(name__endswith=f".c-{slug}.json").order_by("-pk"):
        made = json.loads(bytes(row.body))
        named = made["signed"]["targets"].get(f"c/{slug}/manifest.json", {}).get("hashes", {})
        if named.get("sha256") == bundle.manifest_sha256:
            return tuple(one["keyid"] for one in made["signatures"] if one["sig"])
    return ()


def _approvals(bundle: Bundle | None, why: Why) -> Iterator[Approval]:
    """The statements that went out with the bundle; of what is only planned, the decisions as they hold now."""
    if why.version is None:
        return
    if bundle is None:
        yield from (_decided(one) for one in appraisal.approvals(why.version))
        return
    found = list(_statements(bundle, why.version.content_digest))
    names = {f"u{user.pk}": str(user) for user in User.objects.filter(pk__in=[_number(one[0]) for one in found])}
    for payload, keyids in found:
        officer = str(payload["officer"])
        yield Approval(
            step=str(payload["step"]),
            outcome=str(payload["decision"]),
            officer=names.get(officer, officer),
            post=str(payload["post"]),
            agency_id=str(payload["agency"]),
            at=datetime.fromisoformat(str(payload["at"])),
            clause=str(payload["clause"]),
            keys=keyids,
        )


def _statements(bundle: Bundle, content: str) -> Iterator[tuple[Mapping[str, object], tuple[str, ...]]]:
    whole = Bundle.objects.only("approvals").get(pk=bundle.pk)
    for line in bytes(whole.approvals).splitlines():
        envelope = dsse.open(line, "approval")
        if envelope.payload.get("content") == content:
            yield envelope.payload, tuple(one.keyid for one in envelope.proofs)


def _number(payload: Mapping[str, object]) -> int:
    text = str(payload["officer"])[1:]
    return int(text) if text.isdecimal() else 0


def _decided(one: Decision) -> Approval:
    posts = posts_on(one.acting_for or one.officer, local_date(one.decided_at)).filter(agency=one.agency_id)
    role = posts.order_by("pk").values_list("role", flat=True).first()
    return Approval(
        step=one.step,
        outcome=one.outcome,
        officer=str(one.officer),
        post=role or "",
        agency_id=one.agency_id,
        at=one.decided_at,
        clause=one.clause,
    )
