"""What a POS learns: of other companies nothing, and of its own what stands on its screen."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from domain.access import GRANTS, Capability, Role
from domain.licenses import new_code
from persistence.tables.licenses import licenses
from tests.client import Gateway
from tests.clock import Clock
from tests.pos import Device, code_of
from tests.security.atlas import seen_by
from tests.security.estate import Estate

ENTER = """mutation ($input: CodeInput!) { %sLicense(input: $input) { __typename
  ... on Problem { code message retryable } } }"""


async def entered(gateway: Gateway, device: Device, verb: str, code: str) -> tuple[int, str]:
    response = await gateway.send(device.token, ENTER % verb, {"input": {"code": code}})
    return response.status_code, response.text


async def test_a_strangers_code_is_answered_like_one_that_never_was(
    estate: Estate, gateway: Gateway, clock: Clock
) -> None:
    """Every code there is that the device may not use: sealed, or a company's other than its own.

    Whatever is free and no company's may be activated: that is what codes are for.
    """
    world = estate.world
    holders = {cabinet.id: device for cabinet, device in estate.devices.items()}
    for device in estate.devices.values():
        unknown = {verb: await entered(gateway, device, verb, new_code()) for verb in VERBS}
        before = await world.dump(but=UNTOUCHED)
        asked = 0
        for row in await world.rows(select(licenses)):
            strangers = row.holder_id in holders and row.holder_id != device.company.id
            if (row.state == "SEALED" and asked < 20) or strangers:
                asked += 1
                clock.turn(timedelta(hours=1))
                code = await code_of(world, row.id)
                for verb in VERBS:
                    assert await entered(gateway, device, verb, code) == unknown[verb]
        assert asked > 20
        assert await world.dump(but=UNTOUCHED) == before


VERBS = ("activate", "deactivate")
UNTOUCHED = ("sessions", "attempts")


def test_a_pos_may_do_nothing_else() -> None:
    assert GRANTS[Role.POS_OUTLET] == {Capability.REGISTER_DEVICES}
    assert GRANTS[Role.POS_DEVICE] == {
        Capability.READ_POS,
        Capability.ACTIVATE_LICENSES,
        Capability.PULL_CASHIERS,
    }
    roots = {
        role: (set(seen_by(role).query_type.fields), set(seen_by(role).mutation_type.fields))  # type: ignore[union-attr]
        for role in (Role.POS_OUTLET, Role.POS_DEVICE)
    }
    assert roots == {
        Role.POS_OUTLET: ({"posOutlet"}, {"registerDevice"}),
        Role.POS_DEVICE: (
            {"pos"},
            {"activateLicense", "deactivateLicense", "pullCashiers"},
        ),
    }


async def test_a_pos_meets_no_one_elses(estate: Estate, gateway: Gateway) -> None:
    """Two companies' devices, asked the same, are told each of itself alone."""
    query = """{ pos { deviceName companyName outletName licenses { totalCount
      edges { node { maskedCode productName activatedAt } } } } }"""
    for cabinet, device in estate.devices.items():
        told = (await gateway.ask(device.token, query))["pos"]
        assert told["deviceName"] == f"Касса {cabinet.admin.hex}"
        rows = await estate.world.rows(select(licenses).where(licenses.c.device_id == device.id))
        assert told["licenses"]["totalCount"] == len(rows) == 1
        (edge,) = told["licenses"]["edges"]
        assert edge["node"]["maskedCode"] == "••••••••" + rows[0].code_tail
    pull = "mutation { pullCashiers { cashiers { name } } }"
    for cabinet, device in estate.devices.items():
        (one,) = (await gateway.ask(device.token, pull))["pullCashiers"]["cashiers"]
        assert one == {"name": f"Кассир 0 {cabinet.admin.hex}"}


async def test_what_only_looks_like_a_credential_is_nobodys(gateway: Gateway) -> None:
    for token in ("sync_", "device_", "sync_x", "device_" + "x" * 43, "device", "sync"):
        assert (await gateway.send(token, "{ __typename }")).status_code == 401
