"""Races for one license: devices with the same code, and whoever sells, shows or frees it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.documents import DocumentKind
from domain.licenses import Take
from persistence import devices
from persistence.database import Unit
from persistence.keys import new_key
from persistence.tables.licenses import licenses
from persistence.tables.tenants import tenants
from resolvers.activation import activate_license, release_license
from resolvers.documents import record
from resolvers.licenses import show_codes
from tests.client import Gateway
from tests.conservation.carrying import OUTSIDER
from tests.conservation.clients import at_once, exactly, oldest, order, sale
from tests.conservation.holding import held_open, waiting
from tests.conservation.profiles import rounds
from tests.conservation.verifying import verified
from tests.pos import Device, code_of, device_at, device_of, keyed_outlet
from tests.world import Cabinet, World


@pytest.fixture
async def seller(world: World) -> Cabinet:
    return await world.partner()


async def revealed(world: World, holder: Cabinet, quantity: int = 1) -> list[UUID]:
    """Let a holder have revealed licenses of a new product."""
    before = set(await world.held(holder))
    product = await world.stocked(holder, quantity)
    await world.reveal(holder, product, quantity)
    return sorted(set(await world.held(holder)) - before)


async def enter(gateway: Gateway, device: Device, code: str, verb: str = "activate") -> Any:
    return await order(gateway.http, device, f"{verb}License", code=code)


async def where(world: World, license_: UUID) -> tuple[UUID, UUID | None]:
    [row] = await world.rows(select(licenses).where(licenses.c.id == license_))
    return row.holder_id, row.device_id


async def test_of_sixteen_devices_with_one_code_one_wins(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    for _ in range(rounds(3, 30)):
        company = await world.company()
        outlet = await keyed_outlet(world, company)
        tills = [await device_at(world, outlet, f"Касса {n}") for n in range(16)]
        (key,) = await revealed(world, seller)
        code = await code_of(world, key)
        won, refused = await at_once(
            *(enter((gateway, other_gateway)[n % 2], tills[n], code) for n in range(16))
        )
        assert (len(won), len(refused)) == (1, 15)
        assert refused.names == {"LicenseActivatedElsewhere"}
        holder, device = await where(world, key)
        assert holder == company.id
        (winner,) = [one for one in tills if one.id == device]
        assert {one["deviceName"] for one in refused} == {winner.name}
        assert {one["retryable"] for one in refused} == {False}
    await verified(world.tools)


async def test_of_sixteen_companies_with_one_code_one_wins(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    tills = [await device_of(world, await world.company()) for _ in range(16)]
    for key in await revealed(world, seller, rounds(4, 8)):
        code = await code_of(world, key)
        won, refused = await at_once(
            *(enter((gateway, other_gateway)[n % 2], tills[n], code) for n in range(16))
        )
        assert (len(won), len(refused)) == (1, 15)
        assert refused.names == {"CodeNotAccepted"}
    held = [one for device in tills for one in await world.held(device.company)]
    assert len(held) == len(set(held)) == rounds(4, 8)
    await verified(world.tools)


async def test_one_device_that_repeats_itself_activates_once(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    device = await device_of(world, await world.company())
    (key,) = await revealed(world, seller)
    code = await code_of(world, key)
    won, refused = await at_once(
        *(enter((gateway, other_gateway)[n % 2], device, code) for n in range(8))
    )
    assert (len(won), refused) == (8, [])
    [row] = await world.rows(select(licenses.c.event_count).where(licenses.c.id == key))
    assert row.event_count == 4


async def test_an_activation_and_a_sale_of_one_license_leave_it_with_the_company(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    device = await device_of(world, await world.company())
    told = set()
    for key in await revealed(world, seller, rounds(8, 10)):
        code = await code_of(world, key)
        _, refused = await at_once(
            enter(gateway, device, code),
            order(other_gateway.http, seller, "sellLicenses",
                  **sale(world.key(), None, exactly([key]))),
        )  # fmt: skip
        told |= refused.names
        assert await where(world, key) == (device.company.id, device.id)
    assert told <= {"NotFound"}
    await verified(world.tools)


async def test_a_sale_that_waits_for_an_activation_finds_the_license_gone(
    world: World, other_gateway: Gateway, seller: Cabinet
) -> None:
    """Held between look and lock: one of three is activated meanwhile, and none is sold."""
    device = await device_of(world, await world.company())
    keys = await revealed(world, seller, 3)
    before = await world.dump(but=("sessions", "attempts"))
    code = await code_of(world, keys[1])
    context = device.context(world)

    async def activation(unit: Unit) -> None:
        from domain.activation import Place  # noqa: PLC0415
        from persistence import activation  # noqa: PLC0415

        lookups = list(world.tools.cipher.lookups(code).values())
        found = await activation.lock_by_code(unit, lookups)
        assert found is not None
        assert found.must_activate(Place(device.company.id, device.id))
        await activation.log_activation(unit, found, device.company.id, device.id)
        await context.audit(unit, "activateLicense", [(found.license, device.company.id)])

    async with held_open(world.tools.database, activation):
        asked = await waiting(
            order(other_gateway.http, seller, "sellLicenses",
                  **sale("k", None, exactly(keys)))
        )  # fmt: skip
        assert not asked[0].done()
    _, refused = await at_once(*asked)
    assert [(one["__typename"], one["field"]) for one in refused] == [("NotFound", "licenses")]
    after = await world.dump(but=("sessions", "attempts"))
    assert after["documents"] == before["documents"]
    assert after["idempotency_keys"] == before["idempotency_keys"]
    assert await where(world, keys[1]) == (device.company.id, device.id)
    await verified(world.tools)


async def test_an_activation_that_waits_for_a_sale_comes_after_it(
    world: World, other_gateway: Gateway, seller: Cabinet
) -> None:
    device = await device_of(world, await world.company())
    (key,) = await revealed(world, seller)
    actor, kind = world.context(seller).actor, DocumentKind.SALE_TO_UNREGISTERED_COMPANY
    code = await code_of(world, key)

    async def rival(unit: Unit) -> None:
        await record(unit, new_key(), kind, actor, Take.exactly([key]), OUTSIDER)

    async with held_open(world.tools.database, rival, roll_back=True):
        asked = await waiting(enter(other_gateway, device, code))
        assert not asked[0].done()
    won, _ = await at_once(*asked)
    assert len(won) == 1
    assert await where(world, key) == (device.company.id, device.id)
    await verified(world.tools)


async def test_a_sealed_code_that_is_being_revealed_is_accepted_or_not(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    for _ in range(rounds(6, 60)):
        device = await device_of(world, await world.company())
        product = await world.stocked(seller, 1)
        key = (await world.held(seller))[-1]
        _, refused = await at_once(
            enter(gateway, device, await code_of(world, key)),
            order(other_gateway.http, seller, "revealToSelf",
                  idempotencyKey=world.key(), take=oldest(product, 1)),
        )  # fmt: skip
        assert refused.names <= {"CodeNotAccepted"}
        holder, at = await where(world, key)
        assert (holder, at) == ((seller.id, None) if refused else (device.company.id, device.id))
    await verified(world.tools)


async def test_a_device_that_frees_and_one_that_takes_and_the_licensor_leave_one_place(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    for key in await revealed(world, seller, rounds(6, 60)):
        here, there = await device_at(world, outlet, "тут"), await device_at(world, outlet, "там")
        code = await code_of(world, key)
        await activate_license(here.context(world), code)
        _, refused = await at_once(
            enter(gateway, here, code, "deactivate"),
            enter(other_gateway, there, code),
            order(gateway.http, world.licensor, "releaseLicense",
                  license=f"license_{key.hex}", reason="Сломалось"),
        )  # fmt: skip
        assert refused.names <= {
            "LicenseActivatedElsewhere", "LicenseNotActivated", "NotFound"
        }  # fmt: skip
        holder, at = await where(world, key)
        assert holder == company.id
        assert at in {None, there.id}
    await verified(world.tools)


async def test_a_device_is_removed_or_activated_on_never_both(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    for key in await revealed(world, seller, rounds(6, 60)):
        device = await device_at(world, outlet)
        code = await code_of(world, key)
        query = "mutation ($in: CodeInput!) { activateLicense(input: $in) { __typename } }"
        removed, activated = await asyncio.gather(
            order(gateway.http, company, "removeDevice", device=device.node),
            other_gateway.send(device.token, query, {"in": {"code": code}}),
        )
        _, at = await where(world, key)
        if removed["__typename"] == "RemoveDeviceSuccess":
            assert at is None
            assert activated.json()["errors"][0]["extensions"]["code"] in {
                "UNAUTHENTICATED", "FORBIDDEN"
            }  # fmt: skip
        else:
            assert removed["__typename"] == "DeviceHoldsLicense"
            assert at == device.id
    await verified(world.tools)


async def test_whoever_is_blocked_while_his_pos_waits_activates_nothing(
    world: World, other_gateway: Gateway, seller: Cabinet
) -> None:
    device = await device_of(world, await world.company())
    (key,) = await revealed(world, seller)
    query = "mutation ($in: CodeInput!) { activateLicense(input: $in) { __typename } }"
    code = {"in": {"code": await code_of(world, key)}}
    now = world.tools.database.clock.now()

    async def block(unit: Unit) -> None:
        await devices.lock_device(unit, device.id, device.company.id)
        of_company = tenants.c.id == device.company.id
        await unit.connection.execute(update(tenants).where(of_company).values(blocked_at=now))

    async with held_open(world.tools.database, block):
        asked = await waiting(other_gateway.send(device.token, query, code))
        assert not asked[0].done()
    (error,) = (await asked[0]).json()["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert await where(world, key) == (seller.id, None)


async def test_a_release_and_a_repetition_on_the_device_do_not_wait_for_each_other(
    world: World, seller: Cabinet
) -> None:
    device = await device_of(world, await world.company())
    (key,) = await revealed(world, seller)
    code = await code_of(world, key)
    for _ in range(3):
        await activate_license(device.context(world), code)
        await asyncio.wait_for(
            asyncio.gather(
                release_license(world.context(world.licensor), key, "Сломалось"),
                activate_license(device.context(world), code),
            ),
            1,
        )
    await verified(world.tools)


async def test_a_code_is_shown_to_whoever_holds_the_license_then(
    world: World, gateway: Gateway, seller: Cabinet
) -> None:
    device = await device_of(world, await world.company())
    for key in await revealed(world, seller, rounds(8, 10)):
        code = await code_of(world, key)
        shown, _ = await asyncio.gather(
            show_codes(world.context(seller), [key]),
            enter(gateway, device, code),
            return_exceptions=True,
        )
        if not isinstance(shown, list):
            assert type(shown).__name__ == "NotFound"
        else:
            assert shown == [(key, code)]
    await verified(world.tools)
