"""The operations of programs, against the schemas that their tokens' scopes give."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from graphql import validate

from domain.access import Role
from domain.tokens import SCOPES, Scope
from schema.projection import project
from schema.root import build_schema
from tests.client import Gateway
from tests.kits import Kit, open_to
from tests.reading.test_fast_path import ways
from tests.schema.bench import Bench
from tests.schema.operations import FOR_TOKENS, Operation
from tests.world import World


def valid(operation: Operation, kit: Kit) -> bool:
    return not validate(project(build_schema(), kit.capabilities), operation.document)


def kits() -> Iterator[Kit]:
    """Return tokens of a partner with no scope, with each, and with every two."""
    for size in (0, 1, 2):
        for scopes in combinations(open_to(Role.PARTNER_ADMIN), size):
            yield Kit(Role.PARTNER_ADMIN, scopes)


@pytest.mark.parametrize("operation", FOR_TOKENS, ids=lambda operation: operation.name)
def test_an_operation_needs_the_scopes_it_names_and_no_others(operation: Operation) -> None:
    assert operation.scopes is not None
    needed = Kit(Role.PARTNER_ADMIN, operation.scopes).capabilities
    for kit in kits():
        assert valid(operation, kit) is (needed <= kit.capabilities), kit


def test_there_is_an_operation_for_every_scope() -> None:
    shown = {scope for operation in FOR_TOKENS for scope in operation.scopes or ()}
    assert shown == set(Scope) == set(SCOPES)


async def test_every_operation_is_carried_out_by_a_token_with_its_scopes_alone(
    world: World, gateway: Gateway
) -> None:
    bench = await Bench(world, gateway).begin()
    asked = 0
    for operation in FOR_TOKENS:
        for products in (None, [bench.product]):
            scopes = operation.scopes or ()
            token = await world.api_token(bench.partner, *scopes, products=products)
            variables = await bench.variables(operation.definition, Role.PARTNER_ADMIN)
            for _ in range(1 if operation.is_mutation else 2):
                data = await gateway.ask(token, operation.text, variables)
                asked += not operation.is_mutation
                for root in operation.responses:
                    result = data[root]
                    assert result, operation.name
                    if operation.is_mutation:
                        assert result["__typename"].endswith("Success"), result
    found = await ways(gateway)
    assert set(found) == {"plan"}, "queries of tokens go by plans"
    assert found["plan"] >= asked
