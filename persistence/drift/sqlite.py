"""The catalogue of a SQLite database: what its pragmas tell, and else its statements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

_UNTOLD = re.compile(r"\b(?:COLLATE\s+\S+|CHECK\s*\(.*)", re.IGNORECASE)
"""What no pragma tells of a column."""


async def read(connection: AsyncConnection, apart: str) -> dict[str, str]:
    """Return every definition but those of the table `apart`."""
    found = {}
    objects = await _rows(connection, "SELECT type, name, tbl_name, sql FROM sqlite_master")
    for kind, name, table, sql in objects:
        if table == apart:
            continue
        if kind == "table":
            found[f"relation {name}"] = _after_columns(sql)
            clauses = dict(_clauses(sql))
            found |= await _columns(connection, name, clauses)
            for clause, definition in clauses.items():
                if f"column {name}.{clause}" not in found:
                    found[f"constraint {name}.{clause}"] = definition
            found |= await _foreign_keys(connection, name)
            found |= await _indices(connection, name)
        elif sql is not None:
            found[f"{kind} {table}.{name}"] = _squeezed(sql)
    return found


async def _columns(
    connection: AsyncConnection, table: str, clauses: dict[str, str]
) -> dict[str, str]:
    rows = await _rows(connection, f"PRAGMA table_xinfo('{table}')")
    found = {}
    for _, name, kind, not_null, default, position, hidden in rows:
        found[f"column {table}.{name}"] = " ".join(
            [
                kind,
                "NOT NULL" if not_null else "NULL",
                f"DEFAULT {default}",
                f"KEY {position}",
                f"HIDDEN {hidden}",
                *_UNTOLD.findall(clauses[name]),
            ]
        )
    return found


async def _foreign_keys(connection: AsyncConnection, table: str) -> dict[str, str]:
    rows = await _rows(connection, f"PRAGMA foreign_key_list('{table}')")
    return {
        f"reference {table}.{source}": f"{target}.{column} UPDATE {update} DELETE {delete} {match}"
        for _, _, target, source, column, update, delete, match in rows
    }


async def _indices(connection: AsyncConnection, table: str) -> dict[str, str]:
    found = {}
    for _, name, unique, origin, partial in await _rows(
        connection, f"PRAGMA index_list('{table}')"
    ):
        columns = [
            f"{column}{' DESC' if descending else ''} {collation}"
            for _, _, column, descending, collation, is_key in await _rows(
                connection, f"PRAGMA index_xinfo('{name}')"
            )
            if is_key
        ]
        # The indices of constraints are numbered in the order of the constraints.
        shown = name if origin == "c" else f"{origin} ({', '.join(columns)})"
        found[f"index of {table}: {shown}"] = (
            f"{', '.join(columns)} UNIQUE {unique} PARTIAL {partial}"
        )
    return found


async def _rows(connection: AsyncConnection, statement: str) -> list[Any]:
    return list((await connection.execute(text(statement))).all())


def _clauses(sql: str) -> Iterator[tuple[str, str]]:
    """Split the body of CREATE TABLE into its columns and constraints, each by its name."""
    body = sql[sql.index("(") + 1 : sql.rindex(")")]
    for clause in _split(body):
        words = _squeezed(clause).split(" ")
        named = words[0].upper() == "CONSTRAINT"
        yield words[1 if named else 0].strip('"'), " ".join(words)


def _split(body: str) -> Iterator[str]:
    """Split at the commas that stand in no brackets and no quotes."""
    depth, start, quote = 0, 0, ""
    for position, character in enumerate(body):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "," and not depth:
            yield body[start:position]
            start = position + 1
    yield body[start:]


def _after_columns(sql: str) -> str:
    return _squeezed(sql[sql.rindex(")") + 1 :])


def _squeezed(sql: str) -> str:
    return " ".join(sql.split())
