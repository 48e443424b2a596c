"""What the versions on a plan break: approvals, rights, languages, hours for sound, faces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import Placement, Slot
from bangtin.hub.schedules.queries import rights, sounding
from bangtin.hub.schedules.queries.findings import ERROR, NOTE, Finding, by_article
from bangtin.hub.schedules.queries.inputs import DayInput
from bangtin.hub.schedules.queries.layouts import DayLayout
from bangtin.hub.schedules.states import PlacementState
from bangtin.hub.translation import coverage
from bangtin.rulebook import content
from bangtin.rulebook.texts import DAY_S

MICRO = timedelta(microseconds=1)


@dataclass(frozen=True)
class Use:
    """A version on the plan: by a slot or a placement, from its first to its last day within the span looked at."""

    subject: str
    version: ProgrammeVersion
    first: date
    last: date
    faces: tuple[str, ...]


def of_days(cluster: Cluster, days: Sequence[DayLayout], *, is_thorough: bool) -> Iterator[Finding]:
    """What the versions on these days break."""
    uses = [*_of_slots(days), *_of_placements(cluster, days)]
    versions = list({one.version.pk: one.version for one in uses}.values())
    yield from _approvals(uses, versions, is_thorough=is_thorough)
    yield from _rights(uses)
    yield from _languages(cluster, uses, versions)
    yield from _faces(cluster, {face.pk for face in days[0].input.faces}, uses)
    for day in days:
        yield from _quiet(cluster, day.input)


def _of_slots(days: Sequence[DayLayout]) -> Iterator[Use]:
    found = {slot.pk: slot for day in days for slot in day.input.slots}
    for slot in found.values():
        first, last = local_date(slot.starts_at), local_date(slot.ends_at - MICRO)
        yield Use(f"slot:{slot.pk}", slot.version, first, last, tuple(slot.faces))


def _of_placements(cluster: Cluster, days: Sequence[DayLayout]) -> Iterator[Use]:
    """Read apart from the layout, which leaves out what may not air."""
    first, last = days[0].on, days[-1].on
    rows = Placement.objects.filter(
        playlist__clusters=cluster, state=PlacementState.PLACED, starts_on__lte=last, ends_on__gte=first
    )
    for one in rows.select_related("version__programme", "version__facts").order_by("pk"):
        yield Use(
            f"placement:{one.pk}", one.version, max(first, one.starts_on), min(last, one.ends_on), tuple(one.faces)
        )


def _approvals(uses: Sequence[Use], versions: Sequence[ProgrammeVersion], *, is_thorough: bool) -> Iterator[Finding]:
    stale = programmes.stale_among(versions)
    ended = {one.pk for one in versions if one.state != VersionState.READY or one.pk in stale}
    if is_thorough:
        ended |= {one.pk for one in versions if one.pk not in ended and not appraisal.is_approved(one)}
    # the clause hangs on the clusters of each: one question for all of them
    prefetch_related_objects([use.version.programme for use in uses if use.version.pk in ended], "clusters")
    for use in uses:
        if use.version.pk in ended:
            clause = appraisal.clause(use.version)
            yield Finding(
                code="approval.ends_before",
                severity=ERROR,
                on=use.first,
                subject=use.subject,
                clause=clause,
                message=_(
                    "The approvals of “%(title)s” (%(receipt)s) do not hold any more, "
                    "and it is planned until %(day)s %(article)s."
                )
                % {
                    "title": use.version.title,
                    "receipt": use.version.receipt,
                    "day": f"{use.last:%d/%m/%Y}",
                    "article": by_article(clause),
                },
                next_step=_("Take it off the plan, or have it approved anew."),
            )


def _rights(uses: Sequence[Use]) -> Iterator[Finding]:
    for use in uses:
        found = rights.breach(use.version, use.first, use.last)
        if found is None:
            continue
        sentence = (
            _("The rights to “%(title)s” (%(receipt)s) end on %(ends)s, and it is planned until %(day)s %(article)s.")
            if found.is_end
            else _(
                "The rights to “%(title)s” (%(receipt)s) begin on %(ends)s, after its first planned day %(article)s."
            )
        )
        yield Finding(
            code="rights.end_before",
            severity=ERROR,
            on=max(use.first, found.on) if found.is_end else use.first,
            subject=use.subject,
            clause=found.clause,
            message=sentence
            % {
                "title": use.version.title,
                "receipt": use.version.receipt,
                "ends": f"{found.on:%d/%m/%Y}",
                "day": f"{use.last:%d/%m/%Y}",
                "article": by_article(found.clause),
            },
            next_step=_("Shorten it, or have its agency hand in a version with other rights."),
        )


def _languages(cluster: Cluster, uses: Sequence[Use], versions: Sequence[ProgrammeVersion]) -> Iterator[Finding]:
    """Each programme in the languages that each has to come in; and what the whole span lacks of a set."""
    pack = regulations.of_cluster(cluster)
    spoken = {one.pk: coverage.spoken(one) for one in versions}
    each = content.each_rules(pack, cluster.pk)
    for version in versions:
        lacking = [rule for rule in each if content.covering(pack, rule, spoken[version.pk]).missing]
        for standing in coverage.standings(version, cluster) if lacking else ():
            if standing.missing:
                subject = next(one for one in uses if one.version.pk == version.pk)
                yield Finding(
                    code="language.missing",
                    severity=ERROR,
                    on=subject.first,
                    subject=subject.subject,
                    clause=standing.clause,
                    message=_("“%(title)s” has no approved version in %(languages)s %(article)s.")
                    % {
                        "title": version.title,
                        "languages": coverage.in_words(cluster.instrument_id, standing.missing),
                        "article": by_article(standing.clause),
                    },
                    next_step=_("Ask for the translation on the programme's page, or take it off the plan."),
                )
    kind = pack.cluster(cluster.pk).kind
    given = {code for codes in spoken.values() for code in codes}
    for rule in pack.languages if versions else ():
        missing = content.covering(pack, rule, given).missing
        if rule.is_each or kind not in rule.cluster_kinds or not missing:
            continue
        yield Finding(
            code="language.missing",
            severity=NOTE,  # the set of a period has to cover them, not each week
            on=None,
            subject=cluster.pk,
            clause=rule.clause,
            message=_(
                "Nothing on these days is in %(languages)s, which the set of programmes has to cover %(article)s."
            )
            % {
                "languages": coverage.in_words(cluster.instrument_id, missing),
                "article": by_article(rule.clause),
            },
            next_step=_("Place a programme in these languages where there is one."),
            numbers={"missing": len(missing)},
        )


def _faces(cluster: Cluster, known: set[str], uses: Sequence[Use]) -> Iterator[Finding]:
    """A playlist may serve several clusters: what names faces of the others alone is not shown here."""
    for use in uses:
        if not use.faces or set(use.faces) & known:
            continue
        yield Finding(
            code="faces.unknown",
            severity=ERROR if use.subject.startswith("slot:") else NOTE,
            on=use.first,
            subject=use.subject,
            clause="",
            message=_("“%(title)s” is placed on faces that %(cluster)s does not have: %(faces)s.")
            % {"title": use.version.title, "cluster": str(cluster), "faces": ", ".join(use.faces)},
            next_step=_("Choose other faces, or none for all of them."),
        )


def _quiet(cluster: Cluster, day: DayInput) -> Iterator[Finding]:
    hours = sounding.sound_hours(cluster, day.on)
    quiet: list[tuple[str, ProgrammeVersion]] = []
    for slot in day.slots:
        if not slot.sound_reason and sounding.sounds(slot.version) and not _holds(hours, slot, day):
            quiet.append((f"slot:{slot.pk}", slot.version))
    for due in day.due:
        one = due.placement
        if one.sound_reason or not sounding.sounds(one.version):
            continue
        windows = due.windows or day.open
        inside = [(max(a, c), min(b, d)) for a, b in windows for c, d in day.open if max(a, c) < min(b, d)]
        if not all(hours.holds(start / 1000, end / 1000) for start, end in inside):
            quiet.append((f"placement:{one.pk}", one.version))
    for subject, version in quiet:
        yield Finding(
            code="quiet.no_reason",
            severity=ERROR,
            on=day.on,
            subject=subject,
            clause="",
            message=_(
                "“%(title)s” sounds on %(day)s outside %(hours)s without a reason (local setting, basis: %(basis)s)."
            )
            % {
                "title": version.title,
                "day": f"{day.on:%d/%m/%Y}",
                "hours": hours.words,
                "basis": hours.basis,
            },
            next_step=_("Give the reason, or choose another time."),
        )


def _holds(hours: sounding.SoundHours, slot: Slot, day: DayInput) -> bool:
    opens = max(0.0, (slot.starts_at - day.starts_at).total_seconds())
    closes = min(float(DAY_S), (slot.ends_at - day.starts_at).total_seconds())
    return hours.holds(opens, closes)
