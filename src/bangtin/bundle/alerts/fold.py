"""The state that verified notices add up to, whatever order they came in (trust E)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bangtin.bundle.alerts.checks import Finding, Floors
from bangtin.bundle.alerts.notice import AlertNotice, read
from bangtin.bundle.alerts.turns import ranked


@dataclass(frozen=True)
class Alerts:
    """What one face knows: pure, each `taken` gives the next state.

    State = the `active` of the highest verified `n` of each role. `notices`: id → the newest notice that may be shown
    here, those that are still active only; push lost, doubled or reordered ends in the same state.
    """

    floors: Floors = field(default_factory=Floors)
    notices: Mapping[str, AlertNotice] = field(default_factory=dict)

    def taken(self, finding: Finding) -> "Alerts":
        """The state after a verified envelope (`checks.examine`)."""
        notice = finding.notice
        notices = dict(self.notices)
        if finding.refusal is None and notice.kind != "cancel":
            known = notices.get(notice.id)
            if known is None or known.n < notice.n:
                notices[notice.id] = notice
        floors = self.floors.raised(finding.floor, is_drill=notice.is_drill)
        kept = {name: one for name, one in notices.items() if name in floors.of(is_drill=one.is_drill).active}
        return Alerts(floors, kept)

    def without_ended(self, at: datetime) -> "Alerts":
        """The same state without those whose end has come: a notice never starts anew after it."""
        return replace(self, notices={name: one for name, one in self.notices.items() if at < one.ends})

    def active(self, at: datetime) -> tuple[AlertNotice, ...]:
        """Those on air at `at`, ranked: the real before exercises, the highest level first, then the newest."""
        return ranked(self.notices.values(), at)


def carried(envelopes: Iterable[bytes]) -> list[bytes]:
    """Those of a province's envelopes that every poll carries: the newest of each role, and of each active id.

    By rising `n`. Raises: BundleRefusal alert_too_large, alert_malformed.
    """
    notices = sorted(((read(one), one) for one in envelopes), key=lambda pair: pair[0].n)
    kept: dict[int, bytes] = {}
    for is_drill in (False, True):
        of_role = [(notice, body) for notice, body in notices if notice.is_drill == is_drill]
        if not of_role:
            continue
        newest, newest_body = of_role[-1]
        kept[newest.n] = newest_body
        latest = {notice.id: (notice.n, body) for notice, body in of_role}
        kept |= dict(latest[name] for name in newest.active if name in latest)
    return [kept[n] for n in sorted(kept)]


@dataclass(frozen=True)
class Aired:
    """A notice as it was on air; `ends` is when a later number ended it, or its own end (`own_ends`)."""

    notice: AlertNotice
    ends: datetime

    @property
    def id(self) -> str:
        """The notice's id."""
        return self.notice.id

    @property
    def is_drill(self) -> bool:
        """Whether it was an exercise."""
        return self.notice.is_drill

    @property
    def level(self) -> int | None:
        """Its level."""
        return self.notice.level

    @property
    def at(self) -> datetime:
        """When it was issued."""
        return self.notice.at

    @property
    def starts(self) -> datetime:
        """On air from here."""
        return self.notice.starts

    @property
    def own_ends(self) -> datetime:
        """Until when a screen that heard nothing more goes on showing it."""
        return self.notice.ends


def history(notices: Iterable[AlertNotice]) -> tuple[Aired, ...]:
    """What was on air when, from every notice of a province: what hub and proof say an alert displaced.

    A notice ends at its own end, or when the first later number of its role that no longer names it was issued.
    """
    ordered = sorted(notices, key=lambda one: one.n)
    found = []
    for index, notice in enumerate(ordered):
        if notice.kind == "cancel":
            continue
        later = (one for one in ordered[index + 1 :] if one.is_drill == notice.is_drill)
        ended = next((one.at for one in later if notice.id not in one.active), notice.ends)
        ends = min(notice.ends, ended)
        if notice.starts < ends:
            found.append(Aired(notice, ends))
    return tuple(found)
