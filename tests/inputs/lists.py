"""Every list of every role's schema, found in the schema itself."""

from __future__ import annotations

from domain.access import GRANTS, Role
from graphql import GraphQLObjectType, get_named_type, is_object_type
from schema.projection import project
from schema.root import build_schema


def lists_of(role: Role) -> list[str]:
    """Return the root fields of a role that answer with a page."""
    query = project(build_schema(), GRANTS[role]).query_type
    assert query is not None
    return [name for name, field in query.fields.items() if "after" in field.args]


def nested_of(role: Role) -> list[tuple[str, str]]:
    """Return type and name of the nested fields of a role that answer with a page."""
    schema = project(build_schema(), GRANTS[role])
    found = []
    for name, kind in schema.type_map.items():
        if is_object_type(kind) and kind is not schema.query_type:
            assert isinstance(kind, GraphQLObjectType)
            found += [(name, field) for field in kind.fields if "after" in kind.fields[field].args]
    assert all(get_named_type(schema.type_map[name]) for name, _ in found)
    return found
