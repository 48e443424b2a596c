"""Compares what stands on the glass with the frames of the clip that was submitted."""

from io import BytesIO
from pathlib import Path

import av
from PIL import Image, ImageChops, ImageOps, ImageStat
from playwright.sync_api import Page

FACE = (1024, 512)
SMALL = (256, 128)


def shot(page: Page) -> Image.Image:
    """The page as it is presented now."""
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def film_shot(page: Page) -> Image.Image:
    """The page while one film, and the same one before and after, is on top of it."""
    while True:
        page.wait_for_selector("#face[data-state=video]", state="attached", timeout=30_000)
        before = page.get_attribute("#face", "data-showing")
        image = shot(page)
        if (
            page.get_attribute("#face", "data-showing") == before
            and page.get_attribute("#face", "data-state") == "video"
        ):
            return image


def expected_frames(clip: Path) -> list[Image.Image]:
    """Every frame of the clip as the face should show it: upright, whole, its own proportions, black beside it."""
    with av.open(str(clip)) as container:
        return [
            ImageOps.pad(frame.to_image(), FACE, color="black").resize(SMALL) for frame in container.decode(video=0)
        ]


def distance(one: Image.Image, other: Image.Image) -> float:
    """Mean absolute difference over all pixels and colours, 0 to 255."""
    found = ImageStat.Stat(ImageChops.difference(one, other)).mean
    return sum(found) / len(found)


def nearest(image: Image.Image, frames: list[Image.Image]) -> tuple[int, float]:
    """The frame that the image is nearest to, and how far it is."""
    small = image.resize(SMALL)
    return min(((number, distance(small, frame)) for number, frame in enumerate(frames)), key=lambda pair: pair[1])
