"""UBND huyện Quảng Hòa ends on 30/6/2025: its duties, people, cluster, programmes and report go on at its successor."""

import io
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.agencies.actions import NameGiven
from bangtin.hub.agencies.models import Agency, AgencyName, Succession
from bangtin.hub.kit import audit, files
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations import policies as obligations
from bangtin.hub.obligations.queries import Duty, duties
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.programmes import queries as programme_queries
from bangtin.hub.programmes.actions import submit
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import in_state, submission, submitted
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.actions import (
    Handing,
    install,
    record_agency_made,
    record_name,
    record_succession,
    withdraw_succession,
)
from bangtin.hub.regulations.actions.circles import SuccessionCircle
from bangtin.hub.regulations.actions.successions import (
    AgencyEnded,
    NoAdministratorLeft,
    SuccessionFollowed,
    SuccessionRefused,
)
from bangtin.hub.regulations.models import Mandate, Task
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, account, cao_bang
from bangtin.hub.reports import policies as reports_policies
from bangtin.hub.reports.actions import compile_report, write_docx
from bangtin.hub.schedules import policies as schedules
from bangtin.rulebook import successions

pytestmark = pytest.mark.django_db
OLD, NEW = "cao-bang/ubnd-quang-hoa", "cao-bang/ubnd-xa-phuc-hoa"
DAY = date(2025, 7, 1)
BASIS = "Nghị quyết thử nghiệm số 01/NQ ngày 16/6/2025"
BEFORE, AFTER = local("2025-05-12 08:00"), local("2025-07-14 08:00")
NAME = NameGiven(
    "Ủy ban nhân dân xã Phục Hòa", "People's Committee of Phục Hòa commune", "UBND xã Phục Hòa", DAY, BASIS
)


@dataclass(frozen=True)
class Merged:
    """The province with the new commune, and the rows of its taking over."""

    world: World
    commune: Agency
    rows: list[Succession]


def commune(world: World, *, at: datetime = AFTER) -> Agency:
    return record_agency_made(agency_id=NEW, name=NAME, actor=world.users["quan-tri"], at=at)


def handing(world: World, heir: Agency, **changes: object) -> Handing:
    made = Handing("merge", world.agencies["ubnd-quang-hoa"], [heir], DAY, BASIS)
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of one dataclass, by name


def merged(world: World | None = None, *, at: datetime = AFTER) -> Merged:
    world = world or cao_bang()
    heir = commune(world, at=at)
    rows = record_succession(handing=handing(world, heir), actor=world.users["quan-tri"], at=at)
    return Merged(world, heir, rows)


def duty(year: int, at: datetime, obligation: str = "cao-bang/yearly-report", assigned: str = OLD) -> Duty:
    every = duties(year=year, as_of=at)
    return next(one for one in every if one.id.startswith(f"{obligation}@{assigned}@"))


def test_without_a_row_the_district_goes_on_answering() -> None:
    cao_bang()
    found = duty(2025, local("2025-12-01 08:00"))
    assert (found.agency_id, found.due_on) == (OLD, date(2025, 12, 15))


def test_with_a_row_the_duty_assigned_to_the_district_is_the_communes() -> None:
    merged()
    found = duty(2025, local("2025-12-01 08:00"))
    assert (found.agency_id, found.agency_name) == (NEW, "Ủy ban nhân dân xã Phục Hòa")
    pack = regulations.regulation(INSTRUMENT)
    assert successions.answering(pack, OLD, DAY - timedelta(days=1)).agencies == (OLD,)
    assert successions.answering(pack, OLD, DAY).agencies == (NEW,)
    assert regulations.pack(INSTRUMENT).successions == ()


def test_an_open_occurrence_keeps_its_id_and_what_was_done_for_it() -> None:
    world = cao_bang()
    before = {one.id for one in duties(year=2025, as_of=BEFORE) if one.agency_id == OLD}
    merged(world)
    after = {one.id: one for one in duties(year=2025, as_of=AFTER) if one.agency_id in {OLD, NEW}}
    assert before == set(after)
    assert {one.agency_id for one in after.values() if one.due_on and one.due_on < DAY} <= {OLD}


