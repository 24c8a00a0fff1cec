from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.conftest import run_on_server, url_of
from tests.persistence.trade import Trade, begin_trade
from tests.world import World


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables; that of SQLite has no file yet, and no folder."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/data/gateway.sqlite3"
        return
    name = f"test_{uuid4().hex}"
    run_on_server(f"CREATE DATABASE {name}")
    yield url_of(name)
    run_on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def trade(world: World) -> Trade:
    return await begin_trade(world)
