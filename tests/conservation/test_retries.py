"""The same order again: concurrent with its first try, from another gateway, after a refusal."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from domain.documents import DocumentKind
from domain.idempotency import fingerprint
from domain.licenses import Take
from persistence import documents, idempotency
from persistence.database import Unit
from persistence.keys import new_key
from resolvers.documents import record
from tests.client import Gateway
from tests.conservation.carrying import OUTSIDER
from tests.conservation.clients import at_once, oldest, order, sale
from tests.conservation.holding import held_open, waiting
from tests.conservation.invariants import imprint
from tests.conservation.profiles import rounds
from tests.conservation.verifying import verified
from tests.world import Cabinet, World


@pytest.fixture
async def seller(world: World) -> Cabinet:
    return await world.partner()


def orders(world: World, seller: Cabinet, product: UUID) -> dict[str, tuple[Cabinet, Any]]:
    """Return an order of each kind that takes an idempotency key: who gives it, and its input."""
    return {
        "issueLicenses": (world.licensor, {"product": f"product_{product.hex}", "quantity": 3}),
        "sellLicenses": (seller, sale("", None, oldest(product, 3))),
        "revealToSelf": (seller, {"take": oldest(product, 3)}),
    }


@pytest.mark.parametrize("mutation", ["issueLicenses", "sellLicenses", "revealToSelf"])
async def test_sixteen_tries_at_once_make_one_document(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet, mutation: str
) -> None:
    product = await world.stocked(seller, rounds(10, 100))
    who, input_ = orders(world, seller, product)[mutation]
    for _ in range(rounds(3, 30)):
        before = await imprint(world.tools.database)
        asking = {**input_, "idempotencyKey": world.key()}
        done, refused = await at_once(
            *(
                order((gateway, other_gateway)[n % 2].http, who, mutation, **asking)
                for n in range(16)
            )
        )
        assert refused == []
        assert len({one["document"]["id"] for one in done}) == 1
        after = await imprint(world.tools.database)
        for table, more in (("documents", 1), ("idempotency_keys", 1), ("license_events", 3)):
            assert after[table] == before[table] + more, table
    await verified(world.tools)


async def test_another_gateway_answers_with_the_same_document(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    product = await world.stocked(seller)
    for mutation, (who, input_) in orders(world, seller, product).items():
        asking = {**input_, "idempotencyKey": mutation}
        first = await order(gateway.http, who, mutation, **asking)
        before = await imprint(world.tools.database)
        again = await order(other_gateway.http, who, mutation, **asking)
        assert again == first
        assert await imprint(world.tools.database) == before


async def test_a_retry_waits_for_the_first_try_in_another_gateway(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    product = await world.stocked(seller)
    asking = sale("k", None, oldest(product, 3))
    # The first try has claimed its key and waits for the counter that is held here.
    async with held_open(
        world.tools.database, lambda unit: documents.next_number(unit, seller.id), roll_back=True
    ):
        first = await waiting(order(gateway.http, seller, "sellLicenses", **asking))
        retry = await waiting(order(other_gateway.http, seller, "sellLicenses", **asking))
        assert not first[0].done()
        assert not retry[0].done()
    done, _ = await at_once(*first, *retry)
    assert [one["document"]["number"] for one in done] == [1, 1]
    assert done[0] == done[1]
    await verified(world.tools)


@pytest.mark.parametrize("commits", [True, False])
async def test_another_order_under_the_key_waits_for_the_first_try(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet, commits: bool
) -> None:
    product = await world.stocked(seller)
    actor, document = world.context(seller).actor, new_key()
    take, kind = Take.oldest(product, 3), DocumentKind.SALE_TO_UNREGISTERED_COMPANY
    asking = sale("k", None, oldest(product, 3))

    async def first_try(unit: Unit) -> None:
        await idempotency.claim(unit, seller.id, "k", fingerprint("other", {}), document)
        await record(unit, document, kind, actor, take, OUTSIDER)

    async with held_open(world.tools.database, first_try, roll_back=not commits):
        retry = await waiting(order(other_gateway.http, seller, "sellLicenses", **asking))
        assert not retry[0].done()
    done, refused = await at_once(*retry)
    if commits:
        assert refused.names == {"IdempotencyKeyReused"}
    else:
        assert [one["document"]["number"] for one in done] == [1]
    await verified(world.tools)


async def test_another_input_or_order_under_the_key_is_refused(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    product, company = await world.stocked(seller), await world.company(seller)
    first = await order(gateway.http, seller, "sellLicenses", **sale("k", None, oldest(product, 3)))
    assert first["__typename"] == "DocumentSuccess"
    before = await imprint(world.tools.database)
    _, refused = await at_once(
        order(gateway.http, seller, "sellLicenses", **sale("k", None, oldest(product, 2))),
        order(gateway.http, seller, "sellLicenses", **sale("k", company, oldest(product, 3))),
        order(
            other_gateway.http, seller, "revealToSelf", idempotencyKey="k", take=oldest(product, 3)
        ),
    )
    assert (len(refused), refused.names) == (3, {"IdempotencyKeyReused"})
    assert await imprint(world.tools.database) == before


async def test_of_two_inputs_at_once_under_one_key_one_is_carried_out(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    product = await world.stocked(seller, rounds(20, 200))
    for _ in range(rounds(5, 50)):
        key = world.key()
        done, refused = await at_once(
            *(
                order(
                    (gateway, other_gateway)[n // 2 % 2].http,
                    seller,
                    "sellLicenses",
                    **sale(key, None, oldest(product, 1 + n % 2)),
                )
                for n in range(8)
            )
        )
        assert (len(done), len(refused)) == (4, 4)
        assert refused.names == {"IdempotencyKeyReused"}
        assert len({one["document"]["id"] for one in done}) == 1
    await verified(world.tools)


async def test_a_refusal_uses_up_no_key(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    product = await world.stocked(seller, 2)
    asking = sale("k", None, oldest(product, 3))
    before = await imprint(world.tools.database)
    _, refused = await at_once(
        *(order(gateway.http, seller, "sellLicenses", **asking) for _ in range(4))
    )
    assert (len(refused), refused.names) == (4, {"NotEnoughLicenses"})
    assert await imprint(world.tools.database) == before
    await world.issue(product, 1)
    await world.sell(world.licensor, seller, product, 1)
    answer = await order(other_gateway.http, seller, "sellLicenses", **asking)
    assert (answer["__typename"], answer["document"]["number"]) == ("DocumentSuccess", 1)
    await verified(world.tools)


async def test_a_replay_after_a_relink_answers_with_the_document(
    world: World, gateway: Gateway, seller: Cabinet
) -> None:
    other, product = await world.partner(), await world.stocked(seller)
    company = await world.company(seller)
    asking = sale("k", company, oldest(product, 3))
    first = await order(gateway.http, seller, "sellLicenses", **asking)
    requested = await order(gateway.http, company, "requestPartnerLink", partner=other.node())
    await order(gateway.http, other, "approveLink", request=requested["request"]["id"])
    assert await order(gateway.http, seller, "sellLicenses", **asking) == first
    seen = await gateway.ask(
        seller,
        "query ($id: ID!) { document(id: $id) { buyerName buyerInn company { id } firm { id }"
        " licenses { totalCount } } }",
        {"id": first["document"]["id"]},
    )
    assert seen["document"]["buyerName"].startswith("Фирма")
    assert seen["document"]["company"] is None
    assert seen["document"]["firm"] is None
    assert seen["document"]["licenses"]["totalCount"] == 0
    fresh = await order(
        gateway.http, seller, "sellLicenses", **sale("k2", company, oldest(product, 3))
    )
    assert (fresh["__typename"], fresh["field"]) == ("NotFound", "buyer.firm")


async def test_keys_are_per_tenant(world: World, gateway: Gateway) -> None:
    sellers = [await world.partner(), await world.partner()]
    product = await world.stocked(sellers[0])
    await world.issue(product, 3)
    await world.sell(world.licensor, sellers[1], product, 3)
    answers = await asyncio.gather(
        *(
            order(gateway.http, one, "sellLicenses", **sale("k", None, oldest(product, 3)))
            for one in sellers
        )
    )
    assert {one["__typename"] for one in answers} == {"DocumentSuccess"}
    assert len({one["document"]["id"] for one in answers}) == 2
    await verified(world.tools)
