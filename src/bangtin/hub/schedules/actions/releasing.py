"""A plan is asked to be released by one person and released by another, bound to the hash of what it makes play."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.schedules import errors, policies, states
from bangtin.hub.schedules.actions import gates
from bangtin.hub.schedules.models import PlanRelease
from bangtin.hub.schedules.queries import checks, digests, releasing, summaries
from bangtin.hub.schedules.queries.layouts import layouts_between
from bangtin.hub.schedules.states import ReleaseState

NOTE_MOST, ANSWER_MOST = 300, 500


def ask_release(
    *, cluster: Cluster, from_on: date, until_on: date, actor: User, at: datetime, note: str = ""
) -> PlanRelease:
    """Ask that the plan of whole local days, both included, be released as it is now.

    Raises: NotPermitted, BadRelease for days past or too many, PlanHasErrors, ReleaseWaits.
    """
    require(policies.may_place(actor, cluster, at=at))
    _require_days(from_on, until_on, at=at)
    with transaction.atomic(durable=True):
        gates.lock(cluster)
        _require_none_waits(cluster, from_on, until_on)
        days = layouts_between(cluster, from_on, until_on)
        found = checks.findings_of(cluster, days, is_thorough=True)
        _require_no_errors(found)
        release = PlanRelease.objects.create(
            cluster=cluster,
            from_on=from_on,
            until_on=until_on,
            digest=digests.plan_digest(cluster, from_on, until_on),
            summary=summaries.summary_of(cluster, days, found),
            note=" ".join(note.split())[:NOTE_MOST],
            asked_by=actor,
            asked_at=at,
        )
        _audit("release.asked", release, actor=actor, at=at, digest=release.digest)
    return release


def approve_release(*, release: PlanRelease, actor: User, at: datetime, answer: str = "") -> PlanRelease:
    """Release the plan that was asked for, as another person; or alone, in a unit that recorded it has one person.

    Raises: NotPermitted, OwnRelease, PlanChanged if the plan is another by now, PlanHasErrors, StaleState.
    """
    is_alone = _require_releaser(release, actor, at=at)
    with transaction.atomic(durable=True):
        gates.lock(release.cluster)
        held = _fresh(release)
        if local_date(at) > held.until_on:
            raise _bad(_("All of its days are over."), _("Return it; ask for the days to come."))
        if digests.plan_digest(held.cluster, held.from_on, held.until_on) != held.digest:
            raise changed(held)
        first_on = max(held.from_on, local_date(at))
        _require_no_errors(checks.findings(held.cluster, first_on, held.until_on, is_thorough=True))
        workflow.move(
            held,
            states.RELEASE_MOVES,
            to=ReleaseState.APPROVED,
            answered_by=actor,
            answered_at=at,
            answer=" ".join(answer.split())[:ANSWER_MOST],
            is_alone=is_alone,
        )
        _audit("release.approved", held, actor=actor, at=at, digest=held.digest, is_alone=is_alone)
    release.refresh_from_db()
    return release


def return_release(*, release: PlanRelease, reason: str, actor: User, at: datetime) -> PlanRelease:
    """Return the plan with a reason; its author mends it and asks anew.

    Raises: NotPermitted, OwnRelease, BadRelease without a reason, StaleState.
    """
    _require_releaser(release, actor, at=at)
    if not gates.has_reason(reason):
        words = _("Say what has to change, in a few words.")
        raise _bad(_("The reason is missing."), words, fields={"reason": words})
    with transaction.atomic(durable=True):
        held = _fresh(release)
        workflow.move(
            held,
            states.RELEASE_MOVES,
            to=ReleaseState.RETURNED,
            answered_by=actor,
            answered_at=at,
            answer=" ".join(reason.split())[:ANSWER_MOST],
        )
        _audit("release.returned", held, actor=actor, at=at, reason=held.answer)
    release.refresh_from_db()
    return release


def take_back_release(*, release: PlanRelease, actor: User, at: datetime) -> PlanRelease:
    """Take back one's own question before it is answered.

    Raises: NotPermitted for anybody but the person who asked, StaleState.
    """
    require(
        release.asked_by.person == actor.person,
        message=_("Only who asked takes the question back."),
        next_step=_("Return it with a reason, if you may release it."),
    )
    with transaction.atomic(durable=True):
        held = _fresh(release)
        workflow.move(held, states.RELEASE_MOVES, to=ReleaseState.WITHDRAWN, answered_at=at)
        _audit("release.withdrawn", held, actor=actor, at=at)
    release.refresh_from_db()
    return release


def may_answer(release: PlanRelease, actor: User, *, at: datetime) -> bool:
    """Whether the account could release or return this plan: its right, and that it is another person."""
    try:
        _require_releaser(release, actor, at=at)
    except NotPermitted:
        return False
    return True


def changed(release: PlanRelease) -> errors.PlanChanged:
    """The refusal of a plan that is no longer the one asked for, naming what changed."""
    said = "; ".join(one.what for one in releasing.changes_since(release)[:3])
    return errors.PlanChanged(
        _("The plan changed since it was asked to be released: %(what)s.")
        % {"what": said or _("hours, lengths or rules of the mix")},
        _("Take the question back and ask anew, so that the new plan is looked at."),
        subject=str(release.pk),
    )


def _require_releaser(release: PlanRelease, actor: User, *, at: datetime) -> bool:
    """Go on only for who may release it, another person than asked; True: the unit's one person, by itself."""
    on = local_date(at)
    require(
        policies.may_release(actor, release.cluster, at=at),
        message=_("Only who answers for the schedule of %(cluster)s releases its plan.") % {"cluster": release.cluster},
    )
    if releasing.acts_apart(release.asked_by, actor, release.cluster, on, roles=policies.RELEASING_ROLES):
        return False
    if releasing.one_person(release.cluster, on) is not None:
        return True
    raise errors.OwnRelease(
        _("You asked for this plan to be released yourself, or stand in for who did; another person releases it."),
        _("Ask a colleague. A unit with one person has its leader record that first."),
        subject=str(release.pk),
    )


