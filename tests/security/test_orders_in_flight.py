"""Who was let in and then blocked has nothing carried out any more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from domain.access import Right
from domain.documents import BuyerDetails
from domain.licenses import Take
from persistence import accounts
from persistence.tables.accounts import users
from resolvers.context import AccountClosed
from resolvers.licenses import show_codes
from resolvers.links import approve_link, request_partner_link
from resolvers.reveals import reveal_to_self
from tests.client import Gateway
from tests.stories.orders import some
from tests.world import Cabinet, World

REVEAL = """mutation ($input: RevealToSelfInput!) {
  revealToSelf(input: $input) { __typename } }"""


async def _block_tenant(world: World, partner: Cabinet) -> None:
    await world.block(partner)


async def _remove_user(world: World, partner: Cabinet) -> None:
    now = world.tools.database.clock.now()
    await world.change(update(users).where(users.c.id == partner.admin).values(removed_at=now))


async def _demote(world: World, partner: Cabinet) -> None:
    right = update(users).where(users.c.id == partner.admin).values(right=Right.MANAGER)
    await world.change(right)


@pytest.mark.parametrize("end", [_block_tenant, _remove_user, _demote])
async def test_an_order_of_who_was_let_in_before_is_not_carried_out_behind_his_end(
    world: World, end: Any
) -> None:
    partner = await world.partner()
    company = await world.company()
    product = await world.stocked(partner, 3)
    await world.reveal(partner, product, 1)
    request = await request_partner_link(world.context(company), partner.id)
    let_in = world.context(partner)
    await end(world, partner)
    before = await world.dump()
    revealed = (await world.held(partner))[:1]
    take = Take.oldest(product, 1)
    for order in (
        lambda: reveal_to_self(let_in, "key", {}, take, BuyerDetails()),
        lambda: show_codes(let_in, revealed),
        lambda: approve_link(let_in, request),
    ):
        with pytest.raises(AccountClosed):
            await order()
    assert await world.dump() == before


async def test_it_is_told_as_an_ended_session(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 3)
    before = await world.dump()

    async def closed(*_: Any) -> bool:
        return False

    monkeypatch.setattr(accounts, "is_open", closed)
    order = {"idempotencyKey": "key", "take": some(product, 1)}
    answer = await gateway.send(partner, REVEAL, {"input": order})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await world.dump() == before
