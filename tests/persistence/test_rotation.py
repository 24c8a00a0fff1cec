from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from domain.ports import CodeCipher, SealedCode
from gateway.ciphers import AesCodeCipher
from gateway.code_keys import CodeKeys, new_key
from persistence.database import Database
from persistence.rotation import rotate
from persistence.tables.licenses import licenses
from persistence.verification import verify
from tests.world import Cabinet, World

OLD, NEW = new_key("old"), new_key("new")
AFTER = AesCodeCipher(CodeKeys.parse(f"{NEW},{OLD}"))
NEW_ONLY = AesCodeCipher(CodeKeys.parse(NEW))


class Interrupted(AesCodeCipher):
    """Seals so many codes and then stops, as a process does that is killed."""

    def __init__(self, left: int) -> None:
        super().__init__(CodeKeys.parse(f"{NEW},{OLD}"))
        self.left = left

    def seal(self, license_id: UUID, code: str) -> SealedCode:
        if not self.left:
            raise InterruptedError
        self.left -= 1
        return super().seal(license_id, code)


@pytest.fixture
def old(world: World) -> World:
    """The world while the old key is the only one."""
    world.tools = replace(world.tools, cipher=AesCodeCipher(CodeKeys.parse(OLD)))
    return world


@pytest.fixture
def database(world: World) -> Database:
    return world.tools.database


@pytest.fixture
async def partner(old: World) -> Cabinet:
    return await old.partner()


async def codes(world: World, cipher: CodeCipher) -> dict[UUID, str]:
    """Return all codes, each found by its hash as well."""
    found = {}
    for row in await world.rows(select(licenses)):
        code = cipher.open(row.id, row.code_cipher, row.code_key)
        assert cipher.lookups(code)[row.code_key] == row.code_lookup
        found[row.id] = code
    return found


async def under(world: World, key: str) -> int:
    [[count]] = await world.rows(select(func.count()).where(licenses.c.code_key == key))
    return int(count)


async def test_every_code_comes_under_the_current_key(
    old: World, database: Database, partner: Cabinet
) -> None:
    await old.stocked(partner, 7)
    before = await codes(old, AFTER)
    assert await rotate(database, AFTER, batch=3) == 7
    assert await codes(old, NEW_ONLY) == before
    assert await verify(database, NEW_ONLY) == []
    assert await rotate(database, AFTER, batch=3) == 0


async def test_an_interrupted_rotation_goes_on_where_it_stopped(
    old: World, database: Database, partner: Cabinet
) -> None:
    await old.stocked(partner, 7)
    before = await codes(old, AFTER)
    with pytest.raises(InterruptedError):
        await rotate(database, Interrupted(5), batch=3)
    assert (await under(old, "new"), await under(old, "old")) == (3, 4)
    assert await codes(old, AFTER) == before
    assert await rotate(database, AFTER, batch=3) == 4
    assert await codes(old, NEW_ONLY) == before


async def test_a_code_whose_key_is_lost_is_named_and_left(
    old: World, database: Database, partner: Cabinet
) -> None:
    await old.stocked(partner, 3)
    last = (await old.held(partner))[-1]
    await old.change(update(licenses).where(licenses.c.id == last).values(code_key="lost"))
    with pytest.raises(ValueError, match="'lost'"):
        await rotate(database, AFTER, batch=2)
    assert (await under(old, "new"), await under(old, "lost")) == (2, 1)


async def test_gateways_work_while_codes_are_rotated(
    old: World, database: Database, partner: Cabinet
) -> None:
    product = await old.stocked(partner, 30)
    company = await old.company(partner)

    async def work() -> None:
        for _ in range(5):
            await old.sell(partner, company, product, 3)
            await old.reveal(company, product, 2)
            await old.issue(product, 2)

    working = asyncio.create_task(work())
    rotated = await rotate(database, AFTER, batch=4)
    await working
    assert rotated + await rotate(database, AFTER) == 40
    assert await under(old, "new") == 40
    assert await verify(database, AFTER) == []