def test_an_abolished_agency_without_successor_keeps_its_duties() -> None:
    world = cao_bang()
    rows = handing(world, world.agencies["ubnd-tinh"], kind="abolish", successors=[])
    record_succession(handing=rows, actor=world.users["quan-tri"], at=AFTER)
    found = duty(2025, local("2025-12-01 08:00"))
    answering = successions.answering(regulations.regulation(INSTRUMENT), OLD, date(2025, 12, 1))
    assert found.agency_id == OLD and not answering.is_recorded
    assert regulations.mandated(Task.OPERATE, on=DAY, cluster=world.clusters["ta-lung"]) == set()
    heir = commune(world)
    record_succession(handing=handing(world, heir), actor=world.users["quan-tri"], at=AFTER)
    assert duty(2025, local("2025-12-01 08:00")).agency_id == NEW
    assert accounts.has_role(world.users["xep-lich"], Role.SCHEDULER, on=DAY, agencies={NEW})


def test_users_go_along_and_their_accounts_keep_their_history() -> None:
    one = merged()
    user = one.world.users["xep-lich"]
    assert accounts.agency_ids(user, on=DAY - timedelta(days=1)) == {OLD}
    assert accounts.agency_ids(user, on=DAY, role=Role.SCHEDULER) == {NEW}
    assert [(post.agency_id, post.starts_on, post.ends_on) for post in user.posts.order_by("pk")] == [
        (OLD, None, date(2025, 6, 30)),
        (NEW, DAY, None),
    ]
    assert AuditEntry.objects.filter(action="post.carried").count() == 2
    assert list(audit.broken()) == []


def test_the_cluster_changes_hands_on_the_day() -> None:
    one = merged()
    cluster, user = one.world.clusters["ta-lung"], one.world.users["xep-lich"]
    assert regulations.mandated(Task.OPERATE, on=date(2025, 6, 30), cluster=cluster) == {OLD}
    assert regulations.mandated(Task.OPERATE, on=DAY, cluster=cluster) == {NEW}
    assert schedules.may_place(user, cluster, at=BEFORE) and schedules.may_place(user, cluster, at=AFTER)
    assert not schedules.may_place(one.world.users["xep-lich-tk"], cluster, at=AFTER)
    given = set(Mandate.objects.filter(agency=OLD, task=Task.OPERATE).values_list("starts_on", "ends_on"))
    assert given == {(None, date(2025, 6, 30))}


def test_programmes_stay_under_the_districts_name_and_the_communes_officers_carry_them_on() -> None:
    world = cao_bang()
    author = account("huyen", "Cán bộ huyện", world.agencies["ubnd-quang-hoa"], Role.CONTRIBUTOR)
    world.users["huyen"] = author
    version = submitted(world, by="huyen", at=BEFORE, agency_id=OLD, month=date(2025, 5, 1))
    in_state(version, VersionState.RETURNED)
    one = merged(world)
    colleague = account("xa", "Cán bộ xã", one.commune, Role.CONTRIBUTOR)
    stranger = world.users["ngoai-vu"]
    version.refresh_from_db()
    assert version.programme.agency_id == OLD
    assert programmes.may_see(colleague, version, on=DAY) and not programmes.may_see(stranger, version, on=DAY)
    assert version in programmes.visible(colleague, on=DAY) and version in programme_queries.mine(colleague, on=DAY)
    assert programmes.may_send_again(colleague, version, on=DAY)
    again = submission(agency_id=OLD, programme=version.programme, month=date(2025, 5, 1))
    assert submit(submission=again, source=None, actor=colleague, at=AFTER).number == 2
    with pytest.raises(NotPermitted):  # what is new is handed in under the body that stands
        submit(submission=submission(agency_id=OLD), source=None, actor=colleague, at=AFTER)


