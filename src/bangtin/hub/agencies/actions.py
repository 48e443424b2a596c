"""Deeds on agencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bangtin.hub.agencies.models import Agency, AgencyName


@dataclass(frozen=True)
class NameGiven:
    """A name an agency bears from a day on (None: as long as anyone remembers)."""

    name_vi: str
    name_en: str
    short_vi: str
    since: date | None = None
    basis: str = ""


def record_agency(*, agency_id: str, names: Sequence[NameGiven]) -> Agency:
    """Make or bring up to date an agency and its dated names.

    Opens no transaction: installing a regulation calls it for each agency in its own.
    """
    agency, _made = Agency.objects.get_or_create(pk=agency_id)
    for given in names:
        AgencyName.objects.update_or_create(
            agency=agency,
            starts_on=given.since,
            defaults={
                "name_vi": given.name_vi,
                "name_en": given.name_en,
                "short_vi": given.short_vi,
                "basis": given.basis,
            },
        )
    return agency
