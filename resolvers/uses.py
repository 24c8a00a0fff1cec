"""Uses: when each session was used last, collected in memory, because reads do not write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persistence import sessions

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from persistence.database import Database

MOST_NOTED = 100_000
"""How many sessions are noted at most; while the database is away no more are."""


class Uses:
    """Notes the sessions of this process, and writes them down set-wise when told to."""

    def __init__(self, database: Database) -> None:
        """Begin with none."""
        self._database = database
        self._noted: dict[UUID, datetime] = {}

    def note(self, session: UUID, now: datetime) -> None:
        """Note that a session was used."""
        self._noted[session] = now

    async def write(self) -> None:
        """Write down what was noted since the last time; it is noted again if that fails."""
        noted, self._noted = self._noted, {}
        if not noted:
            return
        try:
            await self._database.carry_out(lambda unit: sessions.write_uses(unit, noted))
        except BaseException:
            if len(noted) + len(self._noted) <= MOST_NOTED:
                self._noted = {**noted, **self._noted}
            raise
