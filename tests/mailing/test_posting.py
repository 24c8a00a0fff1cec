"""Posting from a use case: what is promised with the unit, and only then, is told to the mailer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.refusals import NotFound
from persistence.database import Contended, Unit
from tests.letters import a_letter, rows
from tests.world import World


@pytest.fixture
def told(world: World) -> list[int]:
    """How many letters there were whenever the mailer was woken."""
    calls: list[int] = []
    world.tools = replace(world.tools, posted=lambda: calls.append(1))
    return calls


async def test_the_mailer_is_woken_behind_the_commit(world: World, told: list[int]) -> None:
    context = world.context(world.licensor)

    async def work(unit: Unit) -> None:
        await context.post(unit, a_letter())
        assert told == []

    await context.carry_out(work)
    assert told == [1]
    assert len(await rows(world.tools.database)) == 1


async def test_a_refusal_promises_nothing_and_wakes_nobody(world: World, told: list[int]) -> None:
    context = world.context(world.licensor)

    async def work(unit: Unit) -> None:
        await context.post(unit, a_letter())
        raise NotFound("company")

    with pytest.raises(NotFound):
        await context.carry_out(work)
    assert told == []
    assert await rows(world.tools.database) == {}


async def test_a_unit_that_is_tried_again_promises_once(world: World, told: list[int]) -> None:
    context = world.context(world.licensor)
    tries = 0

    async def work(unit: Unit) -> None:
        nonlocal tries
        tries += 1
        await context.post(unit, a_letter())
        if tries < 3:
            raise Contended

    await context.carry_out(work)
    assert tries == 3
    assert told == [1]
    assert len(await rows(world.tools.database)) == 1


async def test_a_letter_with_missing_facts_fails_the_unit(world: World, told: list[int]) -> None:
    context = world.context(world.licensor)
    before = await world.dump()

    async def work(unit: Unit) -> None:
        await context.post(unit, a_letter())
        await context.post(unit, a_letter(person=""))

    with pytest.raises(ValueError, match="person is not a"):
        await context.carry_out(work)
    assert told == []
    assert await world.dump() == before
