"""What became of an agency: recorded with its legal basis, carried over to people, mandates and duties, withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.actions import carry_posts, return_posts
from bangtin.hub.accounts.models import CarriedPost, Post, Role, User
from bangtin.hub.accounts.policies import may_administer
from bangtin.hub.agencies.actions import set_last_day
from bangtin.hub.agencies.models import Agency, Succession
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.regulations import queries
from bangtin.hub.regulations.actions.circles import refuse_circle
from bangtin.hub.regulations.actions.mandates import write_all_mandates
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.regulations.queries.lineage import all_successions, is_gone
from bangtin.hub.regulations.queries.successions import posts_to_carry
from bangtin.rulebook import shapes

DAY = timedelta(days=1)


class SuccessionRefused(Refusal):
    """What is said of an agency does not hold together; nothing was recorded."""

    code = "BT-SUCCESSION-001"


class AgencyEnded(Refusal):
    """The agency ended before by another succession: two of them would hand over the same tasks twice."""

    code = "BT-SUCCESSION-003"


class SuccessionFollowed(StaleState):
    """A later succession has carried on what this one carried over; that one is withdrawn first."""

    code = "BT-SUCCESSION-004"


class NoAdministratorLeft(Refusal):
    """After this nobody would hold an administrator's post."""

    code = "BT-SUCCESSION-005"


