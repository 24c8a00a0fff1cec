"""What one caller asks neither stops nor crowds out what others do."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from domain.documents import DocumentKind
from persistence.keys import new_key
from persistence.queries import Query
from persistence.tables.documents import documents
from resolvers.reading import arguments, shelves, variables
from resolvers.reading.shelves import Shelf
from tests.client import Gateway
from tests.reading.switching import executor_only
from tests.world import World


def fan(width: int) -> str:
    """Return a query of lists in lists, each asked under so many aliases."""
    inner = ["...L1", "...L2", "name"]
    fragments = [
        f"fragment L{level} on Company {{"
        + " ".join(
            f"a{alias}: links(first: $n) {{ edges {{ node {{ company {{ {below} }} }} }} }}"
            for alias in range(width)
        )
        + "}"
        for level, below in enumerate(inner)
    ]
    query = "query ($n: Int) { companies(first: 1) { edges { node { ...L0 } } } }"
    return " ".join([query, *fragments])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_many_lists_are_not_compiled_one_by_one(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = await world.partner()
    await world.company(partner)
    compiled: list[str] = []
    compile_ = Query.compile

    def counting(*args: Any, **kwargs: Any) -> Query:
        compiled.append("")
        return compile_(*args, **kwargs)

    monkeypatch.setattr(Query, "compile", counting)
    answer = await gateway.send(partner, fan(8), {"n": 1})
    assert answer.status_code == 200
    assert len(compiled) < 10
    small = await gateway.send(partner, fan(2), {"n": 1})
    with executor_only():
        assert (await gateway.send(partner, fan(2), {"n": 1})).json()["data"] == small.json()[
            "data"
        ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_variables_that_nobody_declared_make_nothing(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    query = "query ($n: Int) { licenses(first: $n) { totalCount } }"
    for junk in range(20):
        await gateway.ask(partner, query, {"n": 5, "junk": junk})
    assert kept(gateway) == [1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_long_variables_are_not_kept(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await world.company()
    made: list[bytes] = []
    digest = variables.digest

    def counting(*args: Any) -> bytes:
        made.append(digest(*args))
        return made[-1]

    monkeypatch.setattr(arguments, "digest", counting)
    roots = " ".join(f"r{n}: partners(filter: {{search: $s}}) {{ totalCount }}" for n in range(9))
    query = f"query ($s: String!) {{ {roots} }}"
    for _ in range(3):
        await gateway.ask(company, query, {"s": "x" * 10_000})
    assert kept(gateway) == []
    assert made == []
    await gateway.ask(company, query, {"s": "short"})
    assert kept(gateway) == [1]


def kept(gateway: Gateway) -> list[int]:
    """Return how many courses the schemas keep that keep any."""
    known = gateway.engine._schemas._roles.values()
    return [len(one.memory.shelves.courses) for one in known if len(one.memory.shelves.courses)]


def test_what_is_heavy_takes_the_place_of_more() -> None:
    shelf = Shelf(10)
    for name in "abcde":
        shelf.put(name, name, 2)
    shelf.put("heavy", "heavy", 7)
    assert [name for name in "abcde" if shelf.get(name)] == ["e"]
    assert shelf.get("heavy") == "heavy"
    shelf.put("too heavy", "too heavy", 11)
    assert len(shelf) == 0


def test_the_longest_unused_is_forgotten_first() -> None:
    shelf = Shelf(2)
    for name in ("a", "b"):
        shelf.put(name, name.upper())
    assert shelf.get("a") == "A"
    shelf.put("c", "C")
    assert [shelf.get(name) for name in ("a", "b", "c")] == ["A", None, "C"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_many_variables_and_documents_are_answered_from_little_memory(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "SHAPES", 3)
    monkeypatch.setattr(shelves, "COURSES", 20)
    monkeypatch.setattr(shelves, "PLANS", 100)
    partner = await world.partner()
    product = await world.stocked(partner, 12)
    async with Gateway(world.tools, gateway.settings) as small:
        for turn in range(2):
            for first in range(1, 9):
                query = f"""query Q{first}($n: Int, $s: LicenseState) {{
                  one: licenses(first: $n) {{ totalCount edges {{ node {{ id }} }} }}
                  two: licenses(filter: {{state: $s}}) {{ totalCount }}
                  stock {{ product {{ id }} }} }}"""
                answer = await small.ask(partner, query, {"n": first, "s": "SEALED"})
                assert len(answer["one"]["edges"]) == first, turn
                assert answer["two"] == {"totalCount": 12}
                assert answer["stock"] == [{"product": {"id": f"product_{product.hex}"}}]
        known = [one.memory.shelves for one in small.engine._schemas._roles.values()]
        (kept_there,) = [one for one in known if len(one.courses)]
        assert len(kept_there.shapes) == 3
        assert 0 < len(kept_there.courses) < 8
        assert 0 < len(kept_there.plans) < 8


async def test_a_value_that_the_schema_hides_is_not_shown_by_a_plan(
    world: World, gateway: Gateway
) -> None:
    """No order writes such a row; a plan must not be what would show it."""
    partner = await world.partner()
    company = await world.company(partner)
    row = {
        "id": new_key(),
        "issuer_id": partner.id,
        "issuer_name": "x",
        "number": 1,
        "kind": DocumentKind.SALE_TO_PARTNER,
        "created_at": world.tools.database.clock.now(),
        "user_id": partner.admin,
        "user_name": "u",
        "buyer_id": company.id,
        "quantity": 1,
    }
    await world.change(insert(documents).values(**row))
    answer = await gateway.send(company, "{ documents { edges { node { kind } } } }")
    assert answer.json()["data"] is None
    assert "SALE_TO_PARTNER" not in answer.text
    seen = await gateway.ask(partner, "{ documents { edges { node { kind } } } }")
    assert seen["documents"]["edges"] == [{"node": {"kind": "SALE_TO_PARTNER"}}]
