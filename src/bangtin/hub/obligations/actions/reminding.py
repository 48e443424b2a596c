"""Reminds accounts by mail of what their agencies owe: one mail a day and account, each step once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import Post, User
from bangtin.hub.accounts.queries import holders
from bangtin.hub.kit import outbox
from bangtin.hub.kit.clock import local_date
from bangtin.hub.obligations.models import Reminder
from bangtin.hub.obligations.policies import READERS
from bangtin.hub.obligations.queries import Duty, occurrences
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import citations, reminders
from bangtin.rulebook.evaluation import Status

OPEN_STATES = frozenset({Status.DUE, Status.DUE_SOON, Status.OVERDUE})
STALE = timedelta(days=14)
NOT_BY_MAIL = frozenset({"day", "working_day", "continuous"})


@dataclass(frozen=True)
class Step:
    """A duty with the step it has reached; `says` is what it is called in the mail."""

    duty: Duty
    step: int

    @property
    def is_over(self) -> bool:
        """Whether the last day on time has passed."""
        return self.duty.status == Status.OVERDUE

    @property
    def citation(self) -> str:
        """The clause that sets the day, in the present language."""
        cite = citations.format_en if translation.get_language() == "en" else citations.format_vi
        return cite(self.duty.clauses[0])

    @property
    def address(self) -> str:
        """Where the duty is to be seen."""
        return settings.PUBLIC_URL + reverse("duty", args=[self.duty.id])


def remind(*, at: datetime) -> int:
    """Put the day's mails into the outbox and give their number; a second call of the day finds nothing new.

    Nobody is reminded of what is done, lifted, asked of a Party body or not fixed. After days without the machine each
    account gets the newest step alone.
    """
    if not outbox.is_on():
        return 0
    today, count = local_date(at), 0
    waiting = _of_each(_steps(at, today), today)
    known = set(Reminder.objects.filter(user__in=waiting).values_list("occurrence_id", "step", "user_id"))
    for user, steps in waiting.items():
        fresh = [one for one in steps if (one.duty.id, one.step, user.pk) not in known]
        if fresh:
            _write(user, fresh, at=at)
            count += 1
    return count


def _steps(at: datetime, today: date) -> list[Step]:
    """What has reached a step, the most urgent first; what is long overdue is no news any more."""
    steps = reminders.load(regulations.root())
    if not steps:
        return []
    from_on, until_on = today + timedelta(days=min(steps)) - STALE, today + timedelta(days=max(steps))
    found = []
    for instrument in sorted(regulations.in_use()):
        for duty in occurrences(instrument, from_on=from_on, until_on=until_on, as_of=at):
            if duty.status in OPEN_STATES and duty.due_on and _comes_by_mail(duty):
                step = reminders.reached(steps, due_on=duty.due_on, begins_on=duty.period.start, on=today)
                found += [] if step is None else [Step(duty, step)]
    return sorted(found, key=lambda one: (one.duty.due_on or date.max, one.duty.title))


def _comes_by_mail(duty: Duty) -> bool:
    return not duty.is_before_use and duty.period.kind not in NOT_BY_MAIL


def _of_each(due: Iterable[Step], today: date) -> Mapping[User, list[Step]]:
    """The steps of each account with an address that holds a post at the agency that answers."""
    by_agency: dict[str, list[Step]] = defaultdict(list)
    for one in due:
        by_agency[one.duty.agency_id].append(one)
    posts: Iterable[Post] = holders(agencies=by_agency, roles=READERS, on=today)
    found: dict[User, dict[str, Step]] = defaultdict(dict)
    for post in posts:
        if post.user.email:
            found[post.user].update({one.duty.id: one for one in by_agency[post.agency_id]})
    return {user: list(steps.values()) for user, steps in found.items()}


def _write(user: User, steps: list[Step], *, at: datetime) -> None:
    today = local_date(at)
    with translation.override(user.language), transaction.atomic():
        over = sum(one.is_over for one in steps)
        outbox.put(
            key=f"reminder:{user.pk}:{today.isoformat()}",
            recipient=user.email,
            subject=_subject(len(steps), over),
            body=render_to_string(
                "mail/reminder.txt",
                {
                    "user": user,
                    "over": [one for one in steps if one.is_over],
                    "ahead": [one for one in steps if not one.is_over],
                    "today": today,
                    "address": settings.PUBLIC_URL + reverse("duties"),
                },
            ),
            at=at,
        )
        Reminder.objects.bulk_create(
            [Reminder(occurrence_id=one.duty.id, step=one.step, user=user, reminded_at=at) for one in steps],
            ignore_conflicts=True,
        )


def _subject(count: int, over: int) -> str:
    if over:
        return _("Bangtin: %(count)s duties to see to, %(over)s overdue") % {"count": count, "over": over}
    words = ngettext("Bangtin: %(count)s duty falls due", "Bangtin: %(count)s duties fall due", count)
    return words % {"count": count}
