"""Deeds beside a decision: an edited version, a request to a Party body, later reviews, units with one person."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import actions, policies, queries
from bangtin.hub.appraisal.lanes import Consultation, OnePersonUnit, UrgentReview
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal.forms.acts import AnswerForm, ConsultForm, EditForm, EndForm, OnePersonForm, ReviewForm
from bangtin.hub.portal.route_board import locality_rows, month_of
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.programmes import newest_seen
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.models import Instrument

_MOST = 1 << 62


@require_POST
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Make an edited version of the newest one, then back to the bench.

    Raises: Http404 for what this account does not see; NotPermitted for who does not work on it.
    """
    version, user, now = _benched(request, code)
    form = EditForm(request.POST, version=version)

    def deed() -> str:
        upload = programmes.own_upload(user, form.cleaned_data["upload"]) if form.cleaned_data["upload"] else None
        made = actions.edit(
            version=version,
            changes=actions.Edit(title=form.cleaned_data["title"], text=form.words()),
            note=form.cleaned_data["note"],
            actor=user,
            at=now,
            upload=upload,
            seen_digest=form.cleaned_data["digest"],
        )
        return _("%(receipt)s was made. After the technical check another officer confirms it.") % {
            "receipt": made.receipt
        }

    title, confirm = _("The edited version was not made"), _("Make the edited version")
    return _done(request, form, deed, title=title, confirm=confirm, code=code)


@require_POST
def consult(request: HttpRequest, code: str) -> HttpResponse:
    """Record that a Party body was asked to look at the newest version.

    Raises: Http404 for what this account does not see; NotPermitted for who does not work on it.
    """
    version, user, now = _benched(request, code)
    form = ConsultForm(request.POST, prefix="hoi")

    def deed() -> str:
        actions.consult(version=version, question=form.cleaned_data["question"], actor=user, at=now)
        return _("The request is recorded. Nothing waits for an answer.")

    title, confirm = _("The request was not recorded"), _("Record the request")
    return _done(request, form, deed, title=title, confirm=confirm, code=code)


@require_POST
def answer(request: HttpRequest, code: str, consultation_id: int) -> HttpResponse:
    """Record what the Party body answered.

    Raises: Http404 for what this account does not see; NotPermitted for who does not work on it.
    """
    version, user, now = _benched(request, code)
    row = Consultation.objects.filter(pk=min(consultation_id, _MOST), version__programme=version.programme).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST, prefix="tl")

    def deed() -> str:
        actions.record_answer(row=row, actor=user, at=now, **form.cleaned_data)
        return _("The answer is recorded.")

    title, confirm = _("The answer was not recorded"), _("Record the answer")
    return _done(request, form, deed, title=title, confirm=confirm, code=code)


