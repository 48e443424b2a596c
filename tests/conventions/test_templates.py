"""Pages carry no inline script or style, and every sentence goes through translation."""

import re
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "bangtin"
PAGES = sorted([*SRC.rglob("templates/**/*.html"), *SRC.rglob("screens/page/*.html")])
SCRIPTS = sorted(path for path in SRC.rglob("*.js") if "vendor" not in path.parts)
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_inline_script_or_style(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", text)


@pytest.mark.parametrize("page", [p for p in PAGES if "templates" in p.parts], ids=lambda page: page.name)
def test_vietnamese_stands_in_the_catalogue_not_in_the_template(page: Path) -> None:
    lines = [
        line
        for line in page.read_text().splitlines()
        if VIETNAMESE.search(re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", line))
    ]
    assert lines == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_module_stays_small(script: Path) -> None:
    assert len(script.read_text().splitlines()) <= 200
