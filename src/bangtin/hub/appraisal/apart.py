"""Who is too near to an item to take a step on it: the question that `separation` puts to the database, for people.

Persons count, not accounts; and who acts in another's stead is bound by what either did.
"""

import uuid
from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bangtin.hub.accounts.models import Post, User
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.programmes.models import ProgrammeVersion

EDIT, SOLE, LANGUAGE = "appraisal.edit", "appraisal.sole", "language.check"
# one person may appraise and then edit (Lai Châu 10.1.a.3): the confirmation is another's in any case
HAND_IN_HAND = ("appraisal.decide", EDIT)


def persons_behind(post: Post) -> set[uuid.UUID]:
    """Who acts when somebody acts from this post: the holder, and the absent one in whose stead it is held."""
    return {post.user.person} | ({post.delegated_from.user.person} if post.delegated_from else set())


def barred(version: ProgrammeVersion, *, step: str, persons: Collection[uuid.UUID]) -> str:
    """Why these persons may not take the step: "own", "original" or "twice"; empty if nothing keeps them from it."""
    if step != SOLE and _wrote(version, step, persons):
        return "own"
    original_id = version.programme.original_id
    is_judged = step not in (SOLE, LANGUAGE) and original_id is not None
    sources = ProgrammeVersion.objects.filter(programme=original_id, submitted_by__person__in=persons)
    if is_judged and sources.exists():
        return "original"
    return "twice" if _took_another(version, step, persons) else ""


def item(version: ProgrammeVersion) -> set[int]:
    """The version with what it was edited from and what was edited from any of these, by primary key."""
    edits = dict(
        ProgrammeVersion.objects.filter(programme=version.programme_id, edited_from__isnull=False).values_list(
            "pk", "edited_from"
        )
    )
    found, above = {version.pk}, edits.get(version.pk)
    while above is not None and above not in found:
        found.add(above)
        above = edits.get(above)
    for pk, source in sorted(edits.items()):
        if source in found:
            found.add(pk)
    return found


def others_of(rows: QuerySet[Decision], actor: User, step: Step) -> QuerySet[Decision]:
    """Of these decisions those by this person at a step that excludes this one; void ones do not count."""
    together = HAND_IN_HAND if step in HAND_IN_HAND else (step,)
    by = Q(officer__person=actor.person) | Q(acting_for__person=actor.person)
    found = rows.filter(by, content_digest=F("version__content_digest"))
    return found.exclude(step__in=[str(one) for one in together]).exclude(outcome=Outcome.RETURNED)


def without_part(found: QuerySet[ProgrammeVersion], actor: User, step: Step) -> QuerySet[ProgrammeVersion]:
    """Those of `found` on which the person may take this step: nothing of one's own, no second step on an item."""
    if step == Step.SOLE:
        return found
    own = ProgrammeVersion.objects.filter(submitted_by__person=actor.person)
    own = own.filter(edited_from=None) if step == Step.EDIT else own
    item = Q(version=OuterRef("pk")) | Q(version=OuterRef("edited_from"))
    taken = others_of(Decision.objects.filter(item), actor, step)
    return found.exclude(programme_id__in=own.values("programme_id")).exclude(Exists(taken))


def _wrote(version: ProgrammeVersion, step: str, persons: Collection[uuid.UUID]) -> bool:
    found = ProgrammeVersion.objects.filter(programme=version.programme_id, submitted_by__person__in=persons)
    if step == EDIT:  # who edits takes that step on the version made by it
        found = found.filter(edited_from=None)
    return found.exists()


def _took_another(version: ProgrammeVersion, step: str, persons: Collection[uuid.UUID]) -> bool:
    rows = (
        Decision.objects.filter(version__in=item(version))
        .filter(Q(officer__person__in=persons) | Q(acting_for__person__in=persons))
        .exclude(step__in=HAND_IN_HAND if step in HAND_IN_HAND else [step])
        .exclude(outcome=Outcome.RETURNED)
        .values_list("content_digest", "version__content_digest")
    )
    return any(decided == now for decided, now in rows)
