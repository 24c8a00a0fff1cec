"""Whose codes can be handed over: what the caller holds open now [000]."""

from __future__ import annotations

from sqlalchemy import select

from persistence.tables.showings import print_pages
from tests.client import Gateway
from tests.stories.activating import activate
from tests.stories.orders import (
    email_licenses,
    exactly,
    ids,
    print_licenses,
    reveal,
    sell,
    some,
)
from tests.stories.test_hand_overs import (
    handed,
    of,
    promised,
    sold_outside,
)
from tests.world import World


async def test_what_has_moved_away_is_left_out_and_told(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(await world.partner(), "Чужая")
    document, held = await sold_outside(world, gateway, partner)
    await activate(world, company, held[0])

    answer = await email_licenses(gateway, partner, of(document))

    assert (answer["quantity"], answer["leftOut"]) == (2, 1)
    ((_, facts),) = await promised(world)
    assert len(facts["licenses"]) == 2
    assert [row.license_id for row in await handed(world)] == held[1:]
    refused = await email_licenses(gateway, partner, exactly(held[:2]))
    assert (refused["code"], refused["field"]) == ("NOT_FOUND", "licenses")


async def test_a_seller_prints_nothing_by_old_documents_once_all_is_activated(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    document, held = await sold_outside(world, gateway, partner)
    await activate(world, company, *held)
    before = await world.dump()

    for answer in (
        await print_licenses(gateway, partner, of(document)),
        await email_licenses(gateway, partner, of(document)),
    ):
        assert answer["code"] == "NOTHING_TO_HAND_OVER"
    for answer in (
        await print_licenses(gateway, partner, exactly(held)),
        await email_licenses(gateway, partner, exactly(held)),
    ):
        assert (answer["code"], answer["field"]) == ("NOT_FOUND", "licenses")
    assert await world.dump() == before


async def test_the_new_holder_is_neither_told_nor_bound_by_what_the_old_one_did(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, "Ромашка")
    document, held = await sold_outside(world, gateway, partner)
    await email_licenses(gateway, partner, of(document), "secret@example.com")
    await activate(world, company, *held)

    printed = await print_licenses(gateway, company, exactly(held))

    assert printed["quantity"] == 3
    assert {row.recipient for row in await handed(world)} == {"secret@example.com", "Ромашка"}
    query = "{ licenses { edges { node { showings { edges { node { recipient } } } } } } }"
    response = await gateway.send(company, query)
    assert "Ромашка" in response.text
    assert "secret@example.com" not in response.text
    unknown = await print_licenses(gateway, company, of(document))
    assert (unknown["code"], unknown["field"]) == ("NOT_FOUND", "document")


async def test_a_company_hands_over_what_it_revealed_of_its_purchase(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, "Ромашка")
    product = await world.stocked(partner, 3)
    sale = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 3))
    bought = sale["document"]["id"]
    sealed = await print_licenses(gateway, company, of(bought))
    await reveal(gateway, company, some(product, 2))

    printed = await print_licenses(gateway, company, of(bought))
    sellers = await print_licenses(gateway, partner, of(bought))

    assert sealed["code"] == "NOTHING_TO_HAND_OVER"
    assert (printed["quantity"], printed["leftOut"]) == (2, 1)
    assert {row.recipient for row in await handed(world)} == {"Ромашка"}
    assert sellers["code"] == "NOTHING_TO_HAND_OVER"


async def test_a_foreign_document_or_license_is_unknown_and_a_sealed_one_is_refused(
    world: World, gateway: Gateway
) -> None:
    partner, rival = await world.partner(), await world.partner()
    document, held = await sold_outside(world, gateway, partner)
    product = await world.stocked(partner, 1)
    (sealed,) = (await world.held(partner))[-1:]
    before = await world.dump()

    for stranger in (rival, world.licensor, await world.company(partner)):
        before = await world.dump()
        for take, field in ((of(document), "document"), (exactly(held), "licenses")):
            for refused in (
                await email_licenses(gateway, stranger, take),
                await print_licenses(gateway, stranger, take),
            ):
                assert (refused["code"], refused["field"]) == ("NOT_FOUND", field)
        assert await world.dump() == before
    refused = await print_licenses(gateway, partner, exactly([*held, sealed]))
    assert (refused["code"], refused["licenses"]) == ("CODES_NOT_SHOWN", ids([sealed]))
    assert product
    assert await handed(world) == []
    assert await world.rows(select(print_pages)) == []
