"""Deeds on agencies. None opens a transaction or asks for a right: the regulations desk does both."""

from collections.abc import Mapping, Sequence
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


def record_agencies(given: Mapping[str, Sequence[NameGiven]]) -> None:
    """Make or bring up to date agencies, by their ids, and their dated names, as a regulation's pack gives them.

    A name that the province entered for the same day stays.
    """
    Agency.objects.bulk_create([Agency(pk=each) for each in given], ignore_conflicts=True)
    known = {(row.agency_id, row.starts_on): row for row in AgencyName.objects.filter(agency__in=list(given))}
    new, changed = [], []
    for agency_id, names in given.items():
        for name in names:
            row = known.get((agency_id, name.since))
            words = {"name_vi": name.name_vi, "name_en": name.name_en, "short_vi": name.short_vi, "basis": name.basis}
            if row is None:
                new.append(AgencyName(agency_id=agency_id, starts_on=name.since, **words))
            elif row.recorded_at is None and any(getattr(row, key) != word for key, word in words.items()):
                for key, word in words.items():
                    setattr(row, key, word)
                changed.append(row)
    AgencyName.objects.bulk_create(new)
    AgencyName.objects.bulk_update(changed, ["name_vi", "name_en", "short_vi", "basis"])


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
