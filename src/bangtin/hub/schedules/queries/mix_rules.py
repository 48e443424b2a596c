"""What a day's plan breaks of its mix: the cluster's shares, the priority of external information, minima by rule."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes.models import Language
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.compiler import HOUR_MS, Lack, Span, spans
from bangtin.hub.schedules.models import MixKind, MixRule
from bangtin.hub.schedules.queries.airing import Airing, Piece
from bangtin.hub.schedules.queries.findings import ERROR, NOTE, WARNING, Finding, by_article, percent
from bangtin.hub.schedules.queries.layouts import DayLayout
from bangtin.hub.schedules.queries.shortages import why
from bangtin.rulebook import content
from bangtin.rulebook.errors import NoValueYet

PRIORITY_SHARE = "content.priority_share"
ALL = 1000


def of_day(
    cluster: Cluster, day: DayLayout, airings: Sequence[Airing], *, rules: Sequence[MixRule]
) -> Iterator[Finding]:
    """What the day breaks of shares and minima."""
    for airing in airings:
        for rule in rules:
            yield from _share(cluster, day, airing, rule)
        yield from _priority(cluster, day, airing)
    yield from _unmet(day)


def _share(cluster: Cluster, day: DayLayout, airing: Airing, rule: MixRule) -> Iterator[Finding]:
    """A share is of the operating hours of the day or clock hour, and of what plays outside them by instruction."""
    time = spans.joined([*day.input.open, *(one.span for one in airing.pieces)])
    chosen = [one.span for one in airing.pieces if _counts(rule, one)]
    for hour, whole, got in _by_hour(time, chosen) if rule.is_hourly else [(None, spans.length(time), _long(chosen))]:
        if not whole:
            continue
        permille = got * ALL // whole
        if rule.most_permille is not None and got * ALL > rule.most_permille * whole:
            yield _over(cluster, day, rule, hour, permille)
        # an hour of which only a part is open is looked at as well: shares are of what is open
        if rule.least_permille is not None and got * ALL < rule.least_permille * whole and airing.pieces:
            yield _below(cluster, day, rule, hour, permille)


def _counts(rule: MixRule, piece: Piece) -> bool:
    if rule.kind == MixKind.ADVERTISING:
        return piece.is_advertising
    if rule.kind == MixKind.CATEGORY:
        return piece.version.programme.category == rule.key
    return piece.version.language == rule.key


def _by_hour(time: Sequence[Span], chosen: Sequence[Span]) -> Iterator[tuple[int | None, int, int]]:
    whole, got = spans.by_bin(time, HOUR_MS), spans.by_bin(chosen, HOUR_MS)
    return ((hour, whole[hour], got.get(hour, 0)) for hour in sorted(whole))


def _long(found: Sequence[Span]) -> int:
    return spans.length(found)


def _over(cluster: Cluster, day: DayLayout, rule: MixRule, hour: int | None, permille: int) -> Finding:
    is_advert = rule.kind == MixKind.ADVERTISING
    most = rule.most_permille or 0
    return Finding(
        code="ads.over_cap" if is_advert else "mix.over_most",
        severity=ERROR,
        on=day.on,
        subject=_key(rule),
        clause=rule.clause,
        message=_("%(what)s takes %(has)s of %(when)s, at most %(most)s are set: %(basis)s %(article)s.")
        % _words(cluster, day, rule, hour, permille, {"most": percent(most)}),
        next_step=_("Take some of it out, or let it play less often."),
        numbers={"share_permille": permille, "most_permille": most, **({"hour": hour} if hour is not None else {})},
    )


def _below(cluster: Cluster, day: DayLayout, rule: MixRule, hour: int | None, permille: int) -> Finding:
    least = rule.least_permille or 0
    return Finding(
        code="mix.below_least",
        severity=ERROR if rule.clause else WARNING,
        on=day.on,
        subject=_key(rule),
        clause=rule.clause,
        message=_("%(what)s takes %(has)s of %(when)s, at least %(least)s are set: %(basis)s %(article)s.")
        % _words(cluster, day, rule, hour, permille, {"least": percent(least)}),
        next_step=_("Place more of it."),
        numbers={"share_permille": permille, "least_permille": least, **({"hour": hour} if hour is not None else {})},
    )


def _words(
    cluster: Cluster, day: DayLayout, rule: MixRule, hour: int | None, permille: int, more: dict[str, str]
) -> dict[str, str]:
    when = f"{day.on:%d/%m/%Y}" if hour is None else f"{hour:02d}:00–{hour + 1:02d}:00 {day.on:%d/%m/%Y}"
    return {
        "what": _label(cluster, rule),
        "has": percent(permille),
        "when": when,
        "basis": rule.basis,
        "article": by_article(rule.clause),
        **more,
    }


def _label(cluster: Cluster, rule: MixRule) -> str:
    if rule.kind == MixKind.ADVERTISING:
        return _("Advertising")
    if rule.kind == MixKind.LANGUAGE:
        return str(dict(Language.choices).get(rule.key, rule.key))
    names = {one.id: one.name for one in regulations.of_cluster(cluster).categories}
    return regulations.in_words(names[rule.key]) if rule.key in names else rule.key


def _key(rule: MixRule) -> str:
    return f"{rule.kind}:{rule.key}" if rule.key else str(rule.kind)


def _priority(cluster: Cluster, day: DayLayout, airing: Airing) -> Iterator[Finding]:
    """What goes first on this kind of cluster, as a share of what is planned; the least is the province's to set."""
    pack = regulations.of_cluster(cluster)
    standing = {one.id: content.on_cluster(pack, one.id, cluster.pk) for one in pack.categories}
    clause = next((one.priority_citation for one in standing.values() if one.has_priority), None)
    planned = spans.length(one.span for one in airing.pieces)
    if clause is None or not planned:
        return
    first = [one for one in airing.pieces if _goes_first(standing, one)]
    permille = spans.length(one.span for one in first) * ALL // planned
    least = _least_priority(cluster, day.on)
    if permille >= (least * 10 if least is not None else 1):
        return
    words = {"has": percent(permille), "day": f"{day.on:%d/%m/%Y}", "article": by_article(clause)}
    if least is None:
        severity = NOTE
        message = _(
            "Nothing planned on %(day)s is external information, which goes first here %(article)s; "
            "no least share is set."
        )
    else:
        severity = WARNING
        words["least"] = percent(least * 10)
        message = _(
            "External information, which goes first here %(article)s, has %(has)s of %(day)s; "
            "the province set at least %(least)s (local setting)."
        )
    yield Finding(
        code="priority.external_below",
        severity=severity,
        on=day.on,
        subject=cluster.pk,
        clause=clause,
        message=message % words,
        next_step=_("Place more external information, or set it first."),
        numbers={"share_permille": permille, "least_permille": (least or 0) * 10},
    )


