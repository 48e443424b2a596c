"""Deeds on agencies. None opens a transaction or asks for a right: the regulations desk does both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
    """Make or bring up to date an agency and its dated names, as a regulation's pack gives them.

    A name that the province entered for the same day stays.
    """
    agency, _made = Agency.objects.get_or_create(pk=agency_id)
    own = set(agency.names.exclude(recorded_at=None).values_list("starts_on", flat=True))
    for given in names:
        if given.since in own:
            continue
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


def record_agency_made(*, agency_id: str, name: NameGiven, at: datetime) -> Agency:
    """Make an agency that no regulation names, such as a commune that began after it; its name begins with it."""
    agency = Agency.objects.create(pk=agency_id, starts_on=name.since)
    record_name(agency=agency, name=name, at=at)
    return agency


def record_name(*, agency: Agency, name: NameGiven, at: datetime) -> AgencyName:
    """Give an agency a name from a day on; the former names stay with their days."""
    return AgencyName.objects.create(
        agency=agency,
        name_vi=name.name_vi,
        name_en=name.name_en,
        short_vi=name.short_vi,
        starts_on=name.since,
        basis=name.basis,
        recorded_at=at,
    )


def remove_name(*, name: AgencyName) -> None:
    """Take back a name that the province entered; the name before it is borne again."""
    name.delete()


def set_last_day(*, agency: Agency, ends_on: date | None) -> None:
    """Note the last day of an agency's own (None: it stands)."""
    Agency.objects.filter(pk=agency.pk).update(ends_on=ends_on)
    agency.ends_on = ends_on
