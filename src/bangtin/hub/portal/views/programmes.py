"""Programmes: the list, one programme with all its versions, its receipt, the progress of its check."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_any_role, has_role
from bangtin.hub.appraisal import policies as appraisal
from bangtin.hub.appraisal import routes
from bangtin.hub.kit import clock, files
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.actions.packing import may_take
from bangtin.hub.playlog.queries import archive
from bangtin.hub.portal import (
    as_aired,
    bench_board,
    content_rows,
    formats,
    moments,
    places,
    previews,
    receipts,
    translation_board,
)
from bangtin.hub.portal.forms.content import ProgrammeFilter
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.archive import agencies, senders
from bangtin.hub.programmes import policies, queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import CLOSED, VersionState
from bangtin.hub.schedules import policies as schedules
from bangtin.hub.translation import policies as translation

PAGE_ROWS = 25
_OPEN = (VersionState.SUBMITTED, VersionState.RECEIVED, VersionState.PROPOSED)
# address word: states it gathers
GROUPS: dict[str, tuple[str, ...]] = {
    "dang-xet": tuple(_OPEN),
    "can-sua": tuple(CLOSED),
    "san-sang": (VersionState.READY,),
}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The newest version of every programme this account sees; search and filters stand in the address.

    Raises: NotPermitted for offices that have no part in content.
    """
    user, now, today = reader(request)
    require(policies.opens_list(user, on=today), message=_("Your post has no part in programmes."))
    every = archive.seen_by(user, on=today)
    # who searches wants what matches: how all of them stand takes a pass over everything, and is not asked for
    is_search = bool(request.GET.get("q", "").strip())
    states, units = ({}, None) if is_search else archive.tally(every)
    form = ProgrammeFilter(request.GET, agencies=senders(today) if units is None else agencies(units, today))
    asked = form.cleaned_data if form.is_valid() else {}
    group = request.GET.get("nhom", "")
    wanted = set(GROUPS[group]) if group in GROUPS else set(VersionState.values)
    wanted &= {asked["trang_thai"]} if asked.get("trang_thai") else wanted
    is_every = wanted == set(VersionState.values)
    question = archive.Asked(
        words=asked.get("q", ""),
        agency_id=asked.get("don_vi", ""),
        states=() if is_every else tuple(sorted(wanted)) or ("",),
    )
    number = request.GET.get("trang", "")
    found = archive.page(every, question, number=int(number) if _is_page(number) else 1, rows=PAGE_ROWS)
    kept = request.GET.copy()
    kept.pop("trang", None)
    context = {
        "form": form,
        "page": Paginator(range(found.total), PAGE_ROWS).get_page(number),
        "query": kept.urlencode(),
        "rows": [content_rows.row(one, today=today, now=now) for one in found.versions],
        "heading": _matching(found) if is_search else _headline(states),
        "total": found.total,
        "is_more": found.is_more,
        "filters": _chips(states, group),
        "is_narrowed": bool(kept),
        "may_submit": _contributes(user, today),
    }
    return render(request, "programmes/listing.html", context)


@require_GET
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: where it stands, what the check found, who decided what and why, what aired.

    Raises: Http404 for a programme that does not exist, or not for this account.
    """
    user, now, today = reader(request)
    versions = versions_seen(user, code, today)
    last = versions[0]
    asked = request.GET.get("ban", "")
    shown = next((one for one in versions if str(one.number) == asked), versions[0])
    words, clause, clause_href = content_rows.category(shown.programme)
    facts = receipts.facts_of(shown)
    may_appraise = appraisal.is_at_bench(user, shown, on=today)
    remarks = moments.remarks(shown, reader=user, is_for_sender=not may_appraise)
    decisions = content_rows.decisions(shown, is_proposal_told=may_appraise)
    showings = as_aired.showings(versions)
    sees_all = len(versions) == len(queries.every_version(code))
    context = {
        "version": shown,
        "programme": shown.programme,
        "agency": shown.programme.agency.name(today),
        "is_own_responsibility": routes.is_answered_for_by_sender(shown),
        "kind": content_rows.kind_and_length(shown),
        "category": words,
        "clause": clause,
        "clause_href": clause_href,
        "versions": versions,
        "is_newest": shown.pk == last.pk,
        "sentence": content_rows.state_sentence(shown),
        "previews": previews.of(shown),
        "is_gone": bool(shown.source_sha256) and not files.has(shown.source_sha256),
        "findings": content_rows.findings(shown),
        "findings_count": content_rows.findings_count(shown),
        "facts": facts,
        "kinds": receipts.kinds(shown, facts),
        "decisions": decisions,
        "answers": bench_board.answers(shown) if decisions else [],
        "remarks": remarks,
        "film": moments.film(shown, None, remarks),
        "slots": content_rows.slots(shown.programme, at=now),
        "aired": (sees_all and as_aired.in_all(showings)) or content_rows.aired(shown.programme),
        "showings": showings,
        "last_play": as_aired.last_play(versions, showings),
        "placings": placings(last, user, at=now) if shown.pk == last.pk else [],
        "may_take_down": VersionState.READY in {one.state for one in versions} and _takes_down(user, today),
        "editions": translation_board.editions(shown.programme, last),
        "may_ask": translation.may_ask(user, shown, on=today),
        "may_take": may_take(user, shown.programme, on=today),
        "may_send_again": policies.may_send_again(user, last, on=today),
        "may_appraise": may_appraise and last.state in _OPEN[1:],
    }
    return render(request, "programmes/programme.html", context)


@require_GET
def receipt(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The receipt of a version, to print.

    Raises: Http404 for what is not there, or not for this account.
    """
    user, _now, today = reader(request)
    version = one_seen(user, code, number, today)
    context = receipts.context(version, address=request.build_absolute_uri(reverse("follow")))
    return render(request, "programmes/receipt.html", context)


