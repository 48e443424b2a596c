"""Every code has a sentence, in English and in the Vietnamese of the catalogue."""

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bangtin.hub import programmes
from bangtin.hub.programmes import file_codes, queries
from bangtin.hub.programmes.models import Finding

CODES = (
    "empty", "not_media", "truncated", "too_large", "video_too_large", "too_small", "container", "codec",
    "no_duration", "too_long", "encrypted", "timed_out", "too_complex", "conversion", "malformed",
    "flash", "secret_mark", "legacy_encoding", "active_content", "too_many_pages", "no_office", "no_subtitles",
)  # fmt: skip
PARAMS = {
    "duplicate": {"receipt": "CB-2026-0001/1"},
    "rotated": {"degrees": 90},
    "alpha": {},
    "vfr": {"fps": 30},
    "interlaced": {},
    "converted": {"codec": "hevc"},
    "hdr": {},
    "animated": {},
    "no_sound": {},
    "long": {"duration_ms": 204_000},
    "reading_time": {"words": 30, "needed_ms": 12_500, "still_ms": 8_000},
    "geometry": {"geometry": "1920x640", "percent": 41, "width": 1920, "height": 1080},
    "black": {"lasts_ms": 2_000},
    "freeze": {"lasts_ms": 2_000},
    "silence": {"lasts_ms": 2_000},
    "clipping": {"tenths": 12},
    "loudness": {"lufs": "−12,4", "target": "−23"},
    "fonts": {"fonts": "Papyrus"},
    "text_small": {"geometry": "1920x640", "pixels": 9, "limit": 16},
    "subtitle_fast": {"rate": 30, "limit": 17},
    "unsafe_name": {},
    "unmeasured": {},
    "first_page": {"pages": 3},
    "flash": {"lasts_ms": 1_200},
    "low_resolution": {"geometry": "1920x640", "width": 320, "height": 240},
}
HUB = Path(str(programmes.__file__)).parent.parent
LOCALE = HUB / "locale" / "vi" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_its_own_sentence_even_without_numbers(code: str) -> None:
    sentence = queries.refusal_sentence(code, {})
    assert sentence.endswith(".") and "%" not in sentence
    assert code == "malformed" or sentence != queries.refusal_sentence("malformed", {})


def test_every_refusal_has_a_number_of_its_own() -> None:
    numbers = [file_codes.shown(code) for code in CODES]
    assert set(file_codes.CODES) == set(CODES) and len(set(numbers)) == len(CODES)
    assert file_codes.shown("not_media") == "BT-TEP-002" and file_codes.shown("") == ""


@pytest.mark.parametrize(("code", "params"), PARAMS.items())
def test_every_finding_has_a_sentence(code: str, params: dict[str, object]) -> None:
    sentence = queries.finding_sentence(Finding(code=code, params=params))
    assert sentence != code and "%(" not in sentence


def test_a_length_is_said_in_minutes() -> None:
    assert "3:24" in queries.finding_sentence(Finding(code="long", params=PARAMS["long"]))


def test_every_message_of_these_desks_is_in_the_vietnamese_catalogue() -> None:
    with LOCALE.open("rb") as file:
        known = {str(message.id) for message in read_po(file, locale="vi") if message.id and message.string}
    assert messages() - known == set()


def messages() -> set[str]:
    """The msgids in the sources of both desks."""
    found = [*(HUB / "programmes").rglob("*.py"), *(HUB / "appraisal").rglob("*.py")]
    paths = [path for path in found if "tests" not in path.parts]
    calls = [node for path in paths for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "_" and isinstance(call.args[0], ast.Constant)
    }
