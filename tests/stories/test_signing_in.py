from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.accounts import MOST_CABINETS
from domain.refusals import InvalidCredentials
from tests.client import Gateway
from tests.clock import Clock
from tests.stories.orders import PROBLEM, order
from tests.world import PASSWORD, Cabinet, World

SIGNED_IN = (
    PROBLEM + " ... on SignInSuccess { token expiresAt }"
    " ... on CabinetChoice { choice cabinets { id kind name } }"
)
CHOSEN = PROBLEM + " ... on SignInSuccess { token }"
EMAIL = "both@example.com"
OTHER = "another password"


async def _sign_in(gateway: Gateway, login: str, password: str) -> Any:
    return await order(gateway, None, "signIn", SIGNED_IN, login=login, password=password)


async def _choose(gateway: Gateway, choice: str, cabinet: str) -> Any:
    return await order(
        gateway,
        None,
        "chooseCabinet",
        CHOSEN,
        choice=choice,
        cabinet=cabinet,
    )


async def _kind(gateway: Gateway, token: str) -> str:
    kind: str = (await gateway.ask(token, "{ viewer { kind } }"))["viewer"]["kind"]
    return kind


@pytest.fixture
async def both(world: World) -> tuple[Cabinet, Cabinet]:
    """One e-mail that owns a partner's and a company's cabinet with one password."""
    partner = await world.partner("ЦТО", email=EMAIL)
    return partner, await world.company(name="ЦТО", email=EMAIL)


async def test_equal_passwords_give_a_choice_of_cabinets(
    both: tuple[Cabinet, Cabinet], gateway: Gateway
) -> None:
    answer = await _sign_in(gateway, EMAIL, PASSWORD)

    assert answer["__typename"] == "CabinetChoice"
    kinds = {cabinet["kind"]: cabinet["id"] for cabinet in answer["cabinets"]}
    assert kinds == {
        "PARTNER": f"cabinet_{both[0].id.hex}",
        "COMPANY": f"cabinet_{both[1].id.hex}",
    }
    chosen = await _choose(gateway, answer["choice"], kinds["COMPANY"])
    assert await _kind(gateway, chosen["token"]) == "COMPANY"


async def test_different_passwords_each_open_their_own_cabinet(
    both: tuple[Cabinet, Cabinet], world: World, gateway: Gateway
) -> None:
    await world.set_password(both[1], OTHER)

    as_partner = await _sign_in(gateway, EMAIL, PASSWORD)
    as_company = await _sign_in(gateway, EMAIL, OTHER)

    assert await _kind(gateway, as_partner["token"]) == "PARTNER"
    assert await _kind(gateway, as_company["token"]) == "COMPANY"


async def test_the_email_is_compared_without_letter_case(
    both: tuple[Cabinet, Cabinet], gateway: Gateway
) -> None:
    answer = await _sign_in(gateway, " Both@Example.COM ", PASSWORD)

    assert answer["__typename"] == "CabinetChoice"


async def test_a_wrong_password_and_an_unknown_email_answer_alike(
    both: tuple[Cabinet, Cabinet], gateway: Gateway
) -> None:
    answers = [
        await _sign_in(gateway, EMAIL, "wrong"),
        await _sign_in(gateway, "unknown@example.com", PASSWORD),
        await _sign_in(gateway, "", ""),
        await _sign_in(gateway, EMAIL, PASSWORD + " " * 200),
    ]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["code"] == "INVALID_CREDENTIALS"


async def test_every_attempt_verifies_the_same_number_of_passwords(
    both: tuple[Cabinet, Cabinet],
    world: World,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = []
    matches = world.tools.passwords.matches

    async def counted(password: str, hashes: list[str]) -> list[bool]:
        counts.append(len(hashes))
        return await matches(password, hashes)

    monkeypatch.setattr(world.tools.passwords, "matches", counted)
    for login, password in (
        (EMAIL, PASSWORD),
        (EMAIL, "wrong"),
        ("unknown@example.com", PASSWORD),
        (world.licensor.email, PASSWORD),
        (EMAIL, "x" * 10_000),
    ):
        await _sign_in(gateway, login, password)

    assert counts == [MOST_CABINETS] * 5


async def test_a_choice_is_good_for_one_cabinet_that_was_offered(
    both: tuple[Cabinet, Cabinet], world: World, gateway: Gateway
) -> None:
    answer = await _sign_in(gateway, EMAIL, PASSWORD)
    offered = answer["cabinets"][0]["id"]

    for cabinet in (f"cabinet_{world.licensor.id.hex}", f"cabinet_{'0' * 32}", both[0].node(), ""):
        refused = await _choose(gateway, answer["choice"], cabinet)
        assert refused["code"] == "CHOICE_EXPIRED"
    assert (await _choose(gateway, "guessed", offered))["code"] == "CHOICE_EXPIRED"
    assert (await _choose(gateway, answer["choice"], offered))["__typename"] == "SignInSuccess"
    assert (await _choose(gateway, answer["choice"], offered))["code"] == "CHOICE_EXPIRED"


async def test_a_choice_is_good_for_five_minutes(
    both: tuple[Cabinet, Cabinet], gateway: Gateway, clock: Clock
) -> None:
    answer = await _sign_in(gateway, EMAIL, PASSWORD)
    clock.turn(timedelta(minutes=5))

    late = await _choose(gateway, answer["choice"], answer["cabinets"][0]["id"])

    assert late["code"] == "CHOICE_EXPIRED"


async def test_signing_out_ends_the_session_at_once(world: World, gateway: Gateway) -> None:
    token = (await _sign_in(gateway, world.licensor.email, PASSWORD))["token"]
    assert await _kind(gateway, token) == "LICENSOR"

    await gateway.ask(token, "mutation { signOut { signedOut } }")

    response = await gateway.send(token, "{ viewer { kind } }")
    assert response.status_code == 401


async def test_an_administrator_of_an_mrc_signs_in_with_his_login_only(
    world: World, gateway: Gateway
) -> None:
    mrc = await world.mrc()

    opened = await _sign_in(gateway, mrc.email.upper(), PASSWORD)
    by_email = await _sign_in(gateway, "admin2@example.com", PASSWORD)

    assert await _kind(gateway, opened["token"]) == "MRC"
    assert by_email["code"] == "INVALID_CREDENTIALS"


async def test_messages_come_in_russian_unless_english_is_wanted(
    world: World, gateway: Gateway
) -> None:
    query = (
        "mutation ($input: SignInInput!) { signIn(input: $input) { ... on Problem { message } } }"
    )
    for language, message in (
        ("ru", InvalidCredentials.russian),
        ("de", InvalidCredentials.russian),
        ("en-GB", InvalidCredentials.english),
    ):
        variables = {"input": {"login": "x", "password": "y"}}
        headers = {"accept-language": language}
        response = await gateway.send(None, query, variables, **headers)
        assert response.json()["data"]["signIn"]["message"] == message
