"""Outlets: points of sale of a company."""

from __future__ import annotations

import strawberry

from schema.fields import stored
from schema.nodes import Node


@strawberry.type(description="A point of sale of a company.")
class Outlet(Node):
    """See `persistence.outlets`."""

    noun = "outlets"
    prefix = "outlet"

    name: str = stored("name", "The name of the outlet.")
    address: str | None = stored("address", "A postal address.")
    time_zone: str = stored("time_zone", "An IANA time zone.")
