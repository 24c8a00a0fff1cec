"""Faults, and the rules whose statements find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the rule it breaks, the row, what stands there and what should."""

    rule: str
    table: str
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        """Tell it in one line."""
        return f"{self.rule}: {self.table} {self.key}: {self.found}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule about the rows of a table, with the statement that selects those breaking it.

    The statement's last two columns are what was found and what was expected; the ones before
    are the key.
    """

    name: str
    table: str
    breaking: Select[Any]


async def found_by(connection: AsyncConnection, rule: Rule) -> list[Fault]:
    """Return the faults of one rule."""
    faults = []
    for *keys, found, expected in await connection.execute(rule.breaking):
        key = "/".join(shown(part) for part in keys)
        faults.append(Fault(rule.name, rule.table, key, shown(found), shown(expected)))
    return faults


def shown(value: object) -> str:
    """Return a value as a fault tells it."""
    return "nothing" if value is None else str(value)
