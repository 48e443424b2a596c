"""Stop 1 of the road: a contributor hands in a file or a text notice and gets a numbered receipt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit, clock, files
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.kit.policies import require
from bangtin.hub.plans import actions as plans
from bangtin.hub.plans.errors import NotForThis
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.plans.states import OPEN_ORDERS, OPEN_REQUESTS
from bangtin.hub.programmes import asked, policies, queries
from bangtin.hub.programmes.actions import numbering, paper, secret, uploads, wording
from bangtin.hub.programmes.actions.check import queue_check
from bangtin.hub.programmes.actions.paper import Facts
from bangtin.hub.programmes.actions.refusals import BadSubmission, NoNewVersion, NoSuchFile
from bangtin.hub.programmes.media import sniff
from bangtin.hub.programmes.models import Finding, Kind, Language, Programme, ProgrammeVersion, Severity, Upload
from bangtin.hub.programmes.paperwork import Channel, Place
from bangtin.hub.programmes.states import CLOSED
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

STILL_LEAST_MS, STILL_MOST_MS = 2_000, 60_000


@dataclass(frozen=True)
class Submission:
    """What is handed in. `month` is any day of the month it is meant for; `text` a notice `{"template", "fields"}`
    instead of a file; `still_ms` how long a picture or notice stays; `programme` the one that gets a new version;
    `facts` what its agency states beside it; `translates` the version whose words this one says in another language:
    its programme becomes the original of the new one."""

    agency_id: str
    title: str
    language: str
    cluster_ids: tuple[str, ...]
    month: date
    category: str = ""
    is_urgent: bool = False
    still_ms: int = 8_000
    text: Mapping[str, object] | None = None
    source_name: str = ""
    subtitles: StoredFile | None = None
    subtitles_name: str = ""
    programme: Programme | None = field(default=None)
    facts: Facts = field(default_factory=Facts)
    production_order: ProductionOrder | None = None
    information_request: InformationRequest | None = None
    translates: ProgrammeVersion | None = field(default=None)
    # what urgent content goes first by: number, day and giver of the instruction
    instruction_number: str = ""
    instruction_on: date | None = None
    instruction_by: str = ""
    # set by the desk that edits (`editing`), never by who hands in
    edited_from: ProgrammeVersion | None = field(default=None)


@dataclass(frozen=True)
class Prepared:
    """A submission that may be taken in: permitted, without a secrecy mark, in order; its file lies in the store."""

    submission: Submission
    clusters: list[Cluster]
    stored: StoredFile | None
    upload: Upload | None
    actor: User


def submit(
    *, submission: Submission, source: StoredFile | Upload | None, actor: User, at: datetime
) -> ProgrammeVersion:
    """Take a version in: immutable, numbered, addressed by its SHA-256; the technical check follows as a task.

    The file lies in the store already, or is a finished upload of the actor, which is used up by it.
    Bytes that came before are taken too; a finding `duplicate` tells it.
    By another channel than these pages the actor registers it for the agency, from the office that receives content.
    Raises: NotPermitted, StateSecret, BadSubmission, NotForThis, NoNewVersion, NoSuchFile; of an upload NoSuchUpload,
    UploadGone, UploadUnfinished, StaleState.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.1, 13, 14.
    """
    prepared = prepare(submission=submission, source=source, actor=actor, at=at)
    with transaction.atomic(durable=True):
        return take_in(prepared, at=at)


def prepare(*, submission: Submission, source: StoredFile | Upload | None, actor: User, at: datetime) -> Prepared:
    """Judge a submission before anything is written of it; raises as `submit`. Opens no transaction."""
    on = clock.local_date(at)
    _permit(submission, actor, on=on)
    if place := secret.place_of(texts(submission, source)):
        raise secret.refuse(place, source=source, agency_id=submission.agency_id, actor=actor, at=at)
    submission, clusters = _checked(submission, source, on=on)
    _require_open(submission, clusters, on=on)
    upload = source if isinstance(source, Upload) else None
    stored = uploads.hand_over(upload, actor=actor) if upload else source
    assert not isinstance(stored, Upload)
    return Prepared(submission, clusters, stored, upload, actor)


def take_in(prepared: Prepared, *, at: datetime) -> ProgrammeVersion:
    """Write what was prepared; for a desk that records its own deed beside it. Opens no transaction.

    Raises: NotPermitted, NoNewVersion; of an upload UploadGone, StaleState.
    """
    submission, actor = prepared.submission, prepared.actor
    is_next = submission.programme is not None
    programme = _next_in(submission, actor, at=at) if is_next else _new(submission, prepared.clusters, at=at)
    version = write_version(programme, submission, prepared.stored, actor=actor, at=at)
    if prepared.upload:
        uploads.use(prepared.upload, version=version)
    _tell_duplicate(version)
    paper.write(version, submission.facts)
    if submission.production_order and not is_next:
        plans.take_delivery(row=submission.production_order, actor=actor, at=at)
    audit.record(
        "version.submitted",
        version,
        actor=actor,
        at=at,
        receipt=version.receipt,
        sha256=version.source_sha256,
        facts=paper.in_trail(submission.facts),
    )
    queue_check(version)
    return version


def _permit(submission: Submission, actor: User, *, on: date) -> None:
    require(submission.edited_from is None)
    if submission.facts.channel != Channel.ONLINE:
        instruments = set(Cluster.objects.filter(pk__in=submission.cluster_ids).values_list("instrument_id", flat=True))
        require(
            bool(instruments) and all(policies.may_register(actor, instrument_id=one, on=on) for one in instruments),
            message=_("Only officers of the agency that receives content register what came by letter."),
        )
        return
    is_allowed = policies.may_continue if submission.programme else policies.may_submit
    require(
        is_allowed(actor, agency_id=submission.agency_id, on=on),
        message=_("You may hand in programmes only for an agency where you are a contributor."),
    )


def texts(submission: Submission, source: StoredFile | Upload | None) -> Iterator[tuple[Place, str]]:
    """Every text of a submission that may bear a secrecy mark."""
    yield Place.NAME, submission.source_name
    yield Place.NAME, submission.subtitles_name
    if isinstance(source, Upload):
        yield Place.NAME, source.name
    yield Place.TITLE, submission.title
    yield Place.LETTER, submission.facts.letter_number
    given = (submission.text or {}).get("fields")
    if isinstance(given, Mapping):
        for value in given.values():
            yield Place.TEXT, str(value)


def _checked(
    submission: Submission, source: StoredFile | Upload | None, *, on: date
) -> tuple[Submission, list[Cluster]]:
    errors: dict[str, str] = {}
    title, category = submission.title, submission.category
    try:
        title = wording.clean(title, longest=wording.TITLE_LONGEST, least=3)
        category = wording.clean(category, longest=60)
    except wording.BadWords as error:
        errors["title"] = str(error)
    if submission.language not in Language.values:
        errors["language"] = _("Choose the language of the programme.")
    if not STILL_LEAST_MS <= submission.still_ms <= STILL_MOST_MS:
        errors["still_ms"] = _("A picture or notice stays between 2 and 60 seconds.")
    clusters = list(Cluster.objects.filter(id__in=submission.cluster_ids, faces__isnull=False).distinct())
    if not clusters or {row.id for row in clusters} != set(submission.cluster_ids):
        errors["cluster_ids"] = _("Choose at least one cluster of this province.")
    elif len({row.instrument_id for row in clusters}) > 1:
        errors["cluster_ids"] = _("The clusters are under different regulations; hand in one programme for each.")
    if (source is None) == (submission.text is None):
        errors["file"] = _("Hand in either a file or a text notice.")
    text = submission.text
    if text is not None:
        text, wrong = wording.notice(text)
        errors |= wrong
    if submission.facts.channel != Channel.ONLINE and not _is_bound(submission.agency_id, clusters):
        errors["agency_id"] = _("Choose an agency that the regulation of these clusters names.")
    submission, lacking = _instructed(submission, on=on)
    errors |= lacking
    facts, unmet = paper.checked(submission.facts, category=category, clusters=clusters, on=on)
    errors |= unmet
    if errors:
        undeclared = bool(clusters) and "is_declared" in errors
        raise BadSubmission(
            _("The programme was not handed in: %(reasons)s") % {"reasons": " ".join(errors.values())},
            _("Correct the marked fields and send again."),
            citation=asked.of(clusters[0].instrument_id).declaration if undeclared else "",
            fields=errors,
        )
    if isinstance(source, StoredFile) and not files.has(source.sha256):
        raise NoSuchFile(_("The uploaded file is no longer here."), _("Upload it again."), subject=source.sha256)
    name = submission.source_name or (source.name if isinstance(source, Upload) else "")
    return replace(submission, title=title, category=category, text=text, source_name=name, facts=facts), clusters


def _instructed(submission: Submission, *, on: date) -> tuple[Submission, dict[str, str]]:
    """The submission with its instruction in order; urgent content names one (Cao Bằng art. 7.1, Lai Châu art. 8.2)."""
    if not submission.is_urgent or submission.programme is not None:
        return submission, {}
    errors: dict[str, str] = {}
    words: dict[str, Any] = {}
    for name, longest in (("instruction_number", 80), ("instruction_by", 200)):
        try:
            words[name] = wording.clean(getattr(submission, name), longest=longest, least=2)
        except wording.BadWords as error:
            errors[name] = str(error)
    if submission.instruction_on is None or submission.instruction_on > on:
        errors["instruction_on"] = _("Give the day of the instruction, today or before.")
    return (submission, errors) if errors else (replace(submission, **words), errors)


def _require_open(submission: Submission, clusters: list[Cluster], *, on: date) -> None:
    """What the programme names is open, its agency's, and of the clusters' instrument (Cao Bằng art. 7.2, 14.2)."""
    own = regulations.continued({submission.agency_id}, on=on)
    order, request = submission.production_order, submission.information_request
    is_ordered = order is None or (order.producer_id in own and order.state in OPEN_ORDERS)
    is_asked = request is None or (request.agency_id in own and request.state in OPEN_REQUESTS)
    instruments = {one.instrument_id for one in (order, request) if one}
    if not (is_ordered and is_asked and instruments <= {row.instrument_id for row in clusters}):
        words = _("Choose an order or request that is open and turned to your agency.")
        raise NotForThis(
            _("The programme was not handed in: what it names is not open for it."), words, fields={"made_for": words}
        )


def _is_bound(agency_id: str, clusters: list[Cluster]) -> bool:
    """Whether the clusters' instruments name the agency."""
    packs = [regulations.regulation(row.instrument_id) for row in clusters]
    return all(agency_id in {one.id for one in pack.agencies} for pack in packs)


