"""What goes by a plan, what does not, and that nobody pays for the slow way unknowingly."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import update

from domain.access import Right, Role
from gateway import execution
from persistence.tables.accounts import users
from resolvers.reading.plan import Course
from tests.client import Gateway
from tests.schema.bench import Bench
from tests.schema.operations import OPERATIONS
from tests.world import World

COUNTED = re.compile(r"gateway_requests_total\{(.*)\} (\d+)")
SLOW = re.compile(r'gateway_slow_fields_total\{reason="(.*)"\} (\d+)')
COMPUTED = {"everybody/ticket", "registrations/registration_check"}
"""What no row of the caller's answers."""
WITHOUT_PLANS = {Role.POS_OUTLET, Role.POS_DEVICE}
"""They have no session for a plan to ask for, and look at no more than themselves."""
MIXED = "{ viewer { kind } __schema { queryType { name } } products { edges { node { name } } } }"


async def ways(gateway: Gateway) -> Counter[str]:
    """Return how many queries went which way, as the metrics tell."""
    found: Counter[str] = Counter()
    for labels, count in COUNTED.findall((await gateway.http.get("/metrics")).text):
        if 'operation="query"' in labels:
            found[labels.split('way="')[1].rstrip('"')] += int(float(count))
    return found


async def slow(gateway: Gateway) -> dict[str, int]:
    text = (await gateway.http.get("/metrics")).text
    return {reason: int(float(count)) for reason, count in SLOW.findall(text)}


async def test_every_committed_query_goes_by_a_plan(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    asked = 0
    for operation in OPERATIONS:
        if operation.is_query and operation.name not in COMPUTED:
            for role in set(operation.meant) - WITHOUT_PLANS:
                variables = await bench.variables(operation.definition, role)
                await gateway.ask(await bench.token(role), operation.text, variables)
                asked += 1
    found = await ways(gateway)
    assert set(found) == {"plan"}
    assert found["plan"] >= asked > len(Role)
    assert await slow(gateway) == {}


async def test_what_has_no_plan_is_counted_and_told_to_support(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    bench = await Bench(world, gateway).begin()
    support = await bench.token(Role.LICENSOR_SUPPORT)
    answers = [(await gateway.send(who, MIXED)).json() for who in (partner.token, support)]
    for answer in answers:
        assert list(answer["data"]) == ["viewer", "__schema", "products"]
        assert answer["data"]["__schema"] == {"queryType": {"name": "Query"}}
        assert answer["data"]["products"]["edges"][0] == {"node": {"name": "Касса"}}
    assert "executor" not in answers[0]["extensions"]
    assert answers[1]["extensions"]["executor"] == {"__schema": "Query.__schema"}
    assert (await ways(gateway))["mixed"] == 2
    assert await slow(gateway) == {"Query.__schema": 2}


async def test_only_what_a_plan_does_not_know_goes_the_slow_way(
    world: World, gateway: Gateway
) -> None:
    """The beginning is fast, the end is refused: beside it the plan's part stays."""
    partner = await world.partner()
    product = await world.stocked(partner, 3)
    query = """query ($after: String) { licenses { totalCount } stock { sealed product { id } }
      again: licenses(after: $after) { totalCount } }"""
    answer = (await gateway.send(partner, query)).json()
    assert answer["data"]["again"] == answer["data"]["licenses"] == {"totalCount": 3}
    assert answer["data"]["stock"] == [{"sealed": 3, "product": {"id": f"product_{product.hex}"}}]
    refused = (await gateway.send(partner, query, {"after": "nonsense"})).json()
    assert refused["data"] is None
    assert [error["path"] for error in refused["errors"]] == [["again"]]
    assert await slow(gateway) == {"refused arguments": 1}
    null = "query ($o: LicenseOrder = NEWEST_FIRST) { licenses(order: $o) { totalCount } }"
    (error,) = (await gateway.send(partner, null, {"o": None})).json()["errors"]
    assert error["path"] == ["licenses"]
    assert await slow(gateway) == {"refused arguments": 2}


async def test_a_plan_that_fails_leaves_all_to_the_executor(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = await world.partner()
    await world.stocked(partner, 3)
    query = "{ licenses { edges { node { id state } } } }"
    fast = await gateway.send(partner, query)

    async def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Course, "answer", fail)
    assert (await gateway.send(partner, query)).content == fast.content
    assert await slow(gateway) == {execution.FAILED: 1}


async def test_another_right_is_another_schema_from_the_next_request_on(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    query = "{ partners { totalCount } }"
    for _ in range(2):
        assert (await gateway.send(company, query)).status_code == 200
    change = update(users).where(users.c.id == company.admin).values(right=Right.MANAGER)
    await world.change(change)
    answer = await gateway.send(company, query)
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_the_anonymous_caller_has_plans_without_rows(gateway: Gateway) -> None:
    answer = await gateway.send(None, "{ signedIn again: signedIn __typename }")
    assert answer.json()["data"] == {"signedIn": False, "again": False, "__typename": "Query"}
    assert await ways(gateway) == {"plan": 1}
