"""What a role does not see does not exist for it: every answer is that of a schema without it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLSchema, build_schema, validate_schema

from domain.access import Capability, Role
from gateway.documents import Documents
from gateway.settings import Settings
from resolvers.context import Tools
from schema.access import ENUM_SCOPES
from schema.projection import BACKREF, named, needs
from tests.client import Gateway
from tests.kits import KITS, Who, capabilities_of
from tests.security.atlas import declared, fielded, places, roots, sdl_of, seen_by, whole
from tests.security.probes import hidden_types, probes
from tests.security.visitors import visitors
from tests.world import World

SCHEMAS = Path("graphql/schema")
EVERYBODY: list[Who] = [*Role, *KITS]
_SEEN = named(declared())
DIFFERENT = list({capabilities_of(who) & _SEEN: who for who in reversed(EVERYBODY)}.values())
"""One role or kit for each set of capabilities: those of equal sets share a schema."""
WORD = re.compile(r"[A-Za-z_]\w*")


class FromText:
    """Stands for the projected schemas of an engine: each is built from a role's SDL."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[frozenset[Capability], Documents] = {}

    def of(self, capabilities: frozenset[Capability]) -> Documents:
        if capabilities not in self._known:
            who = next(who for who in EVERYBODY if capabilities_of(who) == capabilities)
            self._known[capabilities] = Documents(from_text(who), self._settings)
        return self._known[capabilities]


def from_text(who: Who) -> GraphQLSchema:
    schema = build_schema(sdl_of(who))
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            # Strawberry replaces the introspection's `isOneOf` in the whole process by one that
            # looks here.
            kind.extensions[BACKREF] = SimpleNamespace(is_one_of=kind.is_one_of)
    return schema


@pytest.fixture
async def strange(tools: Tools, settings: Settings) -> AsyncIterator[Gateway]:
    """A gateway that knows of the schemas no more than their texts."""
    async with Gateway(tools, settings) as running:
        running.engine._schemas = FromText(settings)  # type: ignore[assignment]
        yield running


# What is asked here never reaches a row: one database is as good as the other.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", DIFFERENT, ids=str)
async def test_a_hidden_member_answers_like_one_that_never_existed(
    world: World, gateway: Gateway, strange: Gateway, role: Who
) -> None:
    token = (await visitors(world))[role]
    asked = list(probes(whole(), seen_by(role)))
    assert len(asked) > 1
    for probe in asked:
        ours = await gateway.send(token, probe.query, probe.variables)
        theirs = await strange.send(token, probe.query, probe.variables)
        told = (ours.status_code, ours.headers["content-type"], ours.text)
        assert told == (theirs.status_code, theirs.headers["content-type"], theirs.text), probe


def test_who_may_everything_sees_everything_that_is_declared() -> None:
    assert names(whole()) == names(declared())


@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_a_schema_is_valid_and_has_nothing_unreachable(role: Who) -> None:
    assert not validate_schema(build_schema(sdl_of(role)))
    used = set(WORD.findall(re.sub(r'"""(.|\n)*?"""', "", sdl_of(role))))
    assert not used & set(hidden_types(whole(), seen_by(role)))


@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_whatever_a_role_may_use_is_in_its_schema(role: Who) -> None:
    """A result that could hold a problem hidden from the role would take its mutation along."""
    for word, root in roots(whole()):
        granted = {n for n, field in root.fields.items() if needs(field) <= capabilities_of(role)}
        there = dict(roots(seen_by(role))).get(word)
        assert granted == set(there.fields if there else ())


@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_a_role_sees_no_member_that_needs_more_than_it_holds(role: Who) -> None:
    for kind in fielded(seen_by(role)):
        known: Any = whole().type_map[kind.name]
        for name, field in kind.fields.items():
            assert needs(known.fields[name]) <= capabilities_of(role)
            assert all(
                needs(known.fields[name].args[n]) <= capabilities_of(role) for n in field.args
            )
    for place in places(seen_by(role)):
        named: Any = whole().type_map[place.named.name]
        if isinstance(named, GraphQLInputObjectType):
            assert all(needs(named.fields[n]) <= capabilities_of(role) for n in place.named.fields)
    for (kind_name, value), scope in ENUM_SCOPES.items():
        enum: Any = seen_by(role).type_map.get(kind_name)
        assert enum is None or (value in enum.values) == (scope in capabilities_of(role))


@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_descriptions_speak_of_no_hidden_member(role: Who) -> None:
    """Names that could be ordinary words are let pass: those without a capital or underscore."""
    seen, everything = names(seen_by(role)), names(whole())
    hidden = {name for name in everything - seen if re.search(r"[a-z][A-Z]|_", name)}
    told = set()
    for described in re.findall(r'"""((?:.|\n)*?)"""', sdl_of(role)):
        told |= hidden & set(WORD.findall(described))
        for path in re.findall(r"`(\w+)\.(\w+)`", described):
            told |= set(path) & (everything - seen)
            told |= {".".join(path)} - paths(role, path)
    assert not told


def names(schema: object) -> set[str]:
    found: set[str] = set()
    for name, kind in schema.type_map.items():  # type: ignore[attr-defined]
        if not name.startswith("__"):
            found |= {name, *getattr(kind, "fields", ()), *getattr(kind, "values", ())}
    for kind in fielded(schema):  # type: ignore[arg-type]
        for field in kind.fields.values():
            found |= set(field.args)
    return found


def paths(role: Who, path: tuple[str, str]) -> set[str]:
    """Return the path as text if some field of the role has such an argument with such a field."""
    argument, inner = path
    for kind in fielded(seen_by(role)):
        for field in kind.fields.values():
            declared = field.args.get(argument)
            if declared is not None and inner in getattr(declared.type, "fields", ()):
                return {f"{argument}.{inner}"}
    return set()


@pytest.mark.parametrize("role", list(Role))
def test_the_committed_schema_is_what_the_code_prints(role: Role) -> None:
    committed = SCHEMAS / f"{role.lower()}.graphql"
    assert committed.read_text(encoding="utf-8") == sdl_of(role)
