"""Letters under other keys, and what must be true of all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.letters import LetterKind
from gateway.ciphers import AesLetterCipher
from gateway.code_keys import CodeKeys, new_key
from persistence.letters import facts_of
from persistence.mailing import backlog
from persistence.rotation import rotate_letters
from persistence.tables.letters import letters
from persistence.verification import verify
from resolvers.context import Tools
from tests import letters as letter_box
from tests.letters import TICKET, a_letter, rows, stage
from tests.world import World

OLD, NEW = new_key("old"), new_key("new")
BEFORE = AesLetterCipher(CodeKeys.parse(OLD))
AFTER = AesLetterCipher(CodeKeys.parse(f"{NEW},{OLD}"))
NEW_ONLY = AesLetterCipher(CodeKeys.parse(NEW))


@pytest.fixture
def world(world: World) -> World:
    """The world while the old key is the only one."""
    world.tools = replace(world.tools, envelopes=BEFORE)
    return world


async def test_letters_that_wait_or_are_dead_come_under_the_current_key(world: World) -> None:
    waiting = await letter_box.waiting(world, None)
    dead = await letter_box.dead(world, None)
    sent = await letter_box.sent(world, None)
    database = world.tools.database

    assert await rotate_letters(database, AFTER, batch=1) == 2
    assert await rotate_letters(database, AFTER) == 0

    found = await rows(database)
    for key in (waiting, dead):
        assert found[key].body_key == "new"
        facts = facts_of(key, found[key].body_cipher, "new", NEW_ONLY)
        assert facts["ticket"] == TICKET
    assert found[sent].body_key is None
    assert await verify(database, envelopes=NEW_ONLY) == []


async def test_a_letter_that_does_not_open_stops_the_rotation_by_name(world: World) -> None:
    key = await letter_box.waiting(world, None)
    await world.change(update(letters).values(body_cipher=bytes(60)))
    with pytest.raises(ValueError, match=str(key)):
        await rotate_letters(world.tools.database, AFTER)


async def test_true_letters_have_no_faults(world: World) -> None:
    await letter_box.waiting(world, None)
    await letter_box.sent(world, None)
    await letter_box.dead(world, None)
    await letter_box.dead(world, None, purged=True)
    await stage(world.tools, *(a_letter(kind=kind) for kind in LetterKind))
    assert await verify(world.tools.database, envelopes=BEFORE) == []


@pytest.mark.parametrize(
    ("state", "planted", "rule"),
    [
        ("waiting", {"due_at": None}, "a letter waits, was sent or is dead"),
        ("waiting", {"body_cipher": None, "body_key": None}, "a letter that waits has its body"),
        ("waiting", {"body_cipher": bytes(60)}, "the body opens"),
        ("waiting", {"body_key": "lost"}, "the body opens"),
        ("waiting", {"kind": LetterKind.LICENSES}, "the facts fill the template"),
        ("sent", {"body_cipher": b"x", "body_key": "old"}, "a letter that was sent has no body"),
        ("dead", {"claim": letters.c.id}, "only a letter that waits is claimed"),
    ],
)
async def test_lost_and_contradictory_letters_are_found(
    world: World, state: str, planted: dict[str, Any], rule: str
) -> None:
    key = await getattr(letter_box, state)(world, None)
    await world.change(update(letters).values(planted))
    found = await verify(world.tools.database, envelopes=BEFORE)
    assert rule in {fault.rule for fault in found}
    assert {(fault.table, fault.key) for fault in found} == {("letters", str(key))}
    assert TICKET not in str(found)


async def test_the_backlog_counts_what_waits_and_what_is_dead(tools: Tools, world: World) -> None:
    assert (await backlog(tools.database.reader)).oldest is None
    await letter_box.dead(world, None)
    await letter_box.sent(world, None)
    first = await letter_box.waiting(world, None)
    await letter_box.waiting(world, None)
    found = await backlog(tools.database.reader)
    assert (found.waiting, found.dead) == (2, 1)
    (created,) = await world.rows(select(letters.c.created_at).where(letters.c.id == first))
    assert found.oldest == created.created_at
