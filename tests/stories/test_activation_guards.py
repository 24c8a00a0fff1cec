"""Who may enter codes, how often, and what is told of it [001]."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.access import Right
from domain.licenses import new_code
from persistence.tables.audit import audit_records
from persistence.tables.licenses import licenses
from tests.client import Gateway
from tests.clock import Clock
from tests.pos import device_at, device_of, keyed_outlet
from tests.stories.test_activation import (
    enter,
    revealed,
)
from tests.world import World


async def test_attempts_are_throttled_for_the_device(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    device, neighbour = await device_at(world, outlet), await device_at(world, outlet)
    key, code = await revealed(world, await world.partner())
    for _ in range(10):
        assert (await enter(gateway, device, new_code()))["code"] == "CODE_NOT_ACCEPTED"
    refused = await enter(gateway, device, code)
    assert (refused["code"], refused["retryable"]) == ("TRY_AGAIN_LATER", True)
    [row] = await world.rows(select(licenses.c.device_id).where(licenses.c.id == key))
    assert row.device_id is None
    assert (await enter(gateway, neighbour, code))["__typename"] == "ActivateLicenseSuccess"
    clock.turn(timedelta(minutes=11))
    assert (await enter(gateway, device, code))["code"] == "LICENSE_ACTIVATED_ELSEWHERE"


async def test_attempts_are_throttled_for_the_company(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.activation import CODES_OF_COMPANY  # noqa: PLC0415
    from domain.attempts import Throttle  # noqa: PLC0415

    few = Throttle(CODES_OF_COMPANY.action, 3, CODES_OF_COMPANY.window)
    monkeypatch.setattr("resolvers.activation.CODES_OF_COMPANY", few)
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    told = [
        (await enter(gateway, await device_at(world, outlet), new_code()))["code"] for _ in range(4)
    ]
    assert told == ["CODE_NOT_ACCEPTED"] * 3 + ["TRY_AGAIN_LATER"]
    stranger = await device_of(world, await world.company())
    assert (await enter(gateway, stranger, new_code()))["code"] == "CODE_NOT_ACCEPTED"


async def test_the_audit_knows_the_device_and_never_the_code(
    world: World, gateway: Gateway
) -> None:
    device = await device_of(world, await world.company())
    key, code = await revealed(world, await world.partner())
    await enter(gateway, device, code)
    await enter(gateway, device, code, "deactivate")
    rows = await world.rows(
        select(audit_records).where(audit_records.c.device_id.is_not(None)).order_by("id")
    )
    assert [row.action for row in rows] == ["activateLicense", "deactivateLicense"]
    for row in rows:
        assert (row.device_id, row.object_id) == (device.id, key)
        assert row.tenant_id == row.owner_id == device.company.id
        assert (row.user_id, row.session_id) == (None, None)
    assert code not in str(await world.dump())


async def test_nobody_in_a_cabinet_can_activate(world: World, gateway: Gateway) -> None:
    """Activation and deactivation happen only from the POS [000]."""
    company = await world.company()
    _, code = await revealed(world, company)
    manager = await world.user(company, Right.MANAGER)
    query = "mutation ($in: CodeInput!) { activateLicense(input: $in) { __typename } }"
    for token in (company.token, manager, world.licensor.token, None):
        answer = (await gateway.send(token, query, {"in": {"code": code}})).json()
        assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