@require_GET
def progress(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """How far the check is; once it has ended, the answer has the page loaded again.

    Raises: Http404 for what is not there, or not for this account.
    """
    user, _now, today = reader(request)
    version = one_seen(user, code, number, today)
    answer = render(request, "programmes/progress.html", {"version": version})
    if version.state != VersionState.SUBMITTED:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The search of the top bar: programmes for those who have a part in them, else the register."""
    user, _now, today = reader(request)
    words = request.GET.get("q", "").strip()[:100]
    if policies.opens_list(user, on=today):
        return redirect(places.with_query("/chuong-trinh/", q=words))
    return redirect(places.with_query("/quy-dinh/", q=words))


def placings(version: ProgrammeVersion, user: User, *, at: datetime) -> list[dict[str, str]]:
    """The weeks in which this account may place a programme that is ready, one a wanted cluster, with it chosen."""
    if version.state != VersionState.READY:
        return []
    return [
        {
            "label": str(cluster),
            "href": places.with_query(places.week(cluster.pk, clock.local_date(at)), **{"chuong-trinh": version.pk})
            + "#xep",
        }
        for cluster in version.programme.clusters.all()
        if schedules.may_place(user, cluster, at=at)
    ]


def newest_seen(user: User, code: str, today: date) -> ProgrammeVersion:
    """The newest version of a programme that the account sees.

    Raises: Http404.
    """
    return versions_seen(user, code, today)[0]


def versions_seen(user: User, code: str, today: date) -> list[ProgrammeVersion]:
    """The versions of a programme that the account sees, at least one, the newest first.

    Raises: Http404.
    """
    sight = policies.sight(user, on=today)
    if seen := [version for version in queries.every_version(code) if sight.sees(version)]:
        return seen
    raise Http404


def one_seen(user: User, code: str, number: int, today: date) -> ProgrammeVersion:
    """A version that the account sees.

    Raises: Http404.
    """
    version = queries.with_rows().filter(programme__code=code, number=number).first()
    if version is None or not policies.may_see(user, version, on=today):
        raise Http404
    return version


def _takes_down(user: User, today: date) -> bool:
    """Whether a post of the account takes programmes off screens; which ones, the page behind the button asks."""
    roles = (Role.APPRAISER, Role.LEADER, Role.SCHEDULER, Role.OPERATOR)
    return has_any_role(user, roles, on=today)


def _contributes(user: User, today: date) -> bool:
    return policies.has_editorial_right(user, on=today) and has_role(user, Role.CONTRIBUTOR, on=today)


def _is_page(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) < 6


def _headline(states: Mapping[str, int]) -> str:
    if not states:
        return _("No programme yet")
    returned = sum(states.get(state, 0) for state in GROUPS["can-sua"])
    waiting = sum(states.get(state, 0) for state in GROUPS["dang-xet"])
    words = []
    if waiting:
        words.append(ngettext("%(n)d programme under way", "%(n)d programmes under way", waiting) % {"n": waiting})
    if returned:
        words.append(ngettext("%(n)d to mend", "%(n)d to mend", returned) % {"n": returned})
    if not words:
        return _("All programmes have been decided on")
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def _matching(found: archive.Found) -> str:
    count = ngettext("%(n)s programme matches", "%(n)s programmes match", found.total)
    words = _("More than %(n)s programmes match") if found.is_more else count
    return words % {"n": formats.number(found.total)}


def _chips(states: Mapping[str, int], group: str) -> list[dict[str, object]]:
    labels = {"": _("All"), "dang-xet": _("Under way"), "can-sua": _("To mend"), "san-sang": _("Ready for air")}
    return [
        {
            "label": label,
            "href": places.with_query("/chuong-trinh/", nhom=key),
            "is_current": key == group,
            "count": (sum(states.get(state, 0) for state in GROUPS[key]) if key else sum(states.values()))
            if states
            else None,
        }
        for key, label in labels.items()
    ]
