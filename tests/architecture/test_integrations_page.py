"""What docs/integrations.md tells about scopes is what they open."""

from __future__ import annotations

import re
from pathlib import Path

from domain.access import Role
from domain.tokens import MOST_TOKENS, PREFIX, Scope
from tests.kits import MAKERS, Kit, open_to
from tests.security.atlas import seen_by

PAGE = (Path(__file__).parents[2] / "docs" / "integrations.md").read_text()
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*) \| (.*) \|$", re.MULTILINE)
KINDS = {Role.PARTNER_ADMIN: "partner", Role.COMPANY_ADMIN: "company"}


def opened(kit: Kit) -> set[str]:
    """Return the fields of the roots that a token sees."""
    schema = seen_by(kit)
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    return {name for root in roots if root for name in root.fields}


def test_the_table_of_scopes_is_what_the_code_grants() -> None:
    told = {
        Scope(scope): (set(re.findall(r"`(\w+)`", fields)), makers.split(", "))
        for scope, fields, makers in ROW.findall(PAGE)
    }
    itself = opened(Kit(Role.PARTNER_ADMIN, ()))
    assert itself == {"apiToken"}
    assert told == {
        scope: (
            opened(Kit(makers[0], (scope,))) - itself,
            [KINDS[maker] for maker in makers],
        )
        for scope in Scope
        for makers in [[maker for maker in MAKERS if scope in open_to(maker)]]
    }


def test_its_numbers_and_names_are_those_of_the_code() -> None:
    assert f"at most {MOST_TOKENS} living tokens" in PAGE
    assert f"`{PREFIX}`" in PAGE
