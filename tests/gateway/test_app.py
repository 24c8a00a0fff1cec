from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY

from gateway.app import Application, create_app
from gateway.settings import Settings
from tests.gateway.standin import GOOD_TOKEN, StandIn


def _client(app: Application) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test")


def _app(settings: Settings, tmp_path: Path, readiness: object) -> Application:
    return create_app(settings, StandIn(), readiness, tmp_path)  # type: ignore[arg-type]


async def test_a_ready_gateway_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "reasons": []}


async def test_a_gateway_that_is_not_ready_says_why_and_lives(
    settings: Settings, tmp_path: Path
) -> None:
    async def outdated() -> list[str]:
        return ["the database is at revision 1"]

    async with _client(_app(settings, tmp_path, outdated)) as client:
        ready, alive = await client.get("/readyz"), await client.get("/healthz")

    assert ready.status_code == 503
    assert ready.json()["reasons"] == ["the database is at revision 1"]
    assert alive.status_code == 200


async def test_a_readiness_check_that_fails_or_hangs_is_a_reason(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails() -> list[str]:
        raise OSError("db.internal:5432 refused me")

    async def hangs() -> list[str]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr("gateway.app.READINESS_SECONDS", 0.05)
    async with _client(_app(settings, tmp_path, fails)) as client:
        failed = await client.get("/readyz")
    async with _client(_app(settings, tmp_path, hangs)) as client:
        hung = await client.get("/readyz")

    assert failed.status_code == hung.status_code == 503
    assert failed.json()["reasons"] == ["the readiness check failed"]
    assert hung.json()["reasons"] == ["the readiness check took more than 0.05 s"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/graphiql"])
async def test_pages_are_only_got(client: httpx.AsyncClient, app: Application, path: str) -> None:
    answer = await client.post(path, json={})

    assert answer.status_code in {405, 503}
    assert "data" not in answer.text


async def test_metrics_count_by_role_operation_and_outcome(client: httpx.AsyncClient) -> None:
    bearer = {"Authorization": f"Bearer {GOOD_TOKEN}"}
    await client.post("/graphql", json={"query": "query secretName { me }"}, headers=bearer)
    await client.post("/graphql", json={"query": "{"})
    await client.post("/graphql", json={"query": "mutation { crash }"})
    await client.post("/graphql", content=b"null")

    text = (await client.get("/metrics")).text

    def count(role: str, operation: str, outcome: str) -> bool:
        labels = f'operation="{operation}",outcome="{outcome}",role="{role}",way="none"'
        return f"gateway_requests_total{{{labels}}} 1.0" in text

    assert count("PARTNER_MANAGER", "query", "ok")
    assert count("ANONYMOUS", "none", "request_error")
    assert count("ANONYMOUS", "mutation", "internal")
    assert count("ANONYMOUS", "none", "bad_request")
    assert re.search(r'gateway_request_seconds_bucket\{le="0.001",operation="query"\}', text)
    assert "gateway_requests_in_flight 1.0" in text
    assert "secretName" not in text


def test_two_applications_share_no_metrics(settings: Settings, tmp_path: Path) -> None:
    one, other = (_app(settings, tmp_path, None) for _ in range(2))

    assert one.metrics.registry is not other.metrics.registry
    assert "gateway_requests" not in str(list(REGISTRY.collect()))