def test_the_report_of_the_year_names_both_bodies_with_their_days() -> None:
    world = cao_bang()
    author = account("huyen", "Cán bộ huyện", world.agencies["ubnd-quang-hoa"], Role.CONTRIBUTOR)
    world.users["huyen"] = author
    submitted(world, by="huyen", at=BEFORE, agency_id=OLD, month=date(2025, 5, 1))
    one = merged(world)
    reporter = account("xa", "Cán bộ xã", one.commune, Role.REPORTER)
    at = local("2025-12-14 08:00")
    report = compile_report(kind="cao-bang/yearly-report", agency=one.commune, year=2025, actor=reporter, at=at)
    figures = dict(report.figures.values_list("name", "value"))
    assert figures["programmes_submitted_count"] == 1
    assert figures["clusters_count"] == 1
    text = paper_of(report)
    assert "Ủy ban nhân dân huyện Quảng Hòa thực hiện nhiệm vụ đến hết ngày 30/06/2025" in text
    assert "từ ngày 01/07/2025, Ủy ban nhân dân xã Phục Hòa tiếp nhận toàn bộ nhiệm vụ" in text
    assert BASIS in text
    assert "Ủy ban nhân dân huyện Quảng Hòa (đến hết ngày 30/06/2025)" in text
    whole = compile_report(
        kind="cao-bang/yearly-report", agency=world.agencies["so-tttt"], year=2025, actor=world.users["bao-cao"], at=at
    )
    assert "Ủy ban nhân dân xã Phục Hòa tiếp nhận" in paper_of(whole)
    later = compile_report(
        kind="cao-bang/yearly-report", agency=one.commune, year=2026, actor=reporter, at=local("2026-12-14 08:00")
    )
    assert "thay đổi về cơ quan" not in paper_of(later)


def paper_of(report: object) -> str:
    stored = write_docx(report=report)  # type: ignore[arg-type]  # a report; the test needs nothing else of it
    paper = Document(io.BytesIO(Path(files.path(stored.sha256)).read_bytes()))
    cells = (cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(paragraph.text for paragraph in paper.paragraphs), *cells))


def test_the_communes_reporter_finishes_the_districts_report_and_reads_its_duties() -> None:
    one = merged()
    reporter = account("xa", "Cán bộ xã", one.commune, Role.REPORTER)
    assert reports_policies.may_report(reporter, one.world.agencies["ubnd-quang-hoa"], on=DAY)
    assert not reports_policies.may_report(reporter, one.world.agencies["ubnd-quang-hoa"], on=date(2025, 6, 30))
    assert obligations.readable_agencies(reporter, on=DAY) == {OLD, NEW}


def test_a_change_to_come_leaves_everything_as_it_is_until_its_day() -> None:
    one = merged(at=BEFORE)
    user, cluster = one.world.users["xep-lich"], one.world.clusters["ta-lung"]
    assert schedules.may_place(user, cluster, at=BEFORE)
    assert accounts.agency_ids(user, on=BEFORE.date()) == {OLD}
    assert accounts.agency_ids(user, on=DAY) == {NEW}
    assert duty(2025, BEFORE).agency_id == NEW  # its last day lies after the change


def test_a_withdrawn_succession_leaves_all_as_it_was_but_in_the_history() -> None:
    world = cao_bang()
    mandates = set(Mandate.objects.values_list("agency_id", "task", "cluster_id", "starts_on", "ends_on"))
    posts = set(Post.objects.values_list("pk", "agency_id", "ends_on"))
    one = merged(world, at=BEFORE)
    withdraw_succession(
        succession=one.rows[0], reason="Ghi nhầm cơ quan", actor=world.users["quan-tri"], at=local("2025-05-13 08:00")
    )
    assert set(Mandate.objects.values_list("agency_id", "task", "cluster_id", "starts_on", "ends_on")) == mandates
    assert set(Post.objects.values_list("pk", "agency_id", "ends_on")) == posts
    assert duty(2025, local("2025-12-01 08:00")).agency_id == OLD
    assert Agency.objects.get(pk=OLD).ends_on is None
    row = Succession.objects.get()
    assert row.withdrawn_at is not None
    entry = AuditEntry.objects.get(action="succession.withdrawn")
    assert entry.details["reason"] == "Ghi nhầm cơ quan"


