from __future__ import annotations

from uuid import uuid4

import pytest

from domain.accounts import FirmDetails, PartnerDetails
from domain.documents import OrderWarning, inn_warnings
from domain.firms import StandingFirm, keep_main_inn, removable
from domain.partners import PartnerContact
from domain.refusals import InvalidInput, MainFirmStays, MainInnFrozen

PARTNER = PartnerDetails("ЦТО", "7788990011", "Москва", "Глава", "+78003330014")

DETAILS = FirmDetails("Фирма", "6722012609")


def test_every_firm_but_the_main_one_can_be_removed() -> None:
    removable(StandingFirm(uuid4(), DETAILS, is_main=False))

    with pytest.raises(MainFirmStays):
        removable(StandingFirm(uuid4(), DETAILS, is_main=True))


@pytest.mark.parametrize(
    ("after", "bound", "frozen"),
    [
        ("6321062257", True, True),
        ("6321062257", False, False),
        ("6722012609", True, False),
        ("6722012609", False, False),
    ],
)
def test_the_main_inn_is_frozen_while_a_company_is_bound(
    after: str, *, bound: bool, frozen: bool
) -> None:
    if not frozen:
        keep_main_inn("6722012609", after, bound=bound)
        return
    with pytest.raises(MainInnFrozen):
        keep_main_inn("6722012609", after, bound=bound)


@pytest.mark.parametrize(
    ("inn", "warned"), [("7788990011", True), ("6722012609", False), (None, False)]
)
def test_wrong_check_digits_are_only_warned_of(inn: str | None, *, warned: bool) -> None:
    assert inn_warnings(inn) == [OrderWarning.INN_CHECKSUM] * warned


def test_a_partners_contact_leaves_name_and_inn() -> None:
    contact = PartnerContact.parse(" Тверь ", "Новый", "8 800 333 00 15")

    changed = contact.of(PARTNER)

    assert (changed.name, changed.inn) == (PARTNER.name, PARTNER.inn)
    assert (changed.address, changed.head, changed.phone) == ("Тверь", "Новый", "+78003330015")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (("", "Глава", "8 800 333 00 15"), "address"),
        (("Тверь", " ", "8 800 333 00 15"), "head"),
        (("Тверь", "Глава", "x"), "phone"),
    ],
)
def test_a_partners_contact_is_filled_in(values: tuple[str, str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        PartnerContact.parse(*values)

    assert refused.value.field == field


def test_what_is_typed_of_a_firm_is_told_by_its_place_in_the_input() -> None:
    with pytest.raises(InvalidInput) as refused:
        FirmDetails.parse("Фирма", "1", at="details")

    assert refused.value.field == "details.inn"
