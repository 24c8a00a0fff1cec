from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from domain.access import Role
from tests.client import Gateway
from tests.inputs.lists import lists_of
from tests.inputs.wrong import codes, post
from tests.schema.bench import Bench
from tests.world import World

PAGE = """query ($first: Int, $after: String, $last: Int, $before: String) {
  list: %s(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { __typename } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
ROLES = [role for role in Role if role is not Role.ANONYMOUS]
ADMINS = [Role.LICENSOR_ADMIN, Role.LICENSOR_SUPPORT, Role.COMPANY_ADMIN, Role.MRC_ADMIN]
BAD = {"BAD_USER_INPUT"}
KEY = "0" * 32


def _encoded(content: Any) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _broken(cursor: str) -> list[str]:
    """Return what is no cursor of the list that this one is of."""
    content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    version, order, *values, key = content
    return [
        "",
        " ",
        "x",
        "é",
        "=",
        "%",
        cursor + "=",
        cursor + "A",
        cursor[:-1],
        cursor[1:],
        cursor[: len(cursor) // 2],
        cursor.lower(),
        "A" * 100_000,
        _encoded([version + 1, order, *values, key]),
        _encoded([0, order, *values, key]),
        _encoded([True, order, *values, key]),
        _encoded([1.0, order, *values, key]),
        _encoded([version, "other.NAME+", *values, key]),
        _encoded([version, order.swapcase(), *values, key]),
        _encoded([version, order, *values, "more", key]),
        _encoded([version, order, key]) if values else _encoded([version, order]),
        _encoded([version, order, *values, key.upper()]),
        _encoded([version, order, *values, f"{{{key}}}"]),
        _encoded([version, order, *values, int(key, 16)]),
        _encoded([version, order, *values, None]),
        _encoded([version, order, *(1 for _ in values), key, 1]),
        _encoded([version, order, *(None for _ in values), KEY[1:]]),
        _encoded([]),
        _encoded({}),
        _encoded(None),
        _encoded("text"),
        _encoded(b"\xff\xfe"),
        _encoded(b"[" * 50_000),
        _encoded(b"9" * 5_000),
        _encoded(b"[NaN]"),
    ]


async def _first(gateway: Gateway, token: str | None, field: str) -> str | None:
    answer = await post(gateway, token, PAGE % field, {"first": 1})
    end: str | None = answer.json()["data"]["list"]["pageInfo"]["endCursor"]
    return end


async def test_pages_have_0_to_100_rows_and_one_side(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()

    for role in ROLES:
        token = await bench.token(role)
        for field in lists_of(role):
            for sizes, expected in (
                ({"first": 0}, set()),
                ({"last": 0}, set()),
                ({"first": 100}, set()),
                ({"first": -1}, BAD),
                ({"last": -1}, BAD),
                ({"first": 101}, BAD),
                ({"last": 101}, BAD),
                ({"first": 2**31}, BAD),
                ({"first": "1"}, BAD),
                ({"first": 1.5}, BAD),
                ({"first": 1, "last": 1}, BAD),
                ({"after": 5}, BAD),
                ({"after": "\0"}, BAD),
            ):
                response = await post(gateway, token, PAGE % field, sizes)
                assert codes(response) == expected, (role, field, sizes)
                if sizes == {"first": 0}:
                    assert response.json()["data"]["list"]["edges"] == []


async def test_what_is_no_cursor_of_the_list_is_refused(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()

    for role in ADMINS:
        token = await bench.token(role)
        for field in lists_of(role):
            cursor = await _first(gateway, token, field)
            if cursor is None:
                continue
            for side in ("after", "before"):
                for text in _broken(cursor):
                    response = await post(gateway, token, PAGE % field, {side: text})
                    assert codes(response) == BAD, (field, side, text[:200])
                    (error,) = response.json()["errors"]
                    assert error["extensions"]["field"] == side
                    assert error["extensions"]["problem"] == "INVALID_INPUT"


async def test_a_cursor_is_good_for_its_own_list_and_order_only(
    world: World, gateway: Gateway
) -> None:
    bench = await Bench(world, gateway).begin()
    token = await bench.token(Role.LICENSOR_ADMIN)
    cursors = {
        field: await _first(gateway, token, field) for field in lists_of(Role.LICENSOR_ADMIN)
    }
    assert sum(cursor is not None for cursor in cursors.values()) >= 5

    for field in cursors:
        for origin, cursor in cursors.items():
            if cursor is not None:
                response = await post(gateway, token, PAGE % field, {"after": cursor})
                assert codes(response) == (set() if field == origin else BAD), (field, origin)

    ordered = """query ($after: String) {
      licenses(order: OLDEST_FIRST, after: $after) { edges { cursor } } }"""
    assert codes(await post(gateway, token, ordered, {"after": cursors["licenses"]})) == BAD


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
async def test_a_cursor_holds_no_lone_surrogates(world: World, gateway: Gateway, text: str) -> None:
    cursor = _encoded([1, "partners.NAME+", text, KEY])

    response = await post(gateway, world.licensor, PAGE % "partners", {"after": cursor})

    assert codes(response) == BAD


async def test_cursors_of_nested_lists_are_checked_alike(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    company = await bench.token(Role.COMPANY_ADMIN)
    query = """query ($first: Int, $after: String) { viewer { company {
      %s(first: $first, after: $after) { pageInfo { endCursor } } } } }"""

    for field in ("firms", "outlets", "contacts", "licenses", "links", "linkRequests"):
        page = await post(gateway, company, query % field, {"first": 1})
        cursor = page.json()["data"]["viewer"]["company"][field]["pageInfo"]["endCursor"]
        for text in _broken(cursor) if cursor else ("", "x"):
            response = await post(gateway, company, query % field, {"after": text})
            assert codes(response) == BAD, (field, text)
        for size in (-1, 101, 2**31):
            response = await post(gateway, company, query % field, {"first": size})
            assert codes(response) == BAD, (field, size)
