"""Whether a notice may be kept, and whether it may be ordered."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bangtin.hub.alerts import errors
from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.specs import (
    EARLIEST,
    HEADLINE,
    LANGUAGES,
    LEVELS,
    LONGEST,
    TONES,
    WORDS,
    AlertSpec,
    Wording,
    tidy,
)
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL

SOON = timedelta(minutes=1)


def clusters_of(spec: AlertSpec) -> list[Cluster]:
    """The clusters that are asked for, all under one instrument. Raises: BadAlert."""
    found = list(Cluster.objects.filter(pk__in=spec.clusters).order_by("pk"))
    if not found or len(found) != len(set(spec.clusters)):
        raise _bad({"clusters": _("Choose at least one cluster.")})
    if len({one.instrument_id for one in found}) > 1:
        raise _bad({"clusters": _("One order is for clusters of one province.")})
    return found


def texts_of(spec: AlertSpec, *, is_draft: bool = False) -> dict[str, dict[str, str]]:
    """The words by language as they are stored: composed, tidy, empty languages left out; of a draft however long.

    Raises: BadAlert.
    """
    found: dict[str, dict[str, str]] = {}
    wrong: dict[str, str] = {}
    for tag, given in spec.texts.items():
        words = Wording(tidy(given.headline), tidy(given.description), tidy(given.instruction))
        if not any(words.to_object().values()):
            continue
        if is_draft:
            found[tag] = words.to_object()
            continue
        if tag not in LANGUAGES:
            wrong[f"headline_{tag}"] = _("This language cannot be shown.")
        elif not words.headline:
            wrong[f"headline_{tag}"] = _("The big line is missing.")
        elif len(words.headline) > HEADLINE or max(len(words.description), len(words.instruction)) > WORDS:
            wrong[f"headline_{tag}"] = _("At most %(line)d characters in the big line, %(words)d in the others.") % {
                "line": HEADLINE,
                "words": WORDS,
            }
        found[tag] = words.to_object()
    if not found and not is_draft:
        wrong["headline_vi"] = _("The big line is missing.")
    if wrong:
        raise _bad(wrong)
    return found


def check_facts(spec: AlertSpec) -> None:
    """What even a waiting notice must say. Raises: BadAlert."""
    wrong = {}
    if not tidy(spec.hazard) or len(spec.hazard) > 120:
        wrong["hazard"] = _("Say what the danger is.")
    if not tidy(spec.issuer_name) or len(spec.issuer_name) > 200:
        wrong["issuer_name"] = _("Name the body whose notice this is.")
    if spec.level is not None and spec.level not in LEVELS:
        wrong["level"] = _("The levels are 1 to 5.")
    if spec.tone not in TONES:
        wrong["tone"] = _("Choose one of the lead-ins.")
    if not 0 <= spec.pace_s <= 3_600:
        wrong["repeat_s"] = _("It sounds again after at most an hour.")
    if wrong:
        raise _bad(wrong)


def check_span(alert: Alert, *, at: datetime) -> None:
    """No notice without an end, none longer than 24 hours in one envelope (trust E). Raises: NoEnd."""
    ends_at, message = alert.ends_at, ""
    if ends_at is None:
        message = _("There is no end yet. An emergency order must end by itself.")
    elif ends_at <= max(at, alert.starts_at) + SOON:
        message = _("The end lies before the order could be seen.")
    elif ends_at - alert.starts_at > LONGEST:
        message = _("One order runs for 24 hours at most, so until %(until)s at the latest.") % {
            "until": f"{(alert.starts_at + LONGEST).astimezone(LOCAL):%H:%M %d/%m/%Y}"
        }
    elif alert.starts_at > at + EARLIEST:
        message = _("It begins more than a week from now.")
    if message:
        next_step = _("Set an end within 24 hours; a running order is extended by an update.")
        raise errors.NoEnd(message, next_step, subject=alert.number, fields={"ends_at": message})


def reason(text: str) -> str:
    """Why something ends; it stays in the trail. Raises: BadAlert if nothing is said."""
    said = tidy(text)
    if not said:
        raise _bad({"reason": _("Say why.")})
    return said[:300]


def _bad(wrong: Mapping[str, str]) -> errors.BadAlert:
    return errors.BadAlert(
        _("The notice is not complete; nothing was recorded."), _("Correct the marked fields."), fields=dict(wrong)
    )
