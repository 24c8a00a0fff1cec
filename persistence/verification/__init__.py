"""Holding a whole database against what must be true of it, at rest or under load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persistence.verification import (
    activation,
    codes,
    companies,
    documents,
    events,
    letters,
    licenses,
)
from persistence.verification.faults import Fault, found_by
from persistence.verification.snapshot import snapshot

if TYPE_CHECKING:
    from domain.ports import CodeCipher, LetterCipher
    from persistence.database import Database

__all__ = ["Fault", "verify"]

RULES = (
    *licenses.RULES,
    *events.RULES,
    *activation.RULES,
    *documents.RULES,
    *companies.RULES,
    *letters.RULES,
)


async def verify(
    database: Database,
    cipher: CodeCipher | None = None,
    envelopes: LetterCipher | None = None,
) -> list[Fault]:
    """Return everything that is wrong with the data, and nothing when all is well.

    Reads one snapshot and writes nothing, so gateways may go on working. With a cipher every
    code is opened as well, with `envelopes` every letter; what they say appears nowhere.
    """
    async with snapshot(database.engine.url) as connection:
        faults = [fault for rule in RULES for fault in await found_by(connection, rule)]
        faults += await licenses.misprojected(connection)
        if cipher is not None:
            faults += [fault async for fault in codes.unsound(connection, cipher)]
        if envelopes is not None:
            faults += [fault async for fault in letters.unsound(connection, envelopes)]
    return faults
