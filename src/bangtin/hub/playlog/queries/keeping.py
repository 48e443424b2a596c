"""How long a programme's files are kept: the terms of its regulation, legal holds, what still needs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Max, Q, QuerySet

from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit import clock, files
from bangtin.hub.playlog.models import Airtime
from bangtin.hub.programmes.keeping import Disposal, LegalHold, Tombstone
from bangtin.hub.programmes.models import Programme, ProgrammeVersion, Upload
from bangtin.hub.programmes.paperwork import Nature
from bangtin.hub.programmes.states import DisposalState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import Filler, Slot
from bangtin.hub.schedules.states import SlotState
from bangtin.rulebook import retention
from bangtin.rulebook.shapes import Regulation, RetentionRule

# what a rule may keep, in the words of the regulations' data; plays and postings are never removed here
_CONTENT, _SHOWN, _SUPPLIED = "content", "shown_content", "supplied_items"
_NATURES = {"propaganda": (Nature.PROPAGANDA, Nature.ENTERPRISE), "advertising": (Nature.ADVERTISING,)}
# rows that name bytes without needing them in the store
_NOT_NEEDING: tuple[type, ...] = (Upload, Tombstone)
_ADDRESSED = "sha256"


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
    on_air: str

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
    on = clock.local_date(at)
    came = programme.versions.aggregate(last=Max("submitted_at"))["last"] or programme.created_at
    shown = _last_shown(programme)
    pack = regulations.regulation(programme.instrument_id)
    counted_from = max(filter(None, (clock.local_date(came), shown, pack.instrument.effective_on)))
    return Kept(
        programme=programme,
        counted_from=counted_from,
        terms=tuple(_term(pack, rule, counted_from, on) for rule in _rules(pack, programme, is_shown=bool(shown))),
        holds=tuple(holds(programme, on=on)),
        on_air=_on_air(programme, at=at),
    )


def holds(programme: Programme, *, on: date) -> QuerySet[LegalHold]:
    """The legal holds that lie on a programme, on itself or on one of its clusters."""
    clusters = programme.clusters.values("pk")
    found = LegalHold.objects.filter(Q(programme=programme) | Q(cluster__in=clusters), lifted_at=None)
    return found.filter(from_on__lte=on).select_related("placed_by", "cluster", "programme")


def open_holds() -> QuerySet[LegalHold]:
    """Every legal hold that is not lifted."""
    return LegalHold.objects.filter(lifted_at=None).select_related("placed_by", "cluster", "programme")


def disposals(programme: Programme | None = None) -> QuerySet[Disposal]:
    """Proposals to remove files, the newest first."""
    found = Disposal.objects.select_related("programme__agency", "proposed_by", "decided_by")
    found = found.prefetch_related("tombstones__version")
    return found.filter(programme=programme) if programme else found


def is_removed(programme: Programme) -> bool:
    """Whether the programme's files were removed by procedure."""
    return Disposal.objects.filter(programme=programme, state=DisposalState.DONE).exists()


def candidates(programmes: Iterable[Programme], *, at: datetime) -> list[Kept]:
    """Those of the programmes whose terms are over and that nothing else keeps."""
    return [one for one in (keeping(each, at=at) for each in programmes) if one.may_go]


def parts(programme: Programme) -> list[Part]:
    """Every file of a programme that is named by its versions and what hangs on them, each once a version."""
    found: dict[tuple[int, str], Part] = {}
    for version in programme.versions.order_by("number"):
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


def _digest_fields(model: Any) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if one.attname.endswith(_ADDRESSED)]


def _size(sha256: str) -> int:
    return files.path(sha256).stat().st_size if files.has(sha256) else 0


def _last_shown(programme: Programme) -> date | None:
    found: date | None = Airtime.objects.filter(version__programme=programme).aggregate(last=Max("on"))["last"]
    return found


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
    wanted = set(programme.clusters.values_list("pk", flat=True))
    kinds = {one.kind for one in pack.clusters if one.id in wanted}
    natures = set(programme.versions.filter(facts__isnull=False).values_list("facts__nature", flat=True))
    natures = natures or {Nature.PROPAGANDA}
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


def _on_air(programme: Programme, *, at: datetime) -> str:
    """The plan that still needs the programme: a slot, filler, or a bundle that screens play; empty if none."""
    versions = ProgrammeVersion.objects.filter(programme=programme)
    slot = Slot.objects.filter(version__in=versions, ends_at__gt=at, state=SlotState.PLACED).first()
    if slot is not None:
        return str(slot)
    filler = Filler.objects.filter(version__in=versions).select_related("cluster").first()
    if filler is not None:
        return str(filler.cluster)
    digests = [one.encode() for one in versions.values_list("renditions__sha256", flat=True) if one]
    newest = {row.cluster_id: row for row in Bundle.objects.filter(ends_at__gt=at).order_by("number")}
    for row in newest.values():
        if any(one in bytes(row.manifest) for one in digests):
            return str(row)
    return ""
