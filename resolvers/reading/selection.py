"""Selections: what an operation asks of the places, in the order it asks.

Turns the selected fields of a schema into a tree of columns and relations. What is no place, or
a place that a plan does not know yet, raises `NotCompilable`; the ordinary executor answers then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_non_null_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from resolvers.reading.places import PLACE, At, Key, One, Root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

BACKREF = GraphQLCoreConverter.DEFINITION_BACKREF
TYPENAME = "__typename"


class NotCompilable(Exception):
    """The plan does not know this; the message says what, for those who watch slow paths."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row, through a function of it if there is one."""

    name: str
    through: Callable[[Any], Any] | None
    required: bool


@dataclass(frozen=True, slots=True)
class Id:
    """The key of the row, as an id."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A value known before any row: `__typename`."""

    value: str


@dataclass(frozen=True, slots=True)
class Related:
    """At most one row behind a to-one relation."""

    name: str
    row: Row
    required: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked of a row of a noun, by response key."""

    noun: str
    fields: Mapping[str, Column | Id | Constant | Related]


@dataclass(frozen=True, slots=True)
class Pages:
    """What is asked of a connection: of itself, of its edges, of its page info."""

    whole: Mapping[str, str]
    edge: Mapping[str, str]
    info: Mapping[str, str]
    row: Row


@dataclass(frozen=True, slots=True)
class RootList:
    """A root list: how its shape is chosen, the field's own node, and what is asked of it."""

    definition: Any
    node: FieldNode
    choose: Callable[..., Any]
    pages: Pages


class Selection:
    """Reads the selections of one operation in one schema."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        """Take the schema of a role; of the variables only those of `@skip`/`@include` matter."""
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def roots(self, operation: OperationDefinitionNode) -> dict[str, RootList | Constant]:
        """Return what each root field of a query asks, by response key."""
        query = self._schema.query_type
        if query is None:
            raise NotCompilable("no queries")
        found: dict[str, RootList | Constant] = {}
        for response, nodes in self._collect(query, [operation]).items():
            name = nodes[0].name.value
            if name == TYPENAME:
                found[response] = Constant(query.name)
                continue
            definition = query.fields.get(name)
            place = _place(definition)
            if not isinstance(place, Root):
                raise NotCompilable(f"Query.{name}")
            kind = get_named_type(definition.type) if definition else None
            pages = self._pages(kind, nodes)
            found[response] = RootList(definition, nodes[0], place.choose, pages)
        return found

    def _pages(self, kind: Any, nodes: list[FieldNode]) -> Pages:  # noqa: ANN401 - a type or None
        whole: dict[str, str] = {}
        edge: dict[str, str] = {}
        info: dict[str, str] = {}
        row: Row | None = None
        for response, parts in self._collect(kind, nodes).items():
            whole[response] = name = parts[0].name.value
            inner = get_named_type(kind.fields[name].type) if name in kind.fields else None
            if name == "pageInfo":
                info = _only(info, _names(self._collect(inner, parts)))
            elif name == "edges":
                edges = self._collect(inner, parts)
                edge = _only(edge, _names(edges))
                for wanted in edges.values():
                    if wanted[0].name.value == "node":
                        node_type = get_named_type(inner.fields["node"].type)  # type: ignore[union-attr]
                        row = self._one_row(row, self._row(node_type, wanted))
        if row is None:
            node = kind.fields["edges"].type.of_type.of_type.of_type.fields["node"]
            row = Row(_noun(get_named_type(node.type)), {})
        return Pages(whole, edge, info, row)

    @staticmethod
    def _one_row(known: Row | None, row: Row) -> Row:
        if known is not None and known != row:
            raise NotCompilable("two different selections of one page")
        return row

    def _row(self, kind: Any, nodes: list[FieldNode]) -> Row:  # noqa: ANN401 - a named type
        if is_abstract_type(kind):
            raise NotCompilable(f"{kind.name} is abstract")
        fields: dict[str, Column | Id | Constant | Related] = {}
        for response, parts in self._collect(kind, nodes).items():
            name = parts[0].name.value
            if name == TYPENAME:
                fields[response] = Constant(kind.name)
                continue
            definition = kind.fields[name]
            place = _place(definition)
            required = is_non_null_type(definition.type)
            if isinstance(place, Key):
                fields[response] = Id(kind.extensions[BACKREF].origin.prefix)
            elif isinstance(place, At):
                fields[response] = Column(place.name, place.through, required)
            elif isinstance(place, One):
                inner = self._row(get_named_type(definition.type), parts)
                fields[response] = Related(place.name, inner, required)
            else:
                raise NotCompilable(f"{kind.name}.{name}")
        return Row(_noun(kind), fields)

    def _collect(self, kind: Any, parents: Iterable[Any]) -> dict[str, list[FieldNode]]:  # noqa: ANN401 - a named type
        """Return the selected fields by response key, in the order the executor answers them."""
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for parent in parents:
            for node in self._flat(kind, parent, spread):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
        return found

    def _flat(self, kind: Any, parent: Any, spread: set[str]) -> Iterator[FieldNode]:  # noqa: ANN401 - nodes
        for node in parent.selection_set.selections if parent.selection_set else ():
            if not self._included(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition, kind):
                    yield from self._flat(kind, node, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(fragment.type_condition, kind):
                    yield from self._flat(kind, fragment, spread)

    def _applies(self, condition: Any, kind: GraphQLObjectType) -> bool:  # noqa: ANN401 - a node
        named = self._schema.type_map[condition.name.value]
        return named is kind or (is_abstract_type(named) and self._schema.is_sub_type(named, kind))

    def _included(self, directives: Iterable[DirectiveNode]) -> bool:
        for directive in directives:
            name = directive.name.value
            if name not in {"skip", "include"}:
                raise NotCompilable(f"@{name}")
            (argument,) = directive.arguments or ()
            value: Any = argument.value
            holds = (
                bool(self._variables.get(value.name.value))
                if isinstance(value, VariableNode)
                else bool(value.value)
            )
            if holds is (name == "skip"):
                return False
        return True


def _place(definition: Any) -> Any:  # noqa: ANN401 - a field or None
    backref = definition.extensions.get(BACKREF) if definition is not None else None
    return (backref.metadata or {}).get(PLACE) if backref is not None else None


def _noun(kind: Any) -> str:  # noqa: ANN401 - a named type
    return str(kind.extensions[BACKREF].origin.noun)


def _names(collected: Mapping[str, list[FieldNode]]) -> dict[str, str]:
    return {response: nodes[0].name.value for response, nodes in collected.items()}


def _only(known: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    if known and known != new:
        raise NotCompilable("two different selections of one page")
    return new
