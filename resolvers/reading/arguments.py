"""Arguments: from a field's node and the variables to what its place is called with.

Literals and defaults are converted once, plain variables taken as they come; the libraries
convert the rest, remembered by the values of the variables in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    VariableNode,
    Visitor,
    get_argument_values,
    is_non_null_type,
    visit,
)
from graphql.execution.values import get_variable_values
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments

from resolvers.reading.parts import NotCompilable
from resolvers.reading.variables import ABSENT, MOST_REMEMBERED, digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLSchema

    from resolvers.reading.parts import Call
    from resolvers.reading.variables import Given, Variables
    from resolvers.reading.windows import Window

    MakeWindow = Callable[[int | None, str | None, int | None, str | None], Window]
    Convert = Callable[[Any], Any]

RELAY = ("first", "after", "last", "before")


class _Used(Visitor):
    """Collects the names of the variables in a node."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.append(node.name.value)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """An argument that no variable is in."""

    fixed: Any

    def value(self, _given: Given) -> Any:  # noqa: ANN401 - any argument
        return self.fixed


@dataclass(frozen=True, slots=True)
class _Plain:
    """An argument that is a plain variable; `otherwise` holds when that is left out."""

    variable: str
    required: bool
    otherwise: Any

    def value(self, given: Given) -> Any:  # noqa: ANN401 - any argument
        value = given.plain[self.variable]
        if value is ABSENT:
            value = self.otherwise
        if self.required and (value is None or value is ABSENT):
            raise NotCompilable("null argument")
        return value


@dataclass(frozen=True, slots=True)
class _Converted:
    """An argument that the libraries convert."""

    names: list[str]
    convert: Convert
    _known: dict[bytes, Any] = field(default_factory=dict)

    def value(self, given: Given) -> Any:  # noqa: ANN401 - any argument
        if not given.remember:
            return self.convert(given.coerced())
        key = digest(given.raw, self.names)
        if key not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[key] = self.convert(given.coerced())
        return self._known[key]


class Arguments:
    """The arguments of the fields of one operation."""

    def __init__(self, schema: GraphQLSchema, variables: Variables) -> None:
        """Know which variables are plain."""
        self._schema = schema
        self._variables = variables
        self._known: dict[int, list[tuple[str, Any]]] = {}

    @property
    def _whole(self) -> Any:  # noqa: ANN401 - the library's schema
        # Where the library keeps the schema that a projection came from; a test pins the name.
        return self._schema._strawberry_schema  # type: ignore[attr-defined]  # noqa: SLF001

    def of(self, call: Call, given: Given) -> dict[str, Any]:
        """Return the arguments as Python has them; those left out stay out."""
        known = self._known.get(id(call.node))
        if known is None:
            known = self._known[id(call.node)] = self._read(call)
        values = [(name, argument.value(given)) for name, argument in known]
        return {name: value for name, value in values if value is not ABSENT}

    def _read(self, call: Call) -> list[tuple[str, Any]]:
        nodes = {node.name.value: node for node in call.node.arguments or ()}
        name_of = self._whole.config.name_converter.get_graphql_name
        declared = call.definition.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].arguments
        return [
            (argument.python_name, self._argument(call, argument, nodes.get(name_of(argument))))
            for argument in declared
            if name_of(argument) in call.definition.args
        ]

    def _argument(self, call: Call, declared: Any, node: Any) -> Any:  # noqa: ANN401 - the libraries' own
        name = self._whole.config.name_converter.get_graphql_name(declared)
        alone = SimpleNamespace(args={name: call.definition.args[name]})

        def convert(coerced: Any, field_node: Any = call.node) -> Any:  # noqa: ANN401 - the libraries' own
            try:
                values = get_argument_values(alone, field_node, coerced)  # type: ignore[arg-type]  # reads its args only
            except GraphQLError as error:
                raise NotCompilable("refused arguments") from error
            made = convert_arguments(
                values,
                [declared],
                scalar_registry=self._whole.schema_converter.scalar_registry,
                config=self._whole.config,
            )
            return made.get(declared.python_name, ABSENT)

        used = _Used()
        if node is not None:
            visit(node, used)
        nothing = get_variable_values(self._schema, (), {})
        if not used.names:
            return _Fixed(convert(nothing))
        if isinstance(node.value, VariableNode) and used.names[0] in self._variables.plain:
            required = is_non_null_type(call.definition.args[name].type)
            without = SimpleNamespace(arguments=())
            otherwise = ABSENT if required else convert(nothing, without)
            return _Plain(used.names[0], required, otherwise)
        return _Converted(used.names, convert)


@dataclass(slots=True)
class Calls:
    """The arguments of an operation's fields in one request."""

    arguments: Arguments
    given: Given
    window_of: MakeWindow

    def of(self, call: Call) -> dict[str, Any]:
        """Return the arguments of a field."""
        return self.arguments.of(call, self.given)

    def windowed(self, call: Call) -> tuple[Window, dict[str, Any]]:
        """Return the window of a connection and its other arguments."""
        given = self.of(call)
        relay = (given.pop(name, None) for name in RELAY)
        return self.window_of(*relay), given
