"""A stick at a post without a line: names, sizes, copies, how old a set may be, and acks that only the hub can make."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bangtin.bundle import acks, carry, instants, publishing, verify
from bangtin.bundle.acks import Ack
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import world

DAY = timedelta(days=1)
SHA = "a" * 64


def laid(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        carry.write(root, name, [data])
    return root


def taken(root: Path) -> dict[str, bytes]:
    """The set of the own cluster as a player copies it."""
    small = [one for one in carry.survey(root) if one.kind in {"metadata", "targets", "cluster"}]
    return carry.set_files(carry.read_small(root, small), cluster=world.CLUSTER)


def refused(code: str, step: str) -> "pytest.RaisesExc[BundleRefusal]":
    return pytest.raises(BundleRefusal, match=rf"^{code} \(step {step}\)")


def test_a_set_comes_back_as_it_was_laid_down_and_verifies_from_the_copy(tmp_path: Path) -> None:
    files = world.published()
    copied = taken(laid(tmp_path, files))
    assert world.accept(copied).manifest.number == 1
    assert set(copied) <= set(files)


@pytest.mark.parametrize(
    "name",
    [
        "m/../../etc/passwd",
        "../m/" + SHA,
        "/m/" + SHA,
        "m/" + SHA.upper(),
        "m/" + SHA + "\0",
        "m/" + SHA + ".mp4",
        "autorun.inf",
        "metadata/01.root.json",
        "metadata/1.ROOT.json",
        "targets/c/x/y/" + SHA + ".manifest.json",
        "records/../1-1-aaaaaaaa.jsonl.gz",
        "records/a..b/1-1-aaaaaaaa.jsonl.gz",
        "records/d-1/1-1-aaaaaaaa.jsonl",
        "acks/.json",
        "m/" + SHA + ".chunks.tmp",
        "M/" + SHA,
    ],
)
def test_t73_a_name_that_has_no_place_is_refused(name: str) -> None:
    with refused("carry_name", "9.1"):
        carry.kind_of(name)


def test_t73_a_link_is_refused_wherever_it_points(tmp_path: Path) -> None:
    laid(tmp_path, world.published())
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / SHA).symlink_to("/etc/passwd")
    with refused("carry_name", "9.1"):
        carry.survey(tmp_path)
    (tmp_path / "m" / SHA).unlink()
    (tmp_path / "m").rmdir()
    (tmp_path / "m").symlink_to("/etc")
    with refused("carry_name", "9.1"):
        carry.survey(tmp_path)


def test_t73_a_pipe_a_deep_folder_and_a_stray_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    os.mkfifo(tmp_path / "m" / SHA)
    with refused("carry_name", "9.1"):
        carry.survey(tmp_path)
    deep = tmp_path / "deep"
    (deep / "a/b/c/d/e/f/g").mkdir(parents=True)
    with refused("carry_name", "9.1"):
        carry.survey(deep)
    stray = laid(tmp_path / "stray", world.published())
    (stray / "start.exe").write_bytes(b"MZ")
    with refused("carry_name", "9.1"):
        carry.survey(stray)


def test_t73_a_file_of_5_gb_and_a_metadata_file_of_6_mb_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    with (tmp_path / "m" / SHA).open("wb") as file:
        file.truncate(5 * 2**30)  # sparse: nothing is written
    with refused("carry_too_large", "9.2"):
        carry.survey(tmp_path)
    (tmp_path / "m" / SHA).unlink()
    (tmp_path / "metadata").mkdir()
    with (tmp_path / "metadata" / "timestamp.json").open("wb") as file:
        file.truncate(6_000_000)
    with refused("carry_too_large", "9.2"):
        carry.survey(tmp_path)


def test_more_small_files_than_memory_should_hold_are_refused(tmp_path: Path) -> None:
    (tmp_path / "metadata").mkdir()
    for number in range(1, 16):
        with (tmp_path / "metadata" / f"{number}.targets.json").open("wb") as file:
            file.truncate(5_000_000)
    with refused("carry_too_large", "9.2"):
        carry.read_small(tmp_path, carry.survey(tmp_path))


def test_t75_a_manifest_changed_on_the_stick_during_the_copy_is_refused_from_the_copy(tmp_path: Path) -> None:
    laid(tmp_path, world.published())
    found = carry.survey(tmp_path)
    (name,) = [one.name for one in found if one.name.endswith(".manifest.json")]
    body = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(body.replace(b'"ordinary"', b'"priority"')[: len(body)])
    copied = carry.set_files(carry.read_small(tmp_path, found), cluster=world.CLUSTER)
    world.refused("manifest_digest", copied)


def test_t75_a_file_that_grows_or_becomes_a_link_during_the_copy_is_refused(tmp_path: Path) -> None:
    laid(tmp_path, {f"m/{SHA}": b"12345678"})
    (entry,) = carry.survey(tmp_path)
    (tmp_path / entry.name).write_bytes(b"123456789")
    with refused("carry_too_large", "9.2"):
        list(carry.pieces(tmp_path, entry))
    (tmp_path / entry.name).unlink()
    (tmp_path / entry.name).symlink_to("/etc/hostname")
    with refused("carry_name", "9.1"):
        list(carry.pieces(tmp_path, entry))


def judged(files: dict[str, bytes], *, days: float, **changes: object) -> verify.Accepted:
    """What a post without a line makes of a set that many days after it was published."""
    now = world.AT + days * DAY
    accepted = world.accept(files, at=carry.instant(files, now=now), **changes)
    carry.check_fresh(accepted, now=now)
    return accepted


def long_plan() -> dict[str, bytes]:
    """A bundle of 90 days."""
    made = world.manifest()
    return world.published(replace(made, ends_ms=made.starts_ms + 90 * 86_400_000))


def test_t74_a_courier_may_be_fourteen_days_late_and_no_more() -> None:
    files = long_plan()
    assert judged(files, days=1).manifest.number == 1
    late = judged(files, days=7 + 13.9)
    assert late.timestamp_expires == world.AT + 7 * DAY
    with refused("carry_stale", "1.9"):
        judged(files, days=7 + 15)


def test_t74_a_stick_older_than_the_floors_is_refused() -> None:
    files = long_plan()
    newer = publishing.refresh_timestamp(files, keys=world.KEYS, at=world.AT + DAY)
    seen = world.accept(newer, at=world.AT + DAY)
    with refused("timestamp_rollback", "1.8"):
        judged(files, days=2, stored=seen.files, floors=seen.floors)
    with refused("timestamp_rollback", "1.12"):
        judged(files, days=2, floors=seen.floors)


def test_a_plan_that_is_over_is_refused_however_fresh_its_carrier() -> None:
    with refused("manifest_over", "2.5"):
        judged(world.published(), days=3)


def test_grace_by_class_counts_from_the_expiry_not_from_the_day_the_stick_came() -> None:
    accepted = judged(long_plan(), days=20)
    (clip, *_rest) = accepted.manifest.items
    after = world.AT + 7 * DAY
    assert accepted.why_not(clip, "priority", at=after + 2.9 * DAY) is None
    assert accepted.why_not(clip, "priority", at=after + 3.1 * DAY) == "class_stale"
    assert accepted.why_not(clip, "ordinary", at=after + 44 * DAY) is None
    assert accepted.why_not(clip, "ordinary", at=after + 46 * DAY) == "class_stale"
    assert accepted.why_not(clip, "filler", at=after + 399 * DAY) != "class_stale"


def test_a_post_without_a_line_goes_on_for_half_a_year_by_one_stick_a_month_however_slow_the_courier() -> None:
    files, seen = world.repository(), None
    for month in range(6):
        made_at = world.AT + 30 * month * DAY
        made = replace(
            world.manifest(number=month + 1),
            made_ms=instants.to_ms(made_at),
            starts_ms=instants.to_ms(made_at),
            ends_ms=instants.to_ms(made_at + 90 * DAY),
            windows=(),
            loops={},
            items=(world.item(world.notice(), name="notice"),),
            files=(),
        )
        files = publishing.refresh_timestamp(files, keys=world.KEYS, at=made_at)
        lines = world.sign_all(world.two_officers(made.items[0]))
        files = world.published(made, repo=files, lines=lines, at=made_at)
        arrives = made_at + 15 * DAY  # eight days after its timestamp ran out
        at = carry.instant(files, now=arrives)
        before: dict[str, object] = {} if seen is None else {"stored": seen.files, "floors": seen.floors}
        seen = world.accept(files, at=at, **before)
        carry.check_fresh(seen, now=arrives)
        for day in range(31):  # until the next stick is here
            assert seen.why_not(seen.manifest.items[0], "ordinary", at=arrives + day * DAY) is None
    assert seen is not None
    assert seen.manifest.number == 6


@pytest.mark.parametrize("thrown", [b"{}", b"[" * 10_000, b"\xff", b"x" * 20_000])
def test_a_timestamp_that_is_none_is_named(thrown: bytes) -> None:
    with pytest.raises(BundleRefusal, match="timestamp_"):
        carry.instant({**world.published(), "metadata/timestamp.json": thrown}, now=world.AT)
    with refused("timestamp_missing", "1.1"):
        carry.instant({}, now=world.AT)


def test_only_the_hub_acknowledges_records() -> None:
    keys = world.accept(world.published()).keys
    ack = Ack("dev-1", 1, 40, SHA)
    envelope = acks.encode(ack, world.KEYS.of("hub"))
    assert acks.read(envelope, keys=keys, device="dev-1") == ack
    for bad, device in (
        (acks.encode(ack, world.KEYS.of("c-ta-lung")), "dev-1"),
        (acks.encode(ack, world.KEYS.of("approvals")), "dev-1"),
        (envelope, "dev-2"),
        (b"{}", "dev-1"),
    ):
        with refused("carry_ack", "9.3"):
            acks.read(bad, keys=keys, device=device)


def test_a_copy_that_was_cut_short_leaves_nothing_behind(tmp_path: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield b"half"
        raise OSError("the stick was pulled")

    with pytest.raises(OSError, match="pulled"):
        carry.write(tmp_path, f"m/{SHA}", cut())
    assert carry.survey(tmp_path) == []
    (tmp_path / "m" / f"{SHA}.tmp").write_bytes(b"half")
    assert carry.survey(tmp_path) == []
