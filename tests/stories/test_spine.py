from __future__ import annotations

from tests.client import Gateway
from tests.world import PASSWORD, World

STOCK = "{ stock { product { name } sealed revealed sold } }"


async def test_a_partner_signs_in_and_sells(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 5)
    answer = await gateway.ask(
        None,
        "mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on SignInSuccess"
        " { token expiresAt } } }",
        {"input": {"login": partner.email, "password": PASSWORD}},
    )
    token = answer["signIn"]["token"]
    stock = await gateway.ask(token, STOCK)
    assert stock["stock"][0]["sealed"] == 5
    sold = await gateway.ask(
        token,
        """mutation ($input: SellLicensesInput!) { sellLicenses(input: $input) {
          __typename ... on Problem { code message }
          ... on DocumentSuccess { warnings document { id number kind buyerName buyerInn quantity
            company { id name } firm { name } user { name }
            lines { edges { node { productName quantity product { id } } } totalCount }
            licenses(first: 2) { edges { cursor node { id maskedCode state holder { kind name company { name } } product { name } document { number } } }
              pageInfo { hasNextPage endCursor } totalCount } } } } }""",
        {
            "input": {
                "idempotencyKey": "k1",
                "buyer": {"firm": company.firm_node},
                "take": {"quantity": {"product": f"product_{product.hex}", "quantity": 3}},
            }
        },
    )
    document = sold["sellLicenses"]["document"]
    assert document["number"] == 1
    assert document["licenses"]["totalCount"] == 3
    assert document["licenses"]["edges"][0]["node"]["holder"]["kind"] == "COMPANY"
    assert document["company"]["id"] == company.node()
    page = await gateway.ask(
        token,
        "query ($after: String) { licenses(first: 1, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } totalCount } }",
    )
    assert page["licenses"]["totalCount"] == 2
    after = page["licenses"]["pageInfo"]["endCursor"]
    page = await gateway.ask(
        token,
        "query ($after: String) { licenses(first: 1, after: $after) { edges { node { id } } pageInfo { hasNextPage hasPreviousPage } } }",
        {"after": after},
    )
    assert page["licenses"]["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
