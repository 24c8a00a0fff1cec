"""Every list of every role's schema, found in the schema itself."""

from __future__ import annotations

from domain.access import GRANTS, Role
from schema.projection import project
from schema.root import build_schema


def lists_of(role: Role) -> list[str]:
    """Return the root fields of a role that answer with a page."""
    query = project(build_schema(), GRANTS[role]).query_type
    assert query is not None
    return [name for name, field in query.fields.items() if "after" in field.args]
