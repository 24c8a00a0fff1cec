"""Documents sent by their hash, and gateways that take nothing else from browsers."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway import trusted
from gateway.app import create_app
from gateway.settings import Settings
from gateway.trusted import ManifestOutdated, TrustedDocuments, identifier
from tests.gateway.conftest import ROOT
from tests.gateway.standin import GOOD_TOKEN, StandIn, ready
from tests.gateway.test_requests import code
from tests.schema.operations import OPERATIONS

ME = "{ me }\n"
ECHO = "query Echo($text: String) { echo(text: $text) }"
TOUCH = "mutation { touch }"
UNKNOWN = identifier("{ __typename }")
NEWER = {"Accept": "application/graphql-response+json"}
COOKIE = {"Cookie": f"gateway_session={GOOD_TOKEN}", "GraphQL-Require-Preflight": "1"}
TOKEN = {"Authorization": f"Bearer {GOOD_TOKEN}"}
FETCH = {"Sec-Fetch-Mode": "cors"}
ORIGIN = {"Origin": "http://gateway.test"}


def apollo(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}


async def _client(settings: Settings, engine: StandIn) -> AsyncIterator[httpx.AsyncClient]:
    documents = TrustedDocuments([ME, ECHO, TOUCH])
    app = create_app(settings, engine, ready, Path("nowhere"), trusted=documents)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield client


@pytest.fixture
async def client(settings: Settings, engine: StandIn) -> AsyncIterator[httpx.AsyncClient]:
    async for client in _client(settings, engine):
        yield client


@pytest.fixture
async def strict(settings: Settings, engine: StandIn) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway that takes only trusted documents from browsers."""
    settings = settings.model_copy(update={"browser_documents": "trusted"})
    async for client in _client(settings, engine):
        yield client


def test_the_identifier_is_the_one_of_the_appendix() -> None:
    document = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"

    assert identifier(document) == (
        "sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"
    )


@pytest.mark.parametrize(
    "members",
    [
        {"documentId": identifier(ECHO)},
        {"documentId": identifier(ECHO), "query": None},
        {"documentId": identifier(ECHO), "query": ECHO},
        {"extensions": apollo(ECHO)},
        {"extensions": apollo(ECHO), "query": ECHO},
        {"extensions": apollo(ECHO), "documentId": identifier(ECHO)},
        {"query": ECHO, "documentId": None, "extensions": {"persistedQuery": None}},
        {"query": f"{ECHO} # unlisted", "documentId": identifier(f"{ECHO} # unlisted")},
    ],
)
async def test_a_document_is_named_by_its_hash(
    client: httpx.AsyncClient, members: dict[str, Any]
) -> None:
    body = {"variables": {"text": "Ёж"}, "operationName": "Echo", **members}
    parameters = {
        name: json.dumps(value) if isinstance(value, dict) else value
        for name, value in body.items()
        if value is not None
    }

    posted = await client.post("/graphql", json=body)
    got = await client.get("/graphql", params=parameters)

    assert posted.json() == got.json() == {"data": {"echo": "Ёж"}}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"documentId": UNKNOWN}, "DOCUMENT_NOT_FOUND"),
        ({"documentId": identifier(ME).upper()}, "DOCUMENT_NOT_FOUND"),
        ({"documentId": identifier(ME).removeprefix("sha256:")}, "DOCUMENT_NOT_FOUND"),
        ({"extensions": apollo("{ __typename }")}, "PERSISTED_QUERY_NOT_FOUND"),
    ],
)
async def test_an_unknown_document_is_told_as_such(
    client: httpx.AsyncClient, engine: StandIn, members: dict[str, Any], expected: str
) -> None:
    newer = await client.post("/graphql", json=members, headers=NEWER)
    older = await client.post("/graphql", json=members)

    # Clients from before the newer media type look into the body of 200 only.
    assert (newer.status_code, older.status_code) == (404, 200)
    assert newer.json() == older.json()
    assert code(newer) == expected
    if expected == "PERSISTED_QUERY_NOT_FOUND":
        assert newer.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert engine.requests == []


