"""What crosses no border between cabinets: keys, typed details, prefixes, plans and failures."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.access import Capability, Role
from gateway.exchange import Exchange
from gateway.requests import OperationRequest
from persistence.tables.audit import audit_records
from resolvers.context import Tools
from tests.client import Gateway
from tests.security.estate import Estate
from tests.security.facts import Facts, dump
from tests.world import Cabinet, World

SELL = """mutation ($input: SellLicensesInput!) { sellLicenses(input: $input) { __typename
  ... on Problem { code message retryable }
  ... on DocumentSuccess { warnings document { kind buyerName issuer { name } quantity
    partner { id } company { id } firm { id }
    licenses { totalCount edges { node { state sold holder { name } firm { id } } } } } } } }"""


async def sell(gateway: Gateway, seller: Cabinet, key: str, product: UUID, inn: str) -> str:
    """Sell one license to a buyer typed by hand; return the answer as text."""
    take = {"quantity": {"product": f"product_{product.hex}", "quantity": 1}}
    buyer = {"unregistered": {"name": "Кто-то", "inn": inn}}
    given = {"input": {"idempotencyKey": key, "buyer": buyer, "take": take}}
    return (await gateway.send(seller, SELL, given)).text


async def test_a_key_that_another_cabinet_used_is_free(world: World, gateway: Gateway) -> None:
    one, other = await world.partner(), await world.partner()
    for seller in (one, other):
        product = await world.stocked(seller, 1)
        answer = await sell(gateway, seller, "the same key", product, "7788990011")
        assert '"DocumentSuccess"' in answer


async def test_nothing_hints_whether_a_typed_inn_is_registered(
    world: World, gateway: Gateway
) -> None:
    seller, other = await world.partner(), await world.partner()
    await world.company(other, inn="3519003320")
    await world.company(seller, inn="6321062257")
    product = await world.stocked(seller, 3)
    inns = ["3519003320", "6321062257", "7707083893"]  # Elsewhere, here, nowhere.
    told = {await sell(gateway, seller, inn, product, inn) for inn in inns}
    assert len(told) == 1
    assert '"DocumentSuccess"' in told.pop()


async def test_an_id_of_another_type_names_nothing(
    estate: Estate, gateway: Gateway, tools: Tools
) -> None:
    """The key of a cabinet one sees, under the prefix of what it is not, was never issued."""
    facts = Facts(await dump(tools.database))
    fields = {
        "partner": ["documents(filter: {partner: $id})", "licenses(filter: {holder: $id})"],
        "company": ["documents(filter: {company: $id})", "licenses(filter: {holder: $id})"],
    }
    for role in (Role.PARTNER_ADMIN, Role.LICENSOR_ADMIN, Role.LICENSOR_SUPPORT):
        viewer, told = estate.viewers[role], []
        for prefix, asked in fields.items():
            for key in facts.tenants.keys() - facts.rows(prefix.title()).keys():
                for field in asked:
                    query = f"query ($id: ID!) {{ list: {field} {{ totalCount }} }}"
                    id_ = f"{prefix}_{key.hex}"
                    answer = await gateway.ask(viewer.token, query, {"id": id_})
                    told += [(field, id_)] if answer["list"]["totalCount"] else []
        assert not told, role


async def test_equal_capabilities_in_cabinets_of_different_kinds_share_no_gate(
    estate: Estate, gateway: Gateway
) -> None:
    """The scopes of two tokens may be equal, of a licensor and of a partner: the rows are not."""
    scopes = frozenset({Capability.VIEW_SELF, Capability.READ_PARTNERS})
    query = "{ partners { totalCount edges { node { name } } } }"
    listed = []
    for role in (Role.LICENSOR_ADMIN, Role.PARTNER_ADMIN):
        token = estate.viewers[role].token
        whole = await gateway.engine.identify(token or "")
        assert whole
        actor = replace(whole, capabilities=scopes)
        answer = await gateway.engine.answer(OperationRequest(query), actor, Exchange("test"))
        assert answer.data
        listed.append([edge["node"]["name"] for edge in answer.data["partners"]["edges"]])
    everybody, itself = listed
    assert len(everybody) > 1
    assert itself == ["Вектор"]


async def test_a_refused_field_fails_its_parent_and_nothing_beside_it(
    world: World, gateway: Gateway
) -> None:
    """The executor cancels what is beside a failed field; what others wait for goes on."""
    partner = await world.partner()
    query = """{ good: viewer { partner { users { totalCount edges { node { id } } } } }
      bad: viewer { partner { users { totalCount edges { node { id } } }
        worse: users(first: 1000) { totalCount } } } }"""
    try:
        response = await gateway.send(partner, query)
    except asyncio.CancelledError:
        pytest.fail("the whole request was cancelled")
    assert response.status_code == 200
    answer = response.json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert answer["data"]["bad"] == {"partner": None}
    assert answer["data"]["good"]["partner"]["users"]["totalCount"] == 1


async def test_every_look_of_support_is_recorded(
    estate: Estate, gateway: Gateway, tools: Tools
) -> None:
    """A count is a look, too; whoever is looked at finds it under his own cabinet."""
    support = estate.viewers[Role.LICENSOR_SUPPORT].token
    looked_at = estate.viewers[Role.PARTNER_ADMIN].cabinet
    assert looked_at
    counted = select(func.count()).where(
        audit_records.c.owner_id == looked_at.id, audit_records.c.action == "look"
    )

    async def looks() -> int:
        async with tools.database.engine.connect() as connection:
            return int(await connection.scalar(counted) or 0)

    holder = f'filter: {{holder: "{looked_at.node()}"}}'
    for query in (
        f'{{ node(id: "{looked_at.node()}") {{ id }} }}',
        f'{{ node(id: "{looked_at.node()}") {{ ... on Partner {{ licenseCount }} }} }}',
        f"{{ licenses({holder}, first: 1) {{ edges {{ cursor }} }} }}",
        f"{{ licenses({holder}) {{ totalCount }} }}",
        f"{{ licenses({holder}, first: 0) {{ totalCount }} }}",
    ):
        before = await looks()
        await gateway.ask(support, query)
        assert await looks() > before, query
