"""How long a programme's files are kept: the terms of its regulation, legal holds, what still needs them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Max, Prefetch, QuerySet, prefetch_related_objects

from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit import clock, files
from bangtin.hub.playlog.models import Airtime
from bangtin.hub.programmes.keeping import Disposal, LegalHold, Tombstone
from bangtin.hub.programmes.models import Programme, ProgrammeVersion, Upload
from bangtin.hub.programmes.paperwork import Nature
from bangtin.hub.programmes.states import DisposalState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import Filler, Placement, ProvinceFiller, Slot
from bangtin.hub.schedules.states import PlacementState, SlotState
from bangtin.rulebook import retention
from bangtin.rulebook.shapes import Regulation, RetentionRule

# what a rule may keep, in the words of the regulations' data; plays and postings are never removed here
_CONTENT, _SHOWN, _SUPPLIED = "content", "shown_content", "supplied_items"
_NATURES = {"propaganda": (Nature.PROPAGANDA, Nature.ENTERPRISE), "advertising": (Nature.ADVERTISING,)}
# rows that name bytes without needing them in the store
_NOT_NEEDING: tuple[type, ...] = (Upload, Tombstone)
_ADDRESSED = "sha256"
LOOKED_AT = 200


@dataclass(frozen=True)
class Term:
    """One retention rule as it applies to a programme. `until` is the last day it is kept; None: no term is fixed."""

    clause: str
    name: str
    until: date | None
    reading: str
    is_over: bool


@dataclass(frozen=True)
class Kept:
    """A programme and why its files stay, or may go. `counted_from`: the day that terms run from."""

    programme: Programme
    counted_from: date
    terms: tuple[Term, ...]
    holds: tuple[LegalHold, ...]
    on_air: str = ""

    @property
    def blocker(self) -> Term | None:
        """The rule that keeps it longest; one without a term keeps it longest of all."""
        held = [one for one in self.terms if not one.is_over]
        return max(held, key=lambda one: one.until or date.max, default=None)

    @property
    def may_go(self) -> bool:
        """Whether a removal may be proposed: a term is over, no rule, hold or plan keeps it."""
        return bool(self.terms) and self.blocker is None and not self.holds and not self.on_air

    @property
    def until(self) -> date | None:
        """The last day it is kept by its terms; None where one of them is not fixed."""
        days = [one.until for one in self.terms]
        return max((day for day in days if day), default=None) if all(days) else None


@dataclass(frozen=True)
class Part:
    """Bytes of a version in the store: what they are, their digest and size."""

    version: ProgrammeVersion
    part: str
    sha256: str
    size_bytes: int


def keeping(programme: Programme, *, at: datetime) -> Kept:
    """Why a programme's files stay, or may go.

    Terms run from the day its newest version came, or from the day it was last shown, whichever is later.
    """
    return kept([programme], at=at)[0]


def kept(programmes: Sequence[Programme], *, at: datetime, holding: Sequence[LegalHold] | None = None) -> list[Kept]:
    """The same of several programmes, in a fixed number of queries; `holding`: the open holds, where they are known."""
    on = clock.local_date(at)
    versions = Prefetch("versions", ProgrammeVersion.objects.select_related("facts").prefetch_related("renditions"))
    prefetch_related_objects(list(programmes), "clusters", versions)
    shown = dict(
        Airtime.objects.filter(version__programme__in=[one.pk for one in programmes])
        .order_by()
        .values_list("version__programme")
        .annotate(last=Max("on"))
    )
    rows = open_holds() if holding is None else holding
    standing = [one for one in rows if one.from_on <= on]
    found = [
        _kept(one, on, shown.get(one.pk), holds=tuple(each for each in standing if _lies_on(each, one)))
        for one in programmes
    ]
    # what is kept anyway needs no look at the plans
    plans = _plans([one.programme for one in found if one.may_go], at=at)
    return [replace(one, on_air=plans.get(one.programme.pk, "")) for one in found]


def _lies_on(row: LegalHold, programme: Programme) -> bool:
    on_cluster = row.cluster_id in {one.pk for one in programme.clusters.all()}
    return row.programme_id == programme.pk or (row.cluster_id is not None and on_cluster)


def _kept(programme: Programme, on: date, shown: date | None, *, holds: tuple[LegalHold, ...]) -> Kept:
    pack = regulations.regulation(programme.instrument_id)
    came = max((one.submitted_at for one in programme.versions.all()), default=programme.created_at)
    counted_from = max(filter(None, (clock.local_date(came), shown, pack.instrument.effective_on)))
    rules = _rules(pack, programme, is_shown=shown is not None)
    return Kept(
        programme=programme,
        counted_from=counted_from,
        terms=tuple(_term(pack, rule, counted_from, on) for rule in rules),
        holds=holds,
    )


def open_holds() -> QuerySet[LegalHold]:
    """Every legal hold that is not lifted."""
    return LegalHold.objects.filter(lifted_at=None).select_related("placed_by", "cluster", "programme")


def disposals(programme: Programme | None = None) -> QuerySet[Disposal]:
    """Proposals to remove files, the newest first."""
    found = Disposal.objects.select_related("programme__agency", "proposed_by", "decided_by")
    return found.filter(programme=programme) if programme else found


def is_removed(programme: Programme) -> bool:
    """Whether the programme's files were removed by procedure."""
    return Disposal.objects.filter(programme=programme, state=DisposalState.DONE).exists()


