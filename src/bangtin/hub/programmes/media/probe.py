"""The bounded process's program; answers a line of JSON.

`look FILE NAME WxH…`, `inspect FILE`, `still FILE OUT W H`, `poster FILE OUT`, `flashes RAW FPS_MILLI`.
Started by `inspecting` through `sandbox`, which sets the limits first. A refusal is `{"refusal", "params"}`, exit 0.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bangtin.hub.programmes.media import sniff
from bangtin.hub.programmes.media.limits import Unusable

if TYPE_CHECKING:
    from PIL import Image


def main(arguments: list[str]) -> dict[str, object]:
    """Do what the arguments say; any failure is a refusal with a code."""
    try:
        return _do(*arguments)
    except Unusable as refusal:
        return {"refusal": refusal.code, "params": refusal.params}
    except MemoryError:
        return {"refusal": "too_complex", "params": {}}


def _do(verb: str, source: str, *rest: str) -> dict[str, object]:
    path = Path(source)
    if verb == "look":
        from bangtin.hub.programmes.media import looking

        name, *screens = rest
        return looking.look(path, name, [_size(one) for one in screens])
    if verb == "flashes":
        return _flashes(path, int(rest[0]) / 1000)
    container = _container(path)
    if verb == "inspect":
        return _inspect(path, container)
    from bangtin.hub.programmes.media import pictures

    if verb == "still":
        target, width, height = rest
        pictures.make(path, container, Path(target), size=(int(width), int(height)))
    else:
        pictures.poster(_frame(path, container), Path(rest[0]))
    return {}


def _size(words: str) -> tuple[int, int]:
    width, _, height = words.partition("x")
    return int(width), int(height)


def _flashes(path: Path, fps: float) -> dict[str, object]:
    from bangtin.hub.programmes.media import flashes, thresholds

    with path.open("rb") as file:
        pictures = iter(lambda: file.read(flashes.FRAME_BYTES), b"")
        found = flashes.find(pictures, fps=fps, lines=thresholds.load().flash)
    return {"flashes": found[:50]}


def _container(path: Path) -> str:
    if path.stat().st_size == 0:
        raise Unusable("empty")
    found = sniff.container(path)
    if not found:
        raise Unusable("not_media")
    if found.startswith("other:"):
        raise Unusable("container", {"container": found.removeprefix("other:")})
    return found


def _inspect(path: Path, container: str) -> dict[str, object]:
    if container in sniff.PICTURES or container == "pdf":
        from bangtin.hub.programmes.media import pictures

        return pictures.inspect(path, container)
    from bangtin.hub.programmes.media import streams

    return streams.inspect(path, container)


def _frame(path: Path, container: str) -> "Image.Image":
    from PIL import Image

    if container in sniff.PICTURES:
        return Image.open(path)
    from bangtin.hub.programmes.media import streams

    return streams.still(path)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:])) + "\n")
