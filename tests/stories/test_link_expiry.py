from __future__ import annotations

from datetime import timedelta

from tests.client import Gateway
from tests.clock import Clock
from tests.stories.orders import decide, names, request_link
from tests.world import World

STATES = """query ($state: LinkRequestState) { linkRequests(state: $state) {
  edges { node { state } } totalCount } }"""
MONTH = timedelta(days=30)


async def _renewed(world: World, *cabinets: object) -> list[str]:
    """Sessions are shorter than requests: sign everybody in again."""
    return [await world.token(cabinet.admin) for cabinet in cabinets]  # type: ignore[attr-defined]


async def test_a_request_expires_after_30_days_by_the_clock_alone(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    partner, company = await world.partner(), await world.company()
    request = (await request_link(gateway, company, partner))["request"]["id"]
    clock.turn(MONTH)
    partner_token, company_token = await _renewed(world, partner, company)

    for who, decision in (
        (partner_token, "approveLink"),
        (partner_token, "rejectLink"),
        (company_token, "cancelLinkRequest"),
    ):
        late = await decide(gateway, who, decision, request)
        assert late["code"] == "ALREADY_DECIDED"
        assert late["decision"] == "EXPIRED"

    for who in (partner_token, company_token):
        expired = (await gateway.ask(who, STATES, {"state": "EXPIRED"}))["linkRequests"]
        assert expired["totalCount"] == 1
        assert expired["edges"][0]["node"]["state"] == "EXPIRED"
        pending = (await gateway.ask(who, STATES, {"state": "PENDING"}))["linkRequests"]
        assert pending == {"edges": [], "totalCount": 0}
    assert await names(gateway, partner_token, "companies") == []


async def test_a_request_can_be_decided_until_its_last_minute(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    partner, company = await world.partner(), await world.company(name="Тест")
    request = (await request_link(gateway, company, partner))["request"]["id"]
    clock.turn(MONTH - timedelta(minutes=1))
    (token,) = await _renewed(world, partner)

    assert (await decide(gateway, token, "approveLink", request))["__typename"] == (
        "ApproveLinkSuccess"
    )
    assert await names(gateway, token, "companies") == ["Тест"]


async def test_after_expiry_a_new_request_is_possible(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    partner, company = await world.partner(), await world.company(name="Тест")
    await request_link(gateway, company, partner)
    clock.turn(MONTH)
    partner_token, company_token = await _renewed(world, partner, company)

    again = await request_link(gateway, company_token, partner)
    approved = await decide(gateway, partner_token, "approveLink", again["request"]["id"])

    assert approved["__typename"] == "ApproveLinkSuccess"
    states = (await gateway.ask(company_token, STATES))["linkRequests"]["edges"]
    assert [edge["node"]["state"] for edge in states] == ["APPROVED", "EXPIRED"]


async def test_a_session_expires_too(world: World, gateway: Gateway, clock: Clock) -> None:
    partner = await world.partner()
    clock.turn(world.tools.rules.session_lifetime)

    response = await gateway.send(partner, "{ viewer { kind } }")

    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
