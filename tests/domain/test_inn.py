from __future__ import annotations

import pytest

from domain.inn import checksum_holds, parse_inn
from domain.refusals import InvalidInput


@pytest.mark.parametrize("inn", ["6722012609", "6321062257", "3519003320", "500100732259"])
def test_check_digits_that_fit(inn: str) -> None:
    assert checksum_holds(inn)


@pytest.mark.parametrize("inn", ["7788990011", "6722012608", "500100732258", "0123456789"])
def test_check_digits_that_do_not_fit_are_told(inn: str) -> None:
    assert not checksum_holds(inn)
    assert parse_inn(inn) == inn


@pytest.mark.parametrize(
    ("typed", "inn"),
    [
        (" 77 8899 0011 ", "7788990011"),
        ("7788\u00a0990011", "7788990011"),
        ("0012345678", "0012345678"),
        ("\t500100732259\n", "500100732259"),
    ],
)
def test_spaces_are_dropped_and_leading_zeros_kept(typed: str, inn: str) -> None:
    assert parse_inn(typed) == inn


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "778899001",
        "77889900111",
        "7" * 13,
        "77889900x1",
        "７７８８９９００１１",
        "-7788990011",
    ],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_inn(typed, "firm.inn")

    assert refused.value.field == "firm.inn"
