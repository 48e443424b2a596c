"""What the routes of each province approve is what a screen accepts: statements of the right steps and officers."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from django.test import override_settings

from bangtin.bundle import publishing, verify
from bangtin.bundle.approvals import Officers, Policy
from bangtin.bundle.devices import read_device_record
from bangtin.bundle.trusted import load
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.appraisal import actions as appraisal
from bangtin.hub.appraisal.tests.provinces import Bench
from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.actions import ceremonies, keys, repository
from bangtin.hub.devices.tests.factories import Player
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.tests.factories import MORNING
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.tests.factories import released
from bangtin.rulebook.texts import Window

pytestmark = pytest.mark.django_db


def _shown(bench: Bench, slug: str, version: ProgrammeVersion, operator: User) -> list[str]:
    """The steps that a screen of the cluster counts for the version once it is placed and published."""
    cluster = bench.world.clusters[slug]
    face = cluster.faces.get()
    security = account(f"an-toan-{slug}", "An toàn", bench.world.agencies["so-tttt"], Role.SECURITY)
    player = Player.new()
    code = player.begin(at=bench.at).code
    device = actions.confirm_enrolment(code=code, face=face, actor=security, at=bench.at)
    if bench.name == "lai-chau":  # who builds the plan sets the hours
        whole = [Window.parse("08:00-12:00"), Window.parse("13:00-17:00")]
        schedules.set_day_windows(cluster=cluster, on=bench.at.date(), windows=whole, actor=operator, at=bench.at)
    starts_at = bench.at + timedelta(hours=1)
    ends_at = starts_at + timedelta(hours=1)
    schedules.place(cluster=cluster, version=version, starts_at=starts_at, ends_at=ends_at, actor=operator, at=bench.at)
    released(cluster, at=bench.at)
    actions.publish_bundle(cluster=cluster, actor=operator, at=bench.at)
    files, anchor = queries.current_files(), queries.anchor()
    raw = player.key.public_key().public_bytes_raw()
    trusted = load(files, anchor=anchor, at=bench.at)
    record = read_device_record(bytes(device.record), keys=trusted, key=raw, province=bench.name)
    accepted = verify.accept(files, anchor=anchor, at=bench.at, device=record)
    (item,) = accepted.manifest.items
    assert item.digest == version.content_digest
    return sorted(one.step for one in accepted.approvals[item.id].statements)


def _operator(bench: Bench, slug: str) -> User:
    return account(f"xep-lich-{slug}", "Xếp lịch", bench.world.agencies[slug], Role.SCHEDULER)


@override_settings(PROVINCE="lai-chau")
def test_a_screen_takes_the_editor_s_and_the_confirmer_s_word_on_edited_content() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    bench.say("so-1", version)
    edited = bench.say("so-2", bench.edited("so-1", version))
    steps = _shown(bench, "ma-lu-thang", edited, _operator(bench, "so-tttt"))
    assert steps == ["appraisal.confirm", "appraisal.edit"]


@override_settings(PROVINCE="lai-chau")
def test_a_screen_takes_one_person_s_word_where_the_unit_recorded_it() -> None:
    bench = Bench.of("lai-chau")
    appraisal.record_one_person(
        agency=bench.world.agencies["ubnd-thanh-pho"],
        starts_on=MORNING.date(),
        basis="Quyết định 45/QĐ-UBND về biên chế",
        actor=bench.user("lanh-dao-tp"),
        at=MORNING,
    )
    version = bench.say("thanh-pho-1", bench.sent("dai", "bang-tin-thanh-pho"))
    listed = Officers.parse(repository.officers(at=MORNING))
    alone = {
        charge.clusters for one in listed.by_id.values() for charge in one.charges if "appraisal.sole" in charge.steps
    }
    assert alone == {("lai-chau/bang-tin-thanh-pho",)}
    steps = _shown(bench, "bang-tin-thanh-pho", version, _operator(bench, "ubnd-thanh-pho"))
    assert steps == ["appraisal.sole"]


@override_settings(PROVINCE="ha-tinh")
def test_a_screen_takes_the_language_desk_s_words_on_a_foreign_edition() -> None:
    bench = Bench.of("ha-tinh")
    original = bench.say("so-2", bench.say("so-1", bench.sent("dai", "vung-ang")))
    edition = bench.sent("dich", "vung-ang", language="en", translates=original)
    assert Programme.objects.get(pk=edition.programme_id).original == original.programme
    bench.say("ngoai-vu-2", bench.say("ngoai-vu-1", edition))
    steps = _shown(bench, "vung-ang", edition, _operator(bench, "bql-kkt"))
    assert steps == ["appraisal.confirm", "language.check"]


def test_a_repository_of_an_earlier_release_gets_the_policy_of_this_one_when_persons_sign_it() -> None:
    Bench.of("cao-bang")
    actions.create_repository(at=MORNING)
    plain = Policy({name: replace(rule, alternatives=()) for name, rule in Policy.default().classes.items()})
    files = publishing.set_policy(
        queries.current_files(), keys=keys.load(), policy=plain.encode(), at=MORNING.astimezone(UTC)
    )
    repository.store(files, at=MORNING)
    assert repository.with_officers(files, at=MORNING) is files  # whoever publishes leaves the policy alone
    assert repository.holds(queries.current_files(), "policy.json", plain.encode())
    ceremonies.publish(papers=ceremonies.prepare(ceremonies.renewal(at=MORNING), at=MORNING), at=MORNING)
    assert repository.holds(queries.current_files(), "policy.json", Policy.default().encode())
