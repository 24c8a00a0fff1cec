"""Codes: every one opens with its key, and is found by its hash and told by its last digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.licenses import SHOWN_DIGITS
from persistence.tables.licenses import licenses
from persistence.verification.faults import Fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from domain.ports import CodeCipher

BATCH = 1_000


async def unsound(connection: AsyncConnection, cipher: CodeCipher) -> AsyncIterator[Fault]:
    """Yield the licenses whose stored code is of no use; no part of a code is told."""
    table = licenses.c
    statement = select(
        table.id, table.code_cipher, table.code_key, table.code_lookup, table.code_tail
    ).execution_options(yield_per=BATCH)
    async for key, sealed, name, lookup, tail in await connection.stream(statement):
        try:
            code = cipher.open(key, sealed, name)
        except ValueError as error:
            yield Fault("the code opens", "licenses", str(key), str(error), "a code")
            continue
        if cipher.lookups(code)[name] != lookup:
            yield Fault("the code is found", "licenses", str(key), "another hash", "the code's")
        if code[-SHOWN_DIGITS:] != tail:
            yield Fault("the tail is the code's", "licenses", str(key), "others", "its last digits")
