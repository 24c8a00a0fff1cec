"""Rotation: bringing every code and letter under the current key, while gateways work."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import bindparam, select, update

from persistence.columns import KEY
from persistence.tables.letters import letters
from persistence.tables.licenses import licenses

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.ports import CodeCipher, LetterCipher
    from persistence.database import Database, Unit

    Batch = Callable[[Unit, UUID], Awaitable[tuple[int, UUID]]]
    """Rotates the next rows behind a key; returns how many, and the key of the last."""

FIRST = UUID(int=0)


async def rotate(database: Database, cipher: CodeCipher, batch: int = 1_000) -> int:
    """Seal again every code that is not under the current key; return how many there were.

    Each batch is a unit of work of its own: after an interruption the next call goes on. A code
    that does not open ends it with `ValueError`, which names license and key; the batches
    before stay.
    """
    return await _all(
        database, batch, lambda unit, after: _rotate_after(unit, cipher, after, batch)
    )


async def rotate_letters(database: Database, cipher: LetterCipher, batch: int = 1_000) -> int:
    """Seal again every letter that has a body still; as `rotate` does with codes."""
    return await _all(
        database, batch, lambda unit, after: _rotate_letters_after(unit, cipher, after, batch)
    )


async def _all(database: Database, batch: int, rotated_after: Batch) -> int:
    total = 0
    while rotated := await _sweep(database, batch, rotated_after):
        total += rotated
    return total


async def _sweep(database: Database, batch: int, rotated_after: Batch) -> int:
    """Go once through the rows; what a gateway adds behind is left to the next sweep."""
    total, after = 0, FIRST

    async def work(unit: Unit) -> tuple[int, UUID]:
        return await rotated_after(unit, after)

    while True:
        count, after = await database.carry_out(work)
        total += count
        if count < batch:
            return total


async def _rotate_after(
    unit: Unit, cipher: CodeCipher, after: UUID, batch: int
) -> tuple[int, UUID]:
    """Rotate the next codes behind the license `after`; return how many, and the last license."""
    rows = (
        await unit.connection.execute(
            select(licenses.c.id, licenses.c.code_cipher, licenses.c.code_key)
            .where(licenses.c.code_key != cipher.current_key, licenses.c.id > after)
            .order_by(licenses.c.id)
            .limit(batch)
            .with_for_update()
        )
    ).all()
    if not rows:
        return 0, after
    fresh = []
    for key, sealed, name in rows:
        again = cipher.seal(key, cipher.open(key, sealed, name))
        fresh.append(
            {
                "license": key,
                "code_cipher": again.cipher,
                "code_lookup": again.lookup,
                "code_key": again.key_name,
            }
        )
    await unit.connection.execute(
        update(licenses).where(licenses.c.id == bindparam("license", type_=KEY)), fresh
    )
    return len(rows), rows[-1].id


async def _rotate_letters_after(
    unit: Unit, cipher: LetterCipher, after: UUID, batch: int
) -> tuple[int, UUID]:
    """Rotate the next letters behind the letter `after`; return how many, and the last one."""
    # A mailer that is sending one of them holds no lock; when it is done it purges either body.
    rows = (
        await unit.connection.execute(
            select(letters.c.id, letters.c.body_cipher, letters.c.body_key)
            .where(letters.c.body_key != cipher.current_key, letters.c.id > after)
            .order_by(letters.c.id)
            .limit(batch)
            .with_for_update()
        )
    ).all()
    if not rows:
        return 0, after
    fresh = []
    for key, body, name in rows:
        again = cipher.seal(key, cipher.open(key, body, name))
        fresh.append({"letter": key, "body_cipher": again.cipher, "body_key": again.key_name})
    await unit.connection.execute(
        update(letters).where(letters.c.id == bindparam("letter", type_=KEY)), fresh
    )
    return len(rows), rows[-1].id
