from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.access import Right
from persistence import audit
from persistence.companies import RegionalDetails
from persistence.tables.audit import audit_records
from tests.client import Gateway
from tests.stories.orders import names
from tests.world import Cabinet, World

MUTATIONS = "{ __schema { mutationType { fields { name } } } }"
NUMBER = "7700-220-00-70"


@pytest.fixture
async def support(world: World) -> str:
    return await world.user(world.licensor, Right.SUPPORT)


async def _looks(world: World) -> set[UUID | None]:
    """Return the owners of what was looked at."""
    looks = select(audit_records).where(audit_records.c.action == "look")
    return {row.owner_id for row in await world.rows(looks)}


async def test_support_reads_all_tenants(world: World, gateway: Gateway, support: str) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(partner, name="Тест")
    await world.company(name="Элекс-С")
    product = await world.stocked(partner, 3)
    await world.sell(partner, company, product, 1)

    assert await names(gateway, support, "partners") == ["MyPOS", "ЦТО"]
    assert await names(gateway, support, "companies") == ["Тест", "Элекс-С"]
    query = "{ licenses { totalCount } documents { totalCount } partnerLinks { totalCount } }"
    assert await gateway.ask(support, query) == {
        "licenses": {"totalCount": 3},
        "documents": {"totalCount": 3},
        "partnerLinks": {"totalCount": 2},
    }


ABOUT_ONESELF = {
    "changeOwnDetails",
    "changeOwnEmail",
    "changePassword",
    "confirmAccount",
    "confirmEmail",
    "endOtherSessions",
    "endSession",
    "requestPasswordReset",
    "resetPassword",
    "signOut",
}


async def test_support_changes_nothing_and_has_no_way_to_see_codes(
    gateway: Gateway, support: str
) -> None:
    fields = (await gateway.ask(support, MUTATIONS))["__schema"]["mutationType"]["fields"]

    assert {field["name"] for field in fields} == ABOUT_ONESELF
    response = await gateway.send(
        support, "mutation { showCodes(input: {licenses: []}) { __typename } }"
    )
    assert response.status_code == 400
    assert "Cannot query field 'showCodes'" in response.json()["errors"][0]["message"]


async def test_support_sees_masked_codes_only(world: World, gateway: Gateway, support: str) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 1)
    await world.reveal(partner, product, 1)

    seen = await gateway.ask(support, "{ licenses { edges { node { maskedCode state } } } }")

    (edge,) = seen["licenses"]["edges"]
    assert edge["node"]["state"] == "REVEALED"
    assert edge["node"]["maskedCode"].startswith("••••••••")


async def _tenants(world: World) -> dict[str, Cabinet]:
    partner = await world.partner()
    company = await world.company(
        partner, name="Тест", regional=RegionalDetails(multichannel_number=NUMBER)
    )
    product = await world.stocked(partner, 2)
    await world.sell(partner, company, product, 1)
    return {"partner": partner, "company": company, "mrc": await world.mrc()}


async def test_each_look_at_a_foreign_tenant_is_audited(
    world: World, gateway: Gateway, support: str
) -> None:
    tenants = await _tenants(world)
    partner, company, mrc = tenants["partner"], tenants["company"], tenants["mrc"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    bind = 'mutation { bindRegionalClient(input: {multichannelNumber: "%s"}) { __typename } }'
    await gateway.ask(mrc, bind % NUMBER)
    (license_,) = await world.held(company)

    looks: list[tuple[str, dict[str, Any], set[UUID]]] = [
        ("{ viewer { kind user { name } partner { name } } }", {}, set()),
        ("{ products { edges { node { name } } } }", {}, set()),
        (node, {"id": company.node()}, {company.id}),
        (node, {"id": company.firm_node}, {company.id}),
        (node, {"id": f"license_{license_.hex}"}, {company.id}),
        (node, {"id": f"user_{partner.admin.hex}"}, {partner.id}),
        ("{ regionalClients { edges { node { name } } } }", {}, {company.id}),
        ("{ partnerLinks { edges { node { partner { name } } } } }", {}, {company.id, partner.id}),
        ("{ licenses { edges { node { maskedCode } } } }", {}, {company.id, partner.id}),
        ("{ partners { edges { node { licenseCount } } } }", {}, {partner.id}),
        ("{ companies { totalCount } }", {}, {company.id}),
    ]
    seen = await _looks(world)
    assert seen == set()
    for query, variables, owners in looks:
        before = len(await world.rows(select(audit_records)))
        await gateway.ask(support, query, variables)
        records = (await world.rows(select(audit_records).order_by(audit_records.c.id)))[before:]
        assert {record.owner_id for record in records} == owners, query
        assert {record.action for record in records} <= {"look"}


async def test_support_reads_multi_regional_companies_too(
    world: World, gateway: Gateway, support: str
) -> None:
    mrc = await world.mrc("ООО «ИПТ»")
    query = "query ($id: ID!) { node(id: $id) { id } }"

    assert (await gateway.ask(support, query, {"id": mrc.node()}))["node"] == {"id": mrc.node()}
    assert await _looks(world) == {mrc.id}


async def test_a_look_for_what_does_not_exist_is_no_look(
    world: World, gateway: Gateway, support: str
) -> None:
    query = "query ($id: ID!) { node(id: $id) { id } license(id: $id) { id } }"

    await gateway.ask(support, query, {"id": f"license_{'0' * 32}"})

    assert await _looks(world) == set()


async def test_what_is_read_leaves_only_after_it_was_audited(
    world: World, gateway: Gateway, support: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.company(name="Секретная")

    async def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(audit, "record", fail)
    response = await gateway.send(support, "{ companies { edges { node { name } } } }")

    assert response.status_code == 500
    assert "Секретная" not in response.text
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_others_leave_no_trace_of_looking(world: World, gateway: Gateway) -> None:
    tenants = await _tenants(world)

    await gateway.ask(world.licensor, "{ companiesOfOtherPartners { edges { node { name } } } }")
    await gateway.ask(tenants["partner"], "{ companies { edges { node { name } } } }")

    assert await _looks(world) == set()
