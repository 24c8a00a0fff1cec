"""A token ends everywhere at once, and is worth nothing in another's place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from domain import tokens
from domain.access import GRANTS, Capability, Right, Role
from domain.tokens import Scope
from gateway.settings import Settings
from persistence.database import open_database
from persistence.tables.accounts import sessions, users
from persistence.tables.tenants import tenants
from resolvers.context import Tools
from tests.client import Gateway
from tests.clock import Clock
from tests.world import World

ASKED = ("{ apiToken { name } }", "{ stock { sealed } }", "{ __typename }", "{ nonsense }")


@pytest.fixture
async def second(settings: Settings, tools: Tools, clock: Clock) -> AsyncIterator[Gateway]:
    """Another gateway on the same database, with connections and caches of its own."""
    database = await open_database(settings.database_url, clock)
    async with Gateway(replace(tools, database=database), settings) as running:
        yield running
    await database.close()


@pytest.mark.parametrize("ending", ["revoked", "expired", "blocked", "removed", "cabinet"])
async def test_a_token_that_ended_is_refused_by_the_next_request_on_every_gateway(
    world: World, gateway: Gateway, second: Gateway, clock: Clock, ending: str
) -> None:
    partner = await world.partner()
    token = await world.api_token(partner, Scope.READ_STOCK)
    for asked in (gateway, second):
        for _ in range(2):
            assert (await asked.send(token, ASKED[1])).status_code == 200
    now, session = clock.now(), sessions.c.user_id == partner.admin
    changes = {
        "revoked": update(sessions).where(session).values(ended_at=now),
        "expired": update(sessions).where(session).values(expires_at=now),
        "blocked": update(users).where(users.c.id == partner.admin).values(blocked_at=now),
        "removed": update(users).where(users.c.id == partner.admin).values(removed_at=now),
        "cabinet": update(tenants).where(tenants.c.id == partner.id).values(blocked_at=now),
    }
    await world.change(changes[ending])
    for asked in (gateway, second):
        for query in ASKED:
            response = await asked.send(token, query)
            assert response.status_code == 401, (ending, query)


async def test_a_demoted_creator_is_felt_on_every_gateway(
    world: World, gateway: Gateway, second: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were selling the admin's alone, his token would lose it with his right."""
    narrow = {
        **GRANTS,
        Role.PARTNER_MANAGER: GRANTS[Role.PARTNER_MANAGER] - {Capability.READ_STOCK},
    }
    monkeypatch.setattr(tokens, "GRANTS", narrow)
    partner = await world.partner()
    token = await world.api_token(partner, Scope.READ_STOCK)
    for asked in (gateway, second):
        assert (await asked.send(token, ASKED[1])).status_code == 200
    demoted = update(users).where(users.c.id == partner.admin).values(right=Right.MANAGER)
    await world.change(demoted)
    for asked in (gateway, second):
        response = await asked.send(token, ASKED[1])
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        assert (await asked.send(token, ASKED[0])).status_code == 200


async def test_the_hint_or_a_part_of_a_token_opens_nothing(world: World, gateway: Gateway) -> None:
    token = await world.api_token(await world.partner(), Scope.READ_STOCK)
    bare = token.removeprefix("token_")
    for wrong in (token[:-1], bare, token.upper(), "token_", f"sync_{bare}", f"device_{bare}"):
        assert (await gateway.send(wrong, ASKED[0])).status_code == 401


async def test_the_schemas_of_tokens_take_nothing_from_people(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    query = "{ stock { sealed } }"
    await gateway.ask(partner, query)
    schemas = gateway.engine._schemas
    before = dict(schemas._roles)
    documents = schemas.of((await gateway.engine.identify(partner.token)).capabilities)  # type: ignore[union-attr]
    assert documents.known(query)
    for size in range(1, len(Scope) + 1):
        token = await world.api_token(partner, *list(Scope)[:size])
        assert (await gateway.send(token, "{ apiToken { name } }")).status_code == 200
    assert schemas._roles == before
    assert documents.known(query)
    assert len({id(one.memory) for one in schemas._tokens.values()}) == 1
