"""Placing approved programmes on a cluster's plan, and taking them down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules import errors, policies
from bangtin.hub.schedules.actions.readiness import require_ready
from bangtin.hub.schedules.models import BulletinClass, Slot
from bangtin.hub.schedules.queries import opening
from bangtin.hub.schedules.queries.plan import slots_between
from bangtin.hub.schedules.queries.suggestions import nearest
from bangtin.rulebook import hours as rulebook_hours

# A bundle spans at most 100 days (trust C.6); today and the last day are whole.
LONGEST_AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Instruction:
    """An instruction from above to air something outside the hours: the paper's number and who issued it."""

    number: str
    issuer: str


def place(
    *,
    cluster: Cluster,
    version: ProgrammeVersion,
    starts_at: datetime,
    ends_at: datetime,
    actor: User,
    at: datetime,
    bulletin_class: str = BulletinClass.ORDINARY,
    instruction: Instruction | None = None,
) -> Slot:
    """Put an approved version on the cluster's plan over [starts_at, ends_at); its item loops.

    Outside the hours it stands only with an instruction from above, and is then counted apart.
    Raises: NotPermitted, InThePast, TooFarAhead, NotReady, NoRendition, NotForThisCluster, NotUrgent, OutsideHours,
    NoHoursSet, SlotTaken, BadInstruction, LanguageMissing.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1.a, 8.1.b, 7.1.
    """
    require(policies.may_place(actor, cluster, at=at))
    bulletin_class = BulletinClass(bulletin_class).value
    _require_span(starts_at, ends_at, at=at)
    _require_instruction(instruction, cluster)
    instead_of = require_ready(version, cluster)
    _require_class(version, bulletin_class)
    clause, is_outside = _require_hours(
        cluster, starts_at, ends_at, bulletin_class=bulletin_class, is_instructed=instruction is not None, at=at
    )
    with transaction.atomic(durable=True):
        Cluster.objects.select_for_update().get(pk=cluster.pk)  # one placement at a time: no two may overlap
        _require_free(cluster, version, starts_at, ends_at, bulletin_class=bulletin_class, at=at)
        slot = Slot.objects.create(
            cluster=cluster,
            version=version,
            starts_at=starts_at,
            ends_at=ends_at,
            bulletin_class=bulletin_class,
            is_outside_hours=is_outside,
            instruction_number=instruction.number.strip() if instruction else "",
            instruction_issuer=instruction.issuer.strip() if instruction else "",
            clause=clause,
            placed_by=actor,
            placed_at=at,
        )
        audit.record(
            "slot.placed",
            slot,
            actor=actor,
            at=at,
            cluster=cluster.id,
            version=version.receipt,
            starts_at=starts_at.isoformat(),
            ends_at=ends_at.isoformat(),
            instruction=slot.instruction_number,
            **({"instead_of": list(instead_of)} if instead_of else {}),
        )
    return slot


def _require_span(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
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


def _require_instruction(instruction: Instruction | None, cluster: Cluster) -> None:
    if instruction and not (instruction.number.strip() and instruction.issuer.strip()):
        raise errors.BadInstruction(
            _("An instruction from above needs its number and who issued it."),
            _("Fill in both, or leave both empty."),
            opening.rule(cluster).rule.instruction_clause or "",
        )


def _require_class(version: ProgrammeVersion, bulletin_class: str) -> None:
    """trust B.3: the officers' statements name the highest class a content may air as; the plan cannot raise it."""
    if bulletin_class == BulletinClass.PRIORITY and not version.programme.is_urgent:
        raise errors.NotUrgent(
            _("“%(title)s” was handed in and approved as an ordinary programme, not as a priority one.")
            % {"title": version.title},
            _("Place it as ordinary, or have it handed in as urgent."),
            subject=version.receipt,
        )


def _require_hours(
    cluster: Cluster,
    starts_at: datetime,
    ends_at: datetime,
    *,
    bulletin_class: str,
    is_instructed: bool,
    at: datetime,
) -> tuple[str, bool]:
    """The clause under which the span stands, and whether it lies outside the hours."""
    first, last = local_date(starts_at), local_date(ends_at)
    rule, calendar = opening.rule(cluster), regulations.calendar()
    local = opening.local_windows(cluster, first, last)
    refusal = rulebook_hours.check_placement(
        rule, calendar, starts_at=starts_at, ends_at=ends_at, local=local, is_instructed=is_instructed
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
        suggestions=nearest(cluster, starts_at, ends_at, bulletin_class=bulletin_class, at=at),
    )


def _require_free(
    cluster: Cluster,
    version: ProgrammeVersion,
    starts_at: datetime,
    ends_at: datetime,
    *,
    bulletin_class: str,
    at: datetime,
) -> None:
    """Slots of one class may not overlap; exactly the same window is a loop that they share."""
    for other in slots_between(cluster, starts_at, ends_at):
        if other.bulletin_class != bulletin_class:
            continue
        is_same_window = (other.starts_at, other.ends_at) == (starts_at, ends_at)
        if is_same_window and other.version_id != version.pk:
            continue
        raise errors.SlotTaken(
            _("“%(title)s” (%(receipt)s) is already placed on %(span)s.")
            % {
                "title": other.version.title,
                "receipt": other.version.receipt,
                "span": said(other.starts_at, other.ends_at),
            },
            _("Choose a free time, take that slot down, or use exactly its times to share the loop."),
            subject=str(other.pk),
            suggestions=nearest(cluster, starts_at, ends_at, bulletin_class=bulletin_class, at=at),
        )


def said(starts_at: datetime, ends_at: datetime) -> str:
    """A span as officers write it: `07:30 – 11:00 23/11/2026`."""
    start, end = starts_at.astimezone(LOCAL), ends_at.astimezone(LOCAL)
    if start.date() == end.date():
        return f"{start:%H:%M} – {end:%H:%M} {start:%d/%m/%Y}"
    return f"{start:%H:%M %d/%m/%Y} – {end:%H:%M %d/%m/%Y}"
