"""What a day's plan breaks of the operating hours: windows, least hours of propaganda by half-day, round the clock."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.compiler import DAY_MS, Span, spans
from bangtin.hub.schedules.queries import opening
from bangtin.hub.schedules.queries.airing import Airing
from bangtin.hub.schedules.queries.findings import ERROR, NOTE, WARNING, Finding, by_article, hours
from bangtin.hub.schedules.queries.layouts import DayLayout
from bangtin.rulebook import airtime
from bangtin.rulebook import hours as rulebook_hours
from bangtin.rulebook.texts import clock, windows_label

LEAST_GAP_MS = 1000  # what is left over between two turns is no gap


def of_day(
    cluster: Cluster, day: DayLayout, airings: Sequence[Airing], *, filler: Sequence[ProgrammeVersion]
) -> Iterator[Finding]:
    """What the day breaks of its hours, and the gaps inside them."""
    yield from _outside(day)
    mode = day.input.hours.mode
    if mode == "minimum":
        yield from _minimum(cluster, day, airings, filler=filler)
    elif mode == "round_the_clock":
        yield from _round_the_clock(day, airings, filler=filler)
    elif mode == "operator_sets":
        yield from _advice(day)
    yield from _gaps(day, airings, has_filler=bool(filler))


def _outside(day: DayLayout) -> Iterator[Finding]:
    """Slots that the hours do not hold, without an instruction: hours may have changed since they were placed."""
    found = day.input
    midnight_ms = to_ms(found.starts_at)
    for slot in found.slots:
        span = (max(to_ms(slot.starts_at) - midnight_ms, 0), min(to_ms(slot.ends_at) - midnight_ms, DAY_MS))
        left = spans.without((span,), found.open)
        if slot.instruction_number or not left:
            continue
        labels = windows_label(found.hours.windows or ()) or _("none")
        yield Finding(
            code="hours.outside",
            severity=ERROR,
            on=day.on,
            subject=f"slot:{slot.pk}",
            clause=found.hours.citation,
            message=_("“%(title)s” lies outside the hours of %(day)s, %(hours)s %(article)s.")
            % {
                "title": slot.version.title,
                "day": f"{day.on:%d/%m/%Y}",
                "hours": labels,
                "article": by_article(found.hours.citation),
            },
            next_step=_("Move it into the hours, or place it with an instruction from above."),
            numbers={"outside_s": spans.length(left) // 1000},
        )


def _minimum(
    cluster: Cluster, day: DayLayout, airings: Sequence[Airing], *, filler: Sequence[ProgrammeVersion]
) -> Iterator[Finding]:
    """Least hours of what is no advertising, of the whole day and of its halves; each face has to keep them."""
    adverts = day.input.adverts
    is_filled = any(one.programme.category not in adverts for one in filler)
    worst = min(airings, key=lambda one: spans.length(_propaganda(one)), default=None)
    if worst is None:
        return
    planned = _seconds(_propaganda(worst))
    filled = _seconds(spans.joined([*_propaganda(worst), *(worst.gaps if is_filled else ())]))
    bare, whole = airtime.judge(day.input.hours, planned), airtime.judge(day.input.hours, filled)
    found = day.input.hours
    for code, name, least_s, bare_s, whole_s in (
        ("hours.below_minimum", "minimum", found.minimum_s, bare.total_s, whole.total_s),
        ("hours.morning_below_minimum", "morning", found.morning_s, bare.morning_s, whole.morning_s),
        ("hours.afternoon_below_minimum", "afternoon", found.afternoon_s, bare.afternoon_s, whole.afternoon_s),
    ):
        if least_s is None or bare_s is None or whole_s is None or bare_s >= least_s:
            continue
        clause = _clause(cluster, day.on, name) or found.citation
        is_met = whole_s >= least_s
        words = {
            "what": _what(code, day),
            "has": hours(bare_s),
            "least": hours(least_s),
            "article": by_article(clause),
            "bound": _bound(day, code),
        }
        message = (
            _(
                "%(what)s has %(has)s of propaganda planned; only filler makes it the least, "
                "%(least)s %(article)s.%(bound)s"
            )
            if is_met
            else _("%(what)s has %(has)s of propaganda planned, at least %(least)s are asked %(article)s.%(bound)s")
        )
        yield Finding(
            code=code,
            severity=WARNING if is_met else ERROR,
            on=day.on,
            subject=cluster.pk,
            clause=clause,
            message=message % words,
            next_step=_("Place more propaganda in these hours; advertising does not count.")
            if found.windows
            else _("Set the hours of this day first, then place propaganda in them."),
            numbers={"planned_s": bare_s, "with_filler_s": whole_s, "least_s": least_s},
        )


def _propaganda(airing: Airing) -> tuple[Span, ...]:
    return spans.joined(one.span for one in airing.pieces if not one.is_advertising)


def halves(day: DayLayout, airings: Sequence[Airing]) -> tuple[int, int] | None:
    """Seconds without advertising before and after noon, of the face that has least; None where no text halves the day.

    Source: Lai Châu art. 8.1.
    """
    worst = min(airings, key=lambda one: spans.length(_propaganda(one)), default=None)
    if worst is None or day.input.hours.morning_s is None:
        return None
    found = airtime.judge(day.input.hours, _seconds(_propaganda(worst)))
    return int(found.morning_s or 0), int(found.afternoon_s or 0)


def _seconds(found: Sequence[Span]) -> list[Span]:
    """Whole seconds: turns end on ms, and the judge reads seconds."""
    cut = ((start // 1000, -(-end // 1000)) for start, end in found)
    return list(spans.joined(one for one in cut if one[0] < one[1]))


def _clause(cluster: Cluster, on: date, name: str) -> str:
    """The clause of the number, from the parameter that the rule names."""
    rule = opening.rule(cluster)
    part = rulebook_hours.part_of(rule, regulations.calendar(), on)
    parameter = getattr(part, name)
    return rule.regulation.parameter(parameter).clause or "" if parameter else ""


def _what(code: str, day: DayLayout) -> str:
    words = {
        "hours.below_minimum": _("The day %(day)s"),
        "hours.morning_below_minimum": _("The morning of %(day)s"),
        "hours.afternoon_below_minimum": _("The afternoon of %(day)s"),
    }
    return words[code] % {"day": f"{day.on:%d/%m/%Y}"}


def _bound(day: DayLayout, code: str) -> str:
    noon_s = day.input.hours.noon_s
    if noon_s is None or code == "hours.below_minimum":
        return ""
    words = _("The bound between morning and afternoon, %(noon)s, is a local setting; the regulation does not fix it.")
    return " " + words % {"noon": clock(noon_s)}


def _round_the_clock(
    day: DayLayout, airings: Sequence[Airing], *, filler: Sequence[ProgrammeVersion]
) -> Iterator[Finding]:
    for airing in airings[:1] if not any(one.faces for one in airings) else airings:
        shown = [one.span for one in airing.pieces] + (list(airing.gaps) if filler else [])
        verdict = airtime.judge(day.input.hours, _seconds(spans.joined(shown)))
        if verdict.verdict == "met":
            continue
        yield Finding(
            code="hours.not_round_the_clock",
            severity=ERROR,
            on=day.on,
            subject=", ".join(airing.faces),
            clause=day.input.hours.citation,
            message=_("%(day)s leaves %(gap)s of 24 hours without anything planned %(article)s. %(reading)s.")
            % {
                "day": f"{day.on:%d/%m/%Y}",
                "gap": hours(verdict.outage_s or 0),
                "article": by_article(day.input.hours.citation),
                "reading": regulations.in_words(verdict.reading),
            },
            next_step=_("Choose filler for the cluster, or place programmes in the gaps."),
            numbers={"outage_s": verdict.outage_s or 0, "planned_s": verdict.total_s},
        )


def _advice(day: DayLayout) -> Iterator[Finding]:
    """Hours that the operator set beyond what the text speaks of: it says "may", so this refuses nothing."""
    for one in rulebook_hours.check_day_total(day.input.hours):
        yield Finding(
            code=one.code,
            severity=WARNING,
            on=day.on,
            subject="hours",
            clause=one.citation,
            message=regulations.in_words(one.reason),
            next_step=_("Set other hours for this day, or leave them: the text says “may”."),
            numbers={"total_s": day.input.hours.total_s},
        )


def _gaps(day: DayLayout, airings: Sequence[Airing], *, has_filler: bool) -> Iterator[Finding]:
    for airing in airings:
        gaps = [one for one in airing.gaps if one[1] - one[0] >= LEAST_GAP_MS]
        if not gaps:
            continue
        first = clock(gaps[0][0] // 1000)
        words = {"count": len(gaps), "whole": hours(spans.length(gaps) / 1000), "first": first}
        words |= {"day": f"{day.on:%d/%m/%Y}"}
        message = (
            _("%(day)s has %(count)s gaps, %(whole)s in all, the first at %(first)s; filler plays there.")
            if has_filler
            else _(
                "%(day)s has %(count)s gaps, %(whole)s in all, the first at %(first)s; only a still notice is shown."
            )
        )
        yield Finding(
            code="gap",
            severity=NOTE if has_filler else WARNING,
            on=day.on,
            subject=", ".join(airing.faces),
            clause=day.input.hours.citation,
            message=message % words,
            next_step=_("Place something there, or choose filler."),
            numbers={"gaps": len(gaps), "gap_s": spans.length(gaps) // 1000},
        )
