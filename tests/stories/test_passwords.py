"""Passwords: changed with the old one, reset by a letter with a link per cabinet [000, 001]."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.letters import LetterKind
from domain.passwords import RESET_LIFETIME
from tests.client import Gateway
from tests.clock import Clock
from tests.stories.orders import PROBLEM, order
from tests.world import PASSWORD, Cabinet, World

CHANGED = PROBLEM + " ... on PasswordSuccess { changed }"
REQUESTED = PROBLEM + " ... on PasswordResetRequestSuccess { requested }"
EMAIL_CHANGED = PROBLEM + " ... on EmailSuccess { changed }"
VIEWER = "{ viewer { kind } }"
NEW = "a new password"
SESSIONS = "{ sessions { edges { node { id current userAgent address } } totalCount } }"


async def _change(gateway: Gateway, who: Any, old: str, new: str) -> Any:
    return await order(gateway, who, "changePassword", CHANGED, old=old, new=new)


async def _ask_reset(gateway: Gateway, email: str) -> Any:
    return await order(gateway, None, "requestPasswordReset", REQUESTED, email=email)


async def _reset(gateway: Gateway, ticket: str, password: str = NEW) -> Any:
    facts = {"ticket": ticket, "password": password}
    return await order(gateway, None, "resetPassword", CHANGED, **facts)


async def _sign_in(gateway: Gateway, login: str, password: str) -> Any:
    facts = (
        PROBLEM + " ... on SignInSuccess { token } ... on CabinetChoice { cabinets { id kind } }"
    )
    return await order(gateway, None, "signIn", facts, login=login, password=password)


async def test_a_password_is_changed_with_the_old_one_and_other_sessions_end(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner(email="p@example.com")
    elsewhere = await world.token(partner.admin)
    assert (await gateway.send(elsewhere, VIEWER)).status_code == 200
    assert await _change(gateway, partner, PASSWORD, NEW) == {
        "__typename": "PasswordSuccess",
        "changed": True,
    }
    assert (await gateway.send(partner, VIEWER)).status_code == 200
    assert (await gateway.send(elsewhere, VIEWER)).status_code == 401
    assert (await _sign_in(gateway, "p@example.com", PASSWORD))["code"] == "INVALID_CREDENTIALS"
    assert (await _sign_in(gateway, "p@example.com", NEW))["token"]
    ((kind, recipient, _),) = await world.letters()
    assert (kind, recipient) == (LetterKind.PASSWORD_CHANGED, "p@example.com")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong", NEW, "WRONG_PASSWORD"),
        ("", NEW, "WRONG_PASSWORD"),
        (PASSWORD + "x" * 200, NEW, "WRONG_PASSWORD"),
        (PASSWORD, "short", "INVALID_INPUT"),
        (PASSWORD, "x" * 129, "INVALID_INPUT"),
    ],
)
async def test_a_wrong_change_changes_nothing(
    world: World, gateway: Gateway, old: str, new: str, code: str
) -> None:
    partner = await world.partner()
    elsewhere = await world.token(partner.admin)
    before = await world.dump()
    assert (await _change(gateway, partner, old, new))["code"] == code
    assert await world.dump() == before
    assert (await gateway.send(elsewhere, VIEWER)).status_code == 200


async def test_the_old_password_is_not_guessed_in_a_session(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    codes = [(await _change(gateway, partner, "wrong", NEW))["code"] for _ in range(11)]
    assert codes == ["WRONG_PASSWORD"] * 10 + ["TRY_AGAIN_LATER"]
    assert (await _change(gateway, partner, PASSWORD, NEW))["code"] == "TRY_AGAIN_LATER"


async def test_one_letter_resets_the_password_of_each_cabinet(
    world: World, gateway: Gateway
) -> None:
    email = "both@example.com"
    partner, company = await world.partner("ЦТО", email=email), await world.company(email=email)
    assert (await _ask_reset(gateway, "Both@Example.com"))["requested"]
    ((kind, recipient, facts),) = await world.letters()
    assert (kind, recipient) == (LetterKind.PASSWORD_RESET, email)
    tickets = {entry["kind"]: entry["ticket"] for entry in facts["cabinets"]}
    assert tickets.keys() == {"PARTNER", "COMPANY"}

    assert (await _reset(gateway, tickets["COMPANY"]))["changed"]
    assert (await gateway.send(company, VIEWER)).status_code == 401
    assert (await gateway.send(partner, VIEWER)).status_code == 200
    for password, cabinet in ((NEW, "COMPANY"), (PASSWORD, "PARTNER")):
        token = (await _sign_in(gateway, email, password))["token"]
        assert (await gateway.ask(token, VIEWER))["viewer"]["kind"] == cabinet


async def test_a_ticket_resets_once_while_it_is_good_and_only_the_newest(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    await world.partner(email="p@example.com")
    await _ask_reset(gateway, "p@example.com")
    await _ask_reset(gateway, "p@example.com")
    old, new = [facts["cabinets"][0]["ticket"] for _, _, facts in await world.letters()]
    assert (await _reset(gateway, old))["code"] == "TICKET_EXPIRED"
    assert (await _reset(gateway, new, "short"))["code"] == "INVALID_INPUT"
    clock.turn(RESET_LIFETIME + timedelta(seconds=1))
    assert (await _reset(gateway, new))["code"] == "TICKET_EXPIRED"
    clock.turn(-timedelta(seconds=2))
    assert (await _reset(gateway, new))["changed"]
    assert (await _reset(gateway, new))["code"] == "TICKET_EXPIRED"


async def test_who_is_not_open_gets_no_letter(world: World, gateway: Gateway) -> None:
    blocked = await world.partner(email="blocked@example.com")
    await world.block(blocked)
    await world.registered()
    for email in ("blocked@example.com", "first3@example.com", "nobody@example.com", "", "ё\n"):
        assert await _ask_reset(gateway, email) == {
            "__typename": "PasswordResetRequestSuccess",
            "requested": True,
        }
    assert await world.letters() == []


async def test_an_address_is_changed_when_it_is_confirmed_and_the_old_one_is_told(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner(email="old@example.com")
    asked = PROBLEM + " ... on EmailRequestSuccess { sentTo }"
    change = {"email": "new@example.com", "password": "wrong"}
    refused = await order(gateway, partner, "changeOwnEmail", asked, **change)
    assert refused["code"] == "WRONG_PASSWORD"
    done = await order(
        gateway, partner, "changeOwnEmail", asked, **{**change, "password": PASSWORD}
    )
    assert done["sentTo"] == "new@example.com"
    assert (await _sign_in(gateway, "new@example.com", PASSWORD))["code"] == "INVALID_CREDENTIALS"
    assert (await _sign_in(gateway, "old@example.com", PASSWORD))["token"]

    ((kind, recipient, facts),) = await world.letters()
    assert (kind, recipient) == (LetterKind.CONFIRM_EMAIL, "new@example.com")
    ticket = {"ticket": facts["ticket"]}
    assert (await order(gateway, None, "confirmEmail", EMAIL_CHANGED, **ticket))["changed"]
    again = await order(gateway, None, "confirmEmail", EMAIL_CHANGED, **ticket)
    assert again["code"] == "TICKET_EXPIRED"
    assert (await _sign_in(gateway, "new@example.com", PASSWORD))["token"]
    kind, recipient, told = (await world.letters())[-1]
    assert (kind, recipient) == (LetterKind.EMAIL_CHANGED, "old@example.com")
    assert "new@example.com" not in str(told)


async def test_an_address_that_a_colleague_got_meanwhile_is_taken(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    colleague = await world.member(partner)
    ticket = await world.ticket_for_email(partner.admin, "wanted@example.com")
    await world.readdress(colleague, "Wanted@example.com")
    before = await world.dump()
    refused = await order(gateway, None, "confirmEmail", EMAIL_CHANGED, ticket=ticket)
    assert refused["code"] == "EMAIL_TAKEN"
    assert await world.dump() == before


async def _list(gateway: Gateway, who: Cabinet | str) -> list[dict[str, Any]]:
    edges = (await gateway.ask(who, SESSIONS))["sessions"]["edges"]
    return [edge["node"] for edge in edges]


async def test_sessions_are_listed_and_can_be_ended(world: World, gateway: Gateway) -> None:
    partner = await world.partner(email="p@example.com")
    token = (await _sign_in(gateway, "p@example.com", PASSWORD))["token"]
    mine, other = await _list(gateway, token)
    assert (mine["current"], other["current"]) == (True, False)
    assert mine["userAgent"].startswith("python-httpx")

    ended = PROBLEM + " ... on EndSessionSuccess { session }"
    done = await order(gateway, token, "endSession", ended, session=other["id"])
    assert done["session"] == other["id"]
    assert (await gateway.send(partner, VIEWER)).status_code == 401
    again = await order(gateway, token, "endSession", ended, session=other["id"])
    assert again["code"] == "NOT_FOUND"

    for _ in range(2):
        await world.token(partner.admin)
    assert len(await _list(gateway, token)) == 3
    await gateway.ask(token, "mutation { endOtherSessions { ended } }")
    assert [session["id"] for session in await _list(gateway, token)] == [mine["id"]]


async def test_a_reset_is_sent_to_no_address_that_only_resembles_the_account_s(
    world: World, gateway: Gateway
) -> None:
    await world.partner(email="a@große.de")
    await world.partner(email="a@grosse.de")

    await _ask_reset(gateway, "a@grosse.de")

    [(kind, recipient, facts)] = await world.letters()
    assert (kind, recipient) == (LetterKind.PASSWORD_RESET, "a@grosse.de")
    assert len(facts["cabinets"]) == 1
