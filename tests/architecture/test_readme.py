"""What README.md tells people to type is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

from gateway.demonstration import fill
from resolvers.context import Tools
from tests.client import Gateway

README = (Path(__file__).parents[2] / "README.md").read_text()
BODIES = re.findall(r"-d '(\{.*?\})'\n", README, re.DOTALL)


async def test_the_first_queries_answer_as_told(tools: Tools, gateway: Gateway) -> None:
    assert await fill(tools)
    sign_in, stock, trusted = (json.loads(body) for body in BODIES)

    token = (await gateway.ask(None, sign_in["query"], sign_in["variables"]))["signIn"]["token"]
    answer = (await gateway.send(token, stock["query"])).json()
    by_hash = await gateway.http.post(
        "/graphql", json=trusted, headers={"Authorization": f"Bearer {token}"}
    )

    told = re.search(r"answers\n\n((?:    .*\n)+)", README)
    assert told is not None
    assert answer == json.loads(told[1])
    assert by_hash.json()["data"]["stock"]


async def test_every_sign_in_it_names_is_there(tools: Tools, gateway: Gateway) -> None:
    assert await fill(tools)
    table = re.findall(
        r"\| ([a-z]+(?:@example\.com)?) \| (demo-[a-z-]+(?:, demo-[a-z-]+)?) \|", README
    )
    query = "mutation ($in: SignInInput!) { signIn(input: $in) { __typename } }"
    assert len(table) == 10
    for login, passwords in table:
        for password in passwords.split(", "):
            variables = {"in": {"login": login, "password": password}}
            opened = (await gateway.ask(None, query, variables))["signIn"]["__typename"]
            assert opened in {"SignInSuccess", "CabinetChoice"}
