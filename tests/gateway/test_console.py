from __future__ import annotations

from pathlib import Path

import httpx
import pytest


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "console"
    (folder / "chunks").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><p>the page")
    (folder / "main.js").write_text("main()")
    (folder / "chunks" / "chunk-2N6AUMV6.js").write_text("chunk()")
    (tmp_path / "code-keys").write_text("secret")
    return folder


@pytest.mark.parametrize("path", ["/graphiql", "/graphiql/"])
async def test_the_page_is_served_under_a_strict_policy(
    client: httpx.AsyncClient, built: Path, path: str
) -> None:
    answer = await client.get(path)

    assert answer.status_code == 200
    assert "the page" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


async def test_only_hashed_assets_are_kept_for_good(client: httpx.AsyncClient, built: Path) -> None:
    hashed = await client.get("/graphiql/chunks/chunk-2N6AUMV6.js")
    plain = await client.get("/graphiql/main.js")
    again = await client.get("/graphiql/main.js", headers={"If-None-Match": plain.headers["ETag"]})

    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert hashed.headers["Content-Type"].startswith("text/javascript")
    assert plain.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/graphiql/none.js",
        "/graphiql/chunks",
        "/graphiql/%2e%2e/code-keys",
        "/graphiql/..%2fcode-keys",
        "/graphiql/chunks/..%2f..%2fcode-keys",
        "/graphiql/%00",
        "/graphiql//etc/passwd",
        "/graphiql/" + "x" * 5000,
    ],
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, built: Path, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


async def test_a_console_that_was_not_built_says_how(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphiql")

    assert answer.status_code == 503
    assert "make setup" in answer.text
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_the_page_is_only_got(client: httpx.AsyncClient, built: Path) -> None:
    answer = await client.post("/graphiql/main.js")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
