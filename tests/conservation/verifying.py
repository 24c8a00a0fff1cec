"""The last word on a database: our own queries, and the command that an operator runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persistence.verification import verify
from tests.conservation.invariants import faults

if TYPE_CHECKING:
    from resolvers.context import Tools


async def verified(tools: Tools) -> None:
    """Assert that nothing at all is wrong."""
    assert await faults(tools.database) == {}
    assert await verify(tools.database, tools.cipher) == []
