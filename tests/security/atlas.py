"""The schemas of this gateway as data: the whole one, each role's, and walks through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
    print_schema,
)

from domain.access import Capability, Role
from gateway import roles_sdl
from schema.projection import project
from schema.root import build_schema
from tests.kits import Kit, Who, capabilities_of

SIGNED_IN = [role for role in Role if role is not Role.ANONYMOUS]
WINDOW = {"first", "after", "last", "before"}
"""Relay's arguments, which every connection has."""
INPUT_DEPTH = 6
Fielded = GraphQLObjectType | GraphQLInterfaceType


@cache
def declared() -> GraphQLSchema:
    """Return the schema as the library built it, before any projection."""
    return build_schema()


@cache
def whole() -> GraphQLSchema:
    """Return the schema of somebody who may do everything."""
    return project(declared(), frozenset(Capability))


@cache
def seen_by(who: Who) -> GraphQLSchema:
    return project(declared(), capabilities_of(who))


@cache
def texts() -> dict[str, str]:
    return roles_sdl.texts()


def sdl_of(who: Who) -> str:
    """Return the text that is to be committed for a role; that of a kit's schema."""
    return print_schema(seen_by(who)) if isinstance(who, Kit) else texts()[f"{who.lower()}.graphql"]


def fielded(schema: GraphQLSchema) -> list[Fielded]:
    return [
        kind
        for name, kind in schema.type_map.items()
        if isinstance(kind, Fielded) and not name.startswith("__")
    ]


def roots(schema: GraphQLSchema) -> list[tuple[str, GraphQLObjectType]]:
    """Return (`query`, `mutation` or `subscription`, type) of what the schema has."""
    found = [
        ("query", schema.query_type),
        ("mutation", schema.mutation_type),
        ("subscription", schema.subscription_type),
    ]
    return [(word, kind) for word, kind in found if kind is not None]


@dataclass(frozen=True)
class Place:
    """An input position: an argument of a root field, and the way through input objects below."""

    operation: str
    field: str
    path: tuple[str, ...]
    type: Any
    """The declared type at the end of the path, wrappers included."""

    @property
    def name(self) -> str:
        return ".".join((self.field, *self.path))

    @property
    def named(self) -> Any:
        return get_named_type(self.type)

    @property
    def many(self) -> bool:
        kind = self.type.of_type if is_non_null_type(self.type) else self.type
        return bool(is_list_type(kind))


def places(schema: GraphQLSchema) -> list[Place]:
    """Return every input position below the root fields, objects before what they hold."""
    return [
        found
        for word, root in roots(schema)
        for name, field in root.fields.items()
        for argument, wanted in field.args.items()
        for found in _below(Place(word, name, (argument,), wanted.type), INPUT_DEPTH)
    ]


def _below(place: Place, depth: int) -> Iterator[Place]:
    yield place
    if isinstance(place.named, GraphQLInputObjectType):
        assert depth, f"{place.name} is nested deeper than these tests look"
        for name, field in place.named.fields.items():
            below = Place(place.operation, place.field, (*place.path, name), field.type)
            yield from _below(below, depth - 1)


def leaves(schema: GraphQLSchema) -> list[Place]:
    """Return the positions of scalars and enum values."""
    return [place for place in places(schema) if is_leaf_type(place.named)]


def sample(kind: Any) -> Any:
    """Return the smallest JSON value that a type of input takes."""
    if is_non_null_type(kind):
        return sample(kind.of_type)
    if is_list_type(kind):
        return [sample(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        needed = {n: f for n, f in kind.fields.items() if is_required_input_field(f)}
        if kind.is_one_of:
            needed = dict([next(iter(kind.fields.items()))])
        return {name: sample(field.type) for name, field in needed.items()}
    return {"Int": 1, "Boolean": True, "Float": 1.0, "DateTime": "2026-01-01T00:00:00Z"}.get(
        kind.name, "x"
    )


def literal(value: Any, kind: Any) -> str:
    """Return a JSON value as a GraphQL literal of a type."""
    named = get_named_type(kind)
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(literal(item, kind) for item in value)}]"
    if isinstance(value, dict):
        inner = (f"{n}: {literal(v, named.fields[n].type)}" for n, v in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return str(value) if isinstance(named, GraphQLEnumType) else f'"{value}"'


def call(name: str, field: GraphQLField) -> str:
    """Return a field with the smallest arguments it takes and something selected of it."""
    needed = {n: a for n, a in field.args.items() if is_required_argument(a)}
    given = ", ".join(f"{n}: {literal(sample(a.type), a.type)}" for n, a in needed.items())
    return f"{name}{f'({given})' if given else ''}{' { __typename }' if composite(field) else ''}"


def composite(field: GraphQLField) -> bool:
    return bool(is_composite_type(get_named_type(field.type)))


def possible(schema: GraphQLSchema, kind: Any) -> list[GraphQLObjectType]:
    if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        return list(schema.get_possible_types(kind))
    return [kind]
