"""The projection: from the schema of all roles to what one set of capabilities sees.

A member whose capability is missing is left out; what then has no members, or is reached by
nothing any more, is left out as well. An object type that implements a returned interface is
not reached by that: `node` alone makes no type visible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_required_argument,
    is_required_input_field,
    is_specified_scalar_type,
    validate_schema,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from domain.access import Capability
from schema.access import ENUM_OWNERS, ENUM_SCOPES, SCOPE, Permission

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKREF = GraphQLCoreConverter.DEFINITION_BACKREF
Fielded = GraphQLObjectType | GraphQLInterfaceType
_Membered = Fielded | GraphQLInputObjectType


class UndeclaredCapability(TypeError):
    """A root field says nothing of who may use it."""


def needs(member: GraphQLField | GraphQLArgument | GraphQLInputField) -> frozenset[Capability]:
    """Return the capabilities a member of the schema needs."""
    definition: Any = member.extensions.get(BACKREF)
    found = {
        permission.capability
        for permission in getattr(definition, "permission_classes", ())
        if issubclass(permission, Permission)
    }
    scope = (getattr(definition, "metadata", None) or {}).get(SCOPE)
    return frozenset(found if scope is None else found | {scope})


def named(schema: GraphQLSchema) -> frozenset[Capability]:
    """Return the capabilities that any member of the schema needs."""
    found: set[Capability] = set(ENUM_SCOPES.values())
    for kind in schema.type_map.values():
        for member in kind.fields.values() if isinstance(kind, _Membered) else ():
            found |= needs(member)
            for argument in getattr(member, "args", {}).values():
                found |= needs(argument)
    return frozenset(found)


def check_roots(schema: GraphQLSchema) -> None:
    """Raise `UndeclaredCapability` for a root field that everybody could use by oversight."""
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        for name, field in (root.fields if root else {}).items():
            if not needs(field):
                raise UndeclaredCapability(name)


def project(schema: GraphQLSchema, capabilities: frozenset[Capability]) -> GraphQLSchema:
    """Return the schema that holders of exactly these capabilities see."""
    projected = _Projection(schema, capabilities).schema()
    errors = validate_schema(projected)
    if errors:
        raise TypeError("; ".join(error.message for error in errors))
    # Strawberry's resolvers look for their schema here; a test pins the name.
    projected._strawberry_schema = schema._strawberry_schema  # type: ignore[attr-defined]  # noqa: SLF001
    return projected


class _Projection:
    def __init__(self, schema: GraphQLSchema, capabilities: frozenset[Capability]) -> None:
        self._schema = schema
        self._capabilities = capabilities
        self._dead: set[str] = set()
        self._reached = set(schema.type_map)
        while self._bury():
            pass
        self._reached = self._reach()
        self._made: dict[str, GraphQLNamedType] = {}

    # What is seen

    def _granted(self, member: GraphQLField | GraphQLArgument | GraphQLInputField) -> bool:
        return needs(member) <= self._capabilities

    def _alive(self, kind: GraphQLType) -> bool:
        return get_named_type(kind).name not in self._dead

    def _fields(self, kind: Fielded) -> dict[str, GraphQLField]:
        return {
            name: field
            for name, field in kind.fields.items()
            if self._granted(field)
            and self._alive(field.type)
            and all(
                name in self._arguments(field)
                for name, argument in field.args.items()
                if is_required_argument(argument)
            )
        }

    def _arguments(self, field: GraphQLField) -> dict[str, GraphQLArgument]:
        return {
            name: argument
            for name, argument in field.args.items()
            if self._granted(argument) and self._alive(argument.type)
        }

    def _inputs(self, kind: GraphQLInputObjectType) -> dict[str, GraphQLInputField]:
        return {
            name: field
            for name, field in kind.fields.items()
            if self._granted(field) and self._alive(field.type)
        }

    def _values(self, kind: GraphQLEnumType) -> dict[str, Any]:
        def seen(name: str) -> bool:
            scope = ENUM_SCOPES.get((kind.name, name))
            owner = ENUM_OWNERS.get((kind.name, name))
            granted = scope is None or scope in self._capabilities
            return granted and (owner is None or owner in self._reached)

        return {name: value for name, value in kind.values.items() if seen(name)}

    def _members(self, kind: GraphQLUnionType) -> list[GraphQLObjectType]:
        return [member for member in kind.types if self._alive(member)]

    def _empty(self, kind: GraphQLNamedType) -> bool:
        if isinstance(kind, Fielded):
            return not self._fields(kind)
        if isinstance(kind, GraphQLInputObjectType):
            kept = self._inputs(kind)
            lost = (f for name, f in kind.fields.items() if name not in kept)
            return not kept or any(is_required_input_field(field) for field in lost)
        if isinstance(kind, GraphQLEnumType):
            return not self._values(kind)
        # A result that could hold a member hidden from the role would come out masked.
        return isinstance(kind, GraphQLUnionType) and self._members(kind) != list(kind.types)

    def _bury(self) -> bool:
        found = {
            name
            for name, kind in self._schema.type_map.items()
            if name not in self._dead and not name.startswith("__") and self._empty(kind)
        }
        self._dead |= found
        return bool(found)

    # What is reached from the roots

    def _next(self, kind: GraphQLNamedType) -> Iterator[GraphQLType]:
        if isinstance(kind, Fielded):
            for field in self._fields(kind).values():
                yield field.type
                yield from (argument.type for argument in self._arguments(field).values())
            yield from kind.interfaces
        elif isinstance(kind, GraphQLInputObjectType):
            yield from (field.type for field in self._inputs(kind).values())
        elif isinstance(kind, GraphQLUnionType):
            yield from self._members(kind)

    def _reach(self) -> set[str]:
        whole = self._schema
        roots = [whole.query_type, whole.mutation_type, whole.subscription_type]
        waiting: list[GraphQLNamedType] = [
            root for root in roots if root is not None and self._alive(root)
        ]
        reached: set[str] = set()
        while waiting:
            kind = waiting.pop()
            if kind.name not in reached:
                reached.add(kind.name)
                waiting += [get_named_type(follow) for follow in self._next(kind)]
        return reached

    # What is made

    def schema(self) -> GraphQLSchema:
        kwargs: dict[str, Any] = {**self._schema.to_kwargs()}
        kwargs["types"] = [
            self._named(kind)
            for name, kind in self._schema.type_map.items()
            if name in self._reached and not is_specified_scalar_type(kind)
        ]
        for root in ("query", "mutation", "subscription"):
            kind = kwargs.get(root)
            kept = kind is not None and kind.name in self._reached
            kwargs[root] = self._named(kind) if kept else None
        return GraphQLSchema(**kwargs)

    def _type(self, kind: Any) -> Any:  # noqa: ANN401 - wrapped types have no common base
        if isinstance(kind, GraphQLNonNull):
            return GraphQLNonNull(self._type(kind.of_type))
        if isinstance(kind, GraphQLList):
            return GraphQLList(self._type(kind.of_type))
        return self._named(kind)

    def _named(self, kind: Any) -> Any:  # noqa: ANN401 - any named type
        if isinstance(kind, GraphQLScalarType):
            return kind
        made = self._made.get(kind.name)
        if made is None:
            made = self._made[kind.name] = self._make(kind)
        return made

    def _make(self, kind: Any) -> GraphQLNamedType:  # noqa: ANN401 - any named type
        kwargs = kind.to_kwargs()
        if isinstance(kind, Fielded):
            kwargs["fields"] = lambda: {
                name: self._field(field) for name, field in self._fields(kind).items()
            }
            kwargs["interfaces"] = lambda: [self._named(i) for i in kind.interfaces]
        elif isinstance(kind, GraphQLInputObjectType):
            kwargs["is_one_of"] = kind.extensions[BACKREF].is_one_of
            kwargs["fields"] = lambda: {
                name: self._input(field, GraphQLInputField)
                for name, field in self._inputs(kind).items()
            }
        elif isinstance(kind, GraphQLEnumType):
            kwargs["values"] = self._values(kind)
            kwargs["enum"] = kind.extensions[BACKREF]
        elif isinstance(kind, GraphQLUnionType):
            kwargs["types"] = lambda: [self._named(member) for member in self._members(kind)]
            kwargs["resolve_type"] = _original_resolver(kind)
        return type(kind)(**kwargs)  # type: ignore[no-any-return]

    def _field(self, field: GraphQLField) -> GraphQLField:
        kwargs = field.to_kwargs()
        kwargs["type_"] = self._type(field.type)
        kwargs["args"] = {
            name: self._input(argument, GraphQLArgument)
            for name, argument in self._arguments(field).items()
        }
        return GraphQLField(**kwargs)

    def _input(self, member: Any, kind: Any) -> Any:  # noqa: ANN401 - argument or input field
        kwargs = member.to_kwargs()
        kwargs["type_"] = self._type(member.type)
        # Python's way to say "optional" is a default of null; in the schema it is no default.
        default = kwargs["default"]
        if default is not None and default.value is None:
            kwargs["default"] = None
        if kwargs["default_value"] is None:
            kwargs["default_value"] = Undefined
        return kind(**kwargs)


def _original_resolver(union: GraphQLUnionType) -> Any:  # noqa: ANN401 - a callable of the library
    """Return the union's resolver, called with the original type: it compares by identity."""
    resolve: Any = union.resolve_type
    return lambda value, info, _projected: resolve(value, info, union)
