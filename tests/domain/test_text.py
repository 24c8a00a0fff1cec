from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import InvalidInput
from domain.text import LINE_LENGTH, folded, line, optional_line, search_text, title


@pytest.mark.parametrize(
    ("text", "same"),
    [("ЁЛКА", "елка"), ("Ёж", "еж"), ("ООО «Тест»", "ооо «тест»"), ("Straße", "STRASSE")],
)
def test_letter_case_and_yo_do_not_count(text: str, same: str) -> None:
    assert folded(text) == folded(same)


def test_spaces_are_single() -> None:
    assert folded("  a \t\n b  ") == "a b"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(), st.text())
def test_a_part_of_what_is_searched_through_is_found(name: str, inn: str) -> None:
    assert folded(name) in search_text(name, inn)
    assert folded(inn) in search_text(name, inn)


def test_parts_never_match_across_their_border() -> None:
    assert folded("Тест 63") not in search_text("Тест", "6321062257")
    assert folded("Тест\n63") not in search_text("Тест", "6321062257")


def test_what_is_missing_is_not_searched_through() -> None:
    assert search_text("a", None, "", "b") == "a\nb"


def test_a_line_is_trimmed_and_otherwise_kept() -> None:
    assert line("  ООО  «Ёлка» ", "name") == "ООО  «Ёлка»"


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\x00b", "a\u202eb", "x" * (LINE_LENGTH + 1)])
def test_a_line_is_one_printable_line(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        line(text, "name")

    assert refused.value.field == "name"


def test_nothing_typed_is_nothing() -> None:
    assert optional_line(None, "address") is None
    assert optional_line("  ", "address") is None
    assert optional_line(" x ", "address") == "x"


@pytest.mark.parametrize("text", ["https://example.com", "Даром: WWW.example.com", "a" * 201, " "])
def test_a_name_is_short_and_no_advertisement(text: str) -> None:
    with pytest.raises(InvalidInput):
        title(text, "name")


def test_a_name_may_have_dots_and_quotes() -> None:
    assert title(" ООО «Ромашка.ру» ", "name") == "ООО «Ромашка.ру»"
