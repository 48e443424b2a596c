"""The system itself under three regulations: what is sent takes its own route and reaches a screen that checks it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytest_django import Settings

from bangtin.bundle import verify
from bangtin.bundle.devices import read_device_record
from bangtin.bundle.trusted import load
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import actions as appraisal
from bangtin.hub.appraisal import routes
from bangtin.hub.appraisal.checklists import Given, asked
from bangtin.hub.appraisal.models import Step
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices import queries
from bangtin.hub.devices.tests.factories import Player
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes.actions import Facts, Submission, check, submit
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.tests.factories import released
from bangtin.rulebook.texts import Window

pytestmark = pytest.mark.django_db
AT = local("2026-11-23 06:00")
# province: instrument, cluster, sender, kind of content, who places, the steps its route takes
PROVINCES = {
    "cao-bang": (
        "cao-bang/31-2020-qd-ubnd", "ta-lung", "dai-ptth", "culture_country_people", "ubnd-quang-hoa",
        [Step.DECIDE, Step.CONFIRM],
    ),
    "lai-chau": (
        "lai-chau/20-2024-qd-ubnd", "ma-lu-thang", "bch-bdbp", "policy_law_external_border", "so-tttt",
        [Step.DECIDE, Step.EDIT, Step.CONFIRM],
    ),
    "ha-tinh": (
        "ha-tinh/2432-qd-ubnd", "vung-ang", "dai-ptth", "province_promotion", "bql-kkt",
        [Step.EDIT, Step.CONFIRM],
    ),
}  # fmt: skip


@pytest.fixture
def province(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> str:
    name: str = request.param
    settings.PROVINCE = name
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    install(instrument_id=PROVINCES[name][0], actor=None, at=AT - timedelta(days=30))
    return name


def _post(province: str, agency: str, role: Role, count: int = 1) -> list[User]:
    at = Agency.objects.get(pk=f"{province}/{agency}")
    return [account(f"{agency}-{role}-{number}", f"{role} {number}", at, role) for number in range(count)]


def _sent(province: str) -> ProgrammeVersion:
    _instrument, cluster, agency, kind, _placing, _steps = PROVINCES[province]
    (sender,) = _post(province, agency, Role.CONTRIBUTOR)
    submission = Submission(
        agency_id=f"{province}/{agency}",
        title="Lễ hội bên dòng sông biên giới",
        language="vi",
        cluster_ids=(f"{province}/{cluster}",),
        month=date(2026, 11, 1),
        category=kind,
        text={"template": "event", "fields": {"title": "Lễ hội bên dòng sông", "fact": "28/11, nhà văn hóa"}},
        facts=Facts(is_declared=True),
    )
    return check(version=submit(submission=submission, source=None, actor=sender, at=AT), at=AT)


def _appraised(version: ProgrammeVersion, officers: list[User]) -> tuple[ProgrammeVersion, list[str]]:
    """The version that came out ready, and the steps that were taken, each by another officer."""
    taken: list[str] = []
    for officer in officers:
        on = local_date(AT)
        step = routes.awaits(version, on)
        if not step:
            break
        taken.append(str(step))
        if step == Step.EDIT:
            changed = appraisal.Edit(title="Lễ hội bên dòng sông biên giới năm 2026")
            edited = appraisal.edit(version=version, changes=changed, note="Thêm năm vào tên.", actor=officer, at=AT)
            version = check(version=edited, at=AT)
            continue
        answers = {one.id: Given("met") for one in asked(version, on=on)}
        appraisal.act(version=version, outcome="approved", grounds="", actor=officer, at=AT, answers=answers)
        version.refresh_from_db()
    return version, taken


@pytest.mark.parametrize("province", PROVINCES, indirect=True)
def test_what_is_sent_takes_its_route_and_reaches_a_screen_that_checks_it(province: str) -> None:
    _instrument, cluster_slug, _agency, _kind, placing, steps = PROVINCES[province]
    version, taken = _appraised(_sent(province), _post(province, "so-tttt", Role.APPRAISER, 3))
    assert (version.state, taken) == (VersionState.READY, [str(one) for one in steps])
    cluster = Cluster.objects.get(pk=f"{province}/{cluster_slug}")
    (scheduler,) = _post(province, placing, Role.SCHEDULER)
    if province == "lai-chau":  # who builds the plan picks the windows there (art. 8.1)
        windows = [Window.parse("07:00-10:30"), Window.parse("14:00-17:30")]
        schedules.set_day_windows(cluster=cluster, on=local_date(AT), windows=windows, actor=scheduler, at=AT)
    starts_at = local("2026-11-23 08:00")
    slot = schedules.place(
        cluster=cluster,
        version=version,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        actor=scheduler,
        at=AT,
    )
    (guard,) = _post(province, "so-tttt", Role.SECURITY)
    player = Player(Ed25519PrivateKey.generate())
    devices.create_repository(at=AT)
    face = cluster.faces.order_by("id")[0]
    player.device = devices.confirm_enrolment(code=player.begin(at=AT).code, face=face, actor=guard, at=AT)
    released(cluster, at=AT)
    devices.publish_bundle(cluster=cluster, actor=scheduler, at=AT)
    keys = load(queries.current_files(), anchor=queries.anchor(), at=AT)
    raw = player.key.public_key().public_bytes_raw()
    record = read_device_record(bytes(player.device.record), keys=keys, key=raw, province=province)
    accepted = verify.accept(queries.current_files(), anchor=queries.anchor(), at=AT, device=record)
    assert accepted.manifest.items[0].digest == slot.version.content_digest
