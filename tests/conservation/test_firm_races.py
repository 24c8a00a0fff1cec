"""Races about firms: one main firm, no sale to a removed one, and the INN an MRC relies on."""

from __future__ import annotations

from sqlalchemy import func, select

from persistence import companies, firms, links
from persistence.companies import RegionalDetails
from persistence.database import Unit
from persistence.tables.regions import regional_bindings
from persistence.tables.tenants import firms as firms_table
from tests.client import Gateway
from tests.conservation.clients import at_once, oldest, order
from tests.conservation.holding import held_open, waiting
from tests.conservation.profiles import rounds
from tests.conservation.verifying import verified
from tests.world import INN, OTHER_INN, Cabinet, World


async def main_firms(world: World, company: Cabinet) -> list[str]:
    found = await world.rows(
        select(firms_table.c.id).where(
            firms_table.c.company_id == company.id, firms_table.c.is_main
        )
    )
    return [f"firm_{row.id.hex}" for row in found]


async def test_of_many_new_main_firms_one_is_left(
    world: World, gateway: Gateway, other_gateway: Gateway
) -> None:
    for _ in range(rounds(5, 100)):
        company = await world.company()
        nodes = [f"firm_{(await world.firm(company, f'Фирма {n}')).hex}" for n in range(4)]
        done, refused = await at_once(
            *(
                order((gateway, other_gateway)[n % 2].http, company, "setMainFirm", firm=node)
                for n, node in enumerate(nodes * 2)
            )
        )
        assert (len(done), refused) == (8, [])
        (main,) = await main_firms(world, company)
        assert main in nodes
    await verified(world.tools)


async def test_a_firm_is_removed_or_made_the_main_one(
    world: World, gateway: Gateway, other_gateway: Gateway
) -> None:
    for _ in range(rounds(10, 200)):
        company = await world.company()
        node = f"firm_{(await world.firm(company, 'Вторая')).hex}"
        done, refused = await at_once(
            order(gateway.http, company, "setMainFirm", firm=node),
            order(other_gateway.http, company, "removeFirm", firm=node),
        )
        assert (len(done), len(refused)) == (1, 1)
        assert refused.names <= {"MainFirmStays", "NotFound"}
        won = done[0]["__typename"] == "FirmSuccess"
        assert await main_firms(world, company) == [node if won else company.firm_node]
    await verified(world.tools)


async def test_one_firm_comes_of_the_same_order_given_at_once(
    world: World, gateway: Gateway, other_gateway: Gateway
) -> None:
    details = {"name": "Вторая", "inn": INN}
    for _ in range(rounds(5, 100)):
        company = await world.company()
        done, refused = await at_once(
            *(
                order((gateway, other_gateway)[n % 2].http, company, "createFirm", details=details)
                for n in range(4)
            )
        )
        assert (len(done), len(refused), refused.names) == (1, 3, {"FirmExists"})


async def test_one_product_comes_of_the_same_order_given_at_once(
    world: World, gateway: Gateway, other_gateway: Gateway
) -> None:
    for number in range(rounds(5, 100)):
        done, refused = await at_once(
            *(
                order(
                    (gateway, other_gateway)[n % 2].http,
                    world.licensor,
                    "createProduct",
                    name=f"Касса {number}",
                )
                for n in range(4)
            )
        )
        assert (len(done), len(refused), refused.names) == (1, 3, {"ProductExists"})


