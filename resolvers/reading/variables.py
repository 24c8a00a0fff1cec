"""The variables of an operation: those of plain types are checked at a glance.

The library's own coercion costs more than a look-up does; it is asked about the others, once
for all values that are the same, and about whatever is not plainly right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from graphql import (
    GraphQLScalarType,
    get_nullable_type,
    is_non_null_type,
    type_from_ast,
    value_from_ast_untyped,
)
from graphql.execution.values import get_variable_values

from resolvers.reading.parts import NotCompilable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLSchema, OperationDefinitionNode

PLAIN: dict[str, type] = {"ID": str, "String": str, "Int": int, "Boolean": bool}
LARGEST = 2**31 - 1
MOST_REMEMBERED = 64
ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class _Plain:
    """A variable whose value is taken as it comes, if it is what its type says."""

    kind: type
    required: bool
    default: Any

    def fits(self, value: Any) -> bool:  # noqa: ANN401 - whatever the client sent
        """Whether the value needs no coercion."""
        if value is None or value is ABSENT:
            return not self.required
        if type(value) is not self.kind:
            return False
        return not isinstance(value, int) or -LARGEST <= value <= LARGEST


class Variables:
    """The variable definitions of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        """Tell the plain variables from the others."""
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self.plain: dict[str, _Plain] = {}
        self._others: list[str] = []
        self._declared = [node.variable.name.value for node in self._definitions]
        self._fitting: dict[bytes, None] = {}
        for node in self._definitions:
            name = node.variable.name.value
            kind: Any = type_from_ast(schema, node.type)
            named = get_nullable_type(kind)
            if isinstance(named, GraphQLScalarType) and named.name in PLAIN:
                default = ABSENT
                if node.default_value is not None:
                    default = value_from_ast_untyped(node.default_value)
                self.plain[name] = _Plain(PLAIN[named.name], is_non_null_type(kind), default)
            else:
                self._others.append(name)

    def key(self, variables: Mapping[str, Any]) -> bytes:
        """Return bytes that are the same for the same values; what is not declared is nothing."""
        return digest(variables, self._declared)

    def given(self, variables: Mapping[str, Any], *, remember: bool) -> Given:
        """Return the values; `NotCompilable` when they do not fit the operation.

        With `remember` what is made of them is kept for the next time.
        """
        values: dict[str, Any] = {}
        plainly = True
        for name, variable in self.plain.items():
            value = values[name] = variables.get(name, variable.default)
            plainly = plainly and variable.fits(value)
        given = Given(self, variables, values, remember)
        if plainly and not self._others:
            return given
        key = digest(variables, self._others) if remember else b""
        if not plainly or key not in self._fitting:
            coerced = given.coerced().coerced
            given.plain = {name: coerced.get(name, ABSENT) for name in self.plain}
            if plainly and remember:
                if len(self._fitting) >= MOST_REMEMBERED:
                    self._fitting.pop(next(iter(self._fitting)))
                self._fitting[key] = None
        return given

    def coerced(self, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the library's container
        """Return what the library makes of the variables."""
        coerced = get_variable_values(self._schema, self._definitions, dict(variables))
        if isinstance(coerced, list):
            raise NotCompilable("variables")
        return coerced


@dataclass(slots=True)
class Given:
    """The variables of one request; `plain` are the values of the plain ones."""

    variables: Variables
    raw: Mapping[str, Any]
    plain: dict[str, Any]
    remember: bool
    _coerced: Any = None

    def coerced(self) -> Any:  # noqa: ANN401 - the library's container
        """Return what the library makes of them all."""
        if self._coerced is None:
            self._coerced = self.variables.coerced(self.raw)
        return self._coerced


def digest(variables: Mapping[str, Any], names: list[str]) -> bytes:
    """Return bytes that are the same for the same values of these variables."""
    present = {name: variables[name] for name in names if name in variables}
    return orjson.dumps(present, option=orjson.OPT_SORT_KEYS)
