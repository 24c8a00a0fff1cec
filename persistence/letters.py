"""Letters: staged in the unit that promises them, and read by those who look after them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, func, insert, literal, or_, select, update

from domain.access import Actor, Capability
from domain.letters import Letter, LetterKind, LetterState
from persistence.columns import choice
from persistence.keys import new_key
from persistence.reads import (
    TENANT,
    Reads,
    confirmed_tenants,
    everything,
    linked_companies,
    nothing,
    reads_all,
)
from persistence.tables.letters import letters
from persistence.tables.tenants import partners

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.letters import Facts
    from domain.ports import LetterCipher
    from persistence.database import Unit


def visible_letters(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: support sees all, the licensor those to cabinets he works with [ruling]."""
    if not actor.may(Capability.READ_LETTERS):
        return nothing()
    if reads_all(actor):
        return everything()
    return or_(
        letters.c.tenant_id == TENANT,
        letters.c.tenant_id.in_(
            select(partners.c.id).where(partners.c.id.in_(confirmed_tenants()))
        ),
        letters.c.tenant_id.in_(linked_companies()),
    )


_KIND = choice(LetterState, "letter_state")
_STATE = case(
    (letters.c.sent_at.is_not(None), literal(LetterState.SENT, _KIND)),
    (letters.c.dead_at.is_not(None), literal(LetterState.DEAD, _KIND)),
    else_=literal(LetterState.WAITING, _KIND),
)

# The body is no column of it: nobody reads the one-time links of others.
READS = Reads(
    source=letters,
    key=letters.c.id,
    # A letter to somebody without a cabinet is nobody's look into a foreign one.
    owner=func.coalesce(letters.c.tenant_id, TENANT),
    visible=visible_letters,
    columns={
        "kind": letters.c.kind,
        "state": _STATE,
        "recipient": letters.c.recipient,
        "created_at": letters.c.created_at,
        "attempts": letters.c.attempts,
        "next_attempt_at": letters.c.due_at,
        "sent_at": letters.c.sent_at,
        "dead_at": letters.c.dead_at,
        "last_error": letters.c.last_error,
    },
    # One each, so that a few dead ones are found by an index among all that were sent.
    filters={
        "waiting": letters.c.due_at.is_not(None),
        "sent": letters.c.sent_at.is_not(None),
        "dead": letters.c.dead_at.is_not(None),
    },
    orders={"CREATED": ()},
)


async def add_letter(unit: Unit, letter: Letter, cipher: LetterCipher) -> UUID:
    """Stage a letter and return its key: it is sent if, and only if, the unit commits."""
    row = _row(unit, letter, cipher)
    await unit.connection.execute(insert(letters).values(row))
    key: UUID = row["id"]
    return key


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


def _plain(facts: object) -> object:
    if isinstance(facts, Mapping):
        return dict(facts)
    raise TypeError(facts)


def facts_of(letter: UUID, body: bytes, key_name: str, cipher: LetterCipher) -> Facts:
    """Return what a letter says; `ValueError` when its body does not open."""
    facts: Facts = json.loads(cipher.open(letter, body, key_name))
    return facts


async def find_letter(unit: Unit, key: UUID, actor: Actor) -> Any | None:  # noqa: ANN401 - a row
    """Return the letter, locked, if the actor sees it: `tenant_id`, `state`, whether `kept`."""
    columns = (letters.c.tenant_id, _STATE.label("state"))
    kept = letters.c.body_cipher.is_not(None).label("kept")
    return (
        await unit.connection.execute(
            select(*columns, kept)
            .where(letters.c.id == key, visible_letters(actor))
            .with_for_update(),
            {"_tenant": actor.tenant},
        )
    ).one_or_none()


async def revive(unit: Unit, key: UUID) -> None:
    """Let a dead letter wait again, as if it had never been tried; the caller has locked it."""
    await unit.connection.execute(
        update(letters)
        .where(letters.c.id == key)
        .values(dead_at=None, due_at=unit.now, attempts=0, last_error=None)
    )
