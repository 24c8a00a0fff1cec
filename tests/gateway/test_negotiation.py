from __future__ import annotations

import httpx
import pytest

from gateway.negotiation import GRAPHQL, JSON, answer_language, answer_type
from tests.gateway.standin import StandIn


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
        ("application/json", JSON),
        ("application/json; charset=utf-8", JSON),
        ("APPLICATION/JSON", JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, application/json; charset=utf-8", GRAPHQL),
        (f"application/json, {GRAPHQL}", GRAPHQL),
        (f"application/json, {GRAPHQL};q=0.9", JSON),
        (f"{GRAPHQL}, */*", GRAPHQL),
        (f"{GRAPHQL};q=0.5, */*", JSON),
        ("application/json;q=0, */*", GRAPHQL),
        ("application/json;q=0.1, */*;q=0", JSON),
        ('text/plain;x="a, application/json", application/json', JSON),
        ("text/html", None),
        ('text/plain;x="a, application/json"', None),
        ("application/json;q=0", None),
        ("application/json;q=nonsense", None),
        ("application/json;charset=latin1", None),
        ("*/*;q=0", None),
        (";,=,", None),
    ],
)
def test_the_media_type_is_what_the_client_wants_most(
    accept: str | None, media_type: str | None
) -> None:
    assert answer_type(None if accept is None else accept.encode()) == media_type


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ru"),
        ("*", "ru"),
        ("de", "ru"),
        ("en-US,en;q=0.9", "en"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0.5,ru;q=0.4", "en"),
        ("en,ru", "ru"),
        ("en;q=0", "ru"),
    ],
)
def test_messages_are_russian_unless_english_is_wanted_more(
    header: str | None, language: str
) -> None:
    assert answer_language(header) == language


async def test_what_cannot_be_accepted_is_not_executed(
    client: httpx.AsyncClient, engine: StandIn
) -> None:
    answer = await client.post(
        "/graphql", json={"query": "mutation { touch }"}, headers={"Accept": "text/html"}
    )

    assert answer.status_code == 406
    assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_ACCEPTABLE"}
    assert engine.requests == []


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query ($t: Float!) { slow(seconds: $t) }"])
async def test_a_request_error_is_a_400_for_the_newer_type_only(
    client: httpx.AsyncClient, query: str
) -> None:
    newer = await client.post("/graphql", json={"query": query}, headers={"Accept": GRAPHQL})
    older = await client.post("/graphql", json={"query": query}, headers={"Accept": JSON})

    assert (newer.status_code, older.status_code) == (400, 200)
    assert newer.headers["Content-Type"] == f"{GRAPHQL}; charset=utf-8"
    assert older.headers["Content-Type"] == f"{JSON}; charset=utf-8"
    assert newer.json() == older.json()
    assert list(newer.json()) == ["errors"]


async def test_a_malformed_body_is_a_400_for_both(client: httpx.AsyncClient) -> None:
    for accept in (GRAPHQL, JSON):
        answer = await client.post(
            "/graphql",
            content=b"{",
            headers={"Accept": accept, "Content-Type": "application/json"},
        )
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == f"{accept}; charset=utf-8"
