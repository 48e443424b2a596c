"""The bounded process's program; answers a line of JSON.

`look FILE NAME WxH:LEAST…`, `inspect FILE`, `still FILE OUT W H`, `poster FILE OUT`, `flashes RAW FPS_MILLI`,
`slides FILE CONTAINER FOLDER WxH:LEAST`, `titles FILE FOLDER WxH:LEAST UNTIL_MS`, `frames FILE FOLDER MS…`.
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
        return looking.look(path, name, [_screen(one) for one in screens])
    if verb == "flashes":
        return _flashes(path, int(rest[0]) / 1000)
    if verb in {"slides", "titles"}:
        return _drawn(verb, path, *rest)
    container = _container(path)
    if verb == "inspect":
        return _inspect(path, container)
    if verb == "frames":
        from bangtin.hub.programmes.media import streams

        folder, *moments = rest
        return {"made": streams.frames(path, container, Path(folder), [int(one) for one in moments])}
    from bangtin.hub.programmes.media import pictures

    if verb == "still":
        target, width, height = rest
        pictures.make(path, container, Path(target), size=(int(width), int(height)))
    else:
        pictures.poster(_frame(path, container), Path(rest[0]))
    return {}


def _screen(words: str) -> tuple[int, int, int]:
    size, _, least = words.partition(":")
    width, _, height = size.partition("x")
    return int(width), int(height), int(least)


def _drawn(verb: str, path: Path, *rest: str) -> dict[str, object]:
    """Pages of a document, or the subtitles of a clip, drawn for a screen."""
    from bangtin.hub.programmes.media import slides, thresholds, titles

    bounds = thresholds.load().documents
    if verb == "slides":
        container, folder, words = rest
        *size, least = _screen(words)
        width, height = size
        made = slides.write(path, container, Path(folder), size=(width, height), capitals=least, bounds=bounds)
        return {"pages": made}
    folder, words, until = rest
    *size, least = _screen(words)
    width, height = size
    return {"top": titles.write(path, Path(folder), size=(width, height), capitals=least, until_ms=int(until))}


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