@dataclass(frozen=True)
class Handing:
    """What a paper says of an agency. `duties` (obligation ids) and `clusters` (ids) narrow what goes over.

    Both empty: everything, and the predecessor ends the day before with every post at it. `posts` go along (None: all
    if everything goes, else none), to the first of several successors.
    """

    kind: str
    predecessor: Agency
    successors: Sequence[Agency]
    effective_on: date
    basis: str
    duties: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    posts: Collection[int] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything goes, or nobody is named."""
        return not self.duties and not self.clusters

    @property
    def rows(self) -> list[shapes.Succession]:
        """The rows as the rulebook reads them, one for each successor."""
        heirs: list[str | None] = [one.pk for one in self.successors] or [None]
        return [
            shapes.Succession(
                self.predecessor.pk, heir, self.kind, self.effective_on, self.basis, self.duties, self.clusters
            )
            for heir in heirs
        ]


def record_succession(*, handing: Handing, actor: User | None, at: datetime) -> list[Succession]:
    """Record what became of an agency, one row a successor, and carry over its posts and mandates from that day.

    Its duties follow through the effective pack; its programmes and reports stay under its name. The day may lie in
    the past or in the future: rights are judged by date.
    Raises: NotPermitted, SuccessionRefused, SuccessionCircle, AgencyEnded, NoAdministratorLeft.
    """
    _require_administrator(actor, at)
    handing = replace(handing, basis=handing.basis.strip())
    with transaction.atomic(durable=True):
        _lock(handing)
        check_handing(handing)
        found = [_recorded(handing, row, at=at) for row in handing.rows]
        carried = _carry(handing, found[0])
        for one in carried:
            going = one.begun.agency_id if one.begun else ""
            audit.record("post.carried", one.begun or one.ended, actor=actor, at=at, agency=going, role=one.ended.role)
        _refuse_without_administrator(handing, at=at)
        _settle(handing.predecessor)
        for row in found:
            audit.record(
                "succession.recorded",
                row,
                actor=actor,
                at=at,
                kind=row.kind,
                predecessor=row.predecessor_id,
                successor=row.successor_id or "",
                effective_on=row.effective_on.isoformat(),
                basis=row.basis,
                duties=row.duties,
                clusters=row.clusters,
                posts=len(carried) if row == found[0] else 0,
            )
    return found


def withdraw_succession(*, succession: Succession, reason: str, actor: User | None, at: datetime) -> Succession:
    """Take back a succession that was recorded wrongly: posts and mandates stand as before, the row stays in history.

    Raises: NotPermitted; SuccessionRefused without a reason; StaleState if it was withdrawn before;
    SuccessionFollowed if a later one builds on it.
    """
    _require_administrator(actor, at)
    if not reason.strip():
        raise SuccessionRefused(
            _("The succession of %(name)s is not withdrawn: the reason is missing.") % {"name": succession.predecessor},
            _("Say why it is withdrawn; the reason stays in the history."),
            subject=str(succession),
            fields={"reason": _("Say why.")},
        )
    with transaction.atomic(durable=True):
        locked = Succession.objects.select_for_update().get(pk=succession.pk)
        if locked.withdrawn_at is not None:
            raise StaleState(_("This succession was withdrawn before."), _("Load the page again."), subject=str(locked))
        _refuse_followed(locked)
        locked.withdrawn_at = at
        locked.save(update_fields=["withdrawn_at"])
        posts = return_posts(succession=locked, at=at)
        _settle(locked.predecessor)
        audit.record(
            "succession.withdrawn",
            locked,
            actor=actor,
            at=at,
            reason=reason.strip(),
            predecessor=locked.predecessor_id,
            successor=locked.successor_id or "",
            posts=posts,
        )
    return locked


def check_handing(handing: Handing) -> None:
    """Pass if the rows could be recorded; asked for the preview as well.

    Raises: SuccessionRefused, SuccessionCircle, AgencyEnded.
    """
    _refuse_unfounded(handing)
    _refuse_shape(handing)
    _refuse_days(handing)
    standing = all_successions()
    _refuse_ended(handing, standing)
    refuse_circle((*standing, *handing.rows))


def _lock(handing: Handing) -> None:
    """One change of these agencies at a time: what is checked next stays true until it is written."""
    parties = [handing.predecessor.pk, *(heir.pk for heir in handing.successors)]
    list(Agency.objects.select_for_update().filter(pk__in=parties).order_by("pk"))
    queries.forget()


def _recorded(handing: Handing, row: shapes.Succession, *, at: datetime) -> Succession:
    return Succession.objects.create(
        kind=row.kind,
        predecessor=handing.predecessor,
        successor_id=row.successor,
        effective_on=row.effective_on,
        basis=row.basis,
        duties=list(row.duties),
        clusters=list(row.clusters),
        recorded_at=at,
    )


def _carry(handing: Handing, row: Succession) -> list[CarriedPost]:
    """Move the chosen posts; where everything goes, those that were not chosen end with the agency."""
    posts = posts_to_carry(handing.predecessor, handing.effective_on)
    chosen = [post for post in posts if (handing.is_whole if handing.posts is None else post.pk in handing.posts)]
    heir = handing.successors[0] if handing.successors else None
    carried = carry_posts(succession=row, posts=chosen, to=heir)
    if handing.is_whole:
        left = [post for post in posts if post not in chosen]
        carried += carry_posts(succession=row, posts=left, to=None)
    return carried


def _settle(predecessor: Agency) -> None:
    """Write anew what follows from the rows: the predecessor's last day and everyone's mandates."""
    queries.forget()
    rows = [row for row in all_successions() if row.predecessor == predecessor.pk]
    ends = [row.effective_on for row in rows if is_gone(predecessor.pk, [row], row.effective_on)]
    set_last_day(agency=predecessor, ends_on=min(ends) - DAY if ends else None)
    write_all_mandates()


def _refused(handing: Handing, message: str, next_step: str, field: str) -> SuccessionRefused:
    return SuccessionRefused(message, next_step, subject=handing.predecessor.pk, fields={field: next_step})


def _refuse_unfounded(handing: Handing) -> None:
    if not handing.basis:
        raise _refused(
            handing,
            _("What became of %(name)s is not recorded: the legal basis is missing.") % {"name": handing.predecessor},
            _("Name the paper that orders it: number, date, issuer."),
            "basis",
        )


def _refuse_shape(handing: Handing) -> None:
    name = {"name": str(handing.predecessor)}
    is_abolished = handing.kind == Succession.Kind.ABOLISH
    if handing.kind not in Succession.Kind.values or is_abolished == bool(handing.successors):
        raise _refused(
            handing,
            _("%(name)s: an abolition names no successor, every other change names one.") % name,
            _("Choose the kind of change that the paper orders, and the successor it names."),
            "successor",
        )
    if handing.kind == Succession.Kind.TRANSFER and handing.is_whole:
        raise _refused(
            handing,
            _("%(name)s: a transfer hands over named duties or clusters, and none is chosen.") % name,
            _("Choose the duties or clusters; if everything goes, record a merger."),
            "duties",
        )
    if handing.kind in {Succession.Kind.MERGE, Succession.Kind.RENAME} and (
        len(handing.successors) != 1 or not handing.is_whole
    ):
        raise _refused(
            handing,
            _("%(name)s: in a merger everything goes to one successor.") % name,
            _("Record a split if several bodies take over parts."),
            "successor",
        )


def _refuse_days(handing: Handing) -> None:
    first = _first_day(handing.predecessor)
    if first is not None and handing.effective_on < first:
        raise _refused(
            handing,
            _("%(name)s: the change cannot take effect before %(day)s, the day the regulation does.")
            % {"name": handing.predecessor, "day": f"{first:%d/%m/%Y}"},
            _("Choose that day or a later one."),
            "effective_on",
        )
    for heir in handing.successors:
        if heir.starts_on is not None and handing.effective_on < heir.starts_on:
            raise _refused(
                handing,
                _("%(name)s begins on %(day)s only and takes over nothing before.")
                % {"name": heir, "day": f"{heir.starts_on:%d/%m/%Y}"},
                _("Choose that day or a later one."),
                "effective_on",
            )


def _first_day(agency: Agency) -> date | None:
    """The day the first regulation that names the agency takes effect; the agency's own first day if it began later."""
    days = [
        row.effective_on
        for row in Instrument.objects.all()
        if any(seed.id == agency.pk for seed in queries.regulation(row.pk).agencies)
    ]
    first = min(days, default=None)
    return max(first, agency.starts_on) if first and agency.starts_on else first or agency.starts_on