def _new(submission: Submission, clusters: list[Cluster], *, at: datetime) -> Programme:
    on = clock.local_date(at)
    programme = Programme.objects.create(
        code=numbering.next_code(province=submission.agency_id.split("/", 1)[0], year=on.year),
        instrument_id=clusters[0].instrument_id,
        agency_id=submission.agency_id,
        category=submission.category,
        month=submission.month.replace(day=1),
        is_urgent=submission.is_urgent,
        instruction_number=submission.instruction_number if submission.is_urgent else "",
        instruction_on=submission.instruction_on if submission.is_urgent else None,
        instruction_by=submission.instruction_by if submission.is_urgent else "",
        original=submission.translates.programme if submission.translates else None,
        production_order=submission.production_order,
        information_request=submission.information_request,
        created_at=at,
    )
    programme.clusters.set(clusters)
    return programme


def _next_in(submission: Submission, actor: User, *, at: datetime) -> Programme:
    """The programme, locked; its code, clusters and month stay as they are."""
    assert submission.programme is not None
    programme = Programme.objects.select_for_update().get(pk=submission.programme.pk)
    last = programme.versions.order_by("-number").first()
    require(programme.agency_id == submission.agency_id)
    # an edition follows its original: once that one says something else, the edition is open again
    is_following = submission.translates is not None and last and last.translates_id != submission.translates.pk
    if last and last.state not in CLOSED and last.submitted_by_id != actor.pk and not is_following:
        raise NoNewVersion(
            _("Version %(number)s of %(code)s is still with the appraising agency.")
            % {"number": last.number, "code": programme.code},
            _("Wait until it is returned, or let the person who handed it in send the new version."),
            citation=queries.clause(Task.APPRAISE, on=clock.local_date(at), instrument_id=programme.instrument_id),
            subject=programme.code,
        )
    return programme