def candidates(
    instrument_ids: Sequence[str], *, at: datetime, holding: Sequence[LegalHold] | None = None
) -> list[Kept]:
    """Of the oldest programmes with files those whose terms are over and that nothing else keeps.

    Only instruments of which some rule has a term are looked at, LOOKED_AT programmes at most.
    """
    on = clock.local_date(at)
    dated = [one for one in instrument_ids if _has_term(one, on)]
    done = Disposal.objects.filter(state__in=(DisposalState.DONE, DisposalState.PROPOSED)).values("programme")
    oldest = Programme.objects.filter(instrument_id__in=dated).exclude(pk__in=done).order_by("created_at")
    looked_at = list(oldest.select_related("agency").prefetch_related("agency__names")[:LOOKED_AT]) if dated else []
    return [one for one in kept(looked_at, at=at, holding=holding) if one.may_go and _has_files(one.programme)]


def _has_files(programme: Programme) -> bool:
    return any(one.source_sha256 for one in programme.versions.all())


def parts(programme: Programme) -> list[Part]:
    """Every file of a programme that is named by its versions and what hangs on them, each once a version."""
    found: dict[tuple[int, str], Part] = {}
    for version in sorted(programme.versions.all(), key=lambda one: one.number):
        size = version.source_size_bytes
        for name in _digest_fields(ProgrammeVersion):
            if sha256 := getattr(version, name):
                kind = name.removesuffix("sha256").strip("_") or "file"
                found[version.pk, sha256] = Part(version, kind, sha256, size if kind == "source" else _size(sha256))
        for relation in ProgrammeVersion._meta.related_objects:
            model: Any = relation.related_model
            if model._meta.app_label != "programmes" or model in (*_NOT_NEEDING, ProgrammeVersion):
                continue
            for name in _digest_fields(model):
                for sha256 in model.objects.filter(**{relation.field.name: version}).values_list(name, flat=True):
                    if sha256:
                        part = Part(version, str(model._meta.model_name), sha256, _size(sha256))
                        found.setdefault((version.pk, sha256), part)
    return list(found.values())


