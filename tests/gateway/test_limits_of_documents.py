"""What a document may have at most, and what it takes to find that out."""

from __future__ import annotations

from cProfile import Profile
from functools import cache
from typing import Any

import pytest
from graphql import GraphQLSchema, get_introspection_query

from domain.access import GRANTS, Capabilities, Role
from domain.tokens import token_capabilities
from gateway.bad_requests import BadRequest
from gateway.documents import Documents, Prepared
from gateway.settings import Settings
from schema.projection import project
from schema.root import build_schema
from tests.gateway.hostile import HOSTILE
from tests.schema.operations import OPERATIONS, Operation

MOST_CALLS = 1_000_000
"""How many calls preparing any document may take: some 60 ms of a processor."""


@cache
def schema(capabilities: Capabilities) -> GraphQLSchema:
    return project(build_schema(), capabilities)


def documents(
    limits: dict[str, int] | None = None, capabilities: Capabilities = GRANTS[Role.LICENSOR_ADMIN]
) -> Documents:
    return Documents(schema(capabilities), Settings().model_copy(update=limits))


def sender(operation: Operation) -> Capabilities:
    """Return what somebody may do who sends an operation: a cabinet, or else a program."""
    if operation.scopes is None:
        return GRANTS[operation.meant[0]]
    return token_capabilities(Role.PARTNER_ADMIN, " ".join(operation.scopes), every_product=True)


async def refusal(text: str, limits: dict[str, int] | None = None) -> BadRequest:
    with pytest.raises(BadRequest) as refused:
        await documents(limits).prepare(text)
    return refused.value


def aliases(count: int) -> str:
    return " ".join(f"a{number}: __typename" for number in range(count))


def deep(levels: int) -> str:
    return "{ __schema { types" + " { ofType" * (levels - 3) + " { name" + " }" * levels


def directives(count: int) -> str:
    return "{ stock {" + " sold @skip(if: false)" * count + " } }"


def numbers(tokens: int) -> str:
    return "query ($unused: [Int] = [" + "1 " * (tokens - 15) + "]) { viewer }"


@pytest.mark.parametrize(
    ("setting", "most", "more", "code"),
    [
        (
            "alias_limit",
            f"{{ stock {{ {aliases(200)} }} }}",
            f"{{ stock {{ {aliases(201)} }} }}",
            "TOO_MANY_ALIASES",
        ),
        ("directive_limit", directives(100), directives(101), "TOO_MANY_DIRECTIVES"),
        (
            "directive_place_limit",
            "{ viewer" + " @skip(if: true)" * 4 + " }",
            "{ viewer" + " @skip(if: true)" * 5 + " }",
            "TOO_MANY_DIRECTIVES",
        ),
        ("root_limit", f"{{ {aliases(50)} }}", f"{{ {aliases(51)} }}", "TOO_MANY_ROOT_FIELDS"),
        (
            "order_limit",
            f"mutation {{ {aliases(10)} }}",
            f"mutation {{ {aliases(11)} }}",
            "TOO_MANY_ORDERS",
        ),
        ("depth_limit", deep(16), deep(17), "TOO_DEEP"),
        ("token_limit", numbers(4000), numbers(4001), "TOO_MANY_TOKENS"),
        ("query_limit", "{ viewer }".ljust(100_000), "{ viewer }".ljust(100_001), "TOO_LONG"),
        (
            "comparison_limit",
            "{ __schema {" + " types { name }" * 60 + " } }",
            "{ __schema {" + " types { name }" * 120 + " } }",
            "TOO_COMPLEX",
        ),
    ],
)
async def test_a_document_has_no_more_than_the_limit(
    setting: str, most: str, more: str, code: str
) -> None:
    await documents().prepare(most)
    refused = await refusal(more)

    limit = Settings.model_fields[setting].default
    assert (refused.status, refused.code) == (400, code)
    assert refused.facts == {"limit": limit}
    assert str(limit) in refused.message


