"""How far a picture of the face is from what the timeline says should stand there: `python -m bangtin.player.seeing`.

It runs as a process of its own, so that decoding takes no memory and no time from the one that plays. Reads one JSON
object on stdin, writes one on stdout. Distances are permille: 0 the same, 1,000 nothing in common; what is told of
them is a score that is 500 where a picture begins to count as another one, whatever should stand there.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageChops, ImageOps, ImageStat

GRID = 16
STEP = 6  # levels of grey between neighbours that count as an edge: what JPEG and scaling make up stays below
NEAR_MS = 450  # a film moves on between the daemon's question and the browser's picture
GROUNDS: Mapping[str, tuple[int, int, int]] = {"picture": (16, 26, 43), "video": (0, 0, 0), "standby": (0, 0, 0)}
FLAT = 6.0  # standard deviation of grey below which a face shows one colour: no letters stand there
# From which distance on a picture counts as another one, by what should stand there.
DIFFERS_PERMILLE: Mapping[str, int] = {"picture": 150, "video": 220, "standby": 40, "text": 500, "alert": 500}
LIMIT = 500
SENT_WIDTH, SENT_BYTES = 960, 200_000


def distance(one: Image.Image, other: Image.Image) -> int:
    """Permille by which two pictures differ for the eye: in their edges on a coarse grid, or in their colours."""
    pairs = list(zip(_edges(one), _edges(other), strict=True))
    drawn = max(sum(1 for pair in pairs if any(pair)), len(pairs) // 8)  # a lone speck on an even ground is no picture
    apart = sum(abs(a - b) for a, b in pairs) / (2 * drawn)
    small = [each.convert("RGB").resize((8, 8), Image.Resampling.BOX) for each in (one, other)]
    colour: float = sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3 / 255
    return min(1000, int(1000 * max(apart, 2 * colour) + 0.5))


def _edges(picture: Image.Image) -> list[int]:
    """-1, 0 or 1 for each step to the right and down on the grid: darker, level, brighter."""
    side = GRID + 1
    grey = picture.convert("L").resize((side, side), Image.Resampling.BOX).tobytes()
    places = [y * side + x for y in range(GRID) for x in range(GRID)]
    steps = [grey[place + step] - grey[place] for step in (1, side) for place in places]
    return [0 if abs(step) < STEP else 1 if step > 0 else -1 for step in steps]


def expected(asked: Mapping[str, Any]) -> Iterator[Image.Image]:
    """The pictures that may stand there: the file fitted into the face, of a film each frame near the instant."""
    size = (int(asked["width"]), int(asked["height"]))
    if asked["kind"] == "standby":
        yield Image.new("RGB", size, GROUNDS["standby"])
    elif asked["kind"] == "picture":
        with Image.open(asked["file"]) as found:
            yield _fitted(found, size, GROUNDS["picture"])
    elif asked["kind"] == "video":
        for frame in _frames(Path(asked["file"]), int(asked["position_ms"])):
            yield _fitted(frame, size, GROUNDS["video"])


def look(asked: Mapping[str, Any]) -> tuple[int | None, Image.Image]:
    """`(distance, picture)`: the picture upright; None where nothing can be compared with and letters stand there."""
    with Image.open(asked["shot"]) as found:
        shot = found.convert("RGB")
    shot = shot.rotate(int(asked["rotation"]), expand=True) if asked["rotation"] else shot
    light = 1 - int(asked["dim"]) / 1000
    wanted = [each.point(lambda value: round(value * light)) for each in expected(asked)]
    if wanted:
        return min(distance(shot, each) for each in wanted), shot
    is_flat = ImageStat.Stat(shot.convert("L")).stddev[0] < FLAT * light
    return (1000 if is_flat and asked["kind"] in ("text", "alert") else None), shot


def scored(found: int, kind: str) -> int:
    """A distance as it is told: LIMIT where a picture of this kind begins to count as another one, at most 1,000."""
    return min(1000, found * LIMIT // DIFFERS_PERMILLE.get(kind, LIMIT))


def packed(picture: Image.Image) -> bytes:
    """JPEG of at most `SENT_BYTES`, no wider than `SENT_WIDTH`."""
    small = picture.copy()
    small.thumbnail((SENT_WIDTH, SENT_WIDTH))
    for quality in (78, 60, 40, 20):
        held = BytesIO()
        small.save(held, "JPEG", quality=quality)
        if held.tell() <= SENT_BYTES:
            break
    return held.getvalue()


def _frames(path: Path, position_ms: int) -> Iterator[Image.Image]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        container.seek(max(0, position_ms - NEAR_MS) * 1000)
        last = None
        for frame in container.decode(stream):
            at_ms = round(1000 * (frame.time or 0.0))
            last = frame
            if at_ms > position_ms + NEAR_MS:
                return
            if at_ms >= position_ms - NEAR_MS:
                yield _picture(frame)
        if last is not None:
            yield _picture(last)  # a film that is over leaves its last frame standing


def _picture(frame: av.VideoFrame) -> Image.Image:
    found: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV's own stub leaves it out
    return found


def _fitted(picture: Image.Image, size: tuple[int, int], ground: tuple[int, int, int]) -> Image.Image:
    """The whole picture in its own proportions, as the page lays it out."""
    upright = picture.convert("RGBA")
    fitted = ImageOps.contain(upright, size)
    face = Image.new("RGBA", size, (*ground, 255))
    face.alpha_composite(fitted, ((size[0] - fitted.width) // 2, (size[1] - fitted.height) // 2))
    return face.convert("RGB")


def main() -> int:
    """Look at one shot; its packed form takes the place of the file."""
    asked = json.load(sys.stdin)
    found, picture = look(asked)
    Path(asked["shot"]).write_bytes(packed(picture))
    score = None if found is None else scored(found, asked["kind"])
    json.dump({"distance": score, "differs": score is not None and score >= LIMIT}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
