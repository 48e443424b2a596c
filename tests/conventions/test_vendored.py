"""Browser files of others: listed with their digests, complete, and light enough for a weak line."""

import gzip
import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "src" / "bangtin" / "hub" / "static"
VENDOR = STATIC / "vendor"
ROW = re.compile(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", re.MULTILINE)
# ui 1.8: 180 kB compressed on the first visit, of which fonts at most 110.
FIRST_VISIT_BYTES, FONT_BYTES = 180_000, 110_000


def _listed() -> dict[str, str]:
    return dict(ROW.findall((VENDOR / "VENDORED.md").read_text(encoding="utf-8")))


def _present() -> dict[str, str]:
    files = (path for path in VENDOR.rglob("*") if path.is_file() and path.name != "VENDORED.md")
    return {path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _of_every_page() -> set[str]:
    """The modules that every page loads, with what they import; a page's own are fetched when it is opened."""
    head = (STATIC.parent / "templates" / "components" / "head.html").read_text(encoding="utf-8")
    left, found = set(re.findall(r"js/(\w+\.js)", head)), set[str]()
    while left:
        name = left.pop()
        found.add(name)
        left |= set(re.findall(r'from "\./(\w+\.js)"', (STATIC / "js" / name).read_text(encoding="utf-8"))) - found
    return found


def test_every_vendored_file_is_listed_with_its_digest() -> None:
    assert _present() == _listed()


def test_a_first_visit_stays_under_its_weight() -> None:
    css = (STATIC / "css" / "bangtin.css").read_text(encoding="utf-8")
    fonts = sum((STATIC / "css" / name).stat().st_size for name in set(re.findall(r"url\(([^)]+\.woff2)\)", css)))
    texts = [
        STATIC / "css" / "bangtin.css",
        VENDOR / "tabler" / "tabler.cut.css",
        VENDOR / "tabler-icons" / "sprite.svg",
        VENDOR / "htmx" / "htmx.min.js",
        *(STATIC / "js" / name for name in _of_every_page()),
    ]
    packed = sum(len(gzip.compress(path.read_bytes())) for path in texts)
    assert fonts <= FONT_BYTES
    assert fonts + packed <= FIRST_VISIT_BYTES


def test_no_style_sheet_loads_from_another_host() -> None:
    for path in STATIC.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", path.read_text(encoding="utf-8")), path.name


def test_templates_carry_no_inline_style_or_script() -> None:
    hub = STATIC.parent
    for path in hub.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text), path.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path.name


def test_every_icon_used_in_a_template_is_in_the_sprite() -> None:
    sprite = (VENDOR / "tabler-icons" / "sprite.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'id="i-([a-z0-9-]+)"', sprite))
    hub = STATIC.parent
    used = {
        name
        for path in hub.rglob("*.html")
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert used <= known, sorted(used - known)