async def test_a_client_is_bound_or_gets_another_inn_but_not_both(
    world: World, gateway: Gateway, other_gateway: Gateway
) -> None:
    mrc = await world.mrc(inn=INN)
    for n in range(rounds(10, 200)):
        number = f"8-700-220-{n // 100:02}-{n % 100:02}"
        place = RegionalDetails(multichannel_number=number)
        company = await world.company(inn=INN, regional=place)
        second = f"firm_{(await world.firm(company, 'Вторая', inn=OTHER_INN)).hex}"
        change = {"firm": company.firm_node, "details": {"name": "Иначе", "inn": OTHER_INN}}
        done, refused = await at_once(
            order(gateway.http, mrc, "bindRegionalClient", multichannelNumber=number),
            order(other_gateway.http, company, "changeFirm", **change)
            if n % 2
            else order(other_gateway.http, company, "setMainFirm", firm=second),
        )
        assert (len(done), len(refused)) == (1, 1)
        assert refused.names <= {"ClientNotBindable", "MainInnFrozen"}
    bound = select(func.count()).select_from(regional_bindings)
    wrong = bound.join(
        firms_table, firms_table.c.company_id == regional_bindings.c.company_id
    ).where(firms_table.c.is_main, firms_table.c.inn != INN)
    ((both,),) = await world.rows(wrong)
    assert both == 0
    await verified(world.tools)


async def test_a_binding_that_waits_for_another_main_firm_sees_it(
    world: World, gateway: Gateway
) -> None:
    """The firm that was the main one before must not be all that the binding looks at."""
    mrc = await world.mrc(inn=OTHER_INN)
    place = RegionalDetails(multichannel_number="7700-220-00-70")
    company = await world.company(inn=INN, regional=place)
    second = await world.firm(company, "Вторая", inn=OTHER_INN)

    async def make_main(unit: Unit) -> None:
        await companies.lock_company(unit, company.id)
        await firms.set_main_firm(unit, company.id, second)

    async with held_open(world.tools.database, make_main):
        asking = await waiting(
            order(gateway.http, mrc, "bindRegionalClient", multichannelNumber="77002200070")
        )
        assert not asking[0].done()
    bound, _ = await at_once(*asking)
    assert len(bound) == 1


async def test_nobody_sells_to_a_firm_that_is_being_removed(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company, product = await world.company(partner), await world.stocked(partner, 2)
    firm = await world.firm(company, "Вторая")

    async def remove(unit: Unit) -> None:
        await links.lock_link(unit, company.id)
        await firms.remove_firm(unit, firm)

    sale = {"idempotencyKey": "k", "buyer": {"firm": f"firm_{firm.hex}"}}
    async with held_open(world.tools.database, remove):
        asking = await waiting(
            order(gateway.http, partner, "sellLicenses", take=oldest(product, 1), **sale)
        )
        assert not asking[0].done()
    _, refused = await at_once(*asking)
    assert [(one["__typename"], one["field"]) for one in refused] == [("NotFound", "buyer.firm")]
    assert await world.held(company) == []
    await verified(world.tools)


async def test_a_removal_waits_for_a_sale_to_the_firm(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    firm = f"firm_{(await world.firm(company, 'Вторая')).hex}"

    async def sell(unit: Unit) -> None:
        assert await links.lock_link(unit, company.id, partner.id) is not None

    async with held_open(world.tools.database, sell):
        asking = await waiting(order(gateway.http, company, "removeFirm", firm=firm))
        assert not asking[0].done()
    removed, _ = await at_once(*asking)
    assert len(removed) == 1


async def test_a_sale_and_a_removal_leave_the_license_or_refuse_it(
    world: World, gateway: Gateway, other_gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, rounds(10, 200))
    for _ in range(rounds(10, 200)):
        company = await world.company(partner)
        firm = f"firm_{(await world.firm(company, 'Вторая')).hex}"
        sale = {"idempotencyKey": world.key(), "buyer": {"firm": firm}}
        done, refused = await at_once(
            order(gateway.http, partner, "sellLicenses", take=oldest(product, 1), **sale),
            order(other_gateway.http, company, "removeFirm", firm=firm),
        )
        sold = [one for one in done if one["__typename"] == "DocumentSuccess"]
        assert len(done) == 1 + len(sold)
        assert refused.names <= {"NotFound"}
        assert len(await world.held(company)) == len(sold)
    await verified(world.tools)
