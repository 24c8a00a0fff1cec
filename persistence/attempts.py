"""Attempts: counted in the database, so that throttles hold over all gateways together."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite

from domain.refusals import TryAgainLater
from persistence.tables.attempts import attempts

if TYPE_CHECKING:
    from domain.attempts import Throttle
    from persistence.database import Unit


async def spend(unit: Unit, throttle: Throttle, subject: str) -> None:
    """Count an attempt; `TryAgainLater` when it is one too many.

    Call it in a unit of its own, before what is throttled: a refusal rolls its unit back, and
    with it the count. The subject (an address, an account) is stored as a hash only.
    """
    insert = {"postgresql": postgresql, "sqlite": sqlite}[unit.connection.dialect.name].insert
    fresh = insert(attempts).values(
        action=throttle.action,
        subject=_digest(subject),
        began_at=unit.now,
        count=1,
    )
    over = attempts.c.began_at <= unit.now - throttle.window
    row = (
        await unit.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[attempts.c.action, attempts.c.subject],
                set_={
                    "began_at": case((over, unit.now), else_=attempts.c.began_at),
                    "count": case((over, 1), else_=attempts.c.count + 1),
                },
            ).returning(attempts.c.began_at, attempts.c.count.label("tried"))
        )
    ).one()
    if row.tried > throttle.most:
        left = row.began_at + throttle.window - unit.now
        raise TryAgainLater(retry_after=max(1, int(left.total_seconds())))


async def forget(unit: Unit, throttle: Throttle, subject: str) -> None:
    """Forget the attempts of a subject: the last of them proved to be his own."""
    await unit.connection.execute(
        delete(attempts).where(
            attempts.c.action == throttle.action, attempts.c.subject == _digest(subject)
        )
    )


def _digest(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()
