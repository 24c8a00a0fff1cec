"""The outbox: letters are staged in the unit that promises them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import insert

from persistence.keys import new_key
from persistence.tables.letters import letters

if TYPE_CHECKING:
    from domain.letters import Letter
    from domain.ports import LetterCipher
    from persistence.database import Unit


async def add_letter(unit: Unit, letter: Letter, cipher: LetterCipher) -> None:
    """Stage a letter: it is sent if, and only if, the unit commits."""
    key = new_key()
    body = cipher.seal(key, json.dumps(dict(letter.facts), ensure_ascii=False).encode())
    await unit.connection.execute(
        insert(letters).values(
            id=key,
            kind=letter.kind,
            tenant_id=letter.tenant,
            recipient=letter.recipient,
            language=letter.language,
            body_cipher=body.cipher,
            body_key=body.key_name,
            created_at=unit.now,
            attempts=0,
            due_at=unit.now,
        )
    )
