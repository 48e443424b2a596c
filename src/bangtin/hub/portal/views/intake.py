"""Intake: what came by letter is registered, receipts as PDF, following one by its code, a month's batch, secrets."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.accounts.actions import signing_in
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations.actions import close_batch
from bangtin.hub.portal import intake_board, previews, receipts
from bangtin.hub.portal.forms.intake import FollowForm, RegisterForm, SecretForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.programmes import one_seen
from bangtin.hub.portal.views.sending import clusters_of, steps
from bangtin.hub.programmes import actions, policies, queries
from bangtin.hub.programmes.paperwork import SecretNotice
from bangtin.hub.regulations.models import Instrument


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A programme that came by the document system, by official mail or on paper, for the agency that sent it.

    Raises: NotPermitted outside the office that receives content.
    """
    user, now, today = reader(request)
    require(
        policies.may_register_anything(user, on=today),
        message=_("Only officers of the agency that receives content register what came by letter."),
    )
    form = RegisterForm(request.POST or None, request.FILES or None, user=user, today=today)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.submit(submission=form.submission(), source=form.stored(), actor=user, at=now)
        except forms.ValidationError as error:
            form.add_error("file", error)
        except Refusal as caught:
            refusal = None if form.show(caught) else caught
        else:
            messages.success(
                request,
                _("Registered. Receipt number %(receipt)s; another officer appraises it.")
                % {"receipt": version.receipt},
            )
            return redirect("programme", code=version.programme.code)
    context = {
        "form": form,
        "steps": steps(),
        "refusal": refusal,
        "previews": previews.empty(clusters_of(None)),
        "is_letter": True,
    }
    return render(request, "programmes/submit.html", context, status=422 if form.errors or refusal else 200)


@require_GET
def receipt_pdf(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The receipt of a version as PDF.

    Raises: Http404 for what is not there, or not for this account; NoPaper.
    """
    user, _now, today = reader(request)
    version = one_seen(user, code, number, today)
    address = request.build_absolute_uri(reverse("follow"))
    answer = HttpResponse(receipts.pdf(version, address=address), content_type="application/pdf")
    name = version.receipt.replace("/", "-")
    answer.headers["Content-Disposition"] = f'inline; filename="bien-nhan-{name}.pdf"'
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Where a programme stands, for who holds its receipt; open to visitors, tells state and days alone.

    A wrong number and a wrong code get the same answer; guessing is slowed down as at the sign-in.
    """
    form = FollowForm(request.POST or None)
    found, status = None, 200
    if request.method == "POST" and form.is_valid():
        now, given = clock.now(), form.cleaned_data
        meta = request.META
        attempt = signing_in.Attempt(f"theo-doi {given['receipt']}", f"theo-doi {meta.get('REMOTE_ADDR', '')}")
        if signing_in.locked_until(attempt, at=now) is not None:
            form.add_error(None, _("Too many tries. Wait a quarter of an hour, then try again."))
            status = 429
        else:
            found = queries.followed(receipt=given["receipt"], code=given["code"])
            if found is None:
                signing_in.note_failure(attempt, at=now)
                form.add_error(None, _("No receipt has this number with this code. Compare both with the paper."))
                status = 422
    context = {"form": form, "version": found, "steps": intake_board.way(found) if found else []}
    return render(request, "programmes/follow.html", context, status=status)


@require_GET
def months(request: HttpRequest) -> HttpResponse:
    """The batch of the month that runs, under the first instrument whose intake this account reads.

    Raises: Http404 where there is none.
    """
    user, _now, today = reader(request)
    for row in Instrument.objects.order_by("pk"):
        if policies.may_read_intake(user, instrument_id=row.pk, on=today):
            province, slug = row.pk.split("/", 1)
            return redirect("intake-month", province=province, slug=slug, month=f"{today:%Y-%m}")
    raise Http404


@require_http_methods(["GET", "POST"])
def month(request: HttpRequest, province: str, slug: str, month: str) -> HttpResponse:
    """What came for a month, from whom, and who still owes; closing it is the receiving agency's deed.

    Raises: Http404 for another address, NotPermitted for an account without part in the intake.
    """
    user, now, today = reader(request)
    instrument = get_object_or_404(Instrument, pk=f"{province}/{slug}")
    require(
        policies.may_read_intake(user, instrument_id=instrument.pk, on=today),
        message=_("Your post has no part in the intake."),
    )
    first = _first_day(month)
    refusal = None
    if request.method == "POST":
        try:
            close_batch(instrument=instrument, month=first, actor=user, at=now)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, _("The intake of %(month)s is closed.") % {"month": f"{first:%m/%Y}"})
            return redirect(request.path)
    board = intake_board.batch(instrument, first, user=user, now=now, today=today)
    context = {"board": board, "refusal": refusal}
    return render(request, "programmes/intake.html", context, status=refusal.http_status if refusal else 200)


@require_http_methods(["GET", "POST"])
def secrets(request: HttpRequest) -> HttpResponse:
    """Notices of state secrets that were refused and removed, for the security office to follow up.

    Raises: NotPermitted for every other office.
    """
    user, now, today = reader(request)
    require(policies.may_handle_secrets(user, on=today), message=_("Only the security office reads these notices."))
    form = SecretForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        notice = get_object_or_404(SecretNotice, pk=form.cleaned_data["notice"], handled_at=None)
        try:
            actions.handle_secret(notice=notice, note=form.cleaned_data["note"], actor=user, at=now)
        except Refusal as refusal:
            form.add_error("note", str(refusal))
        else:
            messages.success(request, _("Recorded."))
            return redirect("secrets")
    rows = SecretNotice.objects.select_related("sent_by", "agency", "handled_by").prefetch_related("agency__names")
    context = {
        "form": form,
        "waiting": rows.filter(handled_at=None),
        "done": rows.exclude(handled_at=None)[:50],
    }
    return render(request, "programmes/secrets.html", context, status=422 if form.errors else 200)


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise Http404 from error
