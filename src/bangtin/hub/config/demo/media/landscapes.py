"""Drawn landscapes of Cao Bằng: karst hills, a waterfall, a forest, a border gate, a clinic; layers that move."""

import math
import random
from dataclasses import dataclass
from functools import cached_property

from PIL import Image, ImageDraw, ImageFilter

Size = tuple[int, int]
FINE = 2  # polygons are drawn twice as large and made smaller, which smooths their edges


@dataclass(frozen=True)
class Layer:
    """A picture that slides sideways: `speed_px_s` to the left; it is wider than the frame by what it needs."""

    picture: Image.Image
    speed_px_s: float = 0.0

    @cached_property
    def rows(self) -> tuple[int, int]:
        """The first row that holds anything and the one after the last: only these are painted."""
        box = self.picture.getbbox()
        return (box[1], box[3]) if box else (0, 0)


@dataclass(frozen=True)
class Water:
    """Falling water: a tall texture of streaks seen through `mask`, falling at `speed_px_s`."""

    texture: Image.Image
    mask: Image.Image
    speed_px_s: float

    @cached_property
    def seen(self) -> tuple[tuple[int, int, int, int], Image.Image]:
        """Where the water is seen, and the mask cut to it."""
        box = self.mask.getbbox() or (0, 0, 1, 1)
        return box, self.mask.crop(box)


@dataclass(frozen=True)
class Landscape:
    """Layers from far to near, and water if there is any."""

    layers: tuple[Layer, ...]
    water: Water | None = None

    def at(self, second: float, size: Size) -> Image.Image:
        """The landscape as it looks after so many seconds."""
        frame = Image.new("RGB", size)
        for layer in self.layers:
            shift = round(layer.speed_px_s * second)
            top, foot = layer.rows
            part = layer.picture.crop((shift, top, shift + size[0], min(foot, size[1])))
            frame.paste(part, (0, top), part if part.mode == "RGBA" else None)
        if self.water:
            texture = self.water.texture
            top = texture.height - size[1] - round(self.water.speed_px_s * second) % (texture.height - size[1])
            (left, upper, right, lower), mask = self.water.seen
            frame.paste(texture.crop((left, top + upper, right, top + lower)), (left, upper), mask)
        return frame


def sky(size: Size, top: tuple[int, int, int], foot: tuple[int, int, int]) -> Image.Image:
    """A sky that changes from `top` to `foot`."""
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        part = y / size[1]
        column.putpixel((0, y), tuple(round(a + (b - a) * part) for a, b in zip(top, foot, strict=True)))
    return column.resize(size)


