from __future__ import annotations

from tests.client import Gateway
from tests.inputs.tables import BAD, INVALID, KEYS, MALFORMED, MISSING, UNKNOWN, lines, refused
from tests.inputs.wrong import codes, post
from tests.stories.test_audit import ASKED
from tests.world import World

NO_TEXTS = ["\0", "a\ud800", 5, ["x", "y"], {}]


async def test_making_tokens(world: World, gateway: Gateway) -> None:
    partner, company = await world.partner(), await world.company()
    product = f"product_{(await world.product()).hex}"
    base = {
        "idempotencyKey": "k",
        "name": "Касса",
        "scopes": ["SELL"],
        "products": [product],
        "expiresInDays": 30,
    }
    wrong = [
        *KEYS,
        *lines("name", 200),
        ("scopes", [], INVALID),
        ("scopes", None, BAD),
        ("scopes", [None], BAD),
        ("scopes", ["RULE"], BAD),
        ("scopes", ["sell"], BAD),
        ("scopes", [5], BAD),
        ("products", [], INVALID),
        ("products", [f"product_{n:032x}" for n in range(101)], INVALID),
        ("products", [f"product_{UNKNOWN}"], MISSING),
        ("products", [product, company.node()], MISSING),
        *(("products", [text], MISSING) for text in MALFORMED),
        ("products", [None], BAD),
        ("products", ["\0"], BAD),
        *(("expiresInDays", days, INVALID) for days in (0, -1, 367, 2**31 - 1, -(2**31))),
        *(("expiresInDays", days, BAD) for days in (2**31, 1.5, "1", None, ..., True)),
        ("other", 1, BAD),
    ]
    await refused(world, gateway, partner, "createApiToken", base, wrong)
    above = [("scopes", ["READ_STOCK", "SELL"], {"SCOPES_NOT_GRANTED"})]
    await refused(world, gateway, company, "createApiToken", {**base, "scopes": []}, above)


async def test_revoking_tokens(world: World, gateway: Gateway) -> None:
    partner, rival = await world.partner(), await world.partner()
    await world.api_token(rival)
    query = "{ apiTokens { edges { node { id } } } }"
    (edge,) = (await gateway.ask(rival, query))["apiTokens"]["edges"]
    foreign = edge["node"]["id"]
    wrong = [
        ("token", foreign, MISSING),
        ("token", f"apitoken_{UNKNOWN}", MISSING),
        ("token", f"session_{foreign.partition('_')[2]}", MISSING),
        *((("token", text, MISSING)) for text in MALFORMED),
        ("token", None, BAD),
        ("token", "\0", BAD),
    ]
    await refused(world, gateway, partner, "revokeApiToken", {"token": foreign}, wrong)


async def test_filters_of_the_audit(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    for name in ("user", "object", "action"):
        for text in (*MALFORMED, f"user_{UNKNOWN}", f"mrc_{UNKNOWN}", "ж" * 9999, "%", "'"):
            response = await post(gateway, partner, ASKED, {"filter": {name: text}})
            assert codes(response) == set(), (name, text)
            assert response.json()["data"]["audit"]["edges"] == []
        for wrong in NO_TEXTS:
            if not (wrong == 5 and name != "action"):
                assert codes(await post(gateway, partner, ASKED, {"filter": {name: wrong}})) == BAD
        assert codes(await post(gateway, partner, ASKED, {"filter": {name: None}})) == set()
    wrong_filters = ({"side": None}, {"side": "BOTH"}, {"tenant": partner.node()}, {"since": "x"})
    for given in wrong_filters:
        assert codes(await post(gateway, partner, ASKED, {"filter": given})) == BAD
