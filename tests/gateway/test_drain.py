"""How a gateway stops: probed, asked and waited for from outside."""

from __future__ import annotations

import json
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from tests.gateway.conftest import LiveGateway, run_gateway


def _slow(gateway: LiveGateway, seconds: float) -> httpx.Response:
    query = {"query": f"mutation {{ slow(seconds: {seconds}) }}"}
    return httpx.post(f"{gateway.url}/graphql", json=query, timeout=20)


def _code(answer: httpx.Response) -> str:
    assert "data" not in answer.json()
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


def _wait_until_unready(gateway: LiveGateway) -> httpx.Response:
    deadline = time.monotonic() + 5
    while True:
        answer = httpx.get(f"{gateway.url}/readyz")
        if answer.status_code == 503 or time.monotonic() > deadline:
            return answer


def test_requests_in_flight_finish_and_new_ones_are_refused() -> None:
    with (
        run_gateway(DRAIN_NOTICE_SECONDS="0.2") as gateway,
        ThreadPoolExecutor() as threads,
        httpx.Client(base_url=gateway.url) as kept,
    ):
        assert kept.get("/readyz").status_code == 200
        under_way: Future[httpx.Response] = threads.submit(_slow, gateway, 2)
        time.sleep(0.5)
        gateway.process.send_signal(signal.SIGTERM)

        unready = _wait_until_unready(gateway)
        refused = kept.post("/graphql", json={"query": "mutation { touch }"})
        large = httpx.post(
            f"{gateway.url}/graphql",
            content=b" " * 20_000_000,
            headers={"Content-Type": "application/json"},
        )
        alive = httpx.get(f"{gateway.url}/healthz")

        assert unready.json() == {"ready": False, "reasons": ["shutting down"]}
        for answer in (refused, large):
            assert answer.status_code == 503
            assert _code(answer) == "SHUTTING_DOWN"
            assert answer.headers["Connection"] == "close"
            assert answer.headers["Retry-After"] == "1"
        assert alive.status_code == 200
        assert under_way.result().json() == {"data": {"slow": "done"}}
        assert gateway.wait() == 0
        assert gateway.lines[-1] == "served"


def test_a_request_that_takes_too_long_is_told_so() -> None:
    with run_gateway(DRAIN_SECONDS="0.5") as gateway, ThreadPoolExecutor() as threads:
        under_way = threads.submit(_slow, gateway, 10)
        time.sleep(0.5)
        began = time.monotonic()

        assert gateway.stop() == 0

        # Half a second of patience and one of notice; uvicorn itself would give two more.
        assert time.monotonic() - began < 2.5
        answer = under_way.result()
        assert answer.status_code == 503
        assert _code(answer) == "SHUTTING_DOWN"
        warned = [json.loads(line) for line in gateway.lines if "cancelled by shutdown" in line]
        assert [line["count"] for line in warned] == [1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_gateway_stops_at_once_even_with_connections_open(number: signal.Signals) -> None:
    with (
        run_gateway(DRAIN_NOTICE_SECONDS="0") as gateway,
        httpx.Client(base_url=gateway.url) as kept,
    ):
        assert kept.get("/healthz").status_code == 200
        began = time.monotonic()

        assert gateway.stop(number) == 0

        assert time.monotonic() - began < 2
        assert not any("Traceback" in line for line in gateway.lines)


def test_a_balancer_has_time_to_notice() -> None:
    with run_gateway(DRAIN_NOTICE_SECONDS="1") as gateway:
        began = time.monotonic()
        gateway.process.send_signal(signal.SIGTERM)

        assert _wait_until_unready(gateway).status_code == 503
        assert gateway.wait() == 0
        assert 1 <= time.monotonic() - began < 3


def test_a_second_signal_ends_it_at_once() -> None:
    with run_gateway(DRAIN_SECONDS="60") as gateway, ThreadPoolExecutor() as threads:
        under_way = threads.submit(_slow, gateway, 10)
        time.sleep(0.5)
        gateway.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        began = time.monotonic()

        assert gateway.stop() == 0

        assert time.monotonic() - began < 4
        assert _code(under_way.result()) == "SHUTTING_DOWN"


def test_a_port_that_is_taken_is_a_failure(live_gateway_url: str) -> None:
    port = live_gateway_url.rpartition(":")[2]

    with pytest.raises(AssertionError, match="address already in use"), run_gateway(PORT=port):
        pass