@pytest.mark.parametrize(
    ("limits", "most", "more", "code"),
    [
        (
            {"alias_limit": 3},
            "{ a: viewer { ...F ...F } } fragment F on User { b: id c: id }",
            "{ a: viewer { ...F ...F } d: __typename } fragment F on User { b: id c: id }",
            "TOO_MANY_ALIASES",
        ),
        (
            {"directive_limit": 2},
            "{ ...F @skip(if: true) } fragment F on Query { ... @skip(if: true) { viewer } }",
            "query ($v: Int @a) @b { ...F } fragment F on Query @c { viewer }",
            "TOO_MANY_DIRECTIVES",
        ),
        (
            {"root_limit": 2},
            "{ viewer viewer ...F ...F } fragment F on Query { ...G } fragment G on Query { node }",
            "{ viewer ...F } fragment F on Query { ...G a: node } fragment G on Query { node }",
            "TOO_MANY_ROOT_FIELDS",
        ),
        (
            {"depth_limit": 3},
            "{ ...F } fragment F on Query { a { ...G } } fragment G on A { b { ... { c } } }",
            "{ ...F } fragment F on Query { a { ...G } } fragment G on A { b { ... { c { d } } } }",
            "TOO_DEEP",
        ),
    ],
)
async def test_what_is_in_fragments_counts_too(
    limits: dict[str, int], most: str, more: str, code: str
) -> None:
    await documents(limits).prepare(most)

    assert (await refusal(more, limits)).code == code


async def test_limits_are_told_before_a_document_is_validated() -> None:
    for text in (f"{{ nothing {aliases(201)} }}", "{ nothing" + " @nothing" * 5 + " }"):
        assert (await refusal(text)).code.startswith("TOO_MANY")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("{ ...F0 }", "fragment F30 on Query { viewer { __typename } }"),
        ("{ ...F0 }", "fragment F30 on Query { a: licenses { edges { cursor } } }"),
        (
            "query ($n: Int) { ...F0 }",
            "fragment F30 on Query { licenses(first: $n) { totalCount } }",
        ),
    ],
)
def test_fragments_doubled_thirty_times_cost_no_time(first: str, last: str) -> None:
    doubled = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30)]
    text = " ".join([first, *doubled, last])
    prepared, calls = _prepare(text)

    assert calls < 100_000
    assert not isinstance(prepared, BadRequest)
    (operation,) = prepared.operations
    assert prepared.cost(operation, {"n": 5}).requested > 2**30


async def test_fragments_in_a_circle_are_invalid() -> None:
    circles = [
        "{ ...F } fragment F on Query { viewer ...F }",
        "{ ...F ...G } fragment F on Query { ...G ...F } fragment G on Query { ...G ...F }",
        "mutation { ...F } fragment F on Mutation { ...G } fragment G on Mutation { ...F }",
    ]
    for text in circles:
        prepared = await documents().prepare(text)
        assert prepared.code == "GRAPHQL_VALIDATION_FAILED"
        assert any("within itself" in error.message for error in prepared.errors)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_document_takes_long_to_prepare(name: str) -> None:
    _, calls = _prepare(HOSTILE[name])

    assert calls < MOST_CALLS


def _prepare(text: str) -> tuple[Prepared | BadRequest, int]:
    """Prepare a document; count the calls of functions that it takes."""
    known, profile = documents(), Profile()
    outcome: Prepared | BadRequest
    profile.enable()
    try:
        outcome = known._prepare(text)
    except BadRequest as refused:
        outcome = refused
    finally:
        profile.disable()
    return outcome, sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_operations_of_cabinets_are_far_from_every_limit(operation: Operation) -> None:
    tenth = {
        name: Settings.model_fields[name].default // 10
        for name in ("token_limit", "alias_limit", "root_limit", "comparison_limit", "cost_limit")
    }

    prepared = await documents(tenth, sender(operation)).prepare(operation.text)

    assert not prepared.errors
    cost = prepared.cost(operation.definition, {})
    assert cost.requested <= tenth["cost_limit"]