def _refuse_ended(handing: Handing, standing: Sequence[shapes.Succession]) -> None:
    for party in (handing.predecessor, *handing.successors):
        is_heir = party is not handing.predecessor
        ending = [row for row in standing if row.predecessor == party.pk and is_gone(party.pk, [row], row.effective_on)]
        if not is_heir:
            # an abolition waits for its successor; the heirs of one split are recorded one by one
            ending = [row for row in ending if row.kind != "abolish" or handing.kind == "abolish"]
            ending = [row for row in ending if not _is_same_split(handing, row)]
        else:
            ending = [row for row in ending if row.effective_on <= handing.effective_on]
        if ending:
            row = ending[0]
            raise AgencyEnded(
                _("%(name)s ended on %(day)s already (%(basis)s).")
                % {"name": party, "day": f"{row.effective_on - DAY:%d/%m/%Y}", "basis": row.basis},
                _("Name the body that took its place.") if is_heir else _("Withdraw that entry first if it is wrong."),
                subject=party.pk,
                fields={"successor" if is_heir else "kind": _("It ended before.")},
            )


def _is_same_split(handing: Handing, row: shapes.Succession) -> bool:
    return (
        handing.kind == row.kind == "split"
        and handing.effective_on == row.effective_on
        and row.successor not in {heir.pk for heir in handing.successors}
    )


def _refuse_followed(row: Succession) -> None:
    begun = CarriedPost.objects.filter(succession=row).exclude(begun=None).values("begun")
    later = (
        CarriedPost.objects.filter(ended__in=begun, succession__withdrawn_at=None)
        .exclude(succession=row)
        .select_related("succession")
        .first()
    )
    if later is not None:
        raise SuccessionFollowed(
            _("The later change “%(later)s” carried on the posts of this one.") % {"later": later.succession},
            _("Withdraw the later change first, then this one."),
            subject=str(row),
        )


def _refuse_without_administrator(handing: Handing, *, at: datetime) -> None:
    on = max(handing.effective_on, clock.local_date(at))
    held = Post.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    if not any((post.starts_on or on) <= on <= (post.ends_on or on) for post in held):
        raise NoAdministratorLeft(
            _("With %(name)s the last administrator's post would end.") % {"name": handing.predecessor},
            _("First give an administrator's post at another agency."),
            subject=handing.predecessor.pk,
        )


def _require_administrator(actor: User | None, at: datetime) -> None:
    require(
        actor is None or may_administer(actor, on=clock.local_date(at)),
        message=_("Only an administrator records what became of an agency."),
        next_step=_("Ask the administrator."),
    )
