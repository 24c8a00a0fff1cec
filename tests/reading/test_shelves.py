"""What is compiled is kept within bounds, whatever is asked."""

from __future__ import annotations

import pytest

from resolvers.reading import shelves
from resolvers.reading.shelves import Shelf
from tests.client import Gateway
from tests.world import World


def test_the_longest_unused_is_forgotten_first() -> None:
    shelf = Shelf(2)
    for name in ("a", "b"):
        shelf.put(name, name.upper())
    assert shelf.get("a") == "A"
    shelf.put("c", "C")
    assert [shelf.get(name) for name in ("a", "b", "c")] == ["A", None, "C"]
    assert len(shelf) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_many_variables_and_documents_are_answered_from_little_memory(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "MOST_SHAPES", 3)
    monkeypatch.setattr(shelves, "MOST_COURSES", 5)
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
        (documents,) = [
            one for one in small.engine._schemas._known.values() if len(one._shelves.courses)
        ]
        assert len(documents._shelves.courses) == 5
        assert len(documents._shelves.shapes) == 3
