"""Permissions hold at run time too: also where the projection is got around, nothing is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from domain.access import Capability
from gateway.documents import Documents
from gateway.settings import Settings
from resolvers.context import Tools
from schema.projection import needs
from tests.client import Gateway
from tests.kits import capabilities_of
from tests.security.atlas import call, fielded, roots, whole
from tests.security.visitors import visitors
from tests.world import World


class Whole:
    """Stands for the projected schemas of an engine: everybody gets the whole one."""

    def __init__(self, settings: Settings) -> None:
        self._documents = Documents(whole(), settings)

    def of(self, _capabilities: frozenset[Capability]) -> Documents:
        return self._documents


@pytest.fixture
async def open_gateway(gateway: Gateway, settings: Settings) -> Gateway:
    """A gateway whose projection has failed."""
    gateway.engine._schemas = Whole(settings)  # type: ignore[assignment]
    return gateway


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_hidden_root_field_is_refused_and_does_nothing(
    world: World, open_gateway: Gateway, tools: Tools
) -> None:
    callers = await visitors(world)
    writes: list[str] = []
    engine = tools.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: writes.append(args[2]))
    asked = 0
    for role, token in callers.items():
        for word, root in roots(whole()):
            for name, field in root.fields.items():
                if needs(field) <= capabilities_of(role):
                    continue
                asked += 1
                answer = await open_gateway.send(token, f"{word} {{ {call(name, field)} }}")
                assert refusals(answer.json()) == [("Not allowed", "FORBIDDEN")], (role, name)
                assert not (answer.json().get("data") or {}).get(name)
    assert asked > len(callers)
    assert not writes


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_hidden_field_of_a_row_is_refused(world: World, open_gateway: Gateway) -> None:
    """Every field that needs something, asked of the viewer's own cabinet."""
    callers = await visitors(world)
    asked = 0
    for role, token in callers.items():
        for cabinet in ("partner", "company", "multiRegionalCompany"):
            kind = {"partner": "Partner", "company": "Company"}.get(cabinet, "MultiRegionalCompany")
            fields = next(known for known in fielded(whole()) if known.name == kind).fields
            own = needs(whole().type_map["Viewer"].fields[cabinet])  # type: ignore[attr-defined]
            for name, field in fields.items():
                if not own <= capabilities_of(role) or needs(field) <= capabilities_of(role):
                    continue
                asked += 1
                query = f"{{ viewer {{ {cabinet} {{ id {call(name, field)} }} }} }}"
                answer = await open_gateway.send(token, query)
                assert refusals(answer.json()) == [("Not allowed", "FORBIDDEN")], (role, name)
    assert asked


def refusals(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["message"], error["extensions"]["code"]) for error in answer["errors"]]
