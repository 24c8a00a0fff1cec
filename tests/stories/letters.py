"""The letters that were promised, as stories look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from persistence.letters import facts_of
from persistence.tables.letters import letters
from tests.world import World


@dataclass(frozen=True)
class Promised:
    kind: str
    recipient: str
    language: str
    facts: dict[str, Any]


async def promised(world: World) -> list[Promised]:
    """Return all letters in the order of their addresses."""
    rows = await world.rows(select(letters).order_by(letters.c.kind, letters.c.recipient))
    cipher = world.tools.envelopes
    return [
        Promised(
            row.kind.value,
            row.recipient,
            row.language,
            dict(facts_of(row.id, row.body_cipher, row.body_key, cipher)),
        )
        for row in rows
    ]


async def forget_letters(world: World) -> None:
    """Make room: what comes after is looked at alone."""
    await world.change(letters.delete())
