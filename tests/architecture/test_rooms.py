"""The house keeps its rooms apart, and every name it borrows from a library is still there."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, GraphQLUnionType
from strawberry.permission import BasePermission
from strawberry.types import Info
from strawberry.types.field import StrawberryField

from domain import refusals
from domain.access import GRANTS, Capability, Role
from domain.tokens import EVERY_TOKEN
from schema.access import MayViewSelf
from schema.problems import Problem
from schema.projection import BACKREF, UndeclaredCapability, check_roots
from schema.root import Mutation, Query
from tests.security.atlas import declared, roots, seen_by, whole

ROOT = Path(__file__).parents[2]
ROOMS = ["domain", "persistence", "resolvers", "schema", "gateway", "tests"]


def test_the_room_graphql_holds_documents_and_hides_no_library() -> None:
    assert not list((ROOT / "graphql").rglob("*.py"))
    assert not list((ROOT / "graphql").rglob("__pycache__"))
    found = subprocess.run(
        [sys.executable, "-c", "import graphql; print(graphql.__file__, graphql.version)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.split()[0]).is_relative_to(sysconfig.get_path("purelib"))


def test_no_room_is_installed() -> None:
    for room in [*ROOMS, "benchmarks", "license-gateway"]:
        with pytest.raises(PackageNotFoundError):
            distribution(room)
    for folder in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for room in [*ROOMS, "benchmarks"]:
            assert not (Path(folder) / room).exists()
            assert not (Path(folder) / f"{room}.py").exists()


def test_every_room_is_a_package_of_this_project() -> None:
    for room in ROOMS:
        module = __import__(room)
        assert module.__file__ == str(ROOT / room / "__init__.py")


def test_every_level_of_the_tests_is_a_package() -> None:
    """Two modules of one name in different folders would otherwise be taken for one."""
    levels = {file.parent for file in (ROOT / "tests").rglob("*.py")}
    assert [level for level in levels if not (level / "__init__.py").exists()] == []


def field(permission: type[BasePermission]) -> Any:
    return strawberry.field(lambda: 1, permission_classes=[permission])


def test_every_root_field_declares_a_capability() -> None:
    check_roots(declared())


def test_a_root_field_without_a_capability_is_refused() -> None:
    @strawberry.type
    class Declared:
        said: int = field(MayViewSelf)

    @strawberry.type
    class Forgotten(Declared):
        unsaid: int = 2

    class Other(BasePermission):
        def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
            return False

    @strawberry.type
    class Evaded(Declared):
        evaded: int = field(Other)

    check_roots(strawberry.Schema(Declared)._schema)
    for queries, name in ((Forgotten, "unsaid"), (Evaded, "evaded")):
        with pytest.raises(UndeclaredCapability, match=name):
            check_roots(strawberry.Schema(queries)._schema)
        with pytest.raises(UndeclaredCapability, match=name):
            check_roots(strawberry.Schema(Declared, queries)._schema)


def test_the_private_names_of_the_library_are_where_we_take_them() -> None:
    schema = strawberry.Schema(Query, Mutation)
    built = schema._schema
    assert isinstance(built, GraphQLSchema)
    assert built._strawberry_schema is schema  # type: ignore[attr-defined]
    assert "_field" in {part.name for part in dataclasses.fields(Info)}
    node = built.query_type.fields["node"]  # type: ignore[union-attr]
    assert isinstance(node.extensions[BACKREF], StrawberryField)
    assert node.extensions[BACKREF].permission_classes == [MayViewSelf]


def test_every_projection_keeps_the_schema_that_resolvers_look_for() -> None:
    for role in Role:
        kept = seen_by(role)._strawberry_schema  # type: ignore[attr-defined]
        assert kept is declared()._strawberry_schema  # type: ignore[attr-defined]


def test_every_refusal_has_its_problem_and_its_code() -> None:
    raised = {kind.__name__: kind for kind in refusals.Refusal.__subclasses__()}
    told = {kind.__name__ for kind in Problem.__subclasses__()}
    assert raised.keys() == told
    assert {kind.code for kind in raised.values()} == set(refusals.ProblemCode)
    assert len({kind.code for kind in raised.values()}) == len(raised)


def test_every_problem_is_an_answer_of_some_mutation() -> None:
    unions = [k for k in whole().type_map.values() if isinstance(k, GraphQLUnionType)]
    told = {member.name for union in unions for member in union.types}
    assert {kind.__name__ for kind in Problem.__subclasses__()} <= told


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_every_answer_of_its_mutations(role: Role) -> None:
    """A problem hidden from a role that sees the mutation would come out masked."""
    seen = dict(roots(seen_by(role))).get("mutation")
    for name in seen.fields if seen else ():
        known = dict(roots(whole()))["mutation"].fields[name]
        union = whole().type_map[str(known.type).rstrip("!")]
        answers = union.types if isinstance(union, GraphQLUnionType) else (union,)
        assert {answer.name for answer in answers} <= seen_by(role).type_map.keys()
        codes = {getattr(refusals, a.name).code for a in answers if hasattr(refusals, a.name)}
        if codes:
            assert codes <= set(seen_by(role).type_map["ProblemCode"].values)  # type: ignore[attr-defined]


def test_every_capability_is_granted_to_somebody() -> None:
    assert set(Capability) == EVERY_TOKEN.union(*GRANTS.values())
