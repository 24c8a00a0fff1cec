"""Random values for the variables of an operation, from its types and from beyond them."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    type_from_ast,
)
from hypothesis import strategies as st

TEXTS = ["", " ", "x", "x" * 5000, "ё%_\\'", "\0", "\ud800", "\u202e", "7788990011", "1" * 5000]
NUMBERS = [0, -1, 1, 2, 100, 101, 10_000, 10_001, 2**31 - 1, 2**31, -(2**31), 2**63, 10**40]
MOMENTS = ["2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01", "x"]

texts = st.sampled_from(TEXTS) | st.text(max_size=20)
numbers = (
    st.sampled_from(NUMBERS) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def _fitting(kind: GraphQLInputType, ids: list[str]) -> st.SearchStrategy[Any]:
    if isinstance(kind, GraphQLNonNull):
        return _fitting(kind.of_type, ids)
    if isinstance(kind, GraphQLList):
        return st.lists(_value(kind.of_type, ids), max_size=4)
    if isinstance(kind, GraphQLEnumType):
        return st.sampled_from(list(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return st.fixed_dictionaries(
            {}, optional={name: _value(field.type, ids) for name, field in kind.fields.items()}
        )
    return {
        "ID": st.sampled_from(ids) | texts,
        "Int": st.sampled_from(NUMBERS) | st.integers(-5, 105),
        "Boolean": st.booleans(),
        "DateTime": st.sampled_from(MOMENTS) | st.datetimes().map(lambda at: at.isoformat() + "Z"),
    }.get(kind.name, texts)


def _value(kind: GraphQLInputType, ids: list[str]) -> st.SearchStrategy[Any]:
    """Mostly a value of the type, sometimes null, sometimes anything."""
    return st.one_of(*[_fitting(kind, ids)] * 6, st.none(), anything)


def variables(
    schema: GraphQLSchema, definition: OperationDefinitionNode, ids: list[str]
) -> st.SearchStrategy[dict[str, Any]]:
    """Return what the variables of an operation may be; each may be missing."""
    kinds = {
        node.variable.name.value: type_from_ast(schema, node.type)
        for node in definition.variable_definitions or ()
    }
    values = {name: _value(kind, ids) for name, kind in kinds.items()}  # type: ignore[arg-type]
    return st.fixed_dictionaries({}, optional=values)