@pytest.mark.parametrize(
    ("members", "at"),
    [
        ({"query": ME, "documentId": identifier(ECHO)}, "documentId"),
        ({"query": ME, "documentId": UNKNOWN}, "documentId"),
        ({"query": ME, "documentId": 1}, "documentId"),
        ({"query": ME, "extensions": apollo(ECHO)}, "extensions.persistedQuery.sha256Hash"),
        ({"documentId": identifier(ME), "extensions": apollo(ECHO)}, "documentId"),
    ],
)
async def test_two_ways_to_name_a_document_must_agree(
    client: httpx.AsyncClient, engine: StandIn, members: dict[str, Any], at: str
) -> None:
    answer = await client.post("/graphql", json=members)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"] == {"code": "DOCUMENT_MISMATCH", "at": at}
    assert engine.requests == []


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"query": "", "documentId": identifier(ME)},
        {"query": 1, "documentId": identifier(ME)},
        {"documentId": ""},
        {"documentId": 1},
        {"documentId": [identifier(ME)]},
        {"extensions": {"persistedQuery": {}}},
        {"extensions": {"persistedQuery": []}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "0" * 64}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 0}}},
    ],
)
async def test_what_names_no_document_is_refused(
    client: httpx.AsyncClient, engine: StandIn, members: dict[str, Any]
) -> None:
    answer = await client.post("/graphql", json=members)

    assert answer.status_code == 400
    assert code(answer) == "BAD_REQUEST"
    assert engine.requests == []


async def test_a_get_never_mutates_by_a_hash_either(
    client: httpx.AsyncClient, engine: StandIn
) -> None:
    answer = await client.get("/graphql", params={"documentId": identifier(TOUCH)})
    twice = await client.get(f"/graphql?documentId={identifier(ME)}&documentId={identifier(ME)}")

    assert answer.status_code == 405
    assert engine.touched == 0
    assert code(twice) == "BAD_REQUEST"


@pytest.mark.parametrize("headers", [COOKIE, FETCH, ORIGIN, FETCH | TOKEN, ORIGIN | TOKEN])
async def test_a_browser_may_be_held_to_trusted_documents(
    strict: httpx.AsyncClient, engine: StandIn, headers: dict[str, str]
) -> None:
    refused = [
        await strict.post("/graphql", json={"query": "{ me }"}, headers=headers),
        await strict.get("/graphql", params={"query": "{ me }"}, headers=headers),
        await strict.post(
            "/graphql", json={"query": "{ me }", "extensions": apollo("{ me }")}, headers=headers
        ),
    ]

    assert [(answer.status_code, code(answer)) for answer in refused] == (
        [(403, "UNTRUSTED_DOCUMENT")] * 3
    )
    assert engine.requests == []
    for members in ({"documentId": identifier(ME)}, {"query": ME}, {"extensions": apollo(ME)}):
        answer = await strict.post("/graphql", json=members, headers=headers)
        assert answer.json()["data"]["me"]


@pytest.mark.parametrize("headers", [{}, TOKEN])
async def test_programs_go_on_with_documents_of_their_own(
    strict: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await strict.post("/graphql", json={"query": "{ me }"}, headers=headers)

    assert answer.json()["data"]["me"]


@pytest.mark.parametrize("headers", [COOKIE, FETCH, ORIGIN])
async def test_browsers_may_send_anything_by_default(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post("/graphql", json={"query": "{ me }"}, headers=headers)

    assert answer.json()["data"]["me"]


def test_the_manifest_names_the_file_of_each_operation_by_its_hash() -> None:
    manifest = json.loads((ROOT / "graphql" / "manifest.json").read_text())

    assert len(manifest) == len(OPERATIONS)
    for name, file in manifest.items():
        content = (ROOT / "graphql" / file).read_bytes()
        assert name == f"sha256:{sha256(content).hexdigest()}"
    assert trusted.stale(ROOT / "graphql") == []


@pytest.mark.parametrize("drift", ["changed", "added", "removed", "line ends", "no manifest"])
def test_drift_between_the_manifest_and_the_operations_is_told(tmp_path: Path, drift: str) -> None:
    folder = tmp_path / "graphql"
    shutil.copytree(ROOT / "graphql" / "operations" / "mrc", folder / "operations" / "mrc")
    trusted.write(folder)
    assert trusted.stale(folder) == []
    file = folder / "operations" / "mrc" / "viewer.graphql"

    if drift == "changed":
        file.write_bytes(file.read_bytes() + b"#")
    elif drift == "added":
        (folder / "operations" / "new.graphql").write_text(ME)
    elif drift == "removed":
        file.unlink()
    elif drift == "line ends":
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    else:
        (folder / "manifest.json").unlink()

    assert trusted.stale(folder) == ["manifest.json"]
    if drift in {"added", "no manifest"}:
        assert ME not in trusted.load(folder)
    else:
        with pytest.raises(ManifestOutdated, match="python -m gateway schema"):
            trusted.load(folder)
    trusted.write(folder)
    assert len(trusted.load(folder)) == len(list(folder.glob("**/*.graphql")))
