"""Selections: from the fields of an operation to the tree of what they ask of their places.

What has no place, or one that makes no sense where it stands, raises `NotCompilable`: the
ordinary executor answers that root field then.
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
    is_enum_type,
    is_list_type,
    is_non_null_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from resolvers.reading.parts import (
    PLACE,
    Asked,
    BehindPart,
    Edges,
    Info,
    Missing,
    NotCompilable,
    Page,
    Row,
    Told,
    Typename,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from resolvers.reading.compiler import Compiler
    from resolvers.reading.joined import Needs, Places
    from resolvers.reading.parts import Place, RootPart
    from resolvers.reading.rows import Writer
    from resolvers.reading.steps import Run

BACKREF = GraphQLCoreConverter.DEFINITION_BACKREF
TYPENAME = "__typename"
MOST_PARTS = 2_000
MOST_LISTS = 20
"""A plan with more would take long to compile, and the executor reads equal lists at once."""
TOLD = {told.value for told in Told}
PLAIN = {"String", "ID", "Int", "Boolean", "DateTime"}
"""Scalars whose Python values orjson writes as their own serializers would."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A value known before any row, wherever it stands: `__typename`."""

    value: str
    guarded: bool = False

    def need(self, needs: Needs) -> None:
        """Take nothing."""

    def write(self, _writer: Writer, _places: Places) -> str:
        """Stand as it is."""
        return repr(self.value)

    def step(self, _compiler: Compiler) -> Constant:
        """Return itself."""
        return self

    async def root(self, _run: Run) -> str:
        """Return the value."""
        return self.value