def test_rights_held_until_a_withdrawal_were_real() -> None:
    one = merged()
    user = one.world.users["xep-lich"]
    withdraw_succession(succession=one.rows[0], reason="Nhầm", actor=None, at=local("2025-08-01 08:00"))
    assert accounts.agency_ids(user, on=AFTER.date()) == {OLD, NEW}
    assert accounts.agency_ids(user, on=date(2025, 8, 1)) == {OLD}


def test_a_withdrawn_succession_can_be_recorded_again() -> None:
    one = merged()
    admin = one.world.users["quan-tri"]
    withdraw_succession(succession=one.rows[0], reason="Nhầm", actor=admin, at=AFTER)
    record_succession(handing=handing(one.world, one.commune), actor=admin, at=AFTER)
    assert accounts.agency_ids(one.world.users["xep-lich"], on=AFTER.date()) == {NEW}


def test_a_part_that_is_handed_over_leaves_the_rest_where_it_is() -> None:
    world = cao_bang()
    heir = commune(world)
    part = handing(world, heir, kind="transfer", clusters=("cao-bang/ta-lung",))
    record_succession(handing=part, actor=world.users["quan-tri"], at=AFTER)
    cluster = world.clusters["ta-lung"]
    assert regulations.mandated(Task.OPERATE, on=DAY, cluster=cluster) == {NEW}
    assert duty(2025, local("2025-12-01 08:00")).agency_id == OLD
    assert accounts.agency_ids(world.users["xep-lich"], on=DAY) == {OLD}
    assert regulations.continued({NEW}, on=DAY) == {NEW}


def test_a_split_is_recorded_heir_by_heir_with_the_people_chosen() -> None:
    world = cao_bang()
    heir, admin = commune(world), world.users["quan-tri"]
    post = Post.objects.get(user=world.users["xep-lich"])
    first = handing(world, heir, kind="split", clusters=("cao-bang/ta-lung",), posts=(post.pk,))
    record_succession(handing=first, actor=admin, at=AFTER)
    rest = handing(world, world.agencies["ubnd-trung-khanh"], kind="split", duties=("cao-bang/yearly-report",))
    record_succession(handing=rest, actor=admin, at=AFTER)
    assert accounts.agency_ids(world.users["xep-lich"], on=DAY) == {NEW}
    assert accounts.agency_ids(world.users["van-hanh"], on=DAY) == {OLD}
    pack = regulations.regulation(INSTRUMENT)
    assert successions.operator(pack, "cao-bang/ta-lung", DAY).agencies == (NEW,)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"basis": "  "}, "basis"),
        ({"effective_on": date(2020, 1, 1)}, "effective_on"),
        ({"effective_on": date(2025, 6, 1)}, "effective_on"),
        ({"kind": "transfer"}, "duties"),
        ({"kind": "abolish"}, "successor"),
        ({"successors": []}, "successor"),
        ({"clusters": ("cao-bang/ta-lung",)}, "successor"),
    ],
)
def test_what_does_not_hold_together_is_refused_and_nothing_changes(changes: dict[str, object], field: str) -> None:
    world = cao_bang()
    heir, posts = commune(world), set(Post.objects.values_list("agency_id", "ends_on"))
    with pytest.raises(SuccessionRefused) as refused:
        record_succession(handing=handing(world, heir, **changes), actor=world.users["quan-tri"], at=AFTER)
    assert field in refused.value.fields and refused.value.next_step
    assert not Succession.objects.exists()
    assert set(Post.objects.values_list("agency_id", "ends_on")) == posts


def test_two_mergers_that_overlap_are_refused() -> None:
    one = merged()
    other = handing(one.world, one.world.agencies["ubnd-trung-khanh"], effective_on=date(2025, 9, 1))
    with pytest.raises(AgencyEnded, match="30/06/2025"):
        record_succession(handing=other, actor=None, at=AFTER)


def test_nothing_goes_to_a_body_that_has_ended_itself() -> None:
    one = merged()
    late = Handing("merge", one.world.agencies["ubnd-ha-lang"], [one.world.agencies["ubnd-quang-hoa"]], DAY, BASIS)
    with pytest.raises(AgencyEnded):
        record_succession(handing=late, actor=None, at=AFTER)


