"""Random changes to a good set: what the player accepts the checker accepts, and it refuses no more than it says."""

import random

from bangtin.bundle import verify
from bangtin.bundle.errors import BundleRefusal
from tests import checker
from tests.vectors import reading
from tests.vectors.province import AT, CLUSTER, DEVICE

GOOD, OTHER = reading.read("good"), reading.read("good-next")
ANCHOR = GOOD["metadata/1.root.json"]
CHANGES = 80


def changed(chance: random.Random) -> dict[str, bytes]:
    """The good set with one or two files flipped, exchanged, dropped, cut short, or taken from the next set."""
    files = dict(GOOD)
    for _ in range(chance.randint(1, 2)):
        path, other = chance.choice(sorted(files)), chance.choice(sorted(files))
        at = chance.randrange(len(files[path]) or 1)
        match chance.randrange(5):
            case 0 if files[path]:
                files[path] = (
                    files[path][:at] + bytes([files[path][at] ^ 1 << chance.randrange(8)]) + files[path][at + 1 :]
                )
            case 1:
                files[path], files[other] = files[other], files[path]
            case 2:
                del files[path]
            case 3:
                files[path] = files[path][:at]
            case _:
                taken = chance.choice(sorted(OTHER))
                files[taken] = OTHER[taken]
    return files


def by_screen(files: dict[str, bytes]) -> str:
    try:
        verify.accept(files, anchor=ANCHOR, at=AT, device=DEVICE)
    except BundleRefusal as refusal:
        return refusal.code
    return "accepted"


def by_checker(files: dict[str, bytes]) -> bool:
    try:
        checker.check(files, ANCHOR, CLUSTER, AT)
    except (SystemExit, *reading.MALFORMED):
        return False
    return True


def test_random_changes_are_judged_alike() -> None:
    chance, refused = random.Random(20_261_122), 0
    for number in range(CHANGES):
        files = changed(chance)
        said, holds = by_screen(files), by_checker(files)
        refused += said != "accepted"
        assert holds or said != "accepted", number
        assert not holds or said in ("accepted", "officers_digest"), (number, said)
    assert refused > CHANGES // 2
