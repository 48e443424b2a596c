"""The numbers under which pages show why a file cannot be aired; commands and JSON keep the words."""

_NUMBERS = {
    "empty": 1,
    "not_media": 2,
    "truncated": 3,
    "too_large": 4,
    "video_too_large": 5,
    "too_small": 6,
    "container": 7,
    "codec": 8,
    "no_duration": 9,
    "too_long": 10,
    "encrypted": 11,
    "timed_out": 12,
    "too_complex": 13,
    "conversion": 14,
    "malformed": 15,
    "flash": 16,
    "secret_mark": 17,
    "legacy_encoding": 18,
    "active_content": 19,
    "too_many_pages": 20,
    "no_office": 21,
    "no_subtitles": 22,
}
CODES = {word: f"BT-TEP-{number:03}" for word, number in _NUMBERS.items()}


def shown(code: str) -> str:
    """The code of a technical refusal as pages write it: `not_media` gives `BT-TEP-002`."""
    return CODES.get(code, CODES["malformed"]) if code else ""
