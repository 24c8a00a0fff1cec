"""The look-up of anything by its id."""

from __future__ import annotations

import strawberry

from resolvers.reading.kinds.rows import Target
from schema.access import MayViewSelf
from schema.fields import found
from schema.ids import split_id
from schema.nodes import Node


def _anything(id: strawberry.ID) -> Target | None:
    return split_id(id)


@strawberry.type
class NodeQueries:
    """The question for anything."""

    node: Node | None = found(
        _anything,
        "Any object the caller can see, by its id; null for every other id.",
        needs=[MayViewSelf],
    )
