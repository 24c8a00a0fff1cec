"""Questions after everything that the whole schema has and a role's schema has not.

They are made from the two schemas alone, so that a new member is asked after without a change
here. Members of one kind share a document: each gives its own error. Every name is asked after
also misspelt, for a suggestion must not know it either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_introspection_query,
)

from tests.security.atlas import (
    Place,
    call,
    composite,
    fielded,
    literal,
    places,
    possible,
    roots,
    sample,
)

TOGETHER = 20
"""Members in one document; validation gives up after 100 errors."""


@dataclass(frozen=True)
class Probe:
    query: str
    variables: dict[str, Any] | None = None


def probes(whole: GraphQLSchema, seen: GraphQLSchema) -> Iterator[Probe]:
    """Return all probes for what `seen` hides of `whole`."""
    yield Probe(get_introspection_query(input_value_deprecation=True))
    yield from _types(whole, seen)
    yield from _fields(whole, seen)
    yield from _arguments(whole, seen)
    yield from _members(whole, seen)
    for place in places(seen):
        yield from _values(whole, place)
    yield from _defaults(whole, seen)


def hidden_types(whole: GraphQLSchema, seen: GraphQLSchema) -> list[str]:
    return [name for name in whole.type_map if name not in seen.type_map]


def _misspelt(names: Iterable[str]) -> list[str]:
    return [name[:-1] for name in names]


def _together(names: Iterable[str]) -> Iterator[list[str]]:
    listed = list(names)
    for start in range(0, len(listed), TOGETHER):
        yield listed[start : start + TOGETHER]


def _numbered(template: str, names: Iterable[str]) -> str:
    return " ".join(template.format(n=n, x=name) for n, name in enumerate(names))


def _types(whole: GraphQLSchema, seen: GraphQLSchema) -> Iterator[Probe]:
    hidden = hidden_types(whole, seen)
    for names in _together(_misspelt(hidden)):
        yield Probe("{ " + _numbered("... on {x} {{ __typename }}", names) + " }")
    for names in _together(hidden):
        asked = _numbered("t{n}: __type(name: {x}) {{ kind name }}", [f'"{x}"' for x in names])
        yield Probe("{ " + asked + " }")
        spreads = _numbered("...F{n}", names)
        fragments = _numbered("fragment F{n} on {x} {{ __typename }}", names)
        yield Probe("{ " + spreads + " } " + fragments)
        yield Probe("query (" + _numbered("$v{n}: [{x}!]! = null", names) + ") { __typename }")


def _fields(whole: GraphQLSchema, seen: GraphQLSchema) -> Iterator[Probe]:
    for kind in fielded(seen):
        known: Any = whole.type_map[kind.name]
        hidden = [name for name in known.fields if name not in kind.fields]
        forms = ["a{n}: {x} {{ __typename }}", 'b{n}: {x}(id: "x", first: null)']
        spelt = [(hidden, form) for form in forms] + [(_misspelt(hidden), "{x}")]
        for listed, form in spelt:
            for names in _together(listed):
                asked = _numbered(form, names)
                yield Probe(f"{{ ...F }} fragment F on {kind.name} {{ {asked} }}")
        for word, root in roots(seen):
            if root.name == kind.name:
                for name in hidden:
                    yield Probe(f"{word} {{ {call(name, known.fields[name])} }}")


def _arguments(whole: GraphQLSchema, seen: GraphQLSchema) -> Iterator[Probe]:
    for kind in fielded(seen):
        for name, field in kind.fields.items():
            known: Any = whole.type_map[kind.name]
            hidden = {n: a for n, a in known.fields[name].args.items() if n not in field.args}
            below = " { __typename }" if composite(field) else ""
            for argument, declared in hidden.items():
                given = ["null", literal(sample(declared.type), declared.type), "$v"]
                spelt = [(argument, value) for value in given] + [(argument[:-1], "null")]
                for spelling, value in spelt:
                    asked = f"{name}({spelling}: {value}){below}"
                    heading = f"($v: {declared.type})" if value == "$v" else ""
                    yield Probe(
                        f"query {heading} {{ ...F }} fragment F on {kind.name} {{ {asked} }}"
                    )


def _members(whole: GraphQLSchema, seen: GraphQLSchema) -> Iterator[Probe]:
    """Ask after possible types: as a fragment inside the interface or union."""
    kinds = [k for k in seen.type_map.values() if isinstance(k, GraphQLUnionType)]
    for kind in [*fielded(seen), *kinds]:
        now = {member.name for member in possible(seen, kind)}
        hidden = [m.name for m in possible(whole, whole.type_map[kind.name]) if m.name not in now]
        for names in _together(hidden):
            asked = _numbered("... on {x} {{ a{n}: __typename }}", names)
            yield Probe(f"{{ ...F }} fragment F on {kind.name} {{ {asked} }}")


def _hidden_values(whole: GraphQLSchema, named: Any) -> list[tuple[str, str]]:
    """Return (spelling, type) of the hidden input fields or enum values of a seen type."""
    known: Any = whole.type_map[named.name]
    if isinstance(named, GraphQLInputObjectType):
        hidden = {n: str(f.type) for n, f in known.fields.items() if n not in named.fields}
    elif isinstance(named, GraphQLEnumType):
        hidden = {n: named.name for n in known.values if n not in named.values}
    else:
        hidden = {}
    return [(spelling, kind) for name, kind in hidden.items() for spelling in (name, name[:-1])]


def _values(whole: GraphQLSchema, place: Place) -> Iterator[Probe]:
    """Ask after hidden input fields and enum values where an operation would give them."""
    first, *inner = place.path
    for spelling, kind in _hidden_values(whole, place.named):
        is_input = isinstance(place.named, GraphQLInputObjectType)
        for value in ("null", '"x"', "$v") if is_input else (spelling, f'"{spelling}"'):
            given = f"{{{spelling}: {value}}}" if is_input else value
            for step in reversed(inner):
                given = f"{{{step}: {given}}}"
            heading = f"($v: {kind})" if value == "$v" else ""
            below = " { __typename }"
            asked = f"{place.field}({first}: {given}){below}"
            yield Probe(f"{place.operation} {heading} {{ {asked} }}")
        json: Any = {spelling: None} if is_input else spelling
        for step in reversed(inner):
            json = {step: json}
        argument = _type_of_argument(whole, place)
        yield Probe(
            f"{place.operation} ($v: {argument}) {{ {place.field}({first}: $v) {{ __typename }} }}",
            {"v": json},
        )


def _type_of_argument(whole: GraphQLSchema, place: Place) -> str:
    root: Any = dict(roots(whole))[place.operation]
    return str(root.fields[place.field].args[place.path[0]].type)


def _defaults(whole: GraphQLSchema, seen: GraphQLSchema) -> Iterator[Probe]:
    """Ask in the default value of a variable: any input type can stand there."""
    for name, kind in seen.type_map.items():
        for spelling, _ in _hidden_values(whole, kind):
            is_input = isinstance(kind, GraphQLInputObjectType)
            given = [f"{{{spelling}: null}}", f"{{{spelling}: 1}}"] if is_input else [spelling]
            for value in given:
                yield Probe(f"query ($v: {name} = {value}) {{ __typename }}")
