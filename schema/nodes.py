"""Nodes: types that stand for a noun, and the `node` look-up."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar
from uuid import UUID

import strawberry
from strawberry.types import Info

from resolvers.reading.places import key
from schema.access import MayViewSelf
from schema.ids import node_id, split_id

T = TypeVar("T", bound="Row")


class Row:
    """Base of the types that are read from a noun: `noun` names its `READS`."""

    noun: ClassVar[str]
    prefix: ClassVar[str] = ""


@strawberry.interface(description="An object that can be looked up by its id.")
class Node(Row):
    """Base of the types with an id."""

    @strawberry.field(metadata=key(), description="Opaque, typed, never reused.")
    def id(self) -> strawberry.ID:
        """Return the id."""
        return strawberry.ID(node_id(self.prefix, vars(self)["key"]))


def build(kind: type[T], row: dict[str, Any]) -> T:
    """Return an instance of a row's type; its attributes are the names of the noun's `READS`."""
    instance = kind.__new__(kind)
    vars(instance).update(row)
    return instance


def node_types() -> dict[str, type[Node]]:
    """Return the types that `node` can answer with, by the prefix of their ids."""
    return {kind.prefix: kind for kind in Node.__subclasses__()}


async def look_up(info: Info, kind: type[T], key: UUID | None) -> T | None:
    """Return the visible object with this key; foreign and unknown keys answer alike."""
    row = await info.context.reading.one(kind.noun, key)
    return None if row is None else build(kind, row)


@strawberry.type
class NodeQueries:
    """The look-up of anything by its id."""

    @strawberry.field(
        permission_classes=[MayViewSelf],
        description="Any object the caller can see, by its id; null for every other id.",
    )
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        """Look up a node whose type the caller's schema has."""
        parts = split_id(id)
        kind = node_types().get(parts[0]) if parts else None
        if parts is None or kind is None or kind.__name__ not in info.context.types:
            return None
        return await look_up(info, kind, parts[1])
