"""What a slot must hold before it stands on a plan: placing, moving, copying and undoing all pass through here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules import errors
from bangtin.hub.schedules.actions.readiness import require_ready
from bangtin.hub.schedules.models import BulletinClass, Slot
from bangtin.hub.schedules.queries import opening, rights, sounding
from bangtin.hub.schedules.queries.plan import slots_between
from bangtin.hub.schedules.queries.suggestions import nearest
from bangtin.rulebook import hours as rulebook_hours

# A bundle spans at most 100 days (trust C.6); today and the last day are whole.
LONGEST_AHEAD = timedelta(days=90)
REASON_LEAST, REASON_MOST = 5, 300


@dataclass(frozen=True)
class Instruction:
    """An instruction from above to air something outside the hours: the paper's number and who issued it."""

    number: str
    issuer: str


@dataclass(frozen=True)
class SlotSpec:
    """A slot as it is wanted; `faces` empty: every face of the cluster."""

    version: ProgrammeVersion
    starts_at: datetime
    ends_at: datetime
    bulletin_class: str = BulletinClass.ORDINARY
    instruction: Instruction | None = None
    faces: tuple[str, ...] = ()
    sound_reason: str = ""


@dataclass(frozen=True)
class Standing:
    """Under which clause a slot stands, whether outside the hours, and the languages its version stands in for."""

    clause: str
    is_outside: bool
    instead_of: tuple[str, ...]


def stand(cluster: Cluster, spec: SlotSpec, *, at: datetime, ignoring: Collection[int] = ()) -> Standing:
    """Go on only with a slot that may stand on the cluster's plan as it is now; `ignoring`: slots that make way.

    Raises: a PlacementRefusal of `errors`, BadInstruction.
    """
    require_span(spec.starts_at, spec.ends_at, at=at)
    _require_instruction(spec.instruction, cluster)
    instead_of = require_ready(spec.version, cluster, faces=require_faces(spec.faces, [cluster]))
    require_class(spec.version, spec.bulletin_class)
    clause, is_outside = _require_hours(cluster, spec, at=at)
    require_rights(spec.version, local_date(spec.starts_at), local_date(spec.ends_at - timedelta(microseconds=1)))
    _require_quiet(cluster, spec)
    require_free(cluster, spec, ignoring=ignoring, at=at)
    return Standing(clause, is_outside, instead_of)


def lock(cluster: Cluster) -> None:
    """Keep every other deed on the cluster's plan waiting until the transaction ends: no two slots may overlap."""
    Cluster.objects.select_for_update().get(pk=cluster.pk)


def lock_all(clusters: Sequence[Cluster]) -> None:
    """Lock several clusters, always in the same order."""
    list(Cluster.objects.select_for_update().filter(pk__in=[one.pk for one in clusters]).order_by("pk"))


