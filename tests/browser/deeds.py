"""What `seed.py` can do in an installation: each deed is a function of texts that gives something JSON can hold."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

from django.core.management import call_command

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import actions as appraisal
from bangtin.hub.appraisal.tests.factories import met
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.devices import actions as devices
from bangtin.hub.kit import clock, files
from bangtin.hub.programmes import actions as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations.tests.factories import account, cao_bang
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.tests.factories import released
from bangtin.hub.translation.tests import factories as translation

CLUSTER, FACE, AGENCY = "cao-bang/trung-khanh", "trung-khanh-1", "cao-bang/dai-ptth"
NOTICE = {"template": "notice", "fields": {"title": "Cửa khẩu Trà Lĩnh mở cửa lúc 7 giờ"}}


def province(kit: str) -> object:
    """The regulation in use, one account an office, and the installer's kit in the file `kit`."""
    call_command("migrate", verbosity=0, interactive=False)
    world = cao_bang()
    devices.write_kit(path=Path(kit), at=clock.now())
    return sorted(world.users)


def approve(still_ms: str, *sources: str) -> object:
    """Approved versions of the files in `sources`, or of a text notice where it says `text`; gives their receipts."""
    return [_approved(source, int(still_ms)).receipt for source in sources]


def lai_chau(kit: str) -> object:
    """Lai Châu's regulation in use with its border cluster and two approved notices; gives the cluster's name."""
    call_command("migrate", verbosity=0, interactive=False)
    world = translation.lai_chau()
    account("lanh-dao-so", "Lãnh đạo Sở", world.agencies["so-tttt"], Role.LEADER)
    devices.write_kit(path=Path(kit), at=clock.now())
    at = clock.now() - timedelta(days=1)
    for title in ("Giờ mở cửa khẩu", "Phòng cháy rừng mùa khô"):
        translation.approved(translation.original(world, at=at, title=title), world, at=at)
    return "ma-lu-thang"


def plan(minutes: str, *receipts: str) -> object:
    """One slot of `minutes` from now on for all receipts in turn, published; a receipt after `+` is filler."""
    at, cluster, actor = clock.now(), Cluster.objects.get(pk=CLUSTER), User.objects.get(username="xep-lich-tk")
    ends_at = at + timedelta(minutes=float(minutes))
    for receipt in receipts:
        version = ProgrammeVersion.objects.get(receipt=receipt.lstrip("+"))
        if receipt.startswith("+"):
            schedules.add_filler(cluster=cluster, version=version, actor=actor, at=at)
        else:
            schedules.place(cluster=cluster, version=version, starts_at=at, ends_at=ends_at, actor=actor, at=at)
    return publish()


def queue(count: str, source: str) -> object:
    """Films that wait for the worker: each is checked and made into renditions; gives how many."""
    for _number in range(int(count)):
        _sent(source, 2000)
    return int(count)


def publish() -> object:
    """The plan as it is, approved by another person, as the next bundle; gives its number."""
    actor, cluster = User.objects.get(username="xep-lich-tk"), Cluster.objects.get(pk=CLUSTER)
    released(cluster, at=clock.now())
    return devices.publish_bundle(cluster=cluster, actor=actor, at=clock.now()).number


def release() -> object:
    """Another person approves the plan as it is; gives the last day."""
    return str(released(Cluster.objects.get(pk=CLUSTER), at=clock.now()).until_on)


def enrol(code: str) -> object:
    """Make the player that shows `code` the device of the face."""
    actor = User.objects.get(username="an-toan")
    return devices.confirm_enrolment(code=code, face=Face.objects.get(pk=FACE), actor=actor, at=clock.now()).pk


def employ(username: str, display: str, agency: str, role: str) -> object:
    """One more account with a post of `role` at an agency of Cao Bằng; gives its username."""
    return account(username, display, Agency.objects.get(pk=f"cao-bang/{agency}"), Role(role)).username


def _approved(source: str, still_ms: int) -> ProgrammeVersion:
    version = _submitted(source, still_ms)
    words, (first, second) = "Nội dung đúng quy định", (_officer("tham-dinh-1"), _officer("tham-dinh-2"))
    at = clock.now()
    appraisal.decide(
        version=version, outcome="approved", grounds=words, actor=first, at=at, answers=met(version, at=at)
    )
    appraisal.confirm(version=version, outcome="approved", grounds=words, actor=second, at=clock.now())
    version.refresh_from_db()
    return version


def _officer(username: str) -> User:
    return User.objects.get(username=username)


def _submitted(source: str, still_ms: int) -> ProgrammeVersion:
    return programmes.check(version=_sent(source, still_ms), at=clock.now())


def _sent(source: str, still_ms: int) -> ProgrammeVersion:
    at, is_text = clock.now(), source == "text"
    stored = None if is_text else files.put([Path(source).read_bytes()], max_bytes=1 << 30)
    submission = programmes.Submission(
        agency_id=AGENCY,
        title=f"Thông báo {Path(source).stem}",
        language="vi",
        cluster_ids=(CLUSTER,),
        month=date(at.year, at.month, 1),
        category="culture_country_people",
        still_ms=still_ms,
        text=NOTICE if is_text else None,
        source_name="" if is_text else Path(source).name,
        facts=programmes.Facts(is_declared=True),
    )
    return programmes.submit(submission=submission, source=stored, actor=User.objects.get(username="dai"), at=at)


DEEDS: Mapping[str, Callable[..., object]] = {
    deed.__name__: deed for deed in (province, lai_chau, approve, plan, queue, release, publish, enrol, employ)
}
