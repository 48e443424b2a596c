"""Legal holds, and the removal of files by procedure: one person proposes, another decides, tombstones stay.

Nothing here happens by itself: the end of a term is never a reason of its own. Titles, receipts, digests, decisions
and plays stay for good, so that what was played keeps its name in logs, reports and packages.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.accounts.queries import is_same_person
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit, clock, files, workflow
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog import policies
from bangtin.hub.playlog.queries import keeping
from bangtin.hub.playlog.queries.keeping import Kept
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.keeping import Disposal, LegalHold, Tombstone
from bangtin.hub.programmes.models import Programme
from bangtin.hub.programmes.states import DISPOSAL_MOVES, DisposalState
from bangtin.hub.regulations import queries as regulations

LONGEST, LEAST = 300, 5


class StillKept(Refusal):
    """A term of the regulation, a legal hold or a plan keeps the files."""

    code = "BT-KHO-001"
    http_status = 409


class OnePerson(Refusal):
    """The same person would do both halves of a deed that takes two."""

    code = "BT-KHO-002"
    http_status = 403


class BadProcedure(Refusal):
    """A reason or paper is missing, or there is nothing to remove."""

    code = "BT-KHO-003"


def hold(*, what: Programme | Cluster, reason: str, basis: str, actor: User, at: datetime) -> LegalHold:
    """Keep a programme, or all programmes of a cluster, whatever any term says, from today until it is lifted.

    Raises: NotPermitted, BadProcedure.
    """
    on = clock.local_date(at)
    require(
        policies.may_hold(actor, instrument_id=what.instrument_id, on=on),
        message=_("Only the agency that keeps the content, and leaders, place legal holds."),
    )
    words = _words(reason=reason, basis=basis)
    where = {"programme": what} if isinstance(what, Programme) else {"cluster": what}
    with transaction.atomic(durable=True):
        row = LegalHold.objects.create(**where, **words, from_on=on, placed_by=actor, placed_at=at)
        audit.record("hold.placed", row, actor=actor, at=at, what=str(what), **words)
    return row


def lift(*, row: LegalHold, reason: str, actor: User, at: datetime) -> LegalHold:
    """Let a legal hold end; the person who placed it never does.

    Raises: NotPermitted, OnePerson, BadProcedure, StaleState-like refusal if it was lifted before.
    """
    what = row.programme or row.cluster
    assert what is not None
    require(
        policies.may_hold(actor, instrument_id=what.instrument_id, on=clock.local_date(at)),
        message=_("Only the agency that keeps the content, and leaders, lift legal holds."),
    )
    _another(actor, row.placed_by, _("A legal hold is lifted by another person than the one who placed it."))
    words = _words(reason=reason)
    with transaction.atomic(durable=True):
        locked = LegalHold.objects.select_for_update().get(pk=row.pk)
        if locked.lifted_at is not None:
            raise BadProcedure(_("This hold was lifted before."), _("Load the page again."), subject=str(what))
        locked.lifted_by, locked.lifted_at, locked.lifted_reason = actor, at, words["reason"]
        locked.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])
        audit.record("hold.lifted", locked, actor=actor, at=at, what=str(what), reason=words["reason"])
    return locked


def propose(*, programme: Programme, reason: str, basis: str, actor: User, at: datetime) -> Disposal:
    """Propose that a programme's files be removed; nothing is removed by it.

    Raises: NotPermitted; StillKept naming the article, hold or plan that keeps them; BadProcedure.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a (six months at least).
    """
    require(
        policies.may_propose_removal(actor, instrument_id=programme.instrument_id, on=clock.local_date(at)),
        message=_("Only officers of the agency that keeps the content propose its removal."),
    )
    words = _words(reason=reason, basis=basis)
    kept = keeping.keeping(programme, at=at)
    _free(kept)
    if keeping.is_removed(programme) or not keeping.parts(programme):
        raise BadProcedure(
            _("%(code)s has no files that could be removed.") % {"code": programme}, subject=programme.code
        )
    terms = [
        {"clause": one.clause, "until": one.until.isoformat() if one.until else None, "reading": one.reading}
        for one in kept.terms
    ]
    try:
        with transaction.atomic(durable=True):
            row = Disposal.objects.create(programme=programme, **words, terms=terms, proposed_by=actor, proposed_at=at)
            audit.record("disposal.proposed", row, actor=actor, at=at, code=programme.code, **words)
    except IntegrityError as error:
        raise BadProcedure(
            _("A removal of %(code)s is proposed already.") % {"code": programme},
            _("Decide on that one first."),
            subject=programme.code,
        ) from error
    return row


def decide_removal(*, row: Disposal, is_agreed: bool, reason: str, actor: User, at: datetime) -> Disposal:
    """Agree to a proposal, which removes the files at once, or refuse it; never by the person who proposed it.

    What keeps the files is asked anew. Bytes that another programme has as well stay for that one.
    Raises: NotPermitted, OnePerson, StillKept, BadProcedure, StaleState.
    """
    programme = row.programme
    require(
        policies.may_decide_removal(actor, instrument_id=programme.instrument_id, on=clock.local_date(at)),
        message=_("Only the agency that keeps the content, and leaders, decide on a removal."),
    )
    _another(actor, row.proposed_by, _("A removal is decided by another person than the one who proposed it."))
    words = _words(reason=reason)
    decided = {"decided_by": actor, "decided_at": at, "decided_reason": words["reason"]}
    if not is_agreed:
        with transaction.atomic(durable=True):
            workflow.move(row, DISPOSAL_MOVES, to=DisposalState.REFUSED, **decided)
            audit.record("disposal.refused", row, actor=actor, at=at, code=programme.code, reason=words["reason"])
        return row
    with transaction.atomic(durable=True):
        programme = Programme.objects.select_for_update().get(pk=programme.pk)
        _free(keeping.keeping(programme, at=at))
        workflow.move(row, DISPOSAL_MOVES, to=DisposalState.DONE, **decided)
        gone = _bury(row, programme)
        audit.record(
            "disposal.done", row, actor=actor, at=at, code=programme.code, reason=words["reason"], files=sorted(gone)
        )
        transaction.on_commit(lambda: _remove(gone))
    return row


def withdraw(*, row: Disposal, actor: User, at: datetime) -> Disposal:
    """Take one's own proposal back.

    Raises: NotPermitted for another's, StaleState once it is decided.
    """
    require(is_same_person(actor, row.proposed_by), message=_("Only the person who proposed it takes it back."))
    with transaction.atomic(durable=True):
        workflow.move(row, DISPOSAL_MOVES, to=DisposalState.WITHDRAWN, decided_by=actor, decided_at=at)
        audit.record("disposal.withdrawn", row, actor=actor, at=at, code=row.programme.code)
    return row


def finish(*, at: datetime) -> int:
    """Remove what a cut left in the store after a decision; give how many files. Asks anew whether they are needed."""
    left = set(Tombstone.objects.filter(is_shared=False).values_list("sha256", flat=True))
    return _remove({one for one in left if files.has(one)})


def _bury(row: Disposal, programme: Programme) -> set[str]:
    """Put a tombstone for each file; gives the digests that no other programme needs."""
    own = list(programme.versions.values_list("pk", flat=True))
    gone = set()
    for part in keeping.parts(programme):
        is_shared = keeping.is_needed(part.sha256, besides=own)
        Tombstone.objects.create(
            disposal=row,
            version=part.version,
            part=part.part,
            sha256=part.sha256,
            size_bytes=part.size_bytes,
            is_shared=is_shared,
        )
        gone |= set() if is_shared else {part.sha256}
    return gone


def _remove(digests: set[str]) -> int:
    count = 0
    for one in digests:
        if not keeping.is_needed(one, besides=()):  # a programme may have come with these bytes meanwhile
            files.remove(one)
            count += 1
    return count


def _free(kept: Kept) -> None:
    """Go on only where nothing keeps the files.

    Raises: StillKept.
    """
    programme, blocker = kept.programme, kept.blocker
    if kept.holds:
        raise StillKept(
            _("%(code)s is under a legal hold: %(reason)s (%(basis)s).")
            % {"code": programme, "reason": kept.holds[0].reason, "basis": kept.holds[0].basis},
            _("Another person than the one who placed the hold lifts it first."),
            subject=programme.code,
        )
    if blocker is not None or not kept.terms:
        clause = blocker.clause if blocker else ""
        raise StillKept(
            _("%(code)s is kept (%(clause)s): %(reading)s.")
            % {
                "code": programme,
                "clause": regulations.cited(clause) if clause else _("no rule lets it go"),
                "reading": blocker.reading if blocker else _("the regulation names no term for it"),
            },
            _("Propose it after that day.")
            if blocker and blocker.until
            else _("It is kept without end, unless the province sets a term by a paper of its own (local settings)."),
            citation=clause,
            subject=programme.code,
        )
    if kept.on_air:
        raise StillKept(
            _("%(code)s is still on a plan: %(plan)s.") % {"code": programme, "plan": kept.on_air},
            _("Take it off the schedule and out of the filler, and publish, before its files go."),
            subject=programme.code,
        )


def _another(actor: User, first: User, message: str) -> None:
    if is_same_person(actor, first):
        raise OnePerson(message, _("Ask a colleague with such a post."), subject=str(actor))


def _words(**given: str) -> dict[str, str]:
    errors, found = {}, {}
    for name, text in given.items():
        try:
            found[name] = wording.clean(text, longest=LONGEST, least=LEAST)
        except wording.BadWords as error:
            errors[name] = str(error)
    if errors:
        raise BadProcedure(
            _("Not recorded: %(reasons)s") % {"reasons": " ".join(errors.values())},
            _("Give the reason, and the paper it rests on."),
            fields=errors,
        )
    return found
