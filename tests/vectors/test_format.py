"""docs/bundle-format.md names every refusal of the code, and every kind of envelope, command and record line."""

import re
from pathlib import Path

from bangtin.bundle import commands, dsse
from bangtin.bundle.notices import TEMPLATES
from bangtin.bundle.playlog.lines import CLOCKS, ENDS, KINDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "bundle-format.md").read_text()
# Of ceremonies and of files that persons check by hand, which no player sees: docs/operations.md.
ELSEWHERE = re.compile(r"ceremony_|key_malformed")


def test_every_refusal_of_the_code_is_in_the_page() -> None:
    said = set()
    for path in (ROOT / "src" / "bangtin" / "bundle").glob("**/*.py"):
        if "tests" not in path.parts:
            said |= set(re.findall(r'(?:Refusal|_refusal)\(\s*"([a-z]+_[a-z_]+)"', path.read_text()))
    assert len(said) > 50
    roles = re.compile(r"^(root|timestamp|snapshot|targets|people|role)(?=_)")
    named = {code for code in said if f"`{code}`" in PAGE or f"`{roles.sub('<role>', code)}`" in PAGE}
    assert sorted(code for code in said - named if not ELSEWHERE.match(code)) == []


def test_every_word_of_the_formats_is_in_the_page() -> None:
    words = {*dsse.KINDS, *commands.KINDS, *KINDS, *CLOCKS, *ENDS, *TEMPLATES}
    assert sorted(word for word in words if not re.search(rf"\b{word}\b", PAGE)) == []


def test_every_step_of_the_refusals_is_in_the_table() -> None:
    steps = set()
    for path in (ROOT / "src" / "bangtin" / "bundle").glob("**/*.py"):
        if "tests" not in path.parts:
            steps |= set(re.findall(r'"([1-9]\.[0-9]{1,2})"', path.read_text()))
    rows = " ".join(re.findall(r"^\| ([0-9., ]+) \|", PAGE, re.MULTILINE))
    listed = set(re.findall(r"\b([1-9]\.[0-9]{1,2})\b", rows))
    assert sorted(steps - listed) == []
