"""Duties: the matrix of a year, and one duty with what shows it done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations import policies
from bangtin.hub.obligations.queries import PROGRAMME, Duty, Proof, duties
from bangtin.hub.portal import duty_board, duty_page, places
from bangtin.hub.portal.forms.duties import BoardFilter
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.reports.models import Report
from bangtin.rulebook import citations

YEARS = range(2020, 2101)


@dataclass(frozen=True)
class ProofRow:
    """A deed that shows a duty done, in words, with the page behind it."""

    text: str
    detail: str
    at: datetime
    href: str
    aired_s: float


def board(request: HttpRequest) -> HttpResponse:
    """The year's duties by agency and month; filters stand in the address."""
    user, now, today = reader(request)
    require(policies.may_read(user, on=today))
    readable = policies.readable_agencies(user, on=today)
    every = duties(year=(year := _year(request, today)), as_of=now, agency_ids=readable)
    form = BoardFilter(request.GET, found=every)
    shown = form.narrowed(every, own=regulations.continued(agency_ids(user, on=today), on=today))
    may_request = policies.may_request_anything(user, on=today)
    months = [_("M%(month)d") % {"month": month} for month in range(1, 13)]
    context = {
        "year": year,
        "years": [one for one in (year - 1, year, year + 1) if one in YEARS],
        "heading": duty_board.headline(shown),
        "form": form,
        "filters": form.chips(year=year, is_province=readable is None),
        "rows": duty_board.rows(shown, year=year, is_apart=form.is_apart),
        "months": months,
        "current": months[today.month - 1] if today.year == year else "",
        "hot": duty_board.gathered(duty_board.by_urgency(shown))[:10],
        "has_unknown": any(one.is_before_use for one in shown),
        "event_rules": _event_rules() if may_request else [],
        "may_request": may_request,
    }
    return render(request, "duties/board.html", context)


def duty(request: HttpRequest, duty_id: str) -> HttpResponse:
    """One duty: its clause, its day and how it was read, its other times in the year, its evidence.

    Raises: Http404 for an unknown duty, or one of an agency that the account does not read.
    """
    user, now, today = reader(request)
    require(policies.may_read(user, on=today))
    readable = policies.readable_agencies(user, on=today)
    found = find(duty_id, now=now, readable=readable)
    same = duties(year=found.period.end.year, as_of=now, agency_ids={found.agency_id})
    pack = regulations.regulation(found.instrument_id)
    rule = pack.obligation(found.obligation_id)
    context = {
        "duty": found,
        "state": duty_board.badge_state(found),
        "times": [
            (one, duty_board.badge_state(one), places.duty(one.id))
            for one in same
            if one.obligation_id == found.obligation_id
        ],
        "clauses": [_clause(found.instrument_id, name) for name in found.clauses],
        "proofs": [_proof(one) for one in found.evidence],
        "formerly": found.formerly,
        "owed_to": found.owed_to,
        "note": regulations.in_words(rule.note) if rule.note else "",
        "act": _act(found, user, today),
        "todo": duty_page.todo(found, fact=rule.evidence.fact),
        "asked": duty_page.asked(found, user, on=today),
        "lifted": duty_page.lifted(found, user, on=today),
        "reminded": duty_page.reminded(found),
        "board_href": places.duties(nam=found.period.end.year),
        "agency_href": places.duties(nam=found.period.end.year, **{"co-quan": found.agency_id}),
    }
    return render(request, "duties/duty.html", context)


def _year(request: HttpRequest, today: date) -> int:
    asked = request.GET.get("nam", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS else today.year


def find(duty_id: str, *, now: datetime, readable: frozenset[str] | None) -> Duty:
    _name, _sep, period = duty_id.rpartition("@")
    if not period[:4].isdecimal() or len(period) < 4 or int(period[:4]) not in YEARS:
        raise Http404
    # a period that ends in one year may be named after the year before
    for year in (int(period[:4]), int(period[:4]) + 1):
        for one in duties(year=year, as_of=now, agency_ids=readable):
            if one.id == duty_id:
                return one
    raise Http404


def _clause(instrument_id: str, clause_id: str) -> dict[str, str]:
    found = regulations.clause(clause_id, instrument_id)
    return {
        "place": citations.parse(clause_id).place,
        "href": places.clause(clause_id, instrument_id),
        "says": regulations.in_words(found.says) if found else "",
    }


def _proof(proof: Proof) -> ProofRow:
    if proof.receipt:
        detail = _("Ready for air") if proof.is_ready else _("Received; not ready for air yet")
        return ProofRow(
            proof.text, f"{proof.receipt} · {detail}", proof.at, places.programme(proof.receipt), proof.aired_ms / 1000
        )
    if proof.subject_type == "schedules.dispatch":
        return ProofRow(proof.text, "", proof.at, places.link(f"/cap-phat/{proof.subject_id}/"), 0)
    if proof.subject_type == "reports.report":
        return ProofRow(proof.text, "", proof.at, places.report(proof.subject_id), 0)
    return ProofRow(proof.text, "", proof.at, "", 0)


def _act(duty: Duty, user: User, today: date) -> dict[str, str]:
    """The one thing to do next, if this account is the one to do it."""
    if duty.is_done:
        return {}
    pack = regulations.regulation(duty.instrument_id)
    kind = next((one for one in pack.reports if one.obligation == duty.obligation_id), None)
    reporters = regulations.continued(agency_ids(user, on=today, role=Role.REPORTER), on=today)
    if kind and kind.period.kind != "event" and duty.agency_id in reporters:
        written = Report.objects.filter(kind=kind.id, agency_id=duty.agency_id, year=duty.period.end.year).first()
        if written:
            return {"href": places.report(written.pk), "label": _("Open the report")}
        return {
            "kind": kind.id,
            "agency": duty.agency_id,
            "year": str(duty.period.end.year),
            "label": _("Write the report"),
        }
    fact = pack.obligation(duty.obligation_id).evidence.fact
    if fact == duty_page.SUPPLY and duty.agency_id in agency_ids(user, on=today):
        return {"href": places.link("/cap-phat/moi/"), "label": _("New dispatch")}
    sends = fact == PROGRAMME
    href = places.link("/chuong-trinh/gui/") or places.link("/chuong-trinh/gui")
    if sends and href and duty.agency_id in agency_ids(user, on=today, role=Role.CONTRIBUTOR):
        return {"href": href, "label": _("Send a programme")}
    return {}


def _event_rules() -> Sequence[dict[str, str]]:
    """Duties that only an event brings about: no month of the matrix can hold them."""
    found = []
    for instrument in Instrument.objects.order_by("id"):
        for rule in regulations.regulation(instrument.pk).obligations:
            if rule.period.kind == "event":
                clause = rule.clauses[0]
                found.append(
                    {
                        "title": regulations.in_words(rule.title),
                        "note": regulations.in_words(rule.note) if rule.note else "",
                        "place": citations.parse(clause).place,
                        "href": places.clause(clause, instrument.pk),
                    }
                )
    return found
