"""Races about links: one decision wins, one request waits, one link is current."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import DocumentKind
from domain.licenses import Take
from domain.links import LinkEnd
from persistence import firms, links
from persistence.database import Unit
from persistence.keys import new_key
from resolvers.documents import record
from tests.client import Gateway
from tests.clock import Clock
from tests.conservation.clients import at_once, oldest, order, sale, together
from tests.conservation.holding import held_open, waiting
from tests.conservation.profiles import rounds
from tests.conservation.verifying import verified
from tests.world import Cabinet, World

DECISIONS = {
    "approveLink": "APPROVED",
    "rejectLink": "REJECTED",
    "cancelLinkRequest": "CANCELLED",
}


@pytest.fixture
async def old(world: World) -> Cabinet:
    return await world.partner()


@pytest.fixture
async def new(world: World) -> Cabinet:
    return await world.partner()


async def asked(gateway: Gateway, company: Cabinet, partner: Cabinet) -> str:
    answer = await order(gateway.http, company, "requestPartnerLink", partner=partner.node())
    request: str = answer["request"]["id"]
    return request


async def decisions(
    gateways: tuple[Gateway, Gateway], company: Cabinet, partner: Cabinet, request: str
) -> tuple[list[str], list[str]]:
    """Decide in all three ways at once; return the decisions that won and those told."""
    one, two = gateways

    async def decide(here: Gateway, who: Cabinet, mutation: str) -> tuple[str, Any]:
        return mutation, await order(here.http, who, mutation, request=request)

    answers = await together(
        decide(one, partner, "approveLink"),
        decide(two, partner, "rejectLink"),
        decide(one, company, "cancelLinkRequest"),
    )
    told = [one for _, one in answers if one["__typename"] == "AlreadyDecided"]
    won = [DECISIONS[name] for name, one in answers if one["__typename"].endswith("Success")]
    assert len(won) + len(told) == 3, answers
    return won, [one["decision"] for one in told]


async def test_of_approve_reject_and_cancel_one_wins(
    world: World, gateway: Gateway, other_gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    for _ in range(rounds(10, 200)):
        company = await world.company(old)
        request = await asked(gateway, company, new)
        won, told = await decisions((gateway, other_gateway), company, new, request)
        assert len(won) == 1
        assert told == won * 2
    await verified(world.tools)


async def test_expiry_in_the_middle_of_deciding_leaves_one_decision(
    world: World, gateway: Gateway, other_gateway: Gateway, clock: Clock, new: Cabinet
) -> None:
    for _ in range(rounds(5, 100)):
        company = await world.company()
        request = await asked(gateway, company, new)
        clock.turn(world.tools.rules.link_request_lifetime - timedelta(seconds=60))

        async def pass_away() -> None:
            await asyncio.sleep(0.002)
            clock.turn(timedelta(seconds=60))

        fresh = await world.token(company.admin), await world.token(new.admin)
        (won, told), _ = await asyncio.gather(
            decisions(
                (gateway, other_gateway),
                _with_token(company, fresh[0]),
                _with_token(new, fresh[1]),
                request,
            ),
            pass_away(),
        )
        assert len(won) <= 1
        assert set(told) == set(won or ["EXPIRED"])
    await verified(world.tools)


async def test_eight_requests_leave_one_pending(
    world: World, gateway: Gateway, other_gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    for _ in range(rounds(5, 100)):
        company = await world.company(old)
        made, refused = await at_once(
            *(
                order(
                    (gateway, other_gateway)[n % 2].http,
                    company,
                    "requestPartnerLink",
                    partner=(new, world.licensor)[n // 2 % 2].node(),
                )
                for n in range(8)
            )
        )
        assert (len(made), len(refused), refused.names) == (1, 7, {"LinkRequestPending"})
        assert {one["pendingRequest"] for one in refused} == {made[0]["request"]["id"]}
    await verified(world.tools)


async def test_an_approval_waits_for_the_old_partners_sale(
    world: World, gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    company, product = await world.company(old), await world.stocked(old, 5)
    request = await asked(gateway, company, new)
    actor, firm = world.context(old).actor, company.firm
    assert firm is not None

    async def sell(unit: Unit) -> None:
        assert await links.lock_link(unit, company.id, old.id) is not None
        buyer = await firms.buying_firm(unit, firm)
        assert buyer is not None
        kind = DocumentKind.SALE_TO_REGISTERED_COMPANY
        # A document without its key is what `once` would have claimed before.
        await record(unit, new_key(), kind, actor, Take.oldest(product, 2), buyer.details)

    async with held_open(world.tools.database, sell):
        asking = await waiting(order(gateway.http, new, "approveLink", request=request))
        assert not asking[0].done()
    approved, _ = await at_once(*asking)
    assert len(approved) == 1
    assert len(await world.held(company)) == 2


async def test_a_sale_that_waits_for_an_approval_finds_the_company_unknown(
    world: World, gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    company, product = await world.company(old), await world.stocked(old, 5)

    async def approve(unit: Unit) -> None:
        await links.lock_link(unit, company.id)
        await links.relink(unit, company.id, new.id, LinkEnd.RELINKED)

    async with held_open(world.tools.database, approve):
        asking = await waiting(
            order(gateway.http, old, "sellLicenses", **sale("k", company, oldest(product, 2)))
        )
        assert not asking[0].done()
    _, refused = await at_once(*asking)
    assert [(one["__typename"], one["field"]) for one in refused] == [("NotFound", "buyer.firm")]
    assert await world.held(company) == []
    await verified(world.tools)


async def test_sales_racing_an_approval_are_before_it_or_unknown(
    world: World, gateway: Gateway, other_gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    product = await world.stocked(old, rounds(40, 600))
    for _ in range(rounds(10, 150)):
        company = await world.company(old)
        request = await asked(gateway, company, new)
        done, refused = await at_once(
            order(other_gateway.http, new, "approveLink", request=request),
            *(
                order(
                    (gateway, other_gateway)[n % 2].http,
                    old,
                    "sellLicenses",
                    **sale(world.key(), company, oldest(product, 1)),
                )
                for n in range(4)
            ),
        )
        sold = [one for one in done if one["__typename"] == "DocumentSuccess"]
        assert len(done) == len(sold) + 1
        assert refused.names <= {"NotFound"}
        assert len(await world.held(company)) == len(sold)
    await verified(world.tools)


def _with_token(cabinet: Cabinet, token: str) -> Cabinet:
    return Cabinet(cabinet.id, cabinet.kind, cabinet.admin, token, cabinet.email, cabinet.firm)
