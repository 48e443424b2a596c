"""`python -m tests.vectors` writes docs/bundle-vectors; with `--unpack NAME FOLDER` one bundle as a folder."""

import argparse
import json
import sys
from pathlib import Path

from tests.vectors import making, reading


def main() -> int:
    """The command of the first line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unpack", nargs=2, metavar=("NAME", "FOLDER"))
    given = parser.parse_args()
    if given.unpack:
        name, folder = given.unpack
        for path, data in reading.read(name).items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(data)
        return 0
    reading.FOLDER.mkdir(exist_ok=True)
    made = making.files()
    for old in set(reading.FOLDER.glob("*.json")) - {reading.FOLDER / name for name in made}:
        old.unlink()
    for name, data in made.items():
        (reading.FOLDER / name).write_bytes(data)
    print(f"{len(json.loads(made['cases.json'])['cases'])} cases, {sum(map(len, made.values()))} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
