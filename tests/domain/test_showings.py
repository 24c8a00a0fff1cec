"""One number must not reach two users [000]."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.documents import BuyerDetails
from domain.refusals import CodesHandedOver
from domain.showings import HandOver, Recipient, by_email, itself, may_hand_over, on_paper

HOLDER = itself(UUID(int=7), "ЦТО")
ANN, BOB = by_email("ann@example.com"), by_email("bob@example.com")
THEN = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, SECOND = uuid4(), uuid4()


def earlier(*given: tuple[UUID, Recipient]) -> Iterable[HandOver]:
    return [
        HandOver(key, recipient, THEN + timedelta(hours=n))
        for n, (key, recipient) in enumerate(given)
    ]


def test_an_address_is_compared_without_letter_case() -> None:
    assert by_email("Ann@Example.COM").key == ANN.key
    assert ANN.key != BOB.key


def test_paper_goes_to_the_buyer_at_his_address_or_by_name_and_inn_or_stays() -> None:
    named = BuyerDetails(name="ООО «Ёлка»", inn="6722012609")
    mailed = BuyerDetails(name="Анна", inn="6722012609", email="ann@EXAMPLE.com")

    assert on_paper(mailed, HOLDER) == Recipient("Анна, 6722012609", ANN.key)
    assert on_paper(BuyerDetails(email="ann@example.com"), HOLDER) == ANN
    assert on_paper(named, HOLDER).name == "ООО «Ёлка», 6722012609"
    same = BuyerDetails(name=" ооо  «елка»", inn="6722012609", phone="+78003330014")
    assert on_paper(same, HOLDER).key == on_paper(named, HOLDER).key
    for other in (
        BuyerDetails(name="ООО «Ёлка»", inn="7788990011"),
        BuyerDetails(name="ООО «Ель»", inn="6722012609"),
        BuyerDetails(inn="6722012609"),
        BuyerDetails(name="ООО «Ёлка»"),
    ):
        assert on_paper(other, HOLDER).key != on_paper(named, HOLDER).key
    assert on_paper(BuyerDetails(), HOLDER) == on_paper(None, HOLDER) == HOLDER
    assert itself(UUID(int=8), "ЦТО").key != HOLDER.key


def test_the_first_hand_over_goes_to_anybody() -> None:
    may_hand_over({FIRST: ANN, SECOND: BOB}, [], None)


def test_whoever_has_got_a_code_may_get_it_again() -> None:
    may_hand_over({FIRST: ANN}, earlier((FIRST, ANN)), None)
    # Once it has reached two, neither is a new one.
    for known in (ANN, BOB):
        may_hand_over({FIRST: known}, earlier((FIRST, ANN), (FIRST, BOB)), None)


def test_somebody_else_is_refused_with_who_got_it_first() -> None:
    with pytest.raises(CodesHandedOver) as refused:
        may_hand_over(
            {FIRST: HOLDER, SECOND: HOLDER, (free := uuid4()): HOLDER},
            earlier((SECOND, BOB), (FIRST, ANN), (SECOND, ANN)),
            None,
        )
    assert refused.value.licenses == sorted([FIRST, SECOND])
    assert free not in refused.value.licenses
    assert refused.value.first_recipient == "bob@example.com"
    assert refused.value.at == THEN


def test_only_what_the_other_one_lacks_is_refused() -> None:
    with pytest.raises(CodesHandedOver) as refused:
        may_hand_over({FIRST: ANN, SECOND: ANN}, earlier((FIRST, ANN), (SECOND, BOB)), None)
    assert refused.value.licenses == [SECOND]


def test_a_reason_lets_it_pass() -> None:
    may_hand_over({FIRST: BOB}, earlier((FIRST, ANN)), "Первый отказался")
