"""Guessing is throttled over all gateways, and nothing tells who exists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.accounts import MOST_CABINETS
from domain.attempts import RESETS_BY_ACCOUNT, SIGN_IN_WINDOW
from gateway.passwords import ArgonHasher
from gateway.settings import Settings
from persistence.database import open_database
from resolvers.context import Rules, Tools
from tests.client import Gateway
from tests.clock import Clock
from tests.conservation.counting import counted
from tests.stories.orders import PROBLEM, order
from tests.world import PASSWORD, World

SIGNED_IN = PROBLEM + " ... on SignInSuccess { token } ... on TryAgainLater { retryAfter }"
REQUESTED = PROBLEM + " ... on PasswordResetRequestSuccess { requested }"
MOST = 5


@pytest.fixture
def strict(tools: Tools, settings: Settings) -> Tools:
    narrow = settings.model_copy(
        update={"sign_ins_per_account": MOST, "sign_ins_per_address": 3 * MOST}
    )
    return replace(tools, rules=Rules.of(narrow))


@pytest.fixture
async def first(strict: Tools, settings: Settings) -> AsyncIterator[Gateway]:
    async with Gateway(strict, settings) as running:
        yield running


@pytest.fixture
async def second(strict: Tools, settings: Settings, clock: Clock) -> AsyncIterator[Gateway]:
    """Another gateway on the same database, with connections of its own."""
    database = await open_database(settings.database_url, clock)
    async with Gateway(replace(strict, database=database), settings) as running:
        yield running
    await database.close()


async def _sign_in(gateway: Gateway, login: str, password: str = "wrong") -> Any:
    return await order(gateway, None, "signIn", SIGNED_IN, login=login, password=password)


@pytest.mark.parametrize("known", [True, False])
async def test_an_account_is_guessed_at_only_so_often_over_two_gateways(
    world: World, first: Gateway, second: Gateway, clock: Clock, known: bool
) -> None:
    email = "p@example.com"
    if known:
        await world.partner(email=email)
    gateways = [first, second] * MOST
    codes = [(await _sign_in(gateway, email))["code"] for gateway in gateways]
    assert codes == ["INVALID_CREDENTIALS"] * MOST + ["TRY_AGAIN_LATER"] * MOST
    told = await _sign_in(second, " P@Example.com", PASSWORD)
    assert told["code"] == "TRY_AGAIN_LATER"
    assert 0 < told["retryAfter"] <= SIGN_IN_WINDOW.total_seconds()

    clock.turn(SIGN_IN_WINDOW + timedelta(seconds=1))
    later = await _sign_in(second, email, PASSWORD)
    assert later.get("code") == (None if known else "INVALID_CREDENTIALS")


async def test_an_address_tries_only_so_many_accounts(world: World, first: Gateway) -> None:
    codes = [(await _sign_in(first, f"{n}@example.com"))["code"] for n in range(3 * MOST + 2)]
    assert codes == ["INVALID_CREDENTIALS"] * 3 * MOST + ["TRY_AGAIN_LATER"] * 2


async def test_who_knows_the_password_is_not_kept_out(world: World, first: Gateway) -> None:
    await world.partner(email="p@example.com")
    for _ in range(2 * MOST):
        assert (await _sign_in(first, "p@example.com", PASSWORD))["token"]


async def test_resets_are_throttled_for_known_and_unknown_alike(
    world: World, first: Gateway, second: Gateway
) -> None:
    await world.partner(email="p@example.com")
    for email in ("p@example.com", "nobody@example.com"):
        answers = [
            await order(gateway, None, "requestPasswordReset", REQUESTED, email=email)
            for gateway in [first, second] * RESETS_BY_ACCOUNT.most
        ]
        codes = [answer.get("code") for answer in answers]
        most = RESETS_BY_ACCOUNT.most
        assert codes == [None] * most + ["TRY_AGAIN_LATER"] * most
    assert len(await world.letters()) == RESETS_BY_ACCOUNT.most


@pytest.mark.parametrize("mutation", ["signIn", "requestPasswordReset"])
async def test_known_and_unknown_addresses_cost_the_same(
    world: World, gateway: Gateway, tools: Tools, mutation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statements and the same number of verifications, however many cabinets."""
    await world.partner(email="one@example.com")
    for _ in range(2):
        await world.company(email="two@example.com")
    verified: list[int] = []
    matches = ArgonHasher.matches

    async def count(self: ArgonHasher, password: str, hashes: list[str]) -> list[bool]:
        verified.append(len(hashes))
        return await matches(self, password, hashes)

    monkeypatch.setattr(ArgonHasher, "matches", count)
    given = {"signIn": {"password": "wrong"}, "requestPasswordReset": {}}[mutation]
    name = {"signIn": "login", "requestPasswordReset": "email"}[mutation]
    seen: list[Any] = []
    with counted(tools.database, monkeypatch) as counter:
        for email in ("one@example.com", "two@example.com", "nobody@example.com", "no address"):
            verified.clear()
            counter.taken()
            await order(gateway, None, mutation, "__typename", **{name: email, **given})
            seen.append((counter.taken(), list(verified)))
    assert all(cost == seen[0] for cost in seen)
    assert len(seen[0][0]) > 2
    assert seen[0][1] == ([MOST_CABINETS] if mutation == "signIn" else [])
