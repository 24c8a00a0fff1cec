from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.access import TenantKind
from domain.activation import Found, Place, accepted
from domain.cashiers import MOST_DEVICES, CashierDetails
from domain.devices import DeviceDetails, renewable
from domain.licenses import LicenseState
from domain.refusals import (
    CodeNotAccepted,
    DeviceInUse,
    InvalidInput,
    LicenseActivatedElsewhere,
    LicenseNotActivated,
)

HERE = Place(company=uuid4(), device=uuid4())
OPEN = Found(
    license=uuid4(),
    event_count=3,
    holder=uuid4(),
    holder_kind=TenantKind.PARTNER,
    state=LicenseState.REVEALED,
    firm=None,
    device=None,
    device_name=None,
    last_device=None,
)
OWN = replace(OPEN, holder=HERE.company, holder_kind=TenantKind.COMPANY)
HERE_NOW = replace(OWN, device=HERE.device, last_device=HERE.device, device_name="Тут")
THERE = uuid4()
THERE_NOW = replace(OWN, device=THERE, last_device=THERE, device_name="Там")


@pytest.mark.parametrize("kind", [TenantKind.PARTNER, TenantKind.LICENSOR])
def test_what_no_company_holds_is_activated_anywhere(kind: TenantKind) -> None:
    assert replace(OPEN, holder_kind=kind).must_activate(HERE)


def test_what_the_own_company_holds_is_activated_and_what_is_here_already_is_left() -> None:
    assert OWN.must_activate(HERE)
    assert not HERE_NOW.must_activate(HERE)


@pytest.mark.parametrize(
    "found",
    [
        replace(OPEN, state=LicenseState.SEALED),
        replace(OWN, state=LicenseState.SEALED),
        replace(OWN, holder=uuid4()),
        replace(THERE_NOW, holder=uuid4()),
    ],
    ids=["sealed", "sealed of one's own", "another company's", "activated by another company"],
)
def test_one_answer_for_what_is_not_accepted(found: Found) -> None:
    with pytest.raises(CodeNotAccepted):
        found.must_activate(HERE)
    with pytest.raises(CodeNotAccepted):
        found.must_deactivate(HERE)
    with pytest.raises(CodeNotAccepted):
        accepted(None)


def test_a_license_on_another_device_is_named_with_it() -> None:
    for order in (THERE_NOW.must_activate, THERE_NOW.must_deactivate):
        with pytest.raises(LicenseActivatedElsewhere) as refused:
            order(HERE)
        assert refused.value.message("ru") == (
            "Лицензия активирована на устройстве «Там»: сначала деактивируйте её там"
        )
        assert not refused.value.retryable


def test_a_license_is_freed_once_and_only_where_it_was() -> None:
    assert HERE_NOW.must_deactivate(HERE)
    assert not replace(OWN, last_device=HERE.device).must_deactivate(HERE)
    for free in (OWN, OPEN, replace(OWN, last_device=THERE)):
        with pytest.raises(LicenseNotActivated):
            free.must_deactivate(HERE)


def test_a_token_is_given_again_until_the_device_works() -> None:
    renewable(worked=False)
    with pytest.raises(DeviceInUse):
        renewable(worked=True)


def test_a_device_tells_what_it_likes_and_needs_a_name() -> None:
    assert DeviceDetails.parse(" Касса ", " ", None) == DeviceDetails("Касса", None, None)
    with pytest.raises(InvalidInput):
        DeviceDetails.parse(" ", None, None)


def test_a_cashier_has_a_name_and_each_device_once() -> None:
    one, other = sorted((uuid4(), uuid4()))
    details = CashierDetails.parse(" Иванова ", "", [other, one, other])
    assert details == CashierDetails("Иванова", None, (one, other))
    for name, number in (("", None), ("И", "1" * 21)):
        with pytest.raises(InvalidInput):
            CashierDetails.parse(name, number, [])
    with pytest.raises(InvalidInput):
        CashierDetails.parse("И", None, [uuid4() for _ in range(MOST_DEVICES + 1)])
