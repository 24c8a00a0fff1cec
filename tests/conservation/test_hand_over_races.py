"""Of hand-overs of one code to different people at once exactly one wins."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from persistence.tables.letters import letters
from persistence.tables.showings import code_showings
from tests.client import Gateway
from tests.conservation.counting import counted
from tests.stories.activating import activate
from tests.stories.orders import email_licenses, exactly, print_licenses
from tests.stories.test_hand_overs import handed, of, sold_outside
from tests.world import Cabinet, World

FIXED = 18
"""What any hand-over costs, the look at the caller included; a thousand licenses add nothing."""


async def test_of_many_recipients_at_once_one_gets_the_code(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    # In the first round some still open their connections; from the second on they meet.
    for _ in range(4):
        await _round(world, gateway, partner)


async def _round(world: World, gateway: Gateway, partner: Cabinet) -> None:
    document, held = await sold_outside(world, gateway, partner, 4)
    posted = len(await world.rows(select(letters.c.id)))
    # Each names them in another order, and overlaps the others only in part.
    takes: list[Any] = [
        exactly(reversed(held)),
        of(document),
        exactly(held[1:3]),
        exactly([held[2], held[0]]),
    ]

    answers = await asyncio.gather(
        *(
            email_licenses(gateway, partner, take, f"{n}@example.com")
            for n, take in enumerate(takes * 2)
        ),
        print_licenses(gateway, partner, of(document)),
    )

    shown = [row for row in await handed(world) if row.license_id in held]
    for key in held:
        assert len({row.recipient_key for row in shown if row.license_id == key}) <= 1
    won = [answer for answer in answers if answer["__typename"].endswith("Success")]
    lost = [answer["code"] for answer in answers if "code" in answer]
    assert set(lost) == {"CODES_HANDED_OVER"}
    assert sum(answer["quantity"] for answer in won) == len(shown)
    sent = [answer for answer in won if answer["__typename"] == "EmailLicensesSuccess"]
    assert len(await world.rows(select(letters.c.id))) == posted + len(sent)


async def test_one_key_at_once_sends_one_letter(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    document, held = await sold_outside(world, gateway, partner)

    answers = await asyncio.gather(
        *(email_licenses(gateway, partner, of(document), key="once") for _ in range(8))
    )

    assert len({str(answer) for answer in answers}) == 1
    assert answers[0]["quantity"] == len(held) == len(await handed(world))
    assert len(await world.rows(select(letters.c.id))) == 1


async def test_a_code_is_handed_over_before_it_moves_or_not_at_all(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    for _ in range(5):
        document, held = await sold_outside(world, gateway, partner, 2)
        answer, _ = await asyncio.gather(
            email_licenses(gateway, partner, of(document)), activate(world, company, *held)
        )
        recorded = await world.rows(
            select(code_showings.c.license_id).where(code_showings.c.license_id.in_(held))
        )
        sent = answer.get("quantity", 0)
        assert len(recorded) == sent
        assert sent in {1, 2} or answer["code"] == "NOTHING_TO_HAND_OVER"


async def test_a_thousand_codes_cost_no_more_statements_than_one(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = await world.partner()
    costs: dict[str, set[int]] = {"email": set(), "print": set(), "open": set()}
    for quantity in (1, 10, 1000):
        document, held = await sold_outside(world, gateway, partner, quantity)
        for take in (of(document), exactly(held)):
            with counted(world.tools.database, monkeypatch) as counter:
                sent = await email_licenses(gateway, partner, take)
                costs["email"].add(len(texts := counter.taken()))
                assert len(texts) <= FIXED, texts
                printed = await print_licenses(gateway, partner, take)
                costs["print"].add(len(texts := counter.taken()))
                assert len(texts) <= FIXED, texts
                page = await gateway.http.get(printed["address"])
                costs["open"].add(len(texts := counter.taken()))
                assert len(texts) <= FIXED, texts
            assert page.text.count("<svg") == quantity
            assert sent["quantity"] == printed["quantity"] == quantity
    # By a document there is that to look up as well.
    assert all(max(cost) - min(cost) <= 1 for cost in costs.values()), costs
