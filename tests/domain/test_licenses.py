from __future__ import annotations

import re
from uuid import uuid4

import pytest

from domain.documents import BuyerDetails, DocumentKind, reveal_details, unregistered_buyer
from domain.licenses import (
    LARGEST_DOCUMENT,
    MOST_EXPLICIT_LICENSES,
    Take,
    masked,
    new_code,
    parse_code,
)
from domain.refusals import CabinetBlocked, InvalidInput, NotEnoughLicenses
from domain.sales import EVENTS, Buyer, enough, new_holder, sellable, takes_revealed


def test_codes_are_twelve_digits_and_do_not_repeat() -> None:
    codes = {new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert all(re.fullmatch(r"[0-9]{12}", code) for code in codes)


def test_a_masked_code_shows_the_last_four_digits() -> None:
    assert masked("1234") == "••••••••1234"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("012345678901", "012345678901"),
        (" 0123 4567 8901 ", "012345678901"),
        ("0123\u00a045678901", "012345678901"),
        ("01234567890", None),
        ("0123456789012", None),
        ("01234567890x", None),
        ("٠١٢٣٤٥٦٧٨٩٠١", None),
        ("", None),
    ],
)
def test_codes_typed_by_people_keep_leading_zeros_and_lose_spaces(
    typed: str, code: str | None
) -> None:
    assert parse_code(typed) == code


@pytest.mark.parametrize("quantity", [1, 2, LARGEST_DOCUMENT])
def test_a_quantity_is_taken_of_one_product(quantity: int) -> None:
    product = uuid4()

    take = Take.oldest(product, quantity)

    assert (take.quantity, take.product, take.licenses) == (quantity, product, ())


@pytest.mark.parametrize("quantity", [0, -1, LARGEST_DOCUMENT + 1, 2**31])
def test_a_quantity_out_of_bounds_is_refused(quantity: int) -> None:
    with pytest.raises(InvalidInput):
        Take.oldest(uuid4(), quantity)


def test_licenses_are_taken_in_the_order_they_are_locked_in() -> None:
    keys = [uuid4() for _ in range(20)]

    take = Take.exactly(keys)

    assert take.licenses == tuple(sorted(keys))
    assert (take.quantity, take.product) == (20, None)


def test_a_license_is_named_once_and_not_too_many_are() -> None:
    key = uuid4()
    for keys in ([], [key, key], [uuid4() for _ in range(MOST_EXPLICIT_LICENSES + 1)]):
        with pytest.raises(InvalidInput):
            Take.exactly(keys)


def test_only_an_outside_sale_of_named_licenses_takes_revealed_ones() -> None:
    named, counted = Take.exactly([uuid4()]), Take.oldest(uuid4(), 1)

    taken = {kind for kind in DocumentKind if takes_revealed(kind, named)}

    assert taken == {DocumentKind.SALE_TO_UNREGISTERED_COMPANY}
    assert not any(takes_revealed(kind, counted) for kind in DocumentKind)


def test_every_kind_of_document_has_its_event() -> None:
    assert set(EVENTS) == set(DocumentKind)
    assert len(set(EVENTS.values())) == len(EVENTS)


def test_typed_buyers_hold_nothing() -> None:
    stranger = unregistered_buyer("ООО «Ёж»", "6722012609", "a@example.com", None, None)

    assert new_holder(stranger) is None
    assert new_holder(reveal_details("x", "6722012609", None)) is None
    partner, company = uuid4(), uuid4()
    assert new_holder(BuyerDetails(partner=partner)) == partner
    assert new_holder(BuyerDetails(company=company)) == company


def test_all_or_nothing() -> None:
    take = Take.oldest(uuid4(), 5)
    enough(5, take)

    with pytest.raises(NotEnoughLicenses) as refused:
        enough(3, take)

    assert (refused.value.requested, refused.value.available) == (5, 3)


def test_a_blocked_buyer_buys_nothing() -> None:
    details = BuyerDetails(name="x")
    assert sellable(Buyer(details, blocked=False)) is details

    with pytest.raises(CabinetBlocked):
        sellable(Buyer(details, blocked=True))
