"""Mailing: which worker sends a letter now, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update

from persistence.keys import new_key
from persistence.queries import Query
from persistence.tables.letters import letters

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, timedelta
    from uuid import UUID

    from domain.letters import LetterKind
    from persistence.database import Unit
    from persistence.reader import Reader

_FREE: dict[str, Any] = {"claim": None, "claimed_until": None}
_PURGED: dict[str, Any] = {"body_cipher": None, "body_key": None}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that one worker has for itself until its claim ends; the body is sealed."""

    id: UUID
    kind: LetterKind
    recipient: str
    language: str
    created_at: datetime
    attempts: int
    body: bytes
    body_key: str
    claim: UUID


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many letters wait and are dead, and since when the oldest of those due waits."""

    waiting: int
    dead: int
    oldest: datetime | None


async def claim(unit: Unit, most: int, lifetime: timedelta) -> list[Claimed]:
    """Take up to `most` letters that are due, those due longest first.

    What another worker has is passed over, unless its claim has ended: it was killed then.
    """
    rows = (
        await unit.connection.execute(
            select(letters)
            .where(
                letters.c.due_at <= unit.now,
                or_(letters.c.claimed_until.is_(None), letters.c.claimed_until <= unit.now),
            )
            .order_by(letters.c.due_at, letters.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if not rows:
        return []
    mine = new_key()
    await unit.connection.execute(
        update(letters)
        .where(letters.c.id.in_([row.id for row in rows]))
        .values(claim=mine, claimed_until=unit.now + lifetime)
    )
    return [
        Claimed(
            id=row.id,
            kind=row.kind,
            recipient=row.recipient,
            language=row.language,
            created_at=row.created_at,
            attempts=row.attempts,
            body=row.body_cipher,
            body_key=row.body_key,
            claim=mine,
        )
        for row in rows
    ]


async def mark_sent(unit: Unit, letter: Claimed) -> None:
    """Write that the letter was sent, and purge its body.

    It holds whoever has the claim by now: what was sent must not be sent again.
    """
    await unit.connection.execute(
        update(letters)
        .where(letters.c.id == letter.id, letters.c.sent_at.is_(None))
        .values(
            sent_at=unit.now,
            attempts=letters.c.attempts + 1,
            due_at=None,
            dead_at=None,
            last_error=None,
            **_FREE,
            **_PURGED,
        )
    )


async def mark_failed(unit: Unit, letter: Claimed, error: str, again_in: timedelta | None) -> None:
    """Write why the letter was not sent and when it is tried again; with `None` it is dead.

    Nothing is written if the claim has ended meanwhile and the letter is another's.
    """
    again: dict[str, Any] = (
        {"due_at": None, "dead_at": unit.now}
        if again_in is None
        else {"due_at": unit.now + again_in}
    )
    await unit.connection.execute(
        update(letters)
        .where(letters.c.id == letter.id, letters.c.claim == letter.claim)
        .values(attempts=letters.c.attempts + 1, last_error=error, **again, **_FREE)
    )


async def release(unit: Unit, claims: Collection[UUID]) -> int:
    """Give back what was claimed and neither sent nor failed; return how many letters."""
    released = await unit.connection.execute(
        update(letters).where(letters.c.claim.in_(claims)).values(**_FREE)
    )
    return released.rowcount


async def purge_dead(unit: Unit, age: timedelta) -> int:
    """Purge the bodies of letters that have been dead for longer; return how many."""
    purged = await unit.connection.execute(
        update(letters)
        .where(letters.c.dead_at < unit.now - age, letters.c.body_cipher.is_not(None))
        .values(**_PURGED)
    )
    return purged.rowcount


async def backlog(reader: Reader) -> Backlog:
    """Count what waits and what is dead."""
    waiting = select(func.count()).where(letters.c.due_at.is_not(None)).scalar_subquery()
    dead = select(func.count()).where(letters.c.dead_at.is_not(None)).scalar_subquery()
    oldest = select(func.min(letters.c.created_at)).where(letters.c.due_at.is_not(None))
    statement = select(
        waiting.label("waiting"), dead.label("dead"), oldest.scalar_subquery().label("oldest")
    )
    (row,) = await reader.fetch(Query.compile(statement, reader.dialect), {})
    return Backlog(**row)
