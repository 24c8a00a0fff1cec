"""What is asked: four shapes of one read, and what every server must answer to them."""

from __future__ import annotations

import base64
import random
import sqlite3
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks import load

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.servers import Server
    from benchmarks.world import World

STOCK = """query Stock($first: Int!) { licenses(first: $first, filter: {state: SEALED}) {
  edges { node { id maskedCode state product { id name } } }
  pageInfo { hasNextPage endCursor } } }"""
STOCK_AFTER = """query Stock($first: Int!, $after: String!) {
  licenses(first: $first, after: $after, filter: {state: SEALED}) {
    edges { node { id maskedCode state product { id name } } }
    pageInfo { hasNextPage endCursor } } }"""
LICENSE = """query License($id: ID!) {
  license(id: $id) { id maskedCode state issuedAt product { id name } } }"""

GENERATED_STOCK = """query Stock($first: Int!) {
  licenses: allLicenses(
    first: $first, condition: {state: "SEALED"}, orderBy: [PRIMARY_KEY_DESC]
  ) {
    edges { node { id maskedCode state product: productByProductId { id name } } }
    pageInfo { hasNextPage endCursor } } }"""
GENERATED_LICENSE = """query License($id: ID!) {
  license(id: $id) {
    id maskedCode state issuedAt: createdAt product: productByProductId { id name } } }"""
"""The same in the schema that PostGraphile generates."""

SOME = 2_000
"""How many different licenses the look-ups ask for in turn."""


@dataclass(frozen=True)
class Shape:
    """A page of so many licenses, or the look-up of one (`size` is `None`)."""

    size: int | None

    @property
    def name(self) -> str:
        return "look-up" if self.size is None else f"page of {self.size}"


SHAPES = [Shape(1), Shape(20), Shape(100), Shape(None)]


@dataclass(frozen=True)
class Facts:
    """What is in the database, read past every server."""

    pages: list[dict[str, Any]]
    """The newest sealed licenses of the seller, one more than the largest page."""
    looked_up: list[UUID]


NEWEST = """
SELECT l.id, l.code_tail, l.state, p.id AS product, p.name
FROM licenses l JOIN products p ON p.id = l.product_id
WHERE holder_id = $1 AND state = 'SEALED' ORDER BY l.id DESC LIMIT 101
"""
SOME_KEYS = """
SELECT id FROM (SELECT id, row_number() OVER () AS n FROM licenses
                WHERE holder_id = $1 AND state = 'SEALED') AS numbered
WHERE n % $2 = 0 LIMIT $3
"""


async def postgres_facts(url: str, world: World) -> Facts:
    """Read the facts from PostgreSQL."""
    connection = await asyncpg.connect(url)
    try:
        pages = await connection.fetch(NEWEST, world.seller)
        keys = await connection.fetch(SOME_KEYS, world.seller, _every(world), SOME)
    finally:
        await connection.close()
    return _facts([tuple(row) for row in pages], [row[0] for row in keys])


def sqlite_facts(path: Path, world: World) -> Facts:
    """Read the facts from SQLite, where keys are hex digits."""
    connection = sqlite3.connect(path)
    try:
        newest, some = (text.replace("$", "?") for text in (NEWEST, SOME_KEYS))
        pages = connection.execute(newest, [world.seller.hex]).fetchall()
        keys = connection.execute(some, [world.seller.hex, _every(world), SOME]).fetchall()
    finally:
        connection.close()
    rows = [(UUID(hex=row[0]), row[1], row[2], UUID(hex=row[3]), row[4]) for row in pages]
    return _facts(rows, [UUID(hex=row[0]) for row in keys])


def _every(world: World) -> int:
    """Return how many licenses to pass over between two that are looked up."""
    return max(1, world.licenses * 4 // 5 // SOME)


def _facts(pages: list[tuple[Any, ...]], keys: list[UUID]) -> Facts:
    names = ("id", "code_tail", "state", "product", "name")
    random.Random(1).shuffle(keys)
    return Facts([dict(zip(names, row, strict=True)) for row in pages], keys)


def bodies(shape: Shape, known: Facts, *, own_ids: bool) -> list[bytes]:
    """Return the JSON bodies that are sent in turn."""
    if shape.size is not None:
        query = STOCK if own_ids else GENERATED_STOCK
        return [orjson.dumps({"query": query, "variables": {"first": shape.size}})]
    query = LICENSE if own_ids else GENERATED_LICENSE
    return [
        orjson.dumps({"query": query, "variables": {"id": _id("license", key, own_ids=own_ids)}})
        for key in known.looked_up
    ]


def _id(kind: str, key: UUID, *, own_ids: bool) -> str:
    if own_ids:
        return f"{kind}_{key.hex}"
    return base64.b64encode(orjson.dumps([kind.capitalize(), str(key)])).decode()


def requests(shape: Shape, known: Facts, token: str, *, own_ids: bool) -> list[bytes]:
    """Return the HTTP requests that are sent in turn."""
    return [load.request(token, body) for body in bodies(shape, known, own_ids=own_ids)]


def ask(port: int, token: str | None, body: bytes) -> Any:
    """Send one request and return the answer's JSON."""
    headers = {"content-type": "application/json", "accept": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return orjson.loads(answer.read())


def check(server: Server, known: Facts, token: str) -> None:
    """Raise AssertionError unless the server answers every shape with what is in the database."""
    own_ids = server.recipe.own_ids
    name = server.recipe.name
    for shape in SHAPES:
        body = bodies(shape, known, own_ids=own_ids)[0]
        data = ask(server.port, token, body)["data"]
        if shape.size is None:
            node = data["license"]
            key = _id("license", known.looked_up[0], own_ids=own_ids)
            if node is None or node["id"] != key or not node["issuedAt"]:
                raise AssertionError(f"{name} answers {shape.name} by {node}")
            continue
        page = data["licenses"]
        expected = [
            {
                "id": _id("license", row["id"], own_ids=own_ids),
                "maskedCode": "••••••••" + row["code_tail"],
                "state": row["state"],
                "product": {
                    "id": _id("product", row["product"], own_ids=own_ids),
                    "name": row["name"],
                },
            }
            for row in known.pages[: shape.size]
        ]
        nodes = [edge["node"] for edge in page["edges"]]
        if nodes != expected or page["pageInfo"]["hasNextPage"] is not True:
            raise AssertionError(f"{name} answers {shape.name} by {page}")
    _check_strangers(server, known)


def _check_strangers(server: Server, known: Facts) -> None:
    """Nobody is answered without a token that lives."""
    for shape in (SHAPES[0], SHAPES[-1]):
        body = bodies(shape, known, own_ids=server.recipe.own_ids)[0]
        try:
            answer = ask(server.port, "nobody", body)
        except OSError:  # 401 and the like
            continue
        if any((answer.get("data") or {}).values()):
            raise AssertionError(f"{server.recipe.name} answers strangers")
