"""Looking into the tables of a database, and changing what no use case changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Table, select

from domain.letters import LetterKind
from persistence.letters import facts_of
from persistence.tables import METADATA
from persistence.tables.letters import letters as letters_table

if TYPE_CHECKING:
    from persistence.database import Unit
    from resolvers.context import Tools


class Tables:
    """The tables of the database behind some tools."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    async def rows(self, statement: Executable) -> list[Any]:
        """Look into the tables."""

        async def work(unit: Unit) -> list[Any]:
            return list(await unit.connection.execute(statement))

        return await self.tools.database.carry_out(work)

    async def change(self, statement: Executable) -> None:
        """Change what no mutation changes yet."""

        async def work(unit: Unit) -> None:
            await unit.connection.execute(statement)

        await self.tools.database.carry_out(work)

    async def letters(self) -> list[tuple[LetterKind, str, Any]]:
        """Return the letters that wait, as kind, recipient and what they say, oldest first."""
        rows = await self.rows(select(letters_table).order_by(letters_table.c.id))
        return [
            (
                row.kind,
                row.recipient,
                facts_of(row.id, row.body_cipher, row.body_key, self.tools.envelopes),
            )
            for row in rows
        ]

    async def dump(
        self, *, but: tuple[str, ...] = ("sessions", "attempts")
    ) -> dict[str, list[Any]]:
        """Return every row of every table except those named."""
        return {
            table.name: [tuple(row) for row in await self.rows(_in_order(table))]
            for table in METADATA.sorted_tables
            if table.name not in but
        }


def _in_order(table: Table) -> Executable:
    return select(table).order_by(*table.primary_key.columns)
