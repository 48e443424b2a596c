"""Drafts by the operator's own programs: a real small translator over JSON lines, and the real voice where it is."""

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from bangtin.hub.kit import files
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.regulations.tests.factories import World
from bangtin.hub.translation import machines
from bangtin.hub.translation.actions import Words, deliver, draft_by_machine, draft_speech, save_draft
from bangtin.hub.translation.errors import MachineDraft, MachineFailed, NotConfigured
from bangtin.hub.translation.queries import lines
from bangtin.hub.translation.tests.factories import CHINESE, MORNING, asked, written

pytestmark = pytest.mark.django_db
# reads its dictionary from the folder it was given, as a model is read
PROGRAM = """
import json, pathlib, sys
words = json.loads((pathlib.Path(sys.argv[1]) / "words.json").read_text(encoding="utf-8"))
for line in sys.stdin:
    asked = json.loads(line)
    if asked["target"] == sys.argv[2] and asked["text"] in words:
        print(json.dumps({"id": asked["id"], "text": words[asked["text"]]}, ensure_ascii=False))
"""


@pytest.fixture
def engine(tmp_path: Path, settings: Settings) -> Path:
    """A translating program with its folder, set up as an operator would."""
    program = tmp_path / "dich.py"
    program.write_text(PROGRAM, encoding="utf-8")
    known = {"Thông báo giờ mở cửa khẩu": "口岸开放时间通知", "Cửa khẩu mở cửa lúc 7 giờ": "口岸7点开放"}
    (tmp_path / "words.json").write_text(json.dumps(known), encoding="utf-8")
    settings.MT_COMMAND = f"{shlex.quote(sys.executable)} {shlex.quote(str(program))} {{folder}} {{target}}"
    settings.MT_FOLDER = tmp_path
    return program


def test_a_machines_words_are_a_draft_until_they_are_read(world: World, engine: Path) -> None:
    job, actor = asked(world), world.users["dich-1"]
    save_draft(job=job, words=Words({"field.fact": "7:00"}), actor=actor, at=MORNING)
    assert draft_by_machine(job=job, actor=actor, at=MORNING) == 2
    found = {one.segment.id: (one.target, one.is_machine) for one in lines(job)}
    assert found["title"] == ("口岸开放时间通知", True)
    assert found["field.fact"] == ("7:00", False)
    with pytest.raises(MachineDraft):
        deliver(job=job, actor=actor, at=MORNING, is_declared=True)
    kept = {id_: target for id_, (target, _machine) in found.items()}
    save_draft(job=job, words=Words(kept, read=["title", "field.title"]), actor=actor, at=MORNING)
    assert deliver(job=job, actor=actor, at=MORNING, is_declared=True)


def test_words_that_were_changed_are_a_persons(world: World, engine: Path) -> None:
    job, actor = asked(world), world.users["dich-1"]
    draft_by_machine(job=job, actor=actor, at=MORNING)
    save_draft(job=job, words=Words({**CHINESE, "title": "口岸时间"}), actor=actor, at=MORNING)
    assert {one.segment.id for one in lines(job) if one.is_machine} == {"field.title"}


def test_a_machine_writes_over_nothing(world: World, engine: Path) -> None:
    job = written(asked(world), world)
    assert draft_by_machine(job=job, actor=world.users["dich-1"], at=MORNING) == 0


def test_who_does_not_write_asks_no_machine(world: World, engine: Path) -> None:
    with pytest.raises(NotPermitted):
        draft_by_machine(job=asked(world), actor=world.users["tham-dinh-1"], at=MORNING)


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "print('{')", "print('[]')", "pass"])
def test_a_machine_that_fails_is_named_and_nothing_is_kept(world: World, engine: Path, program: str) -> None:
    engine.write_text(program, encoding="utf-8")
    job = asked(world)
    with pytest.raises(MachineFailed):
        draft_by_machine(job=job, actor=world.users["dich-1"], at=MORNING)
    job.refresh_from_db()
    assert job.draft == {}


def test_without_a_program_there_is_no_draft(world: World, settings: Settings) -> None:
    settings.MT_COMMAND = settings.SPEECH_COMMAND = ""
    job, actor = written(asked(world), world), world.users["dich-1"]
    with pytest.raises(NotConfigured):
        machines.translate({"title": "x"}, source="vi", target="zh")
    with pytest.raises(NotConfigured):
        draft_speech(job=job, actor=actor, at=MORNING)


@pytest.mark.skipif(
    shutil.which("espeak-ng") is None and "BANGTIN_CI" not in os.environ,
    reason="the Debian package espeak-ng is not installed here",
)
def test_a_voice_reads_the_translation_as_a_draft_to_be_heard(world: World, settings: Settings) -> None:
    settings.SPEECH_COMMAND = machines.ESPEAK
    job = asked(world, language="en")
    words = {"title": "Opening hours", "field.title": "The gate opens at seven", "field.fact": "07:00"}
    save_draft(job=job, words=Words(words), actor=world.users["dich-1"], at=MORNING)
    draft_speech(job=job, actor=world.users["dich-1"], at=MORNING)
    sound = files.path(job.speech_sha256).read_bytes()
    assert sound[:4] == b"RIFF"
    assert len(sound) > 20_000
    assert not machines.has_voice("tyz")
