"""The last word on a database: our own queries, and the command that an operator runs."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tests.conservation.invariants import faults

if TYPE_CHECKING:
    from resolvers.context import Tools


async def verified(tools: Tools) -> None:
    """Assert that nothing at all is wrong."""
    assert await faults(tools.database) == {}
    if find_spec("persistence.verification"):
        verification = importlib.import_module("persistence.verification")
        assert await verification.verify(tools.database, tools.cipher) == []
