from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.phones import multichannel_digits, parse_phone
from domain.refusals import InvalidInput


@pytest.mark.parametrize(
    "spelling",
    ["7700-220-00-70", "+7 700 220 00 70", "8-700-220-00-70", "8 (700) 220 00 70", "77002200070"],
)
def test_spellings_of_a_multichannel_number_are_one(spelling: str) -> None:
    assert multichannel_digits(spelling) == "77002200070"


@pytest.mark.parametrize(
    "text", ["", "x", "7700220007", "770022000700", "٧٧٠٠٢٢٠٠٠٧٠", "７７００２２０００７０"]
)
def test_what_has_not_eleven_digits_is_no_multichannel_number(text: str) -> None:
    assert multichannel_digits(text) is None


def test_there_is_no_country_check() -> None:
    assert multichannel_digits("1-700-220-00-70") == "17002200070"


@given(st.text())
def test_any_text_has_digits_or_none(text: str) -> None:
    digits = multichannel_digits(text)
    assert digits is None or (len(digits) == 11 and digits.isdecimal() and digits[0] != "8")


@pytest.mark.parametrize("typed", ["8(800) 333-00-14", "+7 800 333 00 14", "8 800 3330014"])
def test_a_contact_phone_is_kept_in_one_form(typed: str) -> None:
    assert parse_phone(typed) == "+78003330014"


def test_a_phone_of_another_country_keeps_its_code() -> None:
    assert parse_phone("+49 30 901820") == "+4930901820"


@pytest.mark.parametrize("typed", ["", " ", "x", "12", "+", "8" * 500])
def test_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        parse_phone(typed)
