"""A correction by the licensor's admin, and the user himself, at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.letters import LetterKind, TicketPurpose
from persistence.database import Unit
from persistence.tables.accounts import users
from resolvers import corrections
from resolvers.corrections import correct_user
from tests.client import Gateway
from tests.stories.orders import PROBLEM, order
from tests.world import World

CONFIRMED = PROBLEM + " ... on ConfirmAccountSuccess { login }"
CORRECTED = "corrected@example.com"

# One writer at a time is all that SQLite has.
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def test_who_opens_his_account_meanwhile_confirms_a_corrected_address(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await world.member(await world.partner(), invited=True)
    ticket = await world.ticket(user, TicketPurpose.INVITATION)
    look = corrections._user_of_partner

    async def opened_meanwhile(unit: Unit, key: UUID) -> Any:
        found = await look(unit, key)
        monkeypatch.undo()
        facts = {"ticket": ticket, "password": "a password", "agreed": True}
        told = await order(gateway, None, "confirmAccount", CONFIRMED, **facts)
        assert told["__typename"] == "ConfirmAccountSuccess"
        return found

    monkeypatch.setattr(corrections, "_user_of_partner", opened_meanwhile)
    await correct_user(world.context(world.licensor), user, {}, CORRECTED)

    [row] = await world.rows(select(users.c.email).where(users.c.id == user))
    assert row.email != CORRECTED
    kind, recipient, _ = (await world.letters())[-1]
    assert (kind, recipient) == (LetterKind.CONFIRM_EMAIL, CORRECTED)
