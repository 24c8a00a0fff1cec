from __future__ import annotations

import pytest

from domain.emails import email_key, parse_email


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ivanov@Example.com", "ivanov@example.COM"),
        ("Иванов@Пример.рф", "иванов@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_letter_case_makes_no_other_address(one: str, other: str) -> None:
    assert email_key(parse_email(one)) == email_key(parse_email(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a@große.de", "a@grosse.de"),
        ("ſmith@example.com", "smith@example.com"),
        ("a+b@example.com", "a@example.com"),
    ],
)
def test_addresses_that_two_people_may_own_are_two(one: str, other: str) -> None:
    assert email_key(parse_email(one)) != email_key(parse_email(other))
