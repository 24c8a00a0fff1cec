"""Questions that ask for everything a role's schema has below a list, and what answers hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

from tests.security.atlas import leaves, possible

PAGE = 60
"""Larger than any list of the estate below a row; lists of the root are asked for whole."""


def is_connection(kind: Any) -> bool:
    return isinstance(kind, GraphQLObjectType) and "edges" in kind.fields


def askable(field: GraphQLField) -> bool:
    return not any(is_required_argument(argument) for argument in field.args.values())


def selection(
    schema: GraphQLSchema, kind: Any, depth: int, *, lists: bool = True, seen: tuple[str, ...] = ()
) -> str:
    """Return all that can be asked of a type, `depth` objects down; never one field within itself.

    Without `lists` only to-one relations are followed.
    """
    if is_abstract_type(kind):
        parts = [
            f"... on {member.name} {{ {_aliased(schema, member, depth, lists=lists, seen=seen)} }}"
            for member in possible(schema, kind)
        ]
        return " ".join(["__typename", *parts])
    return _aliased(schema, kind, depth, lists=lists, seen=seen, alias="")


def _aliased(
    schema: GraphQLSchema,
    kind: Any,
    depth: int,
    *,
    lists: bool,
    seen: tuple[str, ...],
    alias: str | None = None,
) -> str:
    """Return the selection of an object; within a union every name is prefixed by its type."""
    prefix = f"{kind.name}_" if alias is None else alias
    parts = ["__typename"]
    for name, field in kind.fields.items():
        inner, here = get_named_type(field.type), f"{kind.name}.{name}"
        shown = name if name == "id" or not prefix else f"{prefix}{name}: {name}"
        if not askable(field) or here in seen:
            continue
        if is_leaf_type(inner):
            parts.append(shown)
        elif depth and is_connection(inner) and lists:
            edges = get_named_type(inner.fields["edges"].type)
            node = get_named_type(edges.fields["node"].type)
            below = selection(schema, node, depth - 1, lists=lists, seen=(*seen, here))
            parts.append(f"{shown}(first: {PAGE}) {{ {connection(below)} }}")
        elif depth and not is_connection(inner):
            below = selection(schema, inner, depth - 1, lists=lists, seen=(*seen, here))
            parts.append(f"{shown} {{ {below} }}")
    return " ".join(parts)


def connection(below: str) -> str:
    page = "totalCount pageInfo { hasNextPage startCursor }"
    return f"{page} edges {{ cursor node {{ {below} }} }}"


def asked(schema: GraphQLSchema, kind: Any, depth: int, *, lists: bool = True) -> str:
    """Return the selection of what a root field answers with."""
    if is_connection(kind):
        edges = get_named_type(kind.fields["edges"].type)
        node = get_named_type(edges.fields["node"].type)
        return connection(selection(schema, node, depth, lists=lists))
    return selection(schema, kind, depth, lists=lists)


def walks(schema: GraphQLSchema, depth: int) -> Iterator[tuple[str, str]]:
    """Return (name, query) for every root field that can be asked without saying which object.

    Once with all there is below, once by to-one relations only (what plans answer), and once
    for every value of every enum and boolean it can be asked with.
    """
    query: Any = schema.query_type
    for name, field in query.fields.items():
        if not askable(field):
            continue
        kind = get_named_type(field.type)
        page = "first: 100" if is_connection(kind) else ""
        for lists in (True, False):
            yield name, _query(name, [page], asked(schema, kind, depth, lists=lists), kind)
        for place in leaves(schema):
            if place.operation == "query" and place.field == name:
                for value in _values(place.named):
                    given = f"[{value}]" if place.many else value
                    for step in reversed(place.path[1:]):
                        given = f"{{{step}: {given}}}"
                    below = asked(schema, kind, 1, lists=False)
                    yield name, _query(name, [page, f"{place.path[0]}: {given}"], below, kind)


def _query(name: str, arguments: list[str], below: str, kind: Any) -> str:
    given = ", ".join(argument for argument in arguments if argument)
    shown = "" if is_leaf_type(kind) else f" {{ {below} }}"
    return f"{{ {name}{f'({given})' if given else ''}{shown} }}"


def _values(kind: Any) -> list[str]:
    if isinstance(kind, GraphQLEnumType):
        return list(kind.values)
    return ["true", "false"] if kind.name == "Boolean" else []


def objects(answer: Any) -> Iterator[dict[str, Any]]:
    """Return every object of an answer, connections too."""
    if isinstance(answer, dict):
        yield answer
        for value in answer.values():
            yield from objects(value)
    elif isinstance(answer, list):
        for item in answer:
            yield from objects(item)