def _require_days(from_on: date, until_on: date, *, at: datetime) -> None:
    today = local_date(at)
    if from_on < today or until_on < from_on:
        words = _("Choose today or later days, the first before the last.")
        raise _bad(_("These days are past, or end before they begin."), words, fields={"from_on": words})
    if until_on > today + gates.LONGEST_AHEAD:
        words = _("Choose days within 90 days from now.")
        raise _bad(_("Screens hold no plan so far ahead."), words, fields={"until_on": words})


def _require_none_waits(cluster: Cluster, from_on: date, until_on: date) -> None:
    rows = PlanRelease.objects.filter(
        cluster=cluster, state=ReleaseState.ASKED, from_on__lte=until_on, until_on__gte=from_on
    )
    found = rows.select_related("asked_by").first()
    if found is not None:
        raise errors.ReleaseWaits(
            _("%(person)s asked for the plan of %(first)s – %(last)s to be released; it waits.")
            % {
                "person": found.asked_by,
                "first": f"{found.from_on:%d/%m/%Y}",
                "last": f"{found.until_on:%d/%m/%Y}",
            },
            _("Wait for the answer, or have that question taken back first."),
            subject=str(found.pk),
        )


def _require_no_errors(found: list[checks.Finding]) -> None:
    wrong = [one for one in found if one.severity == checks.ERROR]
    if not wrong:
        return
    first = wrong[0]
    raise errors.PlanHasErrors(
        _("The plan breaks %(count)s rules: %(first)s") % {"count": len(wrong), "first": first.message},
        first.next_step,
        first.clause,
        subject=first.subject,
    )


def _fresh(release: PlanRelease) -> PlanRelease:
    held = PlanRelease.objects.select_for_update(of=("self",)).select_related("cluster", "asked_by").get(pk=release.pk)
    if held.state != ReleaseState.ASKED:
        raise StaleState(
            _("This plan was answered or taken back in the meantime; nothing was recorded."),
            _("Load the page again and look at the present state."),
            subject=str(release.pk),
        )
    return held


def _bad(why: str, next_step: str, *, fields: dict[str, str] | None = None) -> errors.BadRelease:
    return errors.BadRelease(_("Nothing was recorded: %(why)s") % {"why": why}, next_step, fields=fields or {})


def _audit(action: str, release: PlanRelease, *, actor: User, at: datetime, **details: object) -> None:
    audit.record(
        action,
        release,
        actor=actor,
        at=at,
        cluster=release.cluster_id,
        from_on=release.from_on.isoformat(),
        until_on=release.until_on.isoformat(),
        **details,
    )
