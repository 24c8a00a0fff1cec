"""The outbox: letters are staged in the unit that promises them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, literal, select

from domain.letters import Letter, LetterKind
from persistence.keys import new_key
from persistence.tables.letters import letters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.letters import Facts
    from domain.ports import LetterCipher
    from persistence.database import Unit


async def add_letter(unit: Unit, letter: Letter, cipher: LetterCipher) -> None:
    """Stage a letter: it is sent if, and only if, the unit commits."""
    await add_letters(unit, [letter], cipher)


async def add_letters(unit: Unit, promised: Sequence[Letter], cipher: LetterCipher) -> None:
    """Stage letters, however many, by one statement."""
    rows = [_row(unit, letter, cipher) for letter in promised]
    if rows:
        await unit.connection.execute(insert(letters), rows)


async def add_letter_if_any(unit: Unit, letter: Letter | None, cipher: LetterCipher) -> None:
    """Stage a letter, or none by the same statement: what it costs tells nobody which."""
    row = _row(unit, letter or _NO_LETTER, cipher)
    values = [literal(value, letters.c[name].type).label(name) for name, value in row.items()]
    chosen = select(*values).where(literal(letter is not None))
    await unit.connection.execute(insert(letters).from_select(list(row), chosen))


_NO_LETTER = Letter(
    LetterKind.PASSWORD_CHANGED,
    "nobody@localhost",
    "en",
    None,
    {"person": "-", "cabinet": "-", "kind": "PARTNER", "at": "2026-01-01T00:00:00+00:00"},
)


def _row(unit: Unit, letter: Letter, cipher: LetterCipher) -> dict[str, Any]:
    key = new_key()
    body = cipher.seal(key, json.dumps(letter.facts, ensure_ascii=False, default=_plain).encode())
    return {
        "id": key,
        "kind": letter.kind,
        "tenant_id": letter.tenant,
        "recipient": letter.recipient,
        "language": letter.language,
        "body_cipher": body.cipher,
        "body_key": body.key_name,
        "created_at": unit.now,
        "attempts": 0,
        "due_at": unit.now,
    }


def facts_of(letter: UUID, body: bytes, key_name: str, cipher: LetterCipher) -> Facts:
    """Return what a letter says; `ValueError` when its body does not open."""
    facts: Facts = json.loads(cipher.open(letter, body, key_name))
    return facts


def _plain(facts: object) -> object:
    if isinstance(facts, Mapping):
        return dict(facts)
    raise TypeError(facts)