def require_span(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Raises: InThePast, TooFarAhead."""
    if not at <= starts_at < ends_at:
        raise errors.InThePast(
            _("The slot %(span)s begins in the past or ends before it begins.") % {"span": said(starts_at, ends_at)},
            _("Choose a start that is still to come."),
            fields={"starts_at": _("Choose a start that is still to come.")},
        )
    if ends_at > at + LONGEST_AHEAD:
        raise errors.TooFarAhead(
            _("The slot %(span)s ends later than 90 days from now; screens hold no longer plan.")
            % {"span": said(starts_at, ends_at)},
            _("Place it when its day has come nearer."),
        )


def require_class(version: ProgrammeVersion, bulletin_class: str) -> None:
    """Raises: NotUrgent.

    trust B.3: the officers' statements name the highest class a content may air as; the plan cannot raise it.
    """
    if bulletin_class == BulletinClass.PRIORITY and not version.programme.is_urgent:
        raise errors.NotUrgent(
            _("“%(title)s” was handed in and approved as an ordinary programme, not as a priority one.")
            % {"title": version.title},
            _("Place it as ordinary, or have it handed in as urgent."),
            subject=version.receipt,
        )


def require_faces(faces: Sequence[str], clusters: Sequence[Cluster]) -> tuple[str, ...]:
    """Give the faces once each, in order.

    Raises: FacesUnknown if one is no face of these clusters.
    """
    known = {face.pk for cluster in clusters for face in cluster.faces.all()}
    unknown = [one for one in faces if one not in known]
    if unknown:
        raise errors.FacesUnknown(
            _("%(cluster)s has no face “%(face)s”.")
            % {"cluster": ", ".join(str(one) for one in clusters), "face": unknown[0]},
            _("Choose among its faces, or none for all of them."),
            subject=unknown[0],
            fields={"faces": _("Choose among its faces, or none for all of them.")},
        )
    return tuple(sorted(set(faces)))


def require_rights(version: ProgrammeVersion, first: date, last: date) -> None:
    """Raises: RightsEnd if the sender's rights to the content do not reach from `first` to `last`."""
    found = rights.breach(version, first, last)
    if found is None:
        return
    words = {"title": version.title, "receipt": version.receipt, "day": f"{found.on:%d/%m/%Y}"}
    sentence = (
        _("The rights to “%(title)s” (%(receipt)s) end on %(day)s.")
        if found.is_end
        else _("The rights to “%(title)s” (%(receipt)s) begin on %(day)s.")
    )
    raise errors.RightsEnd(
        sentence % words,
        _("Choose days within that, or have its agency hand in a version with other rights."),
        found.clause,
        subject=version.receipt,
    )


def quiet_refusal(version: ProgrammeVersion, hours: sounding.SoundHours) -> errors.QuietHours:
    """The refusal of sound outside the hours for it."""
    words = _("Say why it has to sound at that hour.")
    return errors.QuietHours(
        _(
            "“%(title)s” has sound and would air outside %(hours)s, the hours for sound "
            "(local setting, basis: %(basis)s)."
        )
        % {"title": version.title, "hours": hours.words, "basis": hours.basis},
        _("Choose another time, or give the reason."),
        subject=version.receipt,
        fields={"sound_reason": words},
    )


def has_reason(text: str) -> bool:
    """Whether a text is long enough to be a reason."""
    return len(" ".join(text.split())) >= REASON_LEAST


def reason_of(text: str) -> str:
    """A reason as it is kept."""
    return " ".join(text.split())[:REASON_MOST]


def _require_instruction(instruction: Instruction | None, cluster: Cluster) -> None:
    if instruction and not (instruction.number.strip() and instruction.issuer.strip()):
        raise errors.BadInstruction(
            _("An instruction from above needs its number and who issued it."),
            _("Fill in both, or leave both empty."),
            opening.rule(cluster).rule.instruction_clause or "",
        )


def _require_quiet(cluster: Cluster, spec: SlotSpec) -> None:
    if has_reason(spec.sound_reason) or not sounding.sounds(spec.version):
        return
    found = sounding.first_quiet(cluster, spec.starts_at, spec.ends_at)
    if found is not None:
        raise quiet_refusal(spec.version, found)


def _require_hours(cluster: Cluster, spec: SlotSpec, *, at: datetime) -> tuple[str, bool]:
    """The clause under which the span stands, and whether it lies outside the hours."""
    starts_at, ends_at = spec.starts_at, spec.ends_at
    first, last = local_date(starts_at), local_date(ends_at)
    rule, calendar = opening.rule(cluster), regulations.calendar()
    local = opening.local_windows(cluster, first, last)
    refusal = rulebook_hours.check_placement(
        rule,
        calendar,
        starts_at=starts_at,
        ends_at=ends_at,
        local=local,
        is_instructed=spec.instruction is not None,
    )
    if refusal is None:
        outside = rulebook_hours.outside_s(rule, calendar, starts_at=starts_at, ends_at=ends_at, local=local)
        if outside and rule.rule.instruction_clause:
            return rule.rule.instruction_clause, True
        return rulebook_hours.day(rule, calendar, first, local=local).citation, outside > 0
    language = get_language() or "vi"
    kind = errors.NoHoursSet if refusal.code == "hours.no_windows_set" else errors.OutsideHours
    raise kind(
        refusal.reason.pick(language),
        refusal.next_step.pick(language),
        refusal.citation,
        suggestions=nearest(cluster, starts_at, ends_at, bulletin_class=spec.bulletin_class, at=at),
    )


def require_free(cluster: Cluster, spec: SlotSpec, *, ignoring: Collection[int], at: datetime) -> None:
    """Slots of one class may not overlap on a face; exactly the same window on the same faces is a shared loop.

    Raises: SlotTaken.
    """
    faces = frozenset(spec.faces)
    for other in slots_between(cluster, spec.starts_at, spec.ends_at):
        if other.bulletin_class != spec.bulletin_class or other.pk in ignoring:
            continue
        theirs = frozenset(other.faces)
        if faces and theirs and not faces & theirs:
            continue
        is_same_window = (other.starts_at, other.ends_at) == (spec.starts_at, spec.ends_at) and faces == theirs
        if is_same_window and other.version_id != spec.version.pk:
            continue
        raise _taken(cluster, spec, other, at=at)


def _taken(cluster: Cluster, spec: SlotSpec, other: Slot, *, at: datetime) -> errors.SlotTaken:
    return errors.SlotTaken(
        _("“%(title)s” (%(receipt)s) is already placed on %(span)s.")
        % {
            "title": other.version.title,
            "receipt": other.version.receipt,
            "span": said(other.starts_at, other.ends_at),
        },
        _("Choose a free time, take that slot down, or use exactly its times to share the loop."),
        subject=str(other.pk),
        suggestions=nearest(cluster, spec.starts_at, spec.ends_at, bulletin_class=spec.bulletin_class, at=at),
    )


def said(starts_at: datetime, ends_at: datetime) -> str:
    """A span as officers write it: `07:30 – 11:00 23/11/2026`."""
    start, end = starts_at.astimezone(LOCAL), ends_at.astimezone(LOCAL)
    if start.date() == end.date():
        return f"{start:%H:%M} – {end:%H:%M} {start:%d/%m/%Y}"
    return f"{start:%H:%M %d/%m/%Y} – {end:%H:%M %d/%m/%Y}"
