"""A refusal is the same thing at the hub and before the machine: the player's words are those of the hub's play log."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from bangtin.hub.portal import log_words
from bangtin.player import refusal_words

ROOT = Path(__file__).resolve().parents[2]
STEPS = re.search(r"^## 9\..*?(?=^## 10\.)", (ROOT / "docs" / "bundle-format.md").read_text(), re.DOTALL | re.MULTILINE)
CODES = sorted(set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", STEPS[0] if STEPS else "")))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_hub_and_player_say_the_same_of_a_refusal(language: str) -> None:
    assert len(CODES) > 80
    with translation.override(language):
        for code in CODES:
            if code not in refusal_words.OWN:
                means = refusal_words.WORDS[language][refusal_words.meaning(code)][0]
                assert means == log_words.refusal(code), code