def test_a_circle_is_refused_with_the_names_in_it() -> None:
    world = cao_bang()
    heir = commune(world)
    there = handing(world, heir, kind="transfer", clusters=("cao-bang/ta-lung",))
    record_succession(handing=there, actor=None, at=AFTER)
    back = Handing("merge", heir, [world.agencies["ubnd-quang-hoa"]], date(2025, 9, 1), BASIS)
    with pytest.raises(SuccessionCircle, match="huyện Quảng Hòa") as refused:
        record_succession(handing=back, actor=None, at=AFTER)
    assert "xã Phục Hòa" in refused.value.message


def test_what_a_later_change_builds_on_is_not_withdrawn_before_it() -> None:
    one = merged()
    onward = Handing("merge", one.commune, [one.world.agencies["ubnd-trung-khanh"]], date(2026, 3, 1), BASIS)
    last = record_succession(handing=onward, actor=None, at=AFTER)
    with pytest.raises(SuccessionFollowed):
        withdraw_succession(succession=one.rows[0], reason="Nhầm", actor=None, at=AFTER)
    withdraw_succession(succession=last[0], reason="Nhầm", actor=None, at=AFTER)
    withdraw_succession(succession=one.rows[0], reason="Nhầm", actor=None, at=AFTER)
    with pytest.raises(StaleState):
        withdraw_succession(succession=one.rows[0], reason="Nhầm", actor=None, at=AFTER)


def test_the_last_administrator_is_not_abolished_away() -> None:
    world = cao_bang()
    gone = Handing("abolish", world.agencies["so-tttt"], [], DAY, BASIS)
    with pytest.raises(NoAdministratorLeft):
        record_succession(handing=gone, actor=None, at=AFTER)
    assert not Succession.objects.exists()


@pytest.mark.parametrize("who", ["dai", "tham-dinh-1", "xep-lich", "lanh-dao", "bao-cao", "an-toan", "tai-chinh"])
def test_only_an_administrator_says_what_became_of_an_agency(who: str) -> None:
    world = cao_bang()
    heir = commune(world)
    with pytest.raises(NotPermitted):
        record_succession(handing=handing(world, heir), actor=world.users[who], at=AFTER)
    with pytest.raises(NotPermitted):
        record_name(agency=heir, name=NAME, actor=world.users[who], at=AFTER)


def test_a_second_install_keeps_successions_names_and_settings() -> None:
    one = merged()
    admin, department = one.world.users["quan-tri"], one.world.agencies["so-tttt"]
    named = NameGiven("Sở Thông tin mới", "", "Sở TT", date(2025, 3, 1), BASIS)
    record_name(agency=department, name=named, actor=admin, at=AFTER)
    mandates = set(Mandate.objects.values_list("agency_id", "task", "cluster_id", "starts_on", "ends_on"))
    install(instrument_id=INSTRUMENT, actor=None, at=AFTER)
    assert set(Mandate.objects.values_list("agency_id", "task", "cluster_id", "starts_on", "ends_on")) == mandates
    assert AgencyName.objects.filter(agency=department, name_vi="Sở Thông tin mới").exists()
    assert Agency.objects.get(pk=department.pk).name(DAY) == "Sở Thông tin mới"
    assert Agency.objects.get(pk=department.pk).name(date(2025, 2, 1)) == "Sở Thông tin và Truyền thông"
    assert regulations.regulation(INSTRUMENT).agency(department.pk).name_on(DAY).name.vi == "Sở Thông tin mới"


def test_a_name_given_within_the_year_stands_in_its_report() -> None:
    world = cao_bang()
    named = NameGiven("Sở Văn hóa, Thể thao và Du lịch", "", "", date(2025, 3, 1), BASIS)
    record_name(agency=world.agencies["so-tttt"], name=named, actor=world.users["quan-tri"], at=AFTER)
    report = compile_report(
        kind="cao-bang/yearly-report",
        agency=world.agencies["so-tttt"],
        year=2025,
        actor=world.users["bao-cao"],
        at=local("2025-12-14 08:00"),
    )
    words = "Từ ngày 01/03/2025, Sở Thông tin và Truyền thông mang tên Sở Văn hóa, Thể thao và Du lịch"
    assert words in paper_of(report)