def hills(size: Size, *, base: float, height: float, colour: str, seed: int) -> Image.Image:
    """A row of steep karst hills; `base` and `height` are parts of the picture's height."""
    draw_of = random.Random(seed)  # noqa: S311 - drawn scenery, no secret
    wide, tall = size[0] * FINE, size[1] * FINE
    peaks = [
        (x + draw_of.uniform(-0.4, 0.4) * tall * 0.3, draw_of.uniform(0.45, 1) * height, draw_of.uniform(0.1, 0.2))
        for x in range(-tall // 4, wide + tall // 4, max(1, tall // 4))
    ]

    def rise(x: int) -> float:
        return max(high * math.exp(-((abs(x - at) / (tall * broad)) ** 2.6)) for at, high, broad in peaks)

    outline = [(x, (base - rise(x)) * tall + 3 * math.sin(x / 17) + 2 * math.sin(x / 5)) for x in range(0, wide + 8, 8)]
    picture = Image.new("RGBA", (wide, tall))
    ImageDraw.Draw(picture).polygon([(0, tall), *outline, (wide, tall)], fill=colour)
    return picture.resize(size, Image.Resampling.BOX)


def waterfall(size: Size, *, extra_px: int) -> Landscape:
    """Bản Giốc: hills behind, three falls over terraces, a green pool in front."""
    wide = (size[0] + extra_px, size[1])
    rock = _drawn(size, [((0, 0.44, 1, 0.62), "#3c5b34"), ((0, 0.6, 1, 0.74), "#2c4a2c"), ((0, 0.72, 1, 1), "#2a8f86")])
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    for left, right, top, foot in ((0.30, 0.42, 0.42, 0.74), (0.45, 0.62, 0.40, 0.74), (0.65, 0.72, 0.46, 0.74)):
        box = (left * size[0], top * size[1], right * size[0], foot * size[1])
        draw.rounded_rectangle(box, radius=size[1] // 40, fill=235)
    mask = mask.filter(ImageFilter.GaussianBlur(size[1] / 160))
    return Landscape(
        (
            Layer(sky(wide, (120, 190, 232), (232, 244, 247))),
            Layer(hills(wide, base=0.52, height=0.34, colour="#86a9a4", seed=3), extra_px / 12),
            Layer(hills(wide, base=0.54, height=0.26, colour="#4d7a5c", seed=8), extra_px / 6),
            Layer(rock),
        ),
        Water(_streaks(size, seed=5), mask, size[1] * 0.6),
    )


def forest(size: Size, *, extra_px: int) -> Landscape:
    """Dry-season hills at dusk with a row of pines in front."""
    wide = (size[0] + extra_px, size[1])
    return Landscape(
        (
            Layer(_sun(sky(wide, (226, 122, 58), (252, 216, 150)))),
            Layer(hills(wide, base=0.62, height=0.36, colour="#b0673f", seed=11), extra_px / 12),
            Layer(hills(wide, base=0.7, height=0.3, colour="#6d4a33", seed=14), extra_px / 8),
            Layer(pines(wide, seed=2), extra_px / 5),
        )
    )


def pines(size: Size, *, seed: int) -> Image.Image:
    """A row of pines along the foot of the picture."""
    draw_of = random.Random(seed)  # noqa: S311 - drawn scenery, no secret
    picture = Image.new("RGBA", (size[0] * FINE, size[1] * FINE))
    draw, tall = ImageDraw.Draw(picture), size[1] * FINE
    x = 0.0
    while x < picture.width:
        high = tall * draw_of.uniform(0.3, 0.48)
        foot, broad = tall * 0.92, high * 0.22
        draw.rectangle((x - broad * 0.08, foot - high * 0.2, x + broad * 0.08, tall), fill="#2b2118")
        for step in range(4):
            top = foot - high * (0.3 + 0.22 * step)
            half = broad * (1 - step * 0.2)
            draw.polygon([(x, top - high * 0.24), (x - half, top), (x + half, top)], fill="#1f3a2c")
        x += broad * draw_of.uniform(1.2, 2.1)
    draw.rectangle((0, tall * 0.9, picture.width, tall), fill="#1a2d22")
    return picture.resize(size, Image.Resampling.BOX)


def gate(size: Size) -> Landscape:
    """A border gate with its road and barrier, hills behind."""
    parts = [
        ((0, 0.7, 1, 1), "#59606b"),
        ((0.47, 0.7, 0.53, 1), "#e8e2c8"),
        ((0.2, 0.3, 0.27, 0.72), "#d9d2bf"),
        ((0.73, 0.3, 0.8, 0.72), "#d9d2bf"),
        ((0.16, 0.2, 0.84, 0.32), "#a33b2c"),
        ((0.14, 0.17, 0.86, 0.21), "#7d2c22"),
        ((0.27, 0.64, 0.5, 0.665), "#f4f4f4"),
        ((0.31, 0.64, 0.35, 0.665), "#d4352c"),
        ((0.39, 0.64, 0.43, 0.665), "#d4352c"),
    ]
    return Landscape(
        (
            Layer(sky(size, (150, 200, 235), (240, 246, 246))),
            Layer(hills(size, base=0.7, height=0.34, colour="#7fa48f", seed=21)),
            Layer(_drawn(size, parts)),
        )
    )


def clinic(size: Size) -> Landscape:
    """A commune's health station with a cross."""
    parts = [
        ((0, 0.74, 1, 1), "#9ec48a"),
        ((0.1, 0.32, 0.9, 0.76), "#fbf7ec"),
        ((0.07, 0.26, 0.93, 0.34), "#2d7f8f"),
        ((0.44, 0.5, 0.56, 0.76), "#2d7f8f"),
        ((0.17, 0.46, 0.29, 0.6), "#bfe0ea"),
        ((0.71, 0.46, 0.83, 0.6), "#bfe0ea"),
        ((0.478, 0.355, 0.522, 0.475), "#d4352c"),
        ((0.4675, 0.395, 0.5325, 0.435), "#d4352c"),
    ]
    return Landscape((Layer(sky(size, (168, 214, 240), (250, 250, 244))), Layer(_drawn(size, parts))))


def _drawn(size: Size, boxes: list[tuple[tuple[float, float, float, float], str]]) -> Image.Image:
    picture = Image.new("RGBA", size)
    draw = ImageDraw.Draw(picture)
    for (left, top, right, foot), colour in boxes:
        draw.rectangle((left * size[0], top * size[1], right * size[0], foot * size[1]), fill=colour)
    return picture


def _sun(picture: Image.Image) -> Image.Image:
    x, y, radius = picture.width * 0.7, picture.height * 0.3, picture.height * 0.1
    ImageDraw.Draw(picture).ellipse((x - radius, y - radius, x + radius, y + radius), fill="#fff0c0")
    return picture


def _streaks(size: Size, *, seed: int) -> Image.Image:
    draw_of = random.Random(seed)  # noqa: S311 - drawn scenery, no secret
    texture = Image.new("RGB", (size[0], size[1] * 3), "#dceef2")
    draw = ImageDraw.Draw(texture)
    for _each in range(size[0] * 2):
        x, y = draw_of.randrange(size[0]), draw_of.randrange(size[1] * 3)
        shade = draw_of.choice(("#ffffff", "#c3dfe8", "#eef8fa", "#a9cfdc"))
        draw.line((x, y, x, y + draw_of.randrange(size[1] // 12, size[1] // 3)), fill=shade, width=2)
    return texture
