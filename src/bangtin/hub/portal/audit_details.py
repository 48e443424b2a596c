"""What was written beside a deed of the audit trail, in words: names for ids, posts and days as people say them."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bangtin.hub.accounts.models import Role
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import full_name_of
from bangtin.hub.devices.states import IncidentCause, IncidentKind, Way
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.portal import formats

LONGEST = 200
_DIGEST = re.compile(r"[0-9a-f]{40,}")
_AGENCY = re.compile(r"[a-z-]{2,40}/[a-z0-9-]{2,60}")
LABELS: Mapping[str, str | Promise] = {
    "address": pgettext_lazy("of a machine", "Address"),
    "agency": gettext_lazy("Agency"),
    "basis": gettext_lazy("Legal basis"),
    "before": gettext_lazy("Before"),
    "by": gettext_lazy("Account of the machine"),
    "cause": gettext_lazy("Cause"),
    "cluster": gettext_lazy("Cluster"),
    "code": gettext_lazy("Code"),
    "count": gettext_lazy("How many"),
    "day": gettext_lazy("Day"),
    "device": gettext_lazy("Player"),
    "digest": gettext_lazy("Digest"),
    "drill": gettext_lazy("For drills"),
    "email": gettext_lazy("Mail address"),
    "ends_on": gettext_lazy("Last day"),
    "epoch": gettext_lazy("Enrolment no."),
    "face": gettext_lazy("Face"),
    "findings": gettext_lazy("Findings"),
    "instrument": gettext_lazy("Regulation"),
    "kind": pgettext_lazy("of a deed", "Kind"),
    "length": gettext_lazy("Length"),
    "month": gettext_lazy("Month"),
    "name": gettext_lazy("Name"),
    "note": gettext_lazy("Note"),
    "number": pgettext_lazy("of a paper", "Number"),
    "on": gettext_lazy("Day"),
    "outcome": gettext_lazy("Outcome"),
    "parameter": gettext_lazy("Setting"),
    "reason": gettext_lazy("Reason"),
    "receipt": gettext_lazy("Programme number"),
    "remark": pgettext_lazy("of a check", "Remark"),
    "role": gettext_lazy("Post"),
    "since": gettext_lazy("From"),
    "starts_on": gettext_lazy("First day"),
    "state": gettext_lazy("State"),
    "until": gettext_lazy("Until"),
    "user": gettext_lazy("Account"),
    "username": gettext_lazy("Account"),
    "value": gettext_lazy("Value"),
    "way": gettext_lazy("How"),
    "words": gettext_lazy("In words"),
}
_CHOICES: Mapping[str, Mapping[str, str | Promise]] = {
    "role": dict(Role.choices),
    "way": dict(Way.choices),
    "cause": dict(IncidentCause.choices),
    "before": dict(IncidentCause.choices),
    "kind": dict(IncidentKind.choices),
}


def details(entry: AuditEntry) -> str:
    """`Chức vụ: cán bộ thẩm định · Cơ quan: Sở Thông tin và Truyền thông`; empty values are left out."""
    pairs = ((key, _value(key, value)) for key, value in entry.details.items())
    return " · ".join(f"{LABELS.get(key, key)}: {words}" for key, words in pairs if words)


def _value(key: str, value: object) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(key, one) for one in value)[:LONGEST]
    text = str(value)
    if text in _CHOICES.get(key, {}):
        return str(_CHOICES[key][text])
    if key == "face":
        return full_name_of(text)
    if _DIGEST.fullmatch(text):
        return f"{text[:12]}…"
    if _AGENCY.fullmatch(text) and key in {"agency", "receiver", "recipient", "predecessor", "successor", "to"}:
        return Agency(pk=text).name()
    return _moment(text) or (text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _moment(text: str) -> str:
    """A day or an instant as it was written for machines; empty for anything else."""
    try:
        return formats.day(date.fromisoformat(text)) if len(text) == 10 else _instant(text)
    except ValueError:
        return ""


def _instant(text: str) -> str:
    return formats.day_clock(datetime.fromisoformat(text)) if len(text) > 18 and "T" in text else ""
