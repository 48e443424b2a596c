"""Refusals have stable, unique codes, and each is documented."""

import re

from tests.conventions import error_codes


def test_codes_are_unique_and_well_formed() -> None:
    codes = [kind.code for kind in error_codes.refusals()]
    assert len(codes) == len(set(codes)), sorted(code for code in codes if codes.count(code) > 1)
    assert [code for code in codes if not re.fullmatch(r"BT-[A-Z]+-\d{3}", code)] == []


def test_the_page_of_codes_is_the_code() -> None:
    assert error_codes.PAGE.read_text() == error_codes.text()
