"""A plan answers byte for byte what the ordinary executor answers."""

from __future__ import annotations

from typing import Any

import pytest

from persistence.queries import Query
from tests.client import Gateway
from tests.reading.switching import executor_only
from tests.world import Cabinet, World

NODE = """id alias: maskedCode state sold issuedAt heldSince __typename
  product { name id } holder { kind name partner { name inn } }
  document { number kind createdAt buyerName firm { name } issuer { name } }"""
PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
FILTERED = f"""query ($s: LicenseState, $n: Int) {{
  licenses(first: $n, filter: {{state: $s}}) {{ edges {{ node {{ {NODE} }} }} totalCount }} }}"""
SWITCHED = """query ($deep: Boolean!) { licenses(order: OLDEST_FIRST) { edges { node {
  id product @include(if: $deep) { name } ...More @skip(if: $deep) } } } }
  fragment More on License { state ... on Node { id } product { id } }"""

OPERATIONS: list[tuple[str, dict[str, Any]]] = [
    (f"{{ licenses(first: 3) {{ edges {{ node {{ {NODE} }} cursor }} {PAGE} totalCount }} }}", {}),
    (f"{{ licenses(last: 2) {{ edges {{ cursor node {{ {NODE} }} }} {PAGE} }} }}", {}),
    ("{ a: licenses(first: 1) { totalCount } b: licenses { edges { node { id } } } }", {}),
    (FILTERED, {"s": "REVEALED", "n": 5}),
    (SWITCHED, {"deep": False}),
    (SWITCHED, {"deep": True}),
    ("{ licenses(first: 0) { edges { node { id } } pageInfo { endCursor } } }", {}),
    ("{ __typename documents { edges { node { number lines { totalCount } } } } }", {}),
    ("{ documents(filter: {kinds: [REVEAL_TO_SELF]}) { edges { node { number } } } }", {}),
    ("{ companies { edges { node { id name partner { name } } } totalCount } }", {}),
    ("{ licenses(first: 101) { totalCount } }", {}),
    ('{ licenses(after: "nonsense") { totalCount } }', {}),
    ("query ($n: Int!) { licenses(first: $n) { totalCount } }", {"n": "three"}),
]


@pytest.fixture
async def cabinets(world: World) -> list[Cabinet]:
    partner = await world.partner()
    company = await world.company(partner, name="Ёлка")
    product = await world.stocked(partner, 8)
    await world.sell(partner, company, product, 3)
    await world.reveal(partner, product, 2)
    await world.reveal(company, product, 1)
    return [world.licensor, partner, company]


@pytest.mark.parametrize("number", range(len(OPERATIONS)))
async def test_plan_and_executor_agree(
    cabinets: list[Cabinet], gateway: Gateway, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    query, variables = OPERATIONS[number]
    planned = [await gateway.send(cabinet, query, variables) for cabinet in cabinets]
    with executor_only():
        executed = [await gateway.send(cabinet, query, variables) for cabinet in cabinets]
    for fast, slow in zip(planned, executed, strict=True):
        assert fast.status_code == slow.status_code
        assert fast.content == slow.content


async def test_the_stock_query_is_one_statement(
    cabinets: list[Cabinet], gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = OPERATIONS[0][0].replace("totalCount", "")
    reader = gateway.engine._tools.database.reader
    asked: list[str] = []
    fetch = reader.fetch_raw

    async def counting(statement: Query, values: Any) -> Any:
        asked.append(statement.text)
        return await fetch(statement, values)

    monkeypatch.setattr(reader, "fetch_raw", counting)
    answer = await gateway.ask(cabinets[1], query)
    assert len(answer["licenses"]["edges"]) == 3
    # The token's look-up and the page.
    assert len(asked) == 2


async def test_after_cursors_agree(
    cabinets: list[Cabinet], gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = (
        "query ($first: Int, $last: Int, $after: String, $before: String) { licenses(first: $first,"
        " last: $last, after: $after, before: $before) { edges { cursor node { id } } "
        + PAGE
        + " } }"
    )
    whole = await gateway.ask(cabinets[1], query, {"first": 20})
    cursors = [edge["cursor"] for edge in whole["licenses"]["edges"]]
    windows: list[dict[str, Any]] = [
        {"first": 2, "after": cursors[0]},
        {"last": 2, "before": cursors[3]},
        {"first": 20, "after": cursors[0], "before": cursors[3]},
        {"first": 3, "after": cursors[-1]},
        {"last": 3, "before": cursors[0]},
    ]
    planned = [await gateway.send(cabinets[1], query, window) for window in windows]
    for window, fast in zip(windows, planned, strict=True):
        with executor_only():
            slow = await gateway.send(cabinets[1], query, window)
        assert fast.content == slow.content
    middle = planned[2].json()["data"]["licenses"]["edges"]
    assert [edge["cursor"] for edge in middle] == cursors[1:3]
