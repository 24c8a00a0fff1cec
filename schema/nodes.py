"""Nodes: types that stand for a noun, and looking one of them up."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar
from uuid import UUID

import strawberry
from strawberry.types import Info

from resolvers.reading.kinds.leaves import Key
from resolvers.reading.parts import PLACE
from schema.ids import node_id

T = TypeVar("T", bound="Row")


class Row:
    """Base of the types that are read from a noun: `noun` names its `READS`."""

    noun: ClassVar[str]
    prefix: ClassVar[str] = ""


@strawberry.interface(description="An object that can be looked up by its id.")
class Node(Row):
    """Base of the types with an id."""

    @strawberry.field(metadata={PLACE: Key()}, description="Opaque, typed, never reused.")
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
