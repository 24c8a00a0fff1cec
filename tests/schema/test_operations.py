from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLSchema, validate

from domain.access import GRANTS, Role
from gateway.trusted import identifier
from schema.projection import project
from schema.root import build_schema
from tests.client import Gateway
from tests.schema.bench import Bench
from tests.schema.operations import OPERATIONS, Operation
from tests.subscriptions.happenings import HAPPENINGS
from tests.subscriptions.serving import Served
from tests.subscriptions.talking import events
from tests.world import World

FOR_CLIENT_LIBRARIES = {"node"}
"""Refetched by libraries with documents of their own."""


@pytest.fixture(scope="module")
def schemas() -> dict[Role, GraphQLSchema]:
    whole = build_schema()
    return {role: project(whole, GRANTS[role]) for role in Role}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_is_valid_for_the_roles_it_names_and_for_no_other(
    operation: Operation, schemas: dict[Role, GraphQLSchema]
) -> None:
    valid = {role for role in Role if not validate(schemas[role], operation.document)}

    assert valid == {*operation.meant, *operation.also}
    assert not set(operation.meant) & set(operation.also)


def test_every_cabinet_has_an_operation_for_everything_it_can_do(
    schemas: dict[Role, GraphQLSchema],
) -> None:
    for role, schema in schemas.items():
        offered = {
            name
            for root in (schema.query_type, schema.mutation_type, schema.subscription_type)
            for name in (root.fields if root else {})
        }
        used = {
            root for operation in OPERATIONS if role in operation.meant for root in operation.roots
        }
        assert offered - used <= FOR_CLIENT_LIBRARIES | NOT_OFFERED.get(role, set()), role


NOT_OFFERED = {
    # The licensor's links are the default ones, which nobody can end.
    Role.LICENSOR_ADMIN: {"endLink"},
    Role.LICENSOR_MANAGER: {"endLink"},
}


def test_names_of_operations_are_those_of_their_files() -> None:
    for operation in OPERATIONS:
        _, _, file = operation.name.partition("/")
        name = operation.definition.name
        assert name is not None
        assert name.value == "".join(word.capitalize() for word in file.split("_"))


def _done(operation: Operation, result: Any) -> bool:
    if result is None:
        return False
    if not operation.is_mutation or "__typename" not in result:
        return True
    return str(result["__typename"]).endswith(("Success", "Choice"))


async def test_every_operation_is_carried_out_for_the_roles_it_is_meant_for(
    world: World, gateway: Gateway
) -> None:
    bench = await Bench(world, gateway).begin()
    failed = {}

    for operation in OPERATIONS:
        if operation.is_subscription:
            continue
        for role in operation.meant:
            variables = await bench.variables(operation.definition, role)
            data = await gateway.ask(await bench.token(role), operation.text, variables)
            for root in operation.responses:
                if not _done(operation, data[root]):
                    failed[operation.name, role] = data[root]

    assert failed == {}


async def test_every_subscription_is_told_what_happens_to_the_roles_it_is_meant_for(
    world: World, gateway: Gateway, served: Served
) -> None:
    bench = await Bench(world, gateway).begin()
    followed = 0
    for operation in OPERATIONS:
        for role in operation.meant if operation.is_subscription else ():
            cabinet = bench.cabinet(role)
            assert cabinet is not None
            async with events(served, await bench.token(role), operation.text) as stream:
                await served.follows(1)
                await HAPPENINGS[operation.roots[0]](world, cabinet, bench.seller(cabinet))
                told: Any = None
                # Links change with every company that is registered: null says so.
                while told is None:
                    kind, answer = await stream.take()
                    assert kind == "next"
                    assert "errors" not in answer
                    told = answer["data"][operation.roots[0]]
            await served.follows(0)
            assert told
            followed += 1
    assert followed > len(HAPPENINGS)


async def test_a_role_has_the_trusted_documents_of_its_own_schema_only(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    texts = {operation.name: operation.text for operation in OPERATIONS}

    async def ask(name: str) -> Any:
        headers = {"Authorization": f"Bearer {partner.token}"}
        body = {"documentId": identifier(texts[name])}
        return (await gateway.http.post("/graphql", json=body, headers=headers)).json()

    assert (await ask("partner/stock"))["data"] == {"stock": []}
    (error, *_) = (await ask("licensor/partners"))["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
