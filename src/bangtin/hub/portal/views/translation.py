"""The language desk: translations by due day, a programme's language versions, the bench, what is covered."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import policies as appraisal
from bangtin.hub.appraisal import routes
from bangtin.hub.appraisal.actions import check_language
from bangtin.hub.appraisal.models import Step
from bangtin.hub.kit import clock, files
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.files import StoredFile, TooLarge
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import formats, places, previews, translation_board
from bangtin.hub.portal.forms.translation import AskForm, Handing, given_form, typed
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views import media
from bangtin.hub.portal.views.programmes import newest_seen
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.media import legacy
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.translation import actions, machines, policies, queries, segments
from bangtin.hub.translation.errors import BadRequest
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.states import WRITABLE

Deed = Callable[[HttpRequest, TranslationJob, User, datetime], str]


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The translations of this account's desk by their due day.

    Raises: NotPermitted for who has no part in them.
    """
    user, _now, today = reader(request)
    require(policies.opens_desk(user, on=today), message=_("Your post has no part in translations."))
    rows = [translation_board.row(one, today) for one in queries.jobs_of(user, on=today)[:200]]
    context = {
        "heading": translation_board.headline(rows, today),
        "open": [one for one in rows if one.is_open],
        "released": [one for one in rows if not one.is_open],
    }
    return render(request, "translation/listing.html", context)


