"""What is too deep, too dear or out of date is refused before it does harm."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Gateway
from tests.world import World

NESTED = """licenses(first: $n) { edges { node { document { licenses(first: $n) { edges { node {
  document { licenses(first: $n) { edges { node { id } } } } } } } } } } }"""


@pytest.mark.parametrize("levels", [100, 300, 900])
async def test_deep_variables_are_no_failure_of_ours(gateway: Gateway, levels: int) -> None:
    value: Any = 1
    for _ in range(levels):
        value = [value]

    response = await gateway.send(None, "{ __typename }", {"unused": value})

    assert response.status_code in {200, 400}
    assert "INTERNAL" not in response.text


@pytest.mark.parametrize(
    ("head", "variables"),
    [
        ("query ($n: Int)", {"n": 100}),
        ("query ($n: Int)", {"n": 100.0}),
        ("query ($n: Int = 100)", {}),
    ],
    ids=["value", "float", "default"],
)
async def test_what_is_too_dear_is_refused_however_it_is_said(
    world: World, gateway: Gateway, head: str, variables: dict[str, Any]
) -> None:
    response = await gateway.send(world.licensor, f"{head} {{ {NESTED} }}", variables)

    assert response.status_code == 400
    (error,) = response.json()["errors"]
    cost = error["extensions"]["cost"]
    assert error["extensions"] == {"code": "TOO_COSTLY", "cost": cost, "limit": 50_000}
    assert cost > 50_000
    assert f"up to {cost}; the limit is 50000" in error["message"]


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ viewer { __typename } }", 2),
        ("{ licenses(first: 7) { totalCount } }", 8),
        ("{ licenses(first: 101) { totalCount } viewer { __typename } }", 103),
        ("mutation { signOut { __typename } }", 2),
    ],
)
async def test_every_answer_tells_its_cost(
    world: World, gateway: Gateway, query: str, cost: int
) -> None:
    response = await gateway.send(world.licensor, query)

    assert response.json()["extensions"] == {"cost": {"requested": cost, "limit": 50_000}}


async def test_pages_inside_fragments_cost_as_much(world: World, gateway: Gateway) -> None:
    query = (
        "{ licenses { ...A } } fragment A on LicenseConnection { edges { node { document {"
        " licenses { ...B } } } } } fragment B on LicenseConnection { edges { node { document {"
        " licenses { ...C } } } } } fragment C on LicenseConnection { edges { node { document {"
        " licenses(first: 100) { edges { node { id } } } } } } }"
    )

    response = await gateway.send(world.licensor, query)

    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_COSTLY"


async def test_a_mutation_does_not_answer_with_what_was_visible_before_the_last(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 2)
    order = {
        "idempotencyKey": "one",
        "buyer": {"firm": company.firm_node},
        "take": {"quantity": {"product": f"product_{product.hex}", "quantity": 1}},
    }
    sell = (
        "sellLicenses(input: $order) { ... on DocumentSuccess { document { company { name } } } }"
    )
    query = (
        "mutation ($order: SellLicensesInput!, $end: EndLinkInput!) {"
        f" a: {sell} b: endLink(input: $end) {{ __typename }} c: {sell} }}"
    )

    answer = await gateway.ask(partner, query, {"order": order, "end": {"company": company.node()}})

    assert answer["a"]["document"]["company"] is not None
    assert answer["c"]["document"]["company"] is None


async def test_a_mutation_has_few_orders(gateway: Gateway) -> None:
    order = 'signIn(input: {login: "x", password: "y"}) { __typename }'
    query = "mutation { " + " ".join(f"a{n}: {order}" for n in range(11)) + " }"

    response = await gateway.send(None, query)

    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_ORDERS"


async def test_hostile_documents_get_short_answers(gateway: Gateway) -> None:
    documents = [
        "query " + "x" * 900_000 + " { __typename }",
        "{ " + " ".join(f"x{n}" for n in range(1_900)) + " }",
        "query " + "x" * 90_000 + "($v: Nothing) { a: __typename @skip(if: $w) }",
        "{ a(first: " + "1" * 5_000 + ") }",
        "# \\u0000\n{ " + "a " * 490_000 + "}",
    ]
    for document in documents:
        response = await gateway.send(None, document)
        assert response.status_code == 400
        assert len(response.content) < 20_000


async def test_a_header_or_a_place_of_any_length_is_soon_read(gateway: Gateway) -> None:
    body: Any = [1] * 10_000 + ["\0"]
    for _ in range(900):
        body = {"k" * 80: body}

    response = await gateway.send(None, "{ __typename }", {"v": body})

    assert response.status_code == 400
    assert len(response.content) < 2_000
    accept = '"\\' * 16_000
    assert (await gateway.send(None, "{ __typename }", accept=accept)).status_code == 406


async def test_many_relations_of_a_row_are_read_too(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    await world.stocked(partner, 1)
    names = " ".join(f"a{n}: product {{ name }}" for n in range(80))

    answer = await gateway.ask(partner, f"{{ licenses {{ edges {{ node {{ {names} }} }} }} }}")

    assert len(answer["licenses"]["edges"][0]["node"]) == 80