def write_version(
    programme: Programme, submission: Submission, source: StoredFile | None, *, actor: User, at: datetime
) -> ProgrammeVersion:
    """The next version of a programme that the caller holds; opens no transaction."""
    before = programme.versions.order_by("-number").first()
    number = before.number + 1 if before else 1
    return ProgrammeVersion.objects.create(
        programme=programme,
        number=number,
        receipt=f"{programme.code}/{number}",
        kind=sniff.likely_kind(files.path(source.sha256)) if source else Kind.TEXT,
        language=submission.language,
        title=submission.title,
        text=submission.text,
        source_sha256=source.sha256 if source else "",
        source_name=wording.file_name(submission.source_name) if source else "",
        source_size_bytes=source.size_bytes if source else 0,
        subtitles_sha256=submission.subtitles.sha256 if source and submission.subtitles else "",
        subtitles_name=wording.file_name(submission.subtitles_name) if source and submission.subtitles else "",
        still_ms=submission.still_ms,
        # an edition that is sent again without its bench still says what it said before
        translates=submission.translates or (before.translates if before else None),
        edited_from=submission.edited_from,
        submitted_by=actor,
        submitted_at=at,
    )


def _tell_duplicate(version: ProgrammeVersion) -> None:
    earlier = queries.same_bytes(version.source_sha256).exclude(pk=version.pk).first()
    if earlier:
        Finding.objects.create(
            version=version, code="duplicate", severity=Severity.NOTE, params={"receipt": earlier.receipt}
        )