class Selection:
    """Reads the selections of one operation in one schema."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        switches: Mapping[str, bool],
        *,
        may: Callable[[Any], bool],
    ) -> None:
        """Take the schema of a role; `switches` are the variables of `@skip` and `@include`.

        `may` tells whether a field of the schema may be read.
        """
        self.schema = schema
        self._may = may
        self.parts = 0
        """How many parts there are so far."""
        self.lists = 0
        """How many statements they will take."""
        self._fragments = fragments
        self._switches = switches

    def nodes(self, operation: OperationDefinitionNode) -> dict[str, list[FieldNode]]:
        """Return the root fields of a query by response key, in the order of the answer."""
        return self._collect(self.schema.query_type, [operation])

    def root(self, nodes: list[FieldNode]) -> RootPart:
        """Return what a root field of a query asks."""
        return self._root(self.schema.query_type, nodes)

    def placeless(self, kind: Any, nodes: list[FieldNode]) -> dict[str, RootPart]:  # noqa: ANN401 - a type
        """Return what is asked of an object without a row."""
        inner = self._collect(kind, nodes).items()
        return {response: self._root(kind, parts) for response, parts in inner}

    def _begin_list(self) -> None:
        """Count a statement: each is compiled apart, and aliases of one list are several."""
        self.lists += 1
        if self.lists > MOST_LISTS:
            raise NotCompilable("too many lists")

    def row(self, kind: Any, nodes: list[FieldNode]) -> Row:  # noqa: ANN401 - a type
        """Return what is asked of a row of this type."""
        if is_abstract_type(kind):
            raise NotCompilable(f"{kind.name} is abstract")
        inner = self._collect(kind, nodes).items()
        fields = {response: self._ask(kind, parts, "write") for response, parts in inner}
        return Row(origin(kind).noun, fields)

    def rows(self, kind: Any, nodes: list[FieldNode]) -> dict[str, Row | NotCompilable]:  # noqa: ANN401 - a type
        """Return what is asked of a row of each type it may be, by the prefix of their ids."""
        concrete = self.schema.get_possible_types(kind) if is_abstract_type(kind) else [kind]
        found: dict[str, Row | NotCompilable] = {}
        for possible in concrete:
            try:
                row: Row | NotCompilable = self.row(possible, nodes)
            except NotCompilable as unknown:
                row = unknown
            found[origin(possible).prefix] = row
        return found

    def page(self, kind: Any, nodes: list[FieldNode]) -> Page:  # noqa: ANN401 - a type
        """Return what is asked of a connection."""
        self._begin_list()
        edge = get_named_type(kind.fields["edges"].type)
        node = get_named_type(edge.fields["node"].type)
        fields: dict[str, Typename | Told | Edges | Info] = {}
        for response, parts in self._collect(kind, nodes).items():
            name = parts[0].name.value
            if name == "edges":
                fields[response] = self._edges(edge, node, parts)
            elif name == "pageInfo":
                info = get_named_type(kind.fields[name].type)
                inner = self._collect(info, parts).items()
                fields[response] = Info({key: _told(info, part) for key, part in inner})
            else:
                fields[response] = _told(kind, parts)
        return Page(origin(node).noun, fields)

    def _edges(self, edge: Any, node: Any, nodes: list[FieldNode]) -> Edges:  # noqa: ANN401 - types
        fields: dict[str, Typename | Told | Row] = {}
        for response, parts in self._collect(edge, nodes).items():
            wanted = parts[0].name.value == "node"
            fields[response] = self.row(node, parts) if wanted else _told(edge, parts)
        return Edges(fields)

    def _root(self, kind: Any, nodes: list[FieldNode]) -> RootPart:  # noqa: ANN401 - a type
        part: RootPart = self._ask(kind, nodes, "step")
        return part

    def _ask(self, kind: Any, nodes: list[FieldNode], able: str) -> Any:  # noqa: ANN401 - a part
        """Return the part that a field is; it must be able to do what is wanted of it here."""
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise NotCompilable("too many fields")
        name = nodes[0].name.value
        if name == TYPENAME:
            return Constant(kind.name)
        definition = kind.fields.get(name)
        place = _place(definition)
        if place is None or not self._may(definition):
            raise NotCompilable(f"{kind.name}.{name}")
        below, required = get_named_type(definition.type), is_non_null_type(definition.type)
        part = place.ask(Asked(kind, definition, nodes, below, required), self)
        if isinstance(part, BehindPart) and not hasattr(part, "page"):
            self._begin_list()
        if not hasattr(part, able):
            raise NotCompilable(f"{kind.name}.{name}")
        return part

    # Which fields are selected

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
        named = self.schema.type_map[condition.name.value]
        return named is kind or (is_abstract_type(named) and self.schema.is_sub_type(named, kind))

    def _included(self, directives: Iterable[DirectiveNode]) -> bool:
        for directive in directives:
            name = directive.name.value
            if name not in {"skip", "include"}:
                raise NotCompilable(f"@{name}")
            (argument,) = directive.arguments or ()
            value: Any = argument.value
            holds = (
                self._switches[value.name.value]
                if isinstance(value, VariableNode)
                else bool(value.value)
            )
            if holds is (name == "skip"):
                return False
        return True


def _place(definition: Any) -> Place | None:  # noqa: ANN401 - a field or None
    backref = definition.extensions.get(BACKREF) if definition is not None else None
    return None if backref is None else (backref.metadata or {}).get(PLACE)


def _told(kind: Any, nodes: list[FieldNode]) -> Typename | Told:  # noqa: ANN401 - a type
    """Return what a connection, an edge or a page info tells."""
    name = nodes[0].name.value
    if name == TYPENAME:
        return Typename(kind.name)
    if name not in TOLD:
        raise NotCompilable(f"{kind.name}.{name}")
    return Told(name)


def origin(kind: Any) -> Any:  # noqa: ANN401 - a type
    """Return the class that a type was declared by: it knows its noun and the prefix of ids."""
    return kind.extensions[BACKREF].origin


def leaf_writer(asked: Asked) -> Callable[[Any], Any] | None:
    """Return what a leaf's value must pass before it is written, `None` when it is good as it is.

    Refuses leaves that need more than their Python value. Of an enum the database's own texts
    are written, which are the names of its values; one that the role's schema hides counts as
    missing, and the executor tells it. A list is good as it is, if all its values are.
    """
    kind = asked.definition.type
    if is_list_type(kind.of_type if asked.required else kind):
        if leaf_of(asked) is not None:
            raise NotCompilable(asked.name)
        return None
    return leaf_of(asked)


def leaf_of(asked: Asked) -> Callable[[Any], Any] | None:
    """Return what a single value of a leaf must pass, `None` when it is good as it is."""
    if not is_enum_type(asked.below):
        if asked.below.name not in PLAIN:
            raise NotCompilable(asked.name)
        return None
    seen = asked.below.values
    if any(name != getattr(value.value, "value", value.value) for name, value in seen.items()):
        raise NotCompilable(asked.name)
    if len(seen) == len(asked.below.extensions[BACKREF].values):
        return None

    def shown(value: Any) -> Any:  # noqa: ANN401 - the database's text
        if value not in seen:
            raise Missing("hidden")
        return value

    return shown