@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """The later reviews of urgent content that the account's agencies owe, the oldest first.

    Raises: NotPermitted for who does not decide on content.
    """
    user, _now, today = reader(request)
    _require_bench(user, today)
    return render(request, "appraisal/reviews.html", {"rows": list(queries.owed_reviews(user, today))})


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Record the later review of one urgent version.

    Raises: NotPermitted for who does not decide on content; Http404 for another agency's review.
    """
    user, now, today = reader(request)
    _require_bench(user, today)
    row = UrgentReview.objects.filter(pk=min(review_id, _MOST)).select_related("version__programme").first()
    if row is None or policies.review_post(user, row, on=today) is None:
        raise Http404
    form = ReviewForm(request.POST or None)

    def deed() -> str:
        is_upheld = form.cleaned_data["verdict"] == "upheld"
        actions.review(row=row, is_upheld=is_upheld, findings=form.cleaned_data["findings"], actor=user, at=now)
        return _("The review is recorded.")

    title = _("Review of %(receipt)s") % {"receipt": row.version.receipt}
    words = {"title": title, "confirm": _("Record the review"), "subject": _("Reviews owed")}
    return _answered(request, form, deed, back=reverse("reviews"), words=words)


@require_GET
def localities(request: HttpRequest) -> HttpResponse:
    """The content of a month by the locality it is from, with its state of approval, instrument by instrument.

    Raises: NotPermitted for who oversees the content of no instrument.
    """
    user, _now, today = reader(request)
    overseen = [one for one in Instrument.objects.order_by("pk") if policies.may_oversee(user, one.pk, on=today)]
    require(bool(overseen), message=_("Only the agency that manages content, and those above it, see it by locality."))
    month = month_of(request.GET.get("thang", ""), today)
    tables = [(one, locality_rows(queries.by_locality(instrument_id=one.pk, month=month), today)) for one in overseen]
    context = {
        "tables": tables,
        "states": [(state, VersionState(state).label) for state in VersionState],
        "month": month,
        "before": f"{month - timedelta(days=1):%Y-%m}",
        "after": f"{month + timedelta(days=32):%Y-%m}",
    }
    return render(request, "appraisal/localities.html", context)


@require_http_methods(["GET", "POST"])
def one_person(request: HttpRequest) -> HttpResponse:
    """What units recorded of having one person; their leaders record it here.

    Raises: NotPermitted for who neither leads a unit nor decides on content.
    """
    user, now, today = reader(request)
    held = agency_ids(user, on=today, role=Role.LEADER)
    require(bool(held) or policies.opens_bench(user, on=today))
    mine = Agency.objects.filter(pk__in=held).prefetch_related("names").order_by("pk")
    choices = [(one.pk, one.name(today)) for one in mine if policies.may_record_one_person(user, one.pk, on=today)]
    form = OnePersonForm(request.POST or None, agencies=choices) if choices else None
    refusal = None
    if request.method == "POST":
        require(form is not None)
        assert form is not None
        if form.is_valid():
            given = dict(form.cleaned_data)
            agency = next(one for one in mine if one.pk == given.pop("agency"))
            try:
                actions.record_one_person(agency=agency, actor=user, at=now, **given)
            except Refusal as caught:
                refusal = caught
                _mark(form, caught)
            else:
                messages.success(request, _("Recorded. From that day one word is enough for what is not urgent."))
                return redirect("one-person")
    seen = held | agency_ids(user, on=today, role=Role.APPRAISER)
    status = refusal.http_status if refusal else 422 if form is not None and form.errors else 200
    context = {"rows": list(queries.one_person_units(seen)), "form": form, "refusal": refusal}
    return render(request, "appraisal/one_person.html", context, status=status)


@require_http_methods(["GET", "POST"])
def end_one_person(request: HttpRequest, row_id: int) -> HttpResponse:
    """Write down the last day on which a unit has one person.

    Raises: Http404 for a unit that the account does not lead.
    """
    user, now, today = reader(request)
    row = OnePersonUnit.objects.filter(pk=min(row_id, _MOST)).select_related("agency").first()
    if row is None or not policies.may_record_one_person(user, row.agency_id, on=today):
        raise Http404
    form = EndForm(request.POST or None, initial={"ends_on": today})

    def deed() -> str:
        actions.end_one_person(row=row, ends_on=form.cleaned_data["ends_on"], actor=user, at=now)
        return _("From the day after, two persons decide.")

    words = {
        "title": _("From when do two persons decide again?"),
        "confirm": _("Record the last day"),
        "subject": _("Units with one person"),
    }
    return _answered(request, form, deed, back=reverse("one-person"), words=words)


def _benched(request: HttpRequest, code: str) -> tuple[ProgrammeVersion, User, datetime]:
    user, now, today = reader(request)
    _require_bench(user, today)
    version = newest_seen(user, code, today)
    require(policies.bench_post(user, version, on=today) is not None)
    return version, user, now


def _require_bench(user: User, today: date) -> None:
    require(
        policies.opens_bench(user, on=today),
        message=_("Only an appraisal officer of an agency that decides on content opens this page."),
    )


def _done(
    request: HttpRequest, form: Form, deed: Callable[[], str], *, title: str, confirm: str, code: str
) -> HttpResponse:
    words = {"title": title, "confirm": confirm, "subject": code}
    return _answered(request, form, deed, back=reverse("appraise", args=[code]), words=words)


def _answered(
    request: HttpRequest, form: Form, deed: Callable[[], str], *, back: str, words: dict[str, str]
) -> HttpResponse:
    """Do the deed of a form that is in order and go back; else the form again with its reason."""
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            said = deed()
        except Refusal as caught:
            refusal = caught
            _mark(form, caught)
        else:
            messages.success(request, said)
            return redirect(back)
    status = refusal.http_status if refusal else 422 if form.errors else 200
    context = {**words, "form": form, "refusal": refusal, "back": back}
    return render(request, "appraisal/act_again.html", context, status=status)


def _mark(form: Form, refusal: Refusal) -> None:
    for name in refusal.fields.keys() & form.fields.keys():
        form.add_error(name, refusal.fields[name])
