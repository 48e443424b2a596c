"""A small Lai Châu and Hà Tĩnh for tests of the language desk, and translations made through the actions."""

from datetime import UTC, date, datetime
from typing import Any

from bangtin.hub.accounts.models import Role
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import policies as appraisal
from bangtin.hub.appraisal import routes
from bangtin.hub.appraisal.actions import check_language, confirm, decide, release
from bangtin.hub.appraisal.models import Step
from bangtin.hub.appraisal.tests.factories import met
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes.actions import Facts, Submission, check, submit
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.tests.factories import World, accounts
from bangtin.hub.translation.actions import Words, deliver, request, save_draft
from bangtin.hub.translation.models import TranslationJob

MORNING = local("2026-11-23 08:00")
NOTICE: dict[str, object] = {
    "template": "notice",
    "fields": {"title": "Cửa khẩu mở cửa lúc 7 giờ", "fact": "07:00", "issuer": "Ban Quản lý cửa khẩu"},
}
# source words → Chinese, by segment
CHINESE = {
    "title": "口岸开放时间通知",
    "field.title": "口岸7点开放",
    "field.fact": "07:00",
    "field.issuer": "口岸管理委员会",
}
_CAST = {
    "gui-tin": ("so-vhttdl", Role.CONTRIBUTOR),
    "tham-dinh-1": ("so-tttt", Role.APPRAISER),
    "tham-dinh-2": ("so-tttt", Role.APPRAISER),
    "dich-1": ("so-ngoai-vu", Role.CONTRIBUTOR),
    "dich-2": ("so-ngoai-vu", Role.CONTRIBUTOR),
    "soat-1": ("so-ngoai-vu", Role.APPRAISER),
    "soat-2": ("so-ngoai-vu", Role.APPRAISER),
    "xep-lich": ("so-tttt", Role.SCHEDULER),
    "van-hanh": ("bql-kkt", Role.OPERATOR),
    "lanh-dao": ("ubnd-tinh", Role.LEADER),
    "quan-tri": ("so-tttt", Role.ADMINISTRATOR),
    "tai-chinh": ("so-tai-chinh", Role.FINANCE),
}


def lai_chau() -> World:
    """Lai Châu's regulation in use, with its border cluster and one account an office."""
    return _world("lai-chau/20-2024-qd-ubnd")


def ha_tinh() -> World:
    """Hà Tĩnh's regulation in use, with its cluster and one account an office."""
    return _world("ha-tinh/2432-qd-ubnd")


def _world(instrument_id: str) -> World:
    province = instrument_id.partition("/")[0]
    instrument = install(instrument_id=instrument_id, actor=None, at=datetime(2026, 1, 1, tzinfo=UTC))
    agencies = {row.pk.split("/")[1]: row for row in Agency.objects.filter(pk__startswith=f"{province}/")}
    agencies.setdefault("so-vhttdl", agencies.get("dai-ptth", agencies["so-tttt"]))
    agencies.setdefault("so-tai-chinh", agencies["so-tttt"])
    return World(
        instrument=instrument,
        agencies=agencies,
        clusters={row.slug: row for row in Cluster.objects.filter(instrument_id=instrument_id)},
        faces={row.pk: row for row in Face.objects.filter(cluster__instrument_id=instrument_id)},
        users=accounts({name: (name, agencies[slug], role) for name, (slug, role) in _CAST.items()}),
    )


def original(world: World, *, at: datetime = MORNING, **changes: Any) -> ProgrammeVersion:
    """A notice in Vietnamese that passed the technical check."""
    cluster = world.clusters.get("ma-lu-thang") or next(row for row in world.clusters.values() if row.faces.exists())
    category = "province_promotion" if "ha-tinh" in world.instrument.pk else "culture_country_people"
    fields: dict[str, Any] = {
        "agency_id": world.agencies["so-vhttdl"].pk,
        "title": "Thông báo giờ mở cửa khẩu",
        "language": "vi",
        "cluster_ids": (cluster.pk,),
        "month": date(2026, 11, 1),
        "category": category,
        "text": NOTICE,
        "facts": Facts(is_declared=True),
    }
    made = submit(submission=Submission(**(fields | changes)), source=None, actor=world.users["gui-tin"], at=at)
    return check(version=made, at=at)


def approved(version: ProgrammeVersion, world: World, *, at: datetime = MORNING) -> ProgrammeVersion:
    """The version ready for air by the officers of its route, step by step."""
    officers = [world.users[name] for name in ("tham-dinh-1", "tham-dinh-2", "soat-1", "soat-2")]
    while version.state in (VersionState.RECEIVED, VersionState.PROPOSED):
        turn = routes.turn_of(version, clock.local_date(at))
        assert turn is not None
        officer = next(one for one in officers if appraisal.may_decide(one, version, on=clock.local_date(at)))
        given: dict[str, Any] = {"version": version, "outcome": "approved", "grounds": "", "actor": officer, "at": at}
        if turn.step == Step.CONFIRM:
            confirm(**given)
        elif turn.step == Step.LANGUAGE:
            check_language(**given)
        else:
            deed = release if turn.step == Step.EDIT else decide
            deed(**given, answers=met(version, at=at) if version.state == VersionState.RECEIVED else {})
        version = ProgrammeVersion.objects.get(pk=version.pk)
    return version


def asked(world: World, *, language: str = "zh", at: datetime = MORNING, **changes: Any) -> TranslationJob:
    """A translation that the appraising agency asked of the agency which the regulation charges with it."""
    version = changes.pop("version", None) or original(world, at=at)
    return request(version=version, language=language, actor=world.users["tham-dinh-1"], at=at, **changes)


def written(job: TranslationJob, world: World, *, at: datetime = MORNING, **words: Any) -> TranslationJob:
    """The job with its words typed in."""
    given = Words(targets=words.pop("targets", CHINESE), **words)
    save_draft(job=job, words=given, actor=world.users["dich-1"], at=at)
    return job


def delivered(world: World, *, at: datetime = MORNING, **changes: Any) -> TranslationJob:
    """A translation handed in, its edition past the technical check."""
    job = written(asked(world, at=at, **changes), world, at=at)
    check(version=deliver(job=job, actor=world.users["dich-1"], at=at, is_declared=True), at=at)
    job.refresh_from_db()
    return job
