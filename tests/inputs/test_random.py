from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.access import GRANTS, Role
from persistence.tables.documents import documents
from persistence.tables.links import link_requests
from schema.projection import project
from schema.root import build_schema
from tests.client import Gateway
from tests.inputs.values import variables
from tests.inputs.wrong import codes, post
from tests.schema.bench import Bench
from tests.schema.operations import OPERATIONS, Operation
from tests.stories.orders import ids, request_link
from tests.world import World

ENDING = {"signOut"}
SENT = [
    (operation, role)
    for operation in OPERATIONS
    for role in operation.meant
    if not ENDING.intersection(operation.roots) and not operation.is_subscription
]
_WHOLE = build_schema()
SCHEMAS = {role: project(_WHOLE, GRANTS[role]) for role in Role}


class Desk:
    """Who sends the random operations, and ids that name something."""

    def __init__(self, gateway: Gateway, tokens: dict[Role, str | None], known: list[str]) -> None:
        self.gateway = gateway
        self.tokens = tokens
        self.known = known

    async def send(self, operation: Operation, role: Role, values: dict[str, Any]) -> None:
        codes(await post(self.gateway, self.tokens[role], operation.text, values))


@pytest.fixture
async def desk(world: World, gateway: Gateway) -> Desk:
    bench = await Bench(world, gateway).begin()
    await request_link(gateway, bench.company, await world.partner())
    tokens = {role: await bench.token(role) for role in Role}
    cabinets = [world.licensor, bench.partner, bench.company, bench.direct, bench.mrc]
    known = [cabinet.node() for cabinet in cabinets]
    known += [bench.company.firm_node, f"product_{bench.product.hex}"]
    known += ids((await world.held(bench.partner))[:6])
    known += [f"document_{row.id.hex}" for row in await world.rows(documents.select())]
    known += [f"linkrequest_{row.id.hex}" for row in await world.rows(link_requests.select())]
    known += [f"client_{bench.client.id.hex}", f"cabinet_{bench.partner.id.hex}"]
    return Desk(gateway, tokens, known)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_no_value_of_a_variable_breaks_an_operation(desk: Desk, data: st.DataObject) -> None:
    operation, role = data.draw(st.sampled_from(SENT))
    values = data.draw(variables(SCHEMAS[role], operation.definition, desk.known))

    await desk.send(operation, role, values)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_no_single_wrong_value_in_an_order_breaks_it(desk: Desk, data: st.DataObject) -> None:
    """Orders reach the rules only when the rest of their input is right."""
    operation, role = data.draw(st.sampled_from([sent for sent in SENT if sent[0].is_mutation]))
    names = [node.variable.name.value for node in operation.definition.variable_definitions or ()]
    values = {name: data.draw(st.sampled_from(desk.known)) for name in names}
    values.update(data.draw(variables(SCHEMAS[role], operation.definition, desk.known)))

    await desk.send(operation, role, values)
