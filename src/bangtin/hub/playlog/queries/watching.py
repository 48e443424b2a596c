"""A day's information security in one look: failed sign-ins, content that screens refused, what was changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bangtin.hub.accounts.models import SignInFailure
from bangtin.hub.devices.models import Device
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.models import Grade, PlayRecord
from bangtin.hub.playlog.queries import chain, lake

CHECKED = "security.checked"
MOST = 200
# what an officer had covered was not offered to the screen by a stranger: the trail tells who ordered it
BY_ORDER = "command_blank"
# deeds that change who may do what, which screens are trusted, and what the system goes by
CHANGES = ("account.", "post.", "setting.", "device.", "enrolment.", "keys.", "connection.", "agency.")


@dataclass(frozen=True)
class Refused:
    """What one screen would not take or show that day: the code of the step that refused it, and how often."""

    device: str
    face_id: str
    code: str
    count: int


@dataclass(frozen=True)
class Watch:
    """The day: failed sign-ins (by name and address, of those last tried that day), what screens refused, records that
    are in quarantine by reason, screens whose key seems to be copied, changes; and who has looked at it.
    """

    on: date
    failures: tuple[SignInFailure, ...]
    refused: tuple[Refused, ...]
    quarantined: Mapping[str, int]
    cloned: tuple[str, ...]
    changes: tuple[AuditEntry, ...]
    checks: tuple[AuditEntry, ...]

    @property
    def count(self) -> int:
        """How many things there are that somebody should look at; changes are none of them."""
        return len(self.failures) + len(self.refused) + len(self.quarantined) + len(self.cloned)


def of_day(on: date) -> Watch:
    """What is known of the day so far.

    Source: Decision 2432/2017/QĐ-UBND (Hà Tĩnh), art. 8.1 (the Board watches over the information security of the
    system).
    """
    begins, ends = _bounds(on)
    records = PlayRecord.objects.filter(at__gte=begins, at__lt=ends)
    entries = AuditEntry.objects.filter(at__gte=begins, at__lt=ends).order_by("-id")
    changes = (one for one in entries.exclude(action=CHECKED)[: MOST * 5] if one.action.startswith(CHANGES))
    reasons = records.filter(grade=Grade.QUARANTINED).order_by().values_list("reason", flat=True)
    quarantined = Counter(reasons[: MOST * 50])
    refused = list(records.filter(kind="refusal").order_by("at", "pk")[: MOST * 5])
    parts = lake.pruned(None, on, on)
    for reason, count in lake.sums(parts, "count(*)", where=f"grade = '{Grade.QUARANTINED}'", group="reason"):
        quarantined[str(reason)] += int(str(count))
    for part in parts:
        refused += lake.whole(part, "kind = 'refusal'")
    return Watch(
        on=on,
        failures=tuple(SignInFailure.objects.filter(last_at__gte=begins, last_at__lt=ends).order_by("-last_at")[:MOST]),
        refused=_refused(refused),
        quarantined=dict(quarantined),
        cloned=tuple(Device.objects.filter(is_clone_suspected=True).order_by("pk").values_list("pk", flat=True)),
        changes=tuple(changes)[:MOST],
        checks=tuple(AuditEntry.objects.filter(action=CHECKED, details__day=on.isoformat()).order_by("id")),
    )


def refusal_code(row: PlayRecord) -> str:
    """The code of a refusal line; empty if the line cannot be read."""
    line = chain.line_of(row)
    return str(line.extra.get("x_code", "")) if line is not None else ""


def _bounds(on: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(on, time(), LOCAL)
    return begins, begins + timedelta(days=1)


def _refused(rows: list[PlayRecord]) -> tuple[Refused, ...]:
    found: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        code = refusal_code(row)
        if code != BY_ORDER:
            found[row.device_id, row.face_id, code[:60]] += 1
    return tuple(Refused(*key, count) for key, count in found.most_common(MOST))
