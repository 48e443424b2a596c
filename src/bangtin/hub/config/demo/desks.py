"""The road's stops at the hub, each done by the office that does it: hand in, appraise, place, enrol, report."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import actions as appraisal
from bangtin.hub.appraisal import checklists
from bangtin.hub.appraisal.models import Outcome
from bangtin.hub.appraisal.paperwork import Answer
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.config.demo import programme
from bangtin.hub.config.demo.programme import Piece
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.models import Bundle, Enrolment
from bangtin.hub.devices.states import EnrolmentState
from bangtin.hub.kit import clock, files
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes import actions as programmes
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.reports import actions as reports
from bangtin.hub.reports.models import Report
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.models import Slot

RELEASED = timedelta(days=14)
MAX_BYTES = 2_147_483_648
GROUNDS = "Nội dung đúng, hình và chữ rõ."
RETURN_GROUNDS = "Thiếu giờ kết thúc và nơi áp dụng; bổ sung rồi gửi lại."


@dataclass
class Handed:
    """What was handed in: versions taken, and what was refused at the door `{file, code, message}`."""

    versions: list[ProgrammeVersion] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)


def hand_in(pieces: Sequence[Piece], *, cast: dict[str, User], cluster: Cluster) -> Handed:
    """Hand each piece in as its sender; a refusal is noted and the rest goes on."""
    handed = Handed()
    for piece in pieces:
        at = clock.now()
        try:
            source = files.put_file(piece.path, max_bytes=MAX_BYTES) if piece.path else None
            submission = programmes.Submission(
                agency_id=_agency_of(cast[piece.sender]),
                title=piece.title,
                language=piece.language,
                cluster_ids=(cluster.pk,),
                month=clock.local_date(at),
                category=piece.category,
                still_ms=programme.STILL_MS,
                text=piece.text,
                source_name=piece.path.name if piece.path else "",
                facts=programmes.Facts(is_declared=True),
            )
            version = programmes.submit(submission=submission, source=source, actor=cast[piece.sender], at=at)
            handed.versions.append(version)
        except (Refusal, files.TooLarge, OSError) as refusal:
            code = getattr(refusal, "code", "BT-PROG-003")
            name = piece.path.name if piece.path else piece.title
            handed.refused.append({"file": name, "code": code, "message": str(refusal)})
    return handed


def unchecked(versions: Sequence[ProgrammeVersion]) -> int:
    """How many still wait for the technical check."""
    names = [version.pk for version in versions]
    return ProgrammeVersion.objects.filter(pk__in=names, state=VersionState.SUBMITTED).count()


def unusable(versions: Sequence[ProgrammeVersion]) -> list[dict[str, str]]:
    """What the technical check refused, by file, code and sentence."""
    rows = ProgrammeVersion.objects.filter(pk__in=[each.pk for each in versions], state=VersionState.UNUSABLE)
    return [
        {
            "file": row.source_name or row.title,
            "code": row.refusal_code,
            "message": programmes_queries.refusal_of(row),
        }
        for row in rows.order_by("pk")
    ]


def appraise(versions: Sequence[ProgrammeVersion], *, cast: dict[str, User]) -> tuple[int, list[ProgrammeVersion]]:
    """The first officer decides, the second confirms; the notice without an end is returned. (returned, approved)."""
    first, second = cast["tham-dinh-1"], cast["tham-dinh-2"]
    returned, approved = 0, []
    rows = ProgrammeVersion.objects.filter(pk__in=[each.pk for each in versions], state=VersionState.RECEIVED)
    for version in rows.order_by("pk"):
        if version.title == programme.RETURNED_TITLE:
            appraisal.decide(
                version=version, outcome=Outcome.RETURNED, grounds=RETURN_GROUNDS, actor=first, at=clock.now()
            )
            returned += 1
            continue
        propose(version, officer=first)
        appraisal.confirm(version=version, outcome=Outcome.APPROVED, grounds=GROUNDS, actor=second, at=clock.now())
        version.refresh_from_db()
        approved.append(version)
    return returned, approved


def propose(version: ProgrammeVersion, *, officer: User) -> None:
    """The first officer approves: every point of the regulation is answered as met."""
    at = clock.now()
    asked = checklists.asked(version, on=clock.local_date(at))
    appraisal.decide(
        version=version,
        outcome=Outcome.APPROVED,
        grounds=GROUNDS,
        actor=officer,
        at=at,
        answers={point.id: checklists.Given(Answer.MET) for point in asked},
    )


def play_ms(version: ProgrammeVersion) -> int:
    """How long one play of a version is."""
    rendition = version.renditions.first()
    return rendition.duration_ms if rendition else version.still_ms


def place_one_after_another(
    versions: Sequence[ProgrammeVersion], *, cluster: Cluster, actor: User, starts_at: datetime, least_s: float
) -> list[Slot]:
    """A slot a version, back to back, each of whole plays and at least `least_s` long (a long clip plays once)."""
    slots, begins_at = [], starts_at
    for version in versions:
        one_s = play_ms(version) / 1000
        plays = max(1, -int(-least_s // one_s))
        ends_at = begins_at + timedelta(seconds=min(plays * one_s, max(least_s, 20.0)))
        slots.append(
            schedules.place(
                cluster=cluster, version=version, starts_at=begins_at, ends_at=ends_at, actor=actor, at=clock.now()
            )
        )
        begins_at = ends_at
    return slots


def release_and_publish(cluster: Cluster, *, cast: dict[str, User]) -> Bundle:
    """The scheduler asks that the plan be released, a colleague of the same office releases it, it is published."""
    actor, colleague = cast["lich-trung-khanh"], cast["duyet-lich-trung-khanh"]
    today = clock.local_date(clock.now())
    release = schedules.ask_release(
        cluster=cluster, from_on=today, until_on=today + RELEASED, actor=actor, at=clock.now()
    )
    schedules.approve_release(release=release, actor=colleague, at=clock.now())
    return devices.publish_bundle(cluster=cluster, actor=actor, at=clock.now())


def admit_screen(face: Face, *, actor: User) -> bool:
    """Type the code that a waiting screen shows; False while none waits."""
    waiting = Enrolment.objects.filter(state=EnrolmentState.PENDING).order_by("-asked_at").first()
    if waiting is None:
        return False
    devices.confirm_enrolment(code=waiting.code, face=face, actor=actor, at=clock.now())
    return True


def report(*, cast: dict[str, User], year: int, target: Path) -> Report:
    """Compile the year's report, freeze it and write the paper to `target`."""
    actor = cast["tong-hop"]
    agency = Agency.objects.get(pk=_agency_of(actor))
    found = reports.compile_report(
        kind="cao-bang/consolidated-report", agency=agency, year=year, actor=actor, at=clock.now()
    )
    reports.freeze(report=found, actor=actor, at=clock.now())
    paper = reports.write_docx(report=found)
    shutil.copyfile(files.path(paper.sha256), target)
    return found


def _agency_of(user: User) -> str:
    return user.posts.values_list("agency_id", flat=True)[0]
