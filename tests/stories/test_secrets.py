"""No log holds a code, a token or a password, whatever goes well or wrong."""

from __future__ import annotations

import pytest

from gateway.logs import configure_logs
from gateway.settings import Settings
from tests.client import Gateway
from tests.world import PASSWORD, World

SIGN_IN = (
    "mutation ($input: SignInInput!) { signIn(input: $input) {"
    " ... on SignInSuccess { token } ... on Problem { code } } }"
)
SHOW = (
    "mutation ($input: ShowCodesInput!) { showCodes(input: $input) {"
    " ... on ShowCodesSuccess { codes { code } } ... on Problem { code } } }"
)


async def test_logs_hold_no_secret(
    world: World,
    gateway: Gateway,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure_logs(Settings(log_format="json"))
    partner = await world.partner()
    product = await world.stocked(partner, 3)
    await world.reveal(partner, product, 2)
    revealed = (await world.held(partner))[:2]
    ids = [f"license_{key.hex}" for key in revealed]

    signed_in = await gateway.ask(
        None, SIGN_IN, {"input": {"login": partner.email, "password": PASSWORD}}
    )
    token = signed_in["signIn"]["token"]
    shown = await gateway.ask(token, SHOW, {"input": {"licenses": ids}})
    codes = [entry["code"] for entry in shown["showCodes"]["codes"]]
    wrong = "not the password at all"
    await gateway.ask(None, SIGN_IN, {"input": {"login": partner.email, "password": wrong}})
    await gateway.send(token + "x", "{ viewer { kind } }")
    await gateway.send(token, "{ nothing }", {"password": PASSWORD})

    async def broken(*_: object) -> None:
        secret = f"{token} {codes[0]} {PASSWORD}"
        raise RuntimeError(len(secret))

    monkeypatch.setattr(gateway.engine._tools.database, "carry_out", broken)
    failed = await gateway.send(token, SHOW, {"input": {"licenses": ids}})
    assert failed.json()["errors"][0]["extensions"]["code"] == "INTERNAL"

    logged = "".join(capfd.readouterr())
    assert "a resolver failed" in logged
    for secret in (token, PASSWORD, wrong, *codes):
        assert secret not in logged
