"""Pictures, in the bounded process only: inspect from the header, then make upright, opaque and fitted."""

from pathlib import Path

from PIL import Image, ImageOps

from bangtin.hub.programmes.media import documents, structure, thresholds
from bangtin.hub.programmes.media.limits import (
    PICTURE_PIXELS,
    POSTER_BYTES,
    SIDE_LEAST,
    SIDE_MOST,
    WEBP_PIXELS,
    Unusable,
)

GROUND = (11, 18, 32)  # a dark ground: light pictures with alpha stay readable, an LED face saves power
PAGED = ("pdf", "tiff")
SHARP = ("png", "pdf")  # lines and letters: made as PNG, the others as JPEG
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "tiff": "TIFF", "heic": "HEIF"}
_ORIENTATION = 0x0112
_EXIF_WIDE = (0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F)  # what Windows writes: title, comment, keywords, subject
_WORDS_MOST, _WORD_LONGEST = 100, 200
# The size is checked here by our own bound, with the words for it; Pillow's bound would only warn.
Image.MAX_IMAGE_PIXELS = None


def inspect(path: Path, container: str) -> dict[str, object]:
    """What the picture is; all of it is decoded, so a picture that is cut is found.

    Raises: Unusable.
    """
    picture = opened(path, container)
    rotation = picture.getexif().get(_ORIENTATION, 1)
    pages = _pages(path, container)
    load(picture)
    width, height = picture.size
    if rotation in (5, 6, 7, 8):
        width, height = height, width
    return {
        "kind": "picture",
        "container": container,
        "codec": container,
        "width": width,
        "height": height,
        "rotation": {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}.get(rotation, 0),
        "has_alpha": has_alpha(picture),
        "is_animated": container not in PAGED and bool(getattr(picture, "is_animated", False)),
        "pages": pages,
        "words": _words(picture),
    }


def _pages(path: Path, container: str) -> int:
    """How many pages there are, 0 where the format has none. Raises: Unusable("too_many_pages")."""
    if container not in PAGED:
        return 0
    most = thresholds.load().documents.slides
    found = documents.count(path) if container == "pdf" else structure.tiff_pages(path, most=most)
    if found > most:
        raise Unusable("too_many_pages", {"pages": found, "limit": most})
    return found


def _words(picture: Image.Image) -> list[str]:
    """What the picture says of itself: its text chunks and EXIF; bounded."""
    found = [value for value in picture.info.values() if isinstance(value, str)]
    for tag, value in picture.getexif().items():
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, bytes) and tag in _EXIF_WIDE:
            found.append(value.decode("utf-16-le", "replace"))
    return [one.strip("\0")[:_WORD_LONGEST] for one in found][:_WORDS_MOST]


def make(path: Path, container: str, target: Path, *, size: tuple[int, int]) -> None:
    """Write the picture upright, on the dark ground, scaled to fit `size` and padded; PNG stays PNG, others JPEG."""
    picture = opened(path, container)
    if container == "jpeg":
        picture.draft("RGB", (size[0] * 2, size[1] * 2))
    canvas = framed(picture, size)
    if container in SHARP:
        canvas.save(target, "PNG", optimize=False)
    else:
        canvas.save(target, "JPEG", quality=92, subsampling=0)


def framed(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture upright, opaque and whole inside `size`, on the dark ground. Raises: Unusable."""
    load(picture)
    fitted = _opaque(_fitted(_upright(_plain(picture)), size))
    canvas = Image.new("RGB", size, GROUND)
    canvas.paste(fitted, ((size[0] - fitted.width) // 2, (size[1] - fitted.height) // 2))
    return canvas


def poster(picture: Image.Image, target: Path) -> None:
    """Write a thumbnail of at most 6 kB as WebP."""
    small = picture.convert("RGB")
    for side, quality in ((256, 70), (224, 55), (192, 40), (160, 30), (96, 20)):
        small.thumbnail((side, side))
        small.save(target, "WEBP", quality=quality, method=6)
        if target.stat().st_size <= POSTER_BYTES:
            return
    raise Unusable("malformed")


def has_alpha(picture: Image.Image) -> bool:
    """Whether any pixel is not opaque."""
    if picture.mode in ("RGBA", "LA", "PA"):
        extrema = picture.getchannel("A").getextrema()
        return extrema[0] != 255
    return "transparency" in picture.info


def opened(path: Path, container: str) -> Image.Image:
    """The picture with its header read and its size within bounds, not yet decoded. Raises: Unusable."""
    if container == "pdf":
        return documents.first_page(path)
    width, height = structure.webp_size(path) if container == "webp" else (0, 0)
    if width:
        check_size(width, height, most=WEBP_PIXELS)
    if container == "heic":
        _register_heif()
    try:
        picture = Image.open(path, formats=(FORMATS[container],))
    except (OSError, SyntaxError, ValueError) as error:
        raise Unusable("malformed") from error
    check_size(*picture.size)
    return picture


def _register_heif() -> None:
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def check_size(width: int, height: int, *, most: int = PICTURE_PIXELS) -> None:
    """Raises: Unusable: too_large, too_small."""
    if width * height > most or max(width, height) > SIDE_MOST:
        params: dict[str, int | str] = {"width": width, "height": height, "limit": most // 1_000_000}
        raise Unusable("too_large", params)
    if min(width, height) < SIDE_LEAST:
        raise Unusable("too_small", {"width": width, "height": height, "limit": SIDE_LEAST})


def load(picture: Image.Image) -> None:
    """Decode it. Raises: Unusable: truncated, malformed."""
    try:
        picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        is_cut = "truncated" in str(error) or "broken" in str(error) or "incomplete" in str(error)
        raise Unusable("truncated" if is_cut else "malformed") from error


def _plain(picture: Image.Image) -> Image.Image:
    """The picture as RGB or RGBA, whatever it was: palette, grey of 16 bits, print colours."""
    if picture.mode in ("RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I") or picture.mode == "F":
        return picture.convert("I").point(lambda value: value / 257).convert("L").convert("RGB")
    return picture.convert("RGBA" if has_alpha(picture) else "RGB")


def _upright(picture: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(picture)


def _fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = min(size[0] / picture.width, size[1] / picture.height)
    wanted = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(wanted, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGBA", picture.size, (*GROUND, 255))
    ground.alpha_composite(picture)
    return ground.convert("RGB")
