"""The independent checker and the screen's own verification agree on good and bad bundles."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bangtin.bundle import publishing
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import world
from tests import checker

FILES = {**world.published(), "m/" + world.file().sha256: world.MEDIA}


def refusal_of(files: dict[str, bytes], anchor: bytes = world.ANCHOR) -> str | None:
    try:
        checker.check(files, anchor, world.CLUSTER, world.AT)
    except SystemExit as refusal:
        return str(refusal).partition(":")[0]
    except (AttributeError, LookupError, TypeError, ValueError):
        return "malformed"
    return None


def test_it_accepts_a_published_bundle_with_its_media() -> None:
    assert refusal_of(FILES) is None


@pytest.mark.parametrize("path", sorted(path for path in FILES if "c-trung-khanh" not in path))
def test_it_refuses_a_flipped_byte_in_any_file(path: str) -> None:
    if path.endswith("officers.json"):
        pytest.skip("it judges without the officers' list")
    data = FILES[path]
    for at in range(0, len(data), max(1, len(data) // 5)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        anchor = changed if path.endswith("1.root.json") else world.ANCHOR
        assert refusal_of({**FILES, path: changed}, anchor) is not None


def attacks() -> dict[str, tuple[dict[str, bytes], str]]:
    """Properly signed with a stolen online key, and yet to be refused."""
    made = world.manifest()
    clip, notice = made.items
    good = [one for each in made.items for one in world.two_officers(each)]
    alone = [world.statement(clip, officer="minh", step=f"appraisal.{step}") for step in ("decide", "confirm")]
    own = world.item(world.clip(author="lan"), name="clip")
    retitled = world.item(replace(clip.content, title="Khác"), name="clip")
    lying = replace(clip, content=retitled.content)
    raised = replace(clip, class_="priority")
    swapped = publishing.Keys({**world.KEYS.signers, "c-ta-lung": world.KEYS.of("c-trung-khanh")})
    signed = world.sign_all(good)
    return {
        "one officer short": (world.published(lines=world.sign_all(good[1:])), "item_unapproved"),
        "one officer twice": (world.published(lines=world.sign_all([*alone, *good[2:]])), "item_one_officer"),
        "author": (world.published(replace(made, items=(own, notice))), "item_by_author"),
        "retitled": (world.published(replace(made, items=(retitled, notice)), lines=signed), "item_unapproved"),
        "lying digest": (world.published(replace(made, items=(lying, notice)), lines=signed), "item_digest"),
        "raised": (world.published(replace(made, items=(raised, notice)), lines=signed), "item_unapproved"),
        "forged": (world.published(lines=world.sign_all(good, role="c-ta-lung")), "approval_unsigned"),
        "withdrawn": (
            world.published(lines=world.sign_all([*good, replace(good[0], decision="withdrawn")])), "item_withdrawn",
        ),
        "neighbour": (
            publishing.publish(
                world.repository(), keys=swapped, cluster=world.CLUSTER,
                manifest=replace(made, approvals=4).encode(), approvals=signed, at=world.AT,
            ),
            "role_unsigned",
        ),
        "elsewhere": (world.published(replace(made, cluster=world.OTHER)), "manifest_elsewhere"),
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(attacks()))
def test_it_and_the_screen_refuse_an_attack_under_the_same_name(name: str) -> None:
    files, code = attacks()[name]
    assert refusal_of(files) == code
    with pytest.raises(BundleRefusal) as caught:
        world.accept(files)
    assert caught.value.code == code


def test_it_runs_as_a_command(tmp_path: Path) -> None:
    for path, data in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    at = "2026-11-23T01:00:00Z"
    command = [sys.executable, checker.__file__, tmp_path, tmp_path / "metadata/1.root.json", world.CLUSTER]
    done = subprocess.run([*command, at], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "holds: number 1\n")
    done = subprocess.run([*command, at.replace("11-23", "12-23")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, "timestamp_expired")


def test_it_is_short() -> None:
    assert len(Path(checker.__file__).read_text().splitlines()) <= 150


def test_it_imports_nothing_of_bangtin() -> None:
    words = [line.split() for line in Path(checker.__file__).read_text().splitlines()]
    modules = {line[1].partition(".")[0] for line in words if line and line[0] in ("import", "from")}
    assert "bangtin" not in modules
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}
