"""Letters: each waits, was sent or is dead; what waits can be written, what was sent is purged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, literal, select

from domain.letters import Letter
from persistence.letters import facts_of
from persistence.tables.letters import letters
from persistence.verification.faults import Fault, Rule

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from domain.ports import LetterCipher

BATCH = 1_000
_table = letters.c
_states = sum(
    (case((moment.is_not(None), 1), else_=0) for moment in (_table.due_at, _table.sent_at)),
    case((_table.dead_at.is_not(None), 1), else_=0),
)
_kept = _table.body_cipher.is_not(None)

RULES = [
    Rule(
        "a letter waits, was sent or is dead",
        "letters",
        select(_table.id, _states, literal("one of them")).where(_states != 1),
    ),
    Rule(
        "a letter that waits has its body",
        "letters",
        select(_table.id, literal("no body"), literal("a body")).where(
            _table.due_at.is_not(None), ~_kept
        ),
    ),
    Rule(
        "a letter that was sent has no body",
        "letters",
        select(_table.id, literal("a body"), literal("no body")).where(
            _table.sent_at.is_not(None), _kept
        ),
    ),
    Rule(
        "only a letter that waits is claimed",
        "letters",
        select(_table.id, literal("a claim"), literal("no claim")).where(
            _table.due_at.is_(None),
            _table.claim.is_not(None) | _table.claimed_until.is_not(None),
        ),
    ),
]


async def unsound(connection: AsyncConnection, cipher: LetterCipher) -> AsyncIterator[Fault]:
    """Yield the letters that nobody can write; nothing of what they say is told."""
    statement = (
        select(
            _table.id,
            _table.kind,
            _table.recipient,
            _table.language,
            _table.body_cipher,
            _table.body_key,
        )
        .where(_kept)
        .execution_options(yield_per=BATCH)
    )
    async for key, kind, recipient, language, body, name in await connection.stream(statement):
        try:
            facts = facts_of(key, body, name, cipher)
        except ValueError as error:
            yield Fault("the body opens", "letters", str(key), str(error), "a body")
            continue
        try:
            Letter(kind, recipient, language, None, facts)
        except ValueError as error:
            yield Fault("the facts fill the template", "letters", str(key), str(error), "its facts")
