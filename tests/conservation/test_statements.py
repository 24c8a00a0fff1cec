"""How many SQL statements an operation costs: reads a constant, writes a few a thousand rows."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import Any

import pytest

from tests.client import Gateway
from tests.conservation.clients import exactly, oldest, order, sale
from tests.conservation.counting import counted
from tests.conservation.questions import ASKED, questions
from tests.conservation.town import Town
from tests.world import Cabinet, World

SIZES = (1, 10, 100)
QUANTITIES = (1, 10, 1000, 5000)
FIXED = 16
"""`a`: what any order costs: the looks at the caller before and behind the locks, the news of it on
PostgreSQL, and the answer's document included."""
PER_THOUSAND = 1
"""`b`: what each begun thousand of licenses may add."""
FRAME = 2
"""What a question costs at most beside its lists: for support, the record of the look."""


async def test_reads_cost_the_same_whatever_they_find(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await Town.found(world)
    callers: dict[str, Cabinet | str] = {
        "licensor": world.licensor,
        "support": town.support,
        "partner": town.partner,
        "company": town.company,
        "mrc": town.mrc,
    }
    costs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for size in SIZES:
        await town.grow(size)
        with counted(world.tools.database, monkeypatch) as counter:
            for role in ASKED:
                for name, query in questions(role).items():
                    # The first time the caller is identified, and the query gets its plan.
                    await gateway.ask(callers[role], query)
                    counter.taken()
                    found = await gateway.ask(callers[role], query)
                    assert size <= rows(found) <= 100, (role, name, size)
                    texts = counter.taken()
                    assert len(texts) <= FRAME + places(query), (role, name, size, texts)
                    costs[role, name].append(len(texts))
    assert {asked: cost for asked, cost in costs.items() if len(set(cost)) > 1} == {}
    # The page and its count: who asks is found out by the page's own statement.
    assert costs["partner", "products"] == [2, 2, 2]


def places(query: str) -> int:
    """Return how many relations, lists and counts a query names: each may be read once."""
    opened = re.findall(r"(\w+)(?: ?\([^)]*\))? \{", query)
    inner = {"query", "edges", "node", "pageInfo"}
    return len([name for name in opened if name not in inner]) + len(re.findall("Count", query))


def rows(answer: dict[str, Any]) -> int:
    """Return how long the list of an answer is, the shortest if there are several."""
    (found,) = answer.values()
    if isinstance(found, list):
        return len(found)
    lists = found["company"].values() if "company" in found else [found]
    return min(len(one["edges"]) for one in lists)


@pytest.mark.parametrize("kind", ["issue", "sale to partner", "sale to firm", "outside", "reveal"])
async def test_writes_cost_a_few_statements_a_thousand(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    seller = await world.partner()
    company = await world.company(seller)
    product = await world.product()
    if kind != "issue":
        await world.issue(product, sum(QUANTITIES))
        if kind != "sale to partner":
            await world.sell(world.licensor, seller, product, sum(QUANTITIES))
    for quantity in QUANTITIES:
        take, key = oldest(product, quantity), world.key()
        asking: dict[str, tuple[Cabinet, str, dict[str, Any]]] = {
            "issue": (
                world.licensor,
                "issueLicenses",
                {"idempotencyKey": key, **take["quantity"]},
            ),
            "sale to partner": (world.licensor, "sellLicenses", sale(key, seller, take)),
            "sale to firm": (seller, "sellLicenses", sale(key, company, take)),
            "outside": (seller, "sellLicenses", sale(key, None, take)),
            "reveal": (seller, "revealToSelf", {"idempotencyKey": key, "take": take}),
        }
        who, mutation, input_ = asking[kind]
        with counted(world.tools.database, monkeypatch) as counter:
            answer = await order(gateway.http, who, mutation, **input_)
        assert answer["document"]["quantity"] == quantity
        cost = counter.taken()
        assert len(cost) <= FIXED + PER_THOUSAND * math.ceil(quantity / 1000), cost


async def test_licenses_named_one_by_one_cost_no_more(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller = await world.partner()
    costs = set()
    for quantity in (1, 10, 1000):
        await world.stocked(seller, quantity)
        keys = (await world.held(seller))[-quantity:]
        with counted(world.tools.database, monkeypatch) as counter:
            answer = await order(
                gateway.http, seller, "sellLicenses", **sale(world.key(), None, exactly(keys))
            )
        assert answer["document"]["quantity"] == quantity
        costs.add(len(counter.taken()))
    assert len(costs) == 1
    assert max(costs) <= FIXED
