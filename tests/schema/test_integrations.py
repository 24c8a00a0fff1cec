"""The operations of programs, against the schemas that their tokens' scopes give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from graphql import get_named_type, validate

from domain.access import Actor, Role, TenantKind
from domain.tokens import SCOPES, Scope
from persistence.catalogue import NOUNS
from persistence.keys import new_key
from resolvers.reading.kinds.counted import Counted
from resolvers.reading.kinds.leaves import At
from resolvers.reading.parts import PLACE
from schema.projection import BACKREF, project
from schema.root import build_schema
from tests.client import Gateway
from tests.kits import KITS, Kit, open_to
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


@pytest.mark.parametrize("kit", list(kits()), ids=str)
def test_no_field_of_a_token_leads_where_its_scopes_show_nothing(kit: Kit) -> None:
    """A field that is always null or empty tells less than none."""
    key = new_key()
    kind = TenantKind(kit.role.partition("_")[0])
    actor = Actor(kit.role, kit.capabilities, kind, key, key, key)
    schema = project(build_schema(), kit.capabilities)
    for type_ in schema.type_map.values():
        for name, field in getattr(type_, "fields", {}).items():
            target = get_named_type(field.type)
            if "edges" in getattr(target, "fields", {}):
                edge = get_named_type(target.fields["edges"].type)
                target = get_named_type(edge.fields["node"].type)
            declared = target.extensions.get(BACKREF)
            noun = getattr(getattr(declared, "origin", None), "noun", None)
            if noun is not None and not type_.name.endswith(("Edge", "Connection", "Success")):
                gate = str(NOUNS[noun].visible(actor))
                assert gate != "false" or noun in SEEN_BY_OTHERS, f"{type_.name}.{name}"


NARROWED = {"licenses", "license_events", "documents", "document_lines"}
"""Tables whose rows are of some product: what looks into one looks at a token's products only."""


@pytest.mark.parametrize("kit", [kit for kit in KITS if kit.limited], ids=str)
def test_no_column_tells_of_products_that_a_token_does_not_see(kit: Kit) -> None:
    key = new_key()
    kind = TenantKind(kit.role.partition("_")[0])
    actor = Actor(kit.role, kit.capabilities, kind, key, key, key)
    schema = project(build_schema(), kit.capabilities)
    looked = 0
    for type_ in schema.type_map.values():
        for name, field in getattr(type_, "fields", {}).items():
            backref = field.extensions.get(BACKREF)
            place = (getattr(backref, "metadata", None) or {}).get(PLACE)
            noun = getattr(type_.extensions[BACKREF].origin, "noun", None) if place else None
            if noun is None or not isinstance(place, At | Counted):
                continue
            reads = NOUNS[noun]
            counted = isinstance(place, Counted)
            column = reads.count(place.name, actor) if counted else reads.columns[place.name]
            elsewhere = re.findall(r"FROM ([a-z_, ]+)", str(column))
            tables = {table.strip() for tables in elsewhere for table in tables.split(",")}
            looked += 1
            if tables & NARROWED:
                assert "api_token_products" in tables, f"{type_.name}.{name}"
    assert looked


SEEN_BY_OTHERS = {"firms"}
"""What is there for another scope beside this one, and null without it."""


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
