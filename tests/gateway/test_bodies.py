"""Bodies that no stand-in transport can send: too large, too slow, broken off."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.gateway.conftest import LiveGateway, run_gateway

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def gateway() -> Iterator[LiveGateway]:
    with run_gateway(REQUEST_DEADLINE_SECONDS="2") as gateway:
        yield gateway


def _post(gateway: LiveGateway, body: Any, **headers: str) -> tuple[int, dict[str, Any], str]:
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=20)
    connection.request(
        "POST", "/graphql", body=body, headers={"Content-Type": "application/json", **headers}
    )
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return answer.status, content, answer.headers.get("Connection", "")


def _code(content: dict[str, Any]) -> str:
    assert "data" not in content
    found: str = content["errors"][0]["extensions"]["code"]
    return found


def _still_serves(gateway: LiveGateway) -> bool:
    return _post(gateway, b'{"query": "{ me }"}')[1] == {"data": {"me": "ANONYMOUS"}}


@pytest.mark.parametrize("size", [MEGABYTE + 1, 20 * MEGABYTE])
def test_a_large_body_of_known_length_gets_its_answer(gateway: LiveGateway, size: int) -> None:
    status, content, connection = _post(gateway, b" " * size)

    assert (status, _code(content), connection) == (413, "PAYLOAD_TOO_LARGE", "close")
    assert _still_serves(gateway)


def test_a_large_body_in_chunks_gets_its_answer(gateway: LiveGateway) -> None:
    status, content, connection = _post(gateway, (b" " * 50_000 for _ in range(400)))

    assert (status, _code(content), connection) == (413, "PAYLOAD_TOO_LARGE", "close")
    assert _still_serves(gateway)


def test_a_large_body_of_another_type_gets_its_answer(gateway: LiveGateway) -> None:
    status, content, _ = _post(gateway, b" " * 20 * MEGABYTE, **{"Content-Type": "text/plain"})

    assert (status, _code(content)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert _still_serves(gateway)


def test_a_large_body_with_a_bad_credential_gets_its_answer(gateway: LiveGateway) -> None:
    status, content, _ = _post(gateway, b" " * 20 * MEGABYTE, Authorization="Basic x")

    assert (status, _code(content)) == (401, "UNAUTHENTICATED")
    assert _still_serves(gateway)


def test_a_body_that_never_ends_is_cut_off(gateway: LiveGateway) -> None:
    sent = 0
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        answer = b""
        try:
            while sent < 300 * MEGABYTE:
                client.sendall(b"186a0\r\n" + b" " * 100_000 + b"\r\n")
                sent += 100_000
                if not answer and sent > 2 * MEGABYTE:
                    answer = client.recv(4096)
        except OSError:
            pass

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 100 * MEGABYTE
    assert _still_serves(gateway)


def test_a_client_that_asks_first_need_not_send_at_all(gateway: LiveGateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 20000000\r\nExpect: 100-continue\r\n\r\n"
        )

        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_trickles_is_given_up(gateway: LiveGateway) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b'Content-Length: 100\r\n\r\n{"query"'
        )
        answer = b""
        while b"REQUEST_TIMEOUT" not in answer and (part := client.recv(4096)):
            answer += part

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"REQUEST_TIMEOUT" in answer
    assert 1.5 < time.monotonic() - began < 15


def test_a_body_that_is_broken_off_harms_nobody(gateway: LiveGateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b'Content-Length: 100\r\n\r\n{"query"'
        )

    assert _still_serves(gateway)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"query": "{ me }", "variables": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b'{"query": "\\ud800", "variables": ' + b"[" * 100_000,
        b"null",
        b"1",
        b'"text"',
        b"\xff\xfe\xfd",
        b'{"query": "\xc3\x28"}',
        b'{"query": "{ me }", "variables": {"a": 1' + b"0" * 500_000 + b"}}",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_body_that_makes_no_sense_is_a_400(gateway: LiveGateway, body: bytes) -> None:
    status, content, _ = _post(gateway, body)

    assert (status, _code(content)) == (400, "BAD_REQUEST")
    assert _still_serves(gateway)


def test_a_query_string_has_a_limit(gateway: LiveGateway) -> None:
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=20)
    connection.request("GET", "/graphql?query=" + "x" * MEGABYTE)

    assert connection.getresponse().status == 400
    connection.close()


@pytest.mark.parametrize(
    "head",
    [
        b"nonsense\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /graphql?query=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /graphql?query={me} HTTP/1.1\r\nHost: x\r\nCookie: gateway_session=\xff\r\n\r\n",
    ],
)
def test_a_head_that_is_no_http_is_a_4xx(gateway: LiveGateway, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(head)

        assert client.recv(4096).startswith(b"HTTP/1.1 4")
    assert _still_serves(gateway)