async def test_tools_may_ask_for_the_whole_schema() -> None:
    text = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )

    prepared = await documents().prepare(text)

    assert not prepared.errors
    assert prepared.cost(prepared.operations[0], {}).requested <= Settings().cost_limit


async def test_the_schema_is_not_asked_for_a_hundred_times() -> None:
    types = "__schema { types { name fields { name type { name } } } }"
    text = "{" + " ".join(f"a{n}: {types}" for n in range(50)) + "}"

    prepared = await documents().prepare(text)

    assert prepared.cost(prepared.operations[0], {}).requested > Settings().cost_limit


async def test_fragments_of_components_side_by_side_are_merged() -> None:
    """As a page of thirty components sends it: each spreads the fields it shows."""
    parts = [f"fragment Part{n} on Product {{ id name part{n}: name }}" for n in range(30)]
    spread = " ".join(f"...Part{n}" for n in range(30))
    text = f"{{ products {{ edges {{ node {{ id name {spread} }} }} }} }} {' '.join(parts)}"

    assert not (await documents().prepare(text)).errors


EDGES = "{ edges { node { id } } }"
PAGES_IN_FRAGMENTS = """
    query ($n: Int) { licenses(first: $n) { ...F } a: licenses(first: 2) { ...F } }
    fragment F on LicenseConnection { edges { ...G } }
    fragment G on LicenseEdge { node { document { licenses(last: $n) { totalCount } } } }
"""


@pytest.mark.parametrize(
    ("operation", "variables", "cost"),
    [
        ("{ __typename }", {}, 1),
        (f"{{ licenses {EDGES} }}", {}, 1 + 20 * 3),
        (f"{{ licenses(first: 5) {EDGES} }}", {}, 1 + 5 * 3),
        (f"{{ licenses(last: 5) {EDGES} }}", {}, 1 + 5 * 3),
        (f"{{ licenses(first: 0) {EDGES} }}", {}, 1 + 1 * 3),
        (f"{{ licenses(first: 1000) {EDGES} }}", {}, 1 + 100 * 3),
        (f"{{ licenses(first: null) {EDGES} }}", {}, 1 + 20 * 3),
        (f"query ($n: Int) {{ licenses(first: $n) {EDGES} }}", {"n": 7}, 1 + 7 * 3),
        (f"query ($n: Int = 9) {{ licenses(first: $n) {EDGES} }}", {}, 1 + 9 * 3),
        (f"query ($n: Int = 9) {{ licenses(first: $n) {EDGES} }}", {"n": None}, 1 + 20 * 3),
        (f"query ($n: Int) {{ licenses(first: $n) {EDGES} }}", {"n": "x"}, 1 + 100 * 3),
        (f"query ($n: Int) {{ licenses(first: $n) {EDGES} }}", {"n": [1]}, 1 + 100 * 3),
        (f"query ($n: Int) {{ licenses(first: $n) {EDGES} }}", {"n": float("inf")}, 1 + 100 * 3),
        (f"query ($n: Int) {{ licenses(first: $n) {EDGES} }}", {"n": -(10**30)}, 1 + 1 * 3),
        (
            PAGES_IN_FRAGMENTS,
            {"n": 4},
            (1 + 4 * (1 + 1 + 1 + 1 + 4)) + (1 + 2 * (1 + 1 + 1 + 1 + 4)),
        ),
    ],
)
async def test_a_cost_is_page_sizes_times_fields(
    operation: str, variables: dict[str, Any], cost: int
) -> None:
    prepared = await documents().prepare(operation)

    assert not prepared.errors
    told = prepared.cost(prepared.operations[0], variables)
    assert told.requested == cost
    assert told.extensions == {"cost": {"requested": cost, "limit": 50_000}}
    assert prepared.cost(prepared.operations[0], variables) is told


async def test_a_cost_beyond_all_numbers_can_be_told() -> None:
    chain = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(150)]
    text = " ".join(["{ ...F0 }", *chain, "fragment F150 on Query { viewer { __typename } }"])

    prepared = await documents().prepare(text)

    assert prepared.cost(prepared.operations[0], {}).requested == 2**53 - 1
