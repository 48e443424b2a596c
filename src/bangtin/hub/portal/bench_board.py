"""The appraisal bench: everything one version's page shows, and its place in the officer's queue."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import checklists, policies, queries
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.portal import content_rows, formats, moments, places, previews
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.media.ffmpeg import frame_rate
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import citations

OPEN = frozenset({VersionState.RECEIVED, VersionState.PROPOSED})


@dataclass(frozen=True)
class AnswerRow:
    """A point as it was answered, for reading."""

    words: str
    clause: str
    href: str
    answer: str
    note: str


@dataclass(frozen=True)
class Template:
    """Common grounds, to be put into the officer's own words."""

    outcome: str
    words: str
    clause: str


@dataclass(frozen=True)
class Difference:
    """A fact in which two versions differ."""

    label: str
    before: str
    now: str


def context(
    request: HttpRequest,
    version: ProgrammeVersion,
    proposal: Decision | None,
    *,
    user: User,
    now: datetime,
    today: date,
) -> dict[str, object]:
    """What the bench shows of a version to this officer."""
    shown = previews.of(version)
    asked = request.GET.get("man-hinh", "")
    chosen = next((one for one in shown if one.geometry == asked), shown[0] if shown else None)
    words, clause, clause_href = content_rows.category(version.programme)
    remarks = moments.remarks(version, reader=user)
    film = moments.film(version, chosen, remarks)
    is_light = bool(film and film.light) and request.GET.get("nhe") == "1"
    line = queue_codes(user, today)
    decisions = content_rows.decisions(version)
    request.waiting = {"appraisal": len(line)}  # type: ignore[attr-defined]  # read by the menu
    return {
        **_neighbours(version, line),
        **_compared(version, chosen, user=user),
        "frames_a_second": frame_rate(int((version.probe or {}).get("fps_milli", 0))),
        "version": version,
        "programme": version.programme,
        "agency": version.programme.agency.name(today),
        "kind": content_rows.kind_and_length(version),
        "category": words,
        "clause": clause,
        "clause_href": clause_href,
        "preview": _light(chosen, film) if is_light and chosen and film else chosen,
        "previews": shown,
        "is_light": is_light,
        "film": film,
        "findings": content_rows.findings(version),
        "findings_count": content_rows.findings_count(version),
        "decisions": decisions,
        "answers": answers(version) if decisions else [],
        "remarks": remarks,
        "remarks_count": moments.count(remarks),
        "has_time": moments.has_time(version),
        "templates": templates(version, today),
        "proposal": proposal,
        "is_own": policies.is_own(user, version),
        "is_proposer": proposal is not None and proposal.officer_id == user.pk,
        "is_open": version.state in OPEN,
    }


def queue_codes(user: User, today: date) -> list[str]:
    """The programmes that wait for this officer, in the order of the queue."""
    return list(queries.queue(user, today).values_list("programme__code", flat=True))


def answers(version: ProgrammeVersion) -> list[AnswerRow]:
    """The points as the newest decision answered them."""
    programme = version.programme
    known = {one.id: one.text for one in regulations.regulation(programme.instrument_id).criteria}
    return [
        AnswerRow(
            words=regulations.in_words(known[one.criterion]) if one.criterion in known else one.words,
            clause=citations.parse(one.clause).place,
            href=places.clause(one.clause, programme.instrument_id),
            answer=one.answer,
            note=one.note,
        )
        for one in checklists.answers_of(version)
    ]


def templates(version: ProgrammeVersion, today: date) -> list[Template]:
    """The instrument's common grounds."""
    return [
        Template(one.outcome, regulations.in_words(one.text), citations.parse(one.clause).place if one.clause else "")
        for one in checklists.templates(version, on=today)
    ]


def _light(shown: previews.Preview, film: moments.Film) -> previews.Preview:
    """The light copy in the place of the film: the same moments, the widest screen's picture."""
    return previews.light(shown, film.light)


def _neighbours(version: ProgrammeVersion, line: list[str]) -> dict[str, object]:
    code = version.programme.code
    place = line.index(code) if code in line else None
    return {
        "place": None if place is None else place + 1,
        "line": len(line),
        "before": line[place - 1] if place else "",
        "after": line[place + 1] if place is not None and place + 1 < len(line) else "",
    }


def _compared(version: ProgrammeVersion, shown: previews.Preview | None, *, user: User) -> dict[str, object]:
    """The version before, in the geometry that is looked at, what differs, and what was remarked on it then."""
    if version.number == 1:
        return {}
    earlier = [one for one in programmes.every_version(version.programme.code) if one.pk != version.pk]
    before = next((one for one in earlier if one.number < version.number), None)
    if before is None:
        return {"earlier": earlier}
    found = next((one for one in previews.of(before) if shown and one.geometry == shown.geometry), None)
    return {
        "earlier": earlier,
        "compared": found,
        "compared_version": before,
        "compared_href": reverse("programme", args=[before.programme.code]) + f"?ban={before.number}",
        "compared_remarks": moments.remarks(before, reader=user),
        "differences": differences(before, version),
    }


def differences(before: ProgrammeVersion, now: ProgrammeVersion) -> list[Difference]:
    """The facts in which two versions differ: title, kind and length, language, file, words of a notice."""
    rows = [
        (_("Title"), before.title, now.title),
        (_("Kind and length"), content_rows.kind_and_length(before), content_rows.kind_and_length(now)),
        (_("Language"), formats.language(before.language), formats.language(now.language)),
        (_("Picture size"), _size(before), _size(now)),
        (_("File"), _file(before), _file(now)),
        (_("Words of the notice"), _notice(before), _notice(now)),
        (_("Found by the technical check"), content_rows.findings_count(before), content_rows.findings_count(now)),
    ]
    return [Difference(label, was or "–", is_ or "–") for label, was, is_ in rows if was != is_]


def _size(version: ProgrammeVersion) -> str:
    probe = version.probe or {}
    return f"{probe['width']} × {probe['height']}" if probe.get("width") else ""


def _file(version: ProgrammeVersion) -> str:
    if not version.source_sha256:
        return ""
    return f"{version.source_name}, {formats.size(version.source_size_bytes)}, {version.source_sha256[:8]}"


def _notice(version: ProgrammeVersion) -> str:
    fields = (version.text or {}).get("fields", {})
    return " · ".join(str(value) for key, value in fields.items() if key != "language")
