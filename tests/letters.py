"""Letters for tests, in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from domain.letters import NEEDS, Letter, LetterKind
from persistence.letters import add_letter
from persistence.tables.letters import letters
from tests.domain.test_letters import some_facts

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Database, Unit
    from resolvers.context import Tools
    from tests.world import World

TICKET = "ticketThatNobodyMayKnow0123456789"
ERROR = "recipient: 550 no such mailbox"


def a_letter(
    tenant: UUID | None = None,
    kind: LetterKind = LetterKind.INVITATION,
    recipient: str = "anna@example.com",
    language: str = "ru",
    **facts: Any,
) -> Letter:
    """Return a letter that says something; tickets are `TICKET`."""
    known = some_facts(NEEDS[kind])
    if "ticket" in known:
        known["ticket"] = TICKET
    return Letter(kind, recipient, language, tenant, {**known, **facts})


async def stage(tools: Tools, *staged: Letter) -> list[UUID]:
    """Stage letters in one unit; return their keys."""

    async def work(unit: Unit) -> list[UUID]:
        return [await add_letter(unit, letter, tools.envelopes) for letter in staged]

    return await tools.database.carry_out(work)


async def rows(database: Database) -> dict[UUID, Any]:
    """Return all letters by key."""

    async def work(unit: Unit) -> list[Any]:
        return list(await unit.connection.execute(select(letters)))

    return {row.id: row for row in await database.carry_out(work)}


async def waiting(world: World, tenant: UUID | None) -> UUID:
    (key,) = await stage(world.tools, a_letter(tenant))
    return key


async def sent(world: World, tenant: UUID | None) -> UUID:
    key = await waiting(world, tenant)
    now = world.tools.database.clock.now()
    await world.change(
        update(letters)
        .where(letters.c.id == key)
        .values(sent_at=now, due_at=None, body_cipher=None, body_key=None, attempts=1)
    )
    return key


async def dead(world: World, tenant: UUID | None, *, purged: bool = False) -> UUID:
    key = await waiting(world, tenant)
    now = world.tools.database.clock.now()
    values: dict[str, Any] = {"dead_at": now, "due_at": None, "attempts": 3, "last_error": ERROR}
    if purged:
        values |= {"body_cipher": None, "body_key": None}
    await world.change(update(letters).where(letters.c.id == key).values(values))
    return key