def _goes_first(standing: dict[str, content.Showing], piece: Piece) -> bool:
    found = standing.get(piece.version.programme.category)
    return found is not None and found.has_priority


def _least_priority(cluster: Cluster, on: date) -> int | None:
    """Percent, where the province has set it."""
    parameter = regulations.of_cluster(cluster).parameters.get(PRIORITY_SHARE)
    try:
        return parameter.number(on) if parameter is not None else None
    except NoValueYet:
        return None


def _unmet(day: DayLayout) -> Iterator[Finding]:
    """What the compiler could not lay out, with its reason."""
    for group in day.groups:
        for one in group.layout.unmet:
            if one.share is not None and not one.entry:
                continue  # a least share is looked at above, with the slots
            placement = group.placements.get(one.entry)
            if placement is None:
                continue
            is_target = one.kind == Lack.TARGET
            when = f"{day.on:%d/%m/%Y}" if one.hour is None else f"{one.hour:02d}:00 {day.on:%d/%m/%Y}"
            yield Finding(
                code="placement.target_missed" if is_target else "placement.minimum_unmet",
                severity=NOTE if is_target else WARNING,
                on=day.on,
                subject=f"placement:{placement.pk}",
                clause="",
                message=_("“%(title)s” airs %(got)s times of %(wanted)s on %(when)s: %(why)s.")
                % {
                    "title": placement.version.title,
                    "got": one.got,
                    "wanted": one.wanted,
                    "when": when,
                    "why": why(one.reason),
                },
                next_step=_("Ask for fewer plays, give it more time, or take something else out."),
                numbers={"wanted": one.wanted, "got": one.got, **({"hour": one.hour} if one.hour is not None else {})},
            )
