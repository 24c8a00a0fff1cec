from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    FirmDetails,
    OutletDetails,
    PartnerDetails,
    Person,
    parse_login,
    parse_password,
)
from domain.documents import OrderWarning, reveal_details, unregistered_buyer
from domain.emails import email_key, parse_email
from domain.idempotency import fingerprint, parse_key
from domain.refusals import InvalidInput


@pytest.mark.parametrize("typed", ["test@mail.ru", " Test@Mail.ru ", "иван@почта.рф"])
def test_addresses_are_accepted(typed: str) -> None:
    assert email_key(parse_email(typed)) == email_key(typed)


@pytest.mark.parametrize("typed", ["", " ", "x", "x@", "@x", "a b@c.ru", "a@b@c.ru", "a@b\n.ru"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        parse_email(typed)


def test_addresses_are_compared_without_letter_case() -> None:
    assert email_key(" Test@MAIL.ru") == email_key("test@mail.RU")


@pytest.mark.parametrize("login", ["a", "Admin1", "x" * 20, "007"])
def test_logins_are_latin_letters_and_digits(login: str) -> None:
    assert parse_login(login) == login


@pytest.mark.parametrize("login", ["", "x" * 21, "a b", "админ", "a-b", "a@b", "a\n", "１"])
def test_other_logins_are_refused(login: str) -> None:
    with pytest.raises(InvalidInput):
        parse_login(login)


def test_passwords_are_neither_too_short_nor_too_long() -> None:
    for length in (SHORTEST_PASSWORD, LONGEST_PASSWORD):
        assert parse_password("п" * length) == "п" * length
    for length in (0, SHORTEST_PASSWORD - 1, LONGEST_PASSWORD + 1):
        with pytest.raises(InvalidInput):
            parse_password("п" * length)


def test_forms_keep_what_was_typed_in_one_form() -> None:
    partner = PartnerDetails.parse(
        ' ООО "ЦТО ККТ" ', "77 8899 0011", "Москва", "Фёдоров Иван", "8(800) 333-00-14"
    )
    assert partner == PartnerDetails(
        'ООО "ЦТО ККТ"', "7788990011", "Москва", "Фёдоров Иван", "+78003330014"
    )
    person = Person.parse("Сидоров Николай", "test@mail.ru", "88003330014", "Admin1")
    assert (person.phone, person.login) == ("+78003330014", "Admin1")
    assert FirmDetails.parse("Тест", "6321062257", "", "", " ") == FirmDetails("Тест", "6321062257")
    assert OutletDetails.parse("Касса", None, "Europe/Moscow").address is None


@pytest.mark.parametrize(
    ("parse", "field"),
    [
        (lambda: PartnerDetails.parse("", "7788990011", "x", "x", "88003330014"), "partner.name"),
        (lambda: PartnerDetails.parse("x", "1", "x", "x", "88003330014"), "partner.inn"),
        (lambda: PartnerDetails.parse("x", "7788990011", " ", "x", "1"), "partner.address"),
        (lambda: Person.parse("x", "nobody"), "user.email"),
        (lambda: FirmDetails.parse("x" * 201, "6321062257"), "firm.name"),
        (lambda: OutletDetails.parse("x", None, "Europe/Nowhere"), "outlet.timeZone"),
        (lambda: OutletDetails.parse(" ", None, "UTC"), "outlet.name"),
        (lambda: unregistered_buyer("x", "1", None, None, None), "buyer.unregistered.inn"),
        (lambda: reveal_details(None, None, "x"), "details.email"),
    ],
)
def test_a_refused_form_names_its_field(parse: Callable[[], Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse()

    assert refused.value.field == field
    assert field in refused.value.message("ru")
    assert field in refused.value.message("en")


def test_a_suspicious_inn_is_a_warning_on_the_document() -> None:
    assert reveal_details(None, "7788990011", None).warnings == [OrderWarning.INN_CHECKSUM]
    assert reveal_details(None, "6722012609", None).warnings == []
    assert reveal_details(None, None, None).warnings == []


@pytest.mark.parametrize("key", ["k", "a b", "~" * 100])
def test_idempotency_keys_are_printable_ascii(key: str) -> None:
    assert parse_key(key) == key


@pytest.mark.parametrize("key", ["", "k" * 101, "ключ", "a\n", "\x7f"])
def test_other_idempotency_keys_are_refused(key: str) -> None:
    with pytest.raises(InvalidInput):
        parse_key(key)


_orders = st.dictionaries(
    st.text(), st.none() | st.integers() | st.text() | st.lists(st.text()), max_size=4
)


@given(_orders, _orders)
def test_equal_orders_and_only_they_have_one_fingerprint(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    backwards = dict(reversed(one.items()))
    assert fingerprint("sell", one) == fingerprint("sell", backwards)
    assert (fingerprint("sell", one) == fingerprint("sell", other)) == (one == other)
    assert fingerprint("sell", one) != fingerprint("reveal", one)