def is_needed(sha256: str, *, besides: Sequence[int]) -> bool:
    """Whether any row needs these bytes, apart from the versions `besides` and those whose copy was removed."""
    gone = set(Tombstone.objects.filter(sha256=sha256).values_list("version_id", flat=True)) | set(besides)
    for model in apps.get_models():
        if not model.__module__.startswith("bangtin.hub.") or model in _NOT_NEEDING:
            continue
        if model._meta.app_label == "devices":
            continue  # what is on a screen's plan keeps the programme as a whole
        for name in _digest_fields(model):
            rows = model._default_manager.filter(**{name: sha256})
            if model is ProgrammeVersion:
                rows = rows.exclude(pk__in=gone)
            elif any(field.name == "version" for field in model._meta.fields):
                rows = rows.exclude(version_id__in=gone)
            if rows.exists():
                return True
    return False


def _has_term(instrument_id: str, on: date) -> bool:
    pack = regulations.regulation(instrument_id)
    return any(pack.parameter(one.months).number(on) is not None for one in pack.retention)


def _digest_fields(model: Any) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if one.attname.endswith(_ADDRESSED)]


def _size(sha256: str) -> int:
    return files.path(sha256).stat().st_size if files.has(sha256) else 0


def _term(pack: Regulation, rule: RetentionRule, made_on: date, on: date) -> Term:
    kept = retention.keeping(pack, rule, made_on=made_on)
    return Term(
        clause=rule.clause,
        name=regulations.in_words(rule.name),
        until=kept.until,
        reading=regulations.in_words(kept.reading),
        is_over=kept.may_go(on),
    )


def _rules(pack: Regulation, programme: Programme, *, is_shown: bool) -> list[RetentionRule]:
    wanted = {one.pk for one in programme.clusters.all()}
    kinds = {one.kind for one in pack.clusters if one.id in wanted}
    stated = (getattr(one, "facts", None) for one in programme.versions.all())
    natures = {one.nature for one in stated if one is not None} or {str(Nature.PROPAGANDA)}
    return [
        rule
        for rule in pack.retention
        if (not rule.cluster_kinds or kinds & set(rule.cluster_kinds))
        and _covers(pack, rule, programme, natures, is_shown=is_shown)
    ]


def _covers(pack: Regulation, rule: RetentionRule, programme: Programme, natures: set[str], *, is_shown: bool) -> bool:
    keeps = set(rule.keeps)
    if _CONTENT in keeps or (_SHOWN in keeps and is_shown):
        return True
    if any(natures & set(_NATURES[one]) for one in keeps & set(_NATURES)) and is_shown:
        return True
    holders = {name for one in rule.held_by for name in pack.members((one,))}
    return _SUPPLIED in keeps and programme.agency_id in holders


def _plans(programmes: Sequence[Programme], *, at: datetime) -> dict[int, str]:
    """The plan that still needs a programme, by its key: a bundle on air, filler, a slot or placement to come."""
    found: dict[int, str] = {}
    if not programmes:
        return found
    ids = [one.pk for one in programmes]
    newest = {row.cluster_id: row for row in Bundle.objects.filter(ends_at__gt=at).order_by("number")}
    for row in newest.values():
        manifest = bytes(row.manifest)
        for one in programmes:
            if any(digest.encode() in manifest for digest in _rendition_digests(one)):
                found[one.pk] = str(row)
    for filler in Filler.objects.filter(version__programme__in=ids).select_related("version", "cluster"):
        found[filler.version.programme_id] = str(filler.cluster)
    slots = Slot.objects.filter(version__programme__in=ids, ends_at__gt=at, state=SlotState.PLACED)
    for slot in slots.select_related("version"):
        found[slot.version.programme_id] = str(slot)
    due = Placement.objects.filter(
        version__programme__in=ids, ends_on__gte=clock.local_date(at), state=PlacementState.PLACED
    )
    for placement in due.select_related("version", "playlist"):
        found[placement.version.programme_id] = str(placement)
    for spare in ProvinceFiller.objects.filter(version__programme__in=ids).select_related("version"):
        found[spare.version.programme_id] = str(spare)
    return found


def _rendition_digests(programme: Programme) -> set[str]:
    return {row.sha256 for one in programme.versions.all() for row in one.renditions.all()} - {""}
