from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access import GRANTS, Capability, Role
from domain.refusals import InvalidInput, ScopesNotGranted
from domain.tokens import (
    ALONG,
    EVERY_TOKEN,
    NEVER,
    SCOPES,
    Scope,
    TokenOrder,
    granted,
    parse_scopes,
    token_capabilities,
    written_scopes,
)
from gateway.schemas import MOST_SCHEMAS
from schema.projection import named
from schema.root import build_schema

MAKERS = [role for role in Role if Capability.MANAGE_TOKENS in GRANTS[role]]
GIVEN = frozenset[Capability]().union(*SCOPES.values(), *ALONG.values())
YEAR = timedelta(days=366)


def possible(role: Role) -> list[tuple[Scope, ...]]:
    """Return the sets of scopes that somebody of a role can give a token."""
    open_ = [scope for scope in Scope if SCOPES[scope] <= GRANTS[role]]
    sizes = range(1, len(open_) + 1)
    return [some for size in sizes for some in itertools.combinations(open_, size)]


@pytest.mark.parametrize("role", MAKERS)
def test_what_a_maker_of_tokens_may_is_in_a_scope_or_named_as_never_given(role: Role) -> None:
    """Whoever adds a capability decides here whether programs get it."""
    undecided = GRANTS[role] - GIVEN - NEVER - {Capability.EVERY_PRODUCT}
    assert undecided == set()


def test_what_is_never_given_is_given_by_no_scope() -> None:
    assert not NEVER & GIVEN
    assert not EVERY_TOKEN & frozenset[Capability]().union(*GRANTS.values())
    assert {*SCOPES} == {*Scope}
    held = frozenset[Capability]().union(*(GRANTS[role] for role in MAKERS))
    assert held >= NEVER, "named for nothing"
    assert all(any(SCOPES[scope] <= GRANTS[role] for role in MAKERS) for scope in Scope)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("every_product", [True, False])
def test_a_token_never_may_more_than_its_creator_now(role: Role, every_product: bool) -> None:
    scopes = written_scopes(Scope)
    may = token_capabilities(role, scopes, every_product=every_product)
    assert may - EVERY_TOKEN <= GRANTS[role]
    assert (Capability.EVERY_PRODUCT in may) <= every_product
    assert not may & NEVER


def test_fewer_scopes_grant_no_more() -> None:
    for role in MAKERS:
        for some in possible(role):
            whole = token_capabilities(role, written_scopes(some), every_product=True)
            for fewer in itertools.combinations(some, len(some) - 1):
                part = token_capabilities(role, written_scopes(fewer), every_product=True)
                assert part <= whole


def test_the_schemas_of_all_tokens_fit_in_what_is_kept() -> None:
    """So nobody can make others' schemas be forgotten, whatever tokens he makes."""
    seen = named(build_schema())
    sets = {
        token_capabilities(role, written_scopes(some), every_product=every) & seen
        for role in Role
        for maker in MAKERS
        for some in possible(maker)
        for every in (True, False)
    }
    assert 20 < len(sets) <= MOST_SCHEMAS


def test_scopes_above_the_creator_are_named() -> None:
    granted(Scope, GRANTS[Role.PARTNER_ADMIN])
    with pytest.raises(ScopesNotGranted) as refused:
        granted([Scope.SELL, Scope.READ_STOCK], GRANTS[Role.COMPANY_ADMIN])
    assert refused.value.scopes == [Scope.SELL]
    assert "SELL" in refused.value.message("en")


def test_stored_scopes_are_read_again_and_unknown_ones_grant_nothing() -> None:
    assert parse_scopes(written_scopes(Scope)) == list(Scope)
    assert parse_scopes("SELL RULE_THE_WORLD") == [Scope.SELL]
    assert token_capabilities(Role.PARTNER_ADMIN, "", every_product=True) == (
        EVERY_TOKEN | {Capability.EVERY_PRODUCT}
    )


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", [" ", "x" * 201, "a\nb"]),
        ("scopes", [[]]),
        ("products", [[], [UUID(int=n) for n in range(101)]]),
        ("expiresInDays", [0, -1, 367, 10**9]),
    ],
)
def test_an_order_with_a_wrong_value_is_refused(field: str, wrong: list[Any]) -> None:
    right: dict[str, Any] = {
        "name": "Касса",
        "scopes": [Scope.SELL, Scope.SELL],
        "products": None,
        "expiresInDays": 366,
    }
    order = TokenOrder.parse(*[*right.values(), YEAR])
    assert (order.scopes, order.days) == ((Scope.SELL,), 366)
    for value in wrong:
        with pytest.raises(InvalidInput) as refused:
            TokenOrder.parse(*[*{**right, field: value}.values(), YEAR])
        assert refused.value.field == field
