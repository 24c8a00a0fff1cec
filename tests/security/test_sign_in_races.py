"""Signing in beside what ends sessions: verifying a password takes long enough for that."""

from __future__ import annotations

from typing import Any

import pytest

from domain.letters import TicketPurpose
from tests.client import Gateway
from tests.stories.orders import PROBLEM, order
from tests.world import PASSWORD, World

SIGNED_IN = (
    PROBLEM + " ... on SignInSuccess { token } ... on CabinetChoice { choice cabinets { id kind } }"
)
CHANGED = PROBLEM + " ... on PasswordSuccess { changed }"
BOTH = "both@example.com"


async def _sign_in_during_a_reset(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Reset the password of the partner when the old one was verified; return the answer."""
    partner = await world.partner(email=BOTH)
    ticket = await world.ticket(partner.admin, TicketPurpose.PASSWORD_RESET)
    hasher = type(world.tools.passwords)
    verify = hasher.matches

    async def reset_meanwhile(hashes: Any, *verified: Any) -> list[bool]:
        fits = await verify(hashes, *verified)
        monkeypatch.undo()
        password = "a password of the owner"
        told = await order(
            gateway, None, "resetPassword", CHANGED, ticket=ticket, password=password
        )
        assert told["__typename"] == "PasswordSuccess"
        return list(fits)

    monkeypatch.setattr(hasher, "matches", reset_meanwhile)
    return await order(gateway, None, "signIn", SIGNED_IN, login=BOTH, password=PASSWORD)


async def test_the_old_password_opens_nothing_behind_a_reset(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await _sign_in_during_a_reset(world, gateway, monkeypatch)

    assert answer["__typename"] == "InvalidCredentials"


async def test_the_old_password_offers_no_cabinet_behind_its_reset(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.company(email=BOTH)

    answer = await _sign_in_during_a_reset(world, gateway, monkeypatch)

    assert answer["__typename"] == "CabinetChoice"
    facts = {"choice": answer["choice"], "cabinet": _of(answer, "PARTNER")}
    told = await order(gateway, None, "chooseCabinet", PROBLEM, **facts)
    assert told["__typename"] == "ChoiceExpired"


def _of(answer: Any, kind: str) -> str:
    [cabinet] = [one["id"] for one in answer["cabinets"] if one["kind"] == kind]
    return str(cabinet)
