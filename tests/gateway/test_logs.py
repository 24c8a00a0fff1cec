from __future__ import annotations

import json
import logging
import warnings
from typing import Any

import httpx
import pytest
import structlog

from gateway.logs import configure_logs
from gateway.settings import Settings
from gateway.tracing import trace_id
from tests.gateway.standin import GOOD_TOKEN

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


def _configure() -> None:
    """To be called in the test itself: pytest opens another output for each phase."""
    configure_logs(Settings(log_format="json"))


def _lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


async def test_a_request_is_one_line(
    capsys: pytest.CaptureFixture[str], client: httpx.AsyncClient
) -> None:
    _configure()
    await client.post(
        "/graphql?token=in-the-address",
        json={
            "query": 'query Mine($t: String) { me echo(text: $t) other: echo(text: "literal") }',
            "variables": {"t": "my password"},
        },
        headers={
            "Authorization": f"Bearer {GOOD_TOKEN}",
            "X-Request-Id": "request-0001",
            "traceparent": PARENT,
        },
    )

    output = capsys.readouterr().out
    (line,) = _lines(output)
    duration, _ = line.pop("duration_ms"), line.pop("timestamp")
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": "request-0001",
        "trace_id": TRACE,
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "role": "PARTNER_MANAGER",
        "operation": "query",
        "operation_name": "Mine",
        "outcome": "ok",
    }
    assert 0 <= duration < 1000
    for secret in (GOOD_TOKEN, "my password", "literal", "in-the-address"):
        assert secret not in output


async def test_a_crash_is_logged_with_its_traceback_and_no_locals(
    capsys: pytest.CaptureFixture[str], client: httpx.AsyncClient
) -> None:
    _configure()
    answer = await client.post(
        "/graphql",
        json={"query": "mutation Crash { crash }", "variables": {"password": "hunter2"}},
        headers={"Authorization": f"Bearer {GOOD_TOKEN}"},
    )

    output = capsys.readouterr().out
    crash, request = _lines(output)
    assert crash["level"] == "error"
    assert crash["request_id"] == request["request_id"] == answer.headers["X-Request-Id"]
    assert "LookupError: the secret words of an exception" in crash["exception"]
    assert request["outcome"] == "internal"
    assert "hunter2" not in output
    assert GOOD_TOKEN not in output


async def test_probes_and_pages_are_not_worth_a_line(
    capsys: pytest.CaptureFixture[str], client: httpx.AsyncClient
) -> None:
    _configure()
    for path in ("/healthz", "/readyz", "/metrics", "/graphiql"):
        await client.get(path)

    assert capsys.readouterr().out == ""


async def test_what_a_client_writes_cannot_break_a_line(
    capsys: pytest.CaptureFixture[str], client: httpx.AsyncClient
) -> None:
    _configure()
    await client.get("/no%0Awhere%1b[31m")

    (line,) = _lines(capsys.readouterr().out)
    assert line["path"] == "/no\nwhere\x1b[31m"


def test_libraries_and_warnings_take_the_same_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _configure()
    with structlog.contextvars.bound_contextvars(request_id="r"):
        logging.getLogger("some.library").warning("careful with %s", "this")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    careful, old = _lines(capsys.readouterr().out)
    assert (careful["event"], careful["logger"]) == ("careful with this", "some.library")
    assert careful["request_id"] == "r"
    assert "DeprecationWarning: old" in old["event"]


def test_libraries_never_tell_what_they_work_on(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json", log_level="debug"))

    logging.getLogger("aiosqlite").debug("executing INSERT with hunter2")
    logging.getLogger("some.library").info("connected with hunter2")

    assert capsys.readouterr().out == ""


def test_in_development_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="console"))

    password = "hun" + "ter2"
    try:
        int(password[:0])
    except ValueError:
        structlog.get_logger().exception("unexpected", trace_id=None, status=500)

    output = capsys.readouterr().out
    assert "unexpected" in output
    assert "status=500" in output
    assert "ValueError: invalid literal" in output
    assert "trace_id" not in output
    assert "hunter2" not in output


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (PARENT, TRACE),
        (f"01-{TRACE}-00f067aa0ba902b7-01-later", TRACE),
        (f"00-{TRACE}-00f067aa0ba902b7-01-later", None),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (PARENT.upper(), None),
        (PARENT + "\n", None),
        ("", None),
        (None, None),
    ],
)
def test_a_trace_is_taken_over_only_when_valid(header: str | None, found: str | None) -> None:
    assert trace_id(header) == found