@require_http_methods(["GET", "POST"])
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """The language versions of a programme, and the form that asks for another one.

    Raises: Http404 for a programme that this account does not see.
    """
    user, now, today = reader(request)
    version = newest_seen(user, code, today)
    if version.programme.original is not None:
        return redirect("languages", code=version.programme.original.code)
    form, refusal = None, None
    if policies.may_ask(user, version, on=today):
        taken = queries.languages_asked(version.programme)
        form = AskForm(request.POST or None, version=version, taken=taken, today=today)
    if request.method == "POST":
        require(form is not None, message=_("Your post asks for no translations."))
        assert form is not None
        if form.is_valid():
            try:
                job = _ask(form, version, user=user, at=now)
            except Refusal as caught:
                refusal = None if form.show(caught.fields) else caught
            else:
                messages.success(request, _("The translation has been asked for."))
                return redirect("translate", code=code, language=job.language)
    context = {
        "version": version,
        "programme": version.programme,
        "editions": translation_board.editions(version.programme, version),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "translation/versions.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "POST"])
def bench(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The words of both languages side by side: written, handed in, given out, taken back.

    Raises: Http404 for a translation that does not exist, or not for this account.
    """
    user, now, today = reader(request)
    job = queries.job_of(code, language)
    if job is None or not policies.may_see(user, job, on=today):
        raise Http404
    refusal: Refusal | None = None
    if request.method == "POST":
        is_asked_by_script = "application/json" in request.headers.get("Accept", "")
        try:
            said = DEEDS.get(request.POST.get("deed", "save"), _save)(request, job, user, now)
        except Refusal as caught:
            refusal = caught
        if is_asked_by_script:
            return _told(job, refusal)
        if refusal is None:
            messages.success(request, said)
            return redirect("translate", code=code, language=language)
        job = queries.job_of(code, language) or job
    return _bench_page(request, job, user=user, today=today, refusal=refusal)


@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """Which languages the year's programmes come in, against what each rule of the regulations names.

    Raises: NotPermitted for who has no part in translations.
    """
    user, _now, today = reader(request)
    require(policies.opens_desk(user, on=today), message=_("Your post has no part in translations."))
    asked = request.GET.get("nam", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today.year
    year = year if today.year - 20 < year <= today.year + 1 else today.year
    found = [(one, translation_board.year_sets(one.pk, year)) for one in Instrument.objects.order_by("pk")]
    lacking = sum(bool(row.lacks) for _instrument, rows in found for row in rows)
    context = {
        "year": year,
        "sets": [{"instrument": instrument, "rows": rows} for instrument, rows in found if rows],
        "heading": translation_board.coverage_headline(lacking, year),
        "years": [
            {"label": str(one), "href": f"?nam={one}", "is_current": one == year}
            for one in range(today.year - 1, today.year + 2)
        ],
    }
    return render(request, "translation/coverage.html", context)


def _ask(form: AskForm, version: ProgrammeVersion, *, user: User, at: datetime) -> TranslationJob:
    return actions.request(
        version=version,
        language=form.cleaned_data["language"],
        note=form.cleaned_data["note"],
        actor=user,
        at=at,
        **form.given(),
    )


def _save(request: HttpRequest, job: TranslationJob, user: User, at: datetime) -> str:
    targets, read = typed(request.POST.dict())
    taken, seen = request.POST.get("take", ""), request.POST.get("seen", "")
    if taken in targets:
        targets[taken] = legacy.suggestion(targets[taken]) or targets[taken]
    words = actions.Words(
        targets=targets,
        read=read,
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None,
        is_bilingual=request.POST.get("is_bilingual") == "on",
    )
    actions.save_draft(job=job, words=words, actor=user, at=at)
    return _("The draft is saved.")


def _deliver(request: HttpRequest, job: TranslationJob, user: User, at: datetime) -> str:
    _save(request, job, user, at)
    handing = Handing(request.POST, request.FILES)
    source = _stored(request)
    is_voice = source is None and request.POST.get("use_speech") == "on" and bool(job.speech_sha256)
    if is_voice:
        source = StoredFile(job.speech_sha256, files.path(job.speech_sha256).stat().st_size)
    upload = request.FILES.get("file")
    version = actions.deliver(
        job=job,
        actor=user,
        at=at,
        is_declared=bool(handing["is_declared"].data),
        source=source,
        source_name=f"{job.language}.wav" if is_voice else (upload.name or "") if upload else "",
    )
    return _("Handed in as %(receipt)s. Another person now reads it over.") % {"receipt": version.receipt}


def _assign(request: HttpRequest, job: TranslationJob, user: User, at: datetime) -> str:
    form = given_form(job, clock.local_date(at), request.POST)
    if not form.is_valid():
        raise BadRequest(_("The translation was not given out."), _("Correct the marked fields."))
    actions.assign(job=job, actor=user, at=at, **form.given())
    return _("The translation has been given out.")


def _withdraw(request: HttpRequest, job: TranslationJob, user: User, at: datetime) -> str:
    actions.withdraw(job=job, reason=request.POST.get("reason", ""), actor=user, at=at)
    return _("The translation has been taken back.")


def _set_script(request: HttpRequest, job: TranslationJob, user: User, at: datetime) -> str:
    actions.set_script(job=job, text=request.POST.get("script", ""), actor=user, at=at)
    return _("The spoken words stand in the list now.")


def _draft(request: HttpRequest, job: TranslationJob, user: User, at: datetime) -> str:
    count = actions.draft_by_machine(job=job, actor=user, at=at)
    said = ngettext("The machine drafted %(n)d place.", "The machine drafted %(n)d places.", count) % {"n": count}
    return f"{said} {_('Read each over and tick it.')}"


def _speak(request: HttpRequest, job: TranslationJob, user: User, at: datetime) -> str:
    actions.draft_speech(job=job, actor=user, at=at)
    return _("The voice has read it. Listen to the whole before you use it.")


def _check(request: HttpRequest, job: TranslationJob, user: User, at: datetime) -> str:
    if job.delivered is None:
        raise BadRequest(_("Nothing was handed in yet."), _("Load the page again and look at the present state."))
    check_language(
        version=job.delivered,
        outcome=request.POST.get("outcome", ""),
        grounds=request.POST.get("grounds", ""),
        actor=user,
        at=at,
        seen_digest=request.POST.get("digest", ""),
    )
    actions.follow(job=job, at=at)
    return _("Your check is recorded.")


DEEDS: Mapping[str, Deed] = {
    "save": _save,
    "deliver": _deliver,
    "assign": _assign,
    "withdraw": _withdraw,
    "script": _set_script,
    "draft": _draft,
    "speak": _speak,
    "check": _check,
}


def _checking(job: TranslationJob, user: User, today: date) -> dict[str, object]:
    """Whether it is this account's turn on the edition, and at which step."""
    version = job.delivered
    if version is None or version.state not in (VersionState.RECEIVED, VersionState.PROPOSED):
        return {"may_check": False, "may_confirm": False}
    may = appraisal.may_decide(user, version, on=today)
    step = routes.awaits(version, today)
    return {"may_check": may and step == Step.LANGUAGE, "may_confirm": may and step != Step.LANGUAGE}


@require_safe
def voice(request: HttpRequest, code: str, language: str) -> HttpResponseBase:
    """The sound file in which a voice read the translation.

    Raises: Http404 for what is not there, or not for this account.
    """
    user, _now, today = reader(request)
    job = queries.job_of(code, language)
    if job is None or not job.speech_sha256 or not policies.may_see(user, job, on=today):
        raise Http404
    return media.sound(request, job.speech_sha256)


def _told(job: TranslationJob, refusal: Refusal | None) -> JsonResponse:
    """What the page's script is told after it saved."""
    if refusal is not None:
        said = {"message": refusal.message, "next_step": refusal.next_step, "code": refusal.code}
        return JsonResponse(said, status=refusal.http_status)
    saved = formats.clock(job.drafted_at) if job.drafted_at else ""
    return JsonResponse({"seen": job.draft_number, "saved": saved, "faults": actions.faults(job)})


def _stored(request: HttpRequest) -> StoredFile | None:
    upload = request.FILES.get("file")
    if upload is None:
        return None
    try:
        return files.put(upload.chunks(), max_bytes=settings.MAX_UPLOAD_BYTES)
    except TooLarge as error:
        words = _("The file is larger than this hub takes. Export it smaller.")
        raise BadRequest(words, fields={"file": words}) from error


def _bench_page(
    request: HttpRequest, job: TranslationJob, *, user: User, today: date, refusal: Refusal | None
) -> HttpResponse:
    may_write = policies.may_write(user, job, on=today) and job.state in WRITABLE
    faults = actions.faults(job) | (refusal.fields if refusal else {})
    source = programmes.with_rows().get(pk=job.source_id)
    instrument_id = job.programme.instrument_id
    may_assign = policies.may_assign(user, job, on=today) and job.state in WRITABLE
    context = {
        "job": job,
        "source": source,
        "source_tag": translation_board.tag(source.language),
        "target_tag": translation_board.tag(job.language),
        "places": translation_board.places(queries.lines(job), faults),
        "done": translation_board.done(job),
        "fastest": translation_board.fastest(),
        "previews": previews.of(source),
        "live": previews.empty(source.programme.clusters.all()) if source.text and may_write else [],
        "made": [] if may_write else translation_board.made(job, source),
        "may_write": may_write,
        "may_assign": may_assign,
        "may_withdraw": policies.may_withdraw(user, job, on=today) and job.state in (*WRITABLE, "delivered"),
        "given": given_form(job, today) if may_assign else None,
        "handing": Handing(),
        "may_be_bilingual": segments.is_bilingual_possible(source, job.language),
        "has_machine": may_write and machines.has_translator(),
        "has_voice": may_write and machines.has_voice(job.language),
        "voice_href": reverse("translation-voice", args=[job.programme.code, job.language])
        if job.speech_sha256
        else "",
        **_checking(job, user, today),
        "clause_href": places.clause(job.clause, instrument_id) if job.clause else "",
        "refusal": refusal,
    }
    return render(request, "translation/bench.html", context, status=refusal.http_status if refusal else 200)
