from __future__ import annotations

from datetime import timedelta

from domain.attempts import RESETS_BY_ACCOUNT
from domain.letters import TicketPurpose
from persistence.attempts import spend
from persistence.sessions import add_choice
from persistence.sweeping import ATTEMPTS, REGISTRATIONS, TICKETS, sweep
from persistence.tables import METADATA
from tests.clock import Clock
from tests.world import World

SWEPT = ("attempts", "tickets", "cabinet_choices")


async def _fill(world: World) -> None:
    partner = await world.partner()
    database = world.tools.database
    await world.registered(partner)
    await world.ticket(partner.admin, TicketPurpose.PASSWORD_RESET)
    await database.carry_out(lambda unit: spend(unit, RESETS_BY_ACCOUNT, partner.email))
    later = database.clock.now() + timedelta(minutes=5)
    await database.carry_out(lambda unit: add_choice(unit, partner.email, [partner.admin], later))


async def test_what_has_served_its_time_is_swept_and_nothing_else(
    world: World, clock: Clock
) -> None:
    await _fill(world)
    before = await world.dump(but=())
    await world.tools.database.carry_out(sweep)
    assert await world.dump(but=()) == before

    clock.turn(max(ATTEMPTS, TICKETS, REGISTRATIONS) + timedelta(days=2))
    await _fill(world)
    fresh = {name: len(rows) for name, rows in before.items() if name in SWEPT}
    await world.tools.database.carry_out(sweep)
    after = await world.dump(but=())
    assert {name: len(after[name]) for name in SWEPT} == fresh
    kept = [table.name for table in METADATA.sorted_tables if table.name not in SWEPT]
    assert all(len(after[name]) >= len(before[name]) for name in kept)
    waiting = [row for row in after["tenants"] if row not in before["tenants"]]
    assert len(waiting) == len(before["tenants"]) - 1
