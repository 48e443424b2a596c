"""Photosensitive flashing (WCAG 2.3.1) from small decoded frames: general flashes and red ones."""

from collections import deque
from collections.abc import Iterable, Iterator

from bangtin.hub.programmes.media.thresholds import Flash

COLUMNS, ROWS = 16, 9
CELLS = COLUMNS * ROWS
FRAME_BYTES = CELLS * 3

# sRGB to linear light (WCAG 2.2, "relative luminance"), each channel with its weight.
_LINEAR = tuple(
    value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in range(256)
)
_RED, _GREEN, _BLUE = (tuple(weight * one for one in _LINEAR) for weight in (0.2126, 0.7152, 0.0722))


def frames(data: Iterable[bytes]) -> Iterator[bytes]:
    """Whole frames of 16 × 9 cells in RGB; a last piece of one is left out."""
    for frame in data:
        if len(frame) == FRAME_BYTES:
            yield frame


def find(pictures: Iterable[bytes], *, fps: float, lines: Flash) -> list[tuple[int, int]]:
    """When it flashes dangerously: (from, to) in milliseconds, each the seconds with more flashes than are safe.

    A flash is a pair of opposing changes; a cell is struck while more than twice the safe number of changes lie in
    the last second, and the picture while the struck cells make up the area.
    """
    general, red = _Cells(lines.luminance_step), _Cells(lines.red_step)
    window, most, struck_least = round(fps), lines.per_second * 2, lines.area * CELLS
    found: list[tuple[int, int]] = []
    before, number = b"", -1
    for number, picture in enumerate(frames(pictures)):
        if picture != before:
            light, reds = _measured(picture, lines)
            general.take(light, number, below=lines.darker_below)
            red.take(reds, number, below=None)
            before = picture
        since = number - window
        if max(general.struck(since, most), red.struck(since, most)) >= struck_least:
            begin, end = max(0, since) * 1000 / fps, (number + 1) * 1000 / fps
            if found and begin <= found[-1][1]:
                found[-1] = found[-1][0], round(end)
            else:
                found.append((round(begin), round(end)))
    return found


class _Cells:
    """The last extreme of each cell and the frames at which it turned by at least a step."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._low: list[float] = []
        self._high: list[float] = []
        self._direction = [0] * CELLS
        self._turns: list[deque[int]] = [deque(maxlen=64) for _ in range(CELLS)]
        self._lively: set[int] = set()

    def take(self, values: list[float], number: int, *, below: float | None) -> None:
        """Take the next frame; `below`: the darker side of a change must be darker than this."""
        if not self._low:
            self._low, self._high = values[:], values[:]
            return
        low, high, direction, step = self._low, self._high, self._direction, self._step
        for cell, value in enumerate(values):
            low[cell] = min(low[cell], value)
            high[cell] = max(high[cell], value)
            if direction[cell] <= 0 and value - low[cell] >= step and (below is None or low[cell] < below):
                self._turn(cell, number, 1, value)
            elif direction[cell] >= 0 and high[cell] - value >= step and (below is None or value < below):
                self._turn(cell, number, -1, value)

    def _turn(self, cell: int, number: int, direction: int, value: float) -> None:
        self._direction[cell] = direction
        self._low[cell] = self._high[cell] = value
        self._turns[cell].append(number)
        self._lively.add(cell)

    def struck(self, since: int, most: int) -> int:
        """How many cells turned more than `most` times after the frame `since`."""
        count = 0
        for cell in list(self._lively):
            turns = self._turns[cell]
            while turns and turns[0] <= since:
                turns.popleft()
            if not turns:
                self._lively.discard(cell)
            count += len(turns) > most
        return count


def _measured(picture: bytes, lines: Flash) -> tuple[list[float], list[float]]:
    """Relative luminance of each cell, and for red ones how far red stands out ((R-G-B)×320, else 0)."""
    light, reds = [], []
    for start in range(0, FRAME_BYTES, 3):
        red, green, blue = picture[start], picture[start + 1], picture[start + 2]
        light.append(_RED[red] + _GREEN[green] + _BLUE[blue])
        if red > green + blue:
            strong, rest = _LINEAR[red], _LINEAR[green] + _LINEAR[blue]
            reds.append(max(0.0, strong - rest) * 320 if strong >= lines.red_share * (strong + rest) else 0.0)
        else:
            reds.append(0.0)
    return light, reds
