"""Queries: statements compiled once, and how values go in and come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Enum

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Dialect, Select
    from sqlalchemy.types import TypeEngine


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where what comes from, when values of some names are given: position, name, how it goes in.

    `constants` are all parameters, those that never change in their places.
    """

    constants: list[Any]
    given: list[tuple[int, str, Any]]
    holes: list[tuple[int, str, Any]]


@dataclass(frozen=True, slots=True)
class Query:
    """A statement compiled once: its text, and how values go in and come out."""

    text: str
    parameters: tuple[tuple[str, Any], ...]
    constants: Mapping[str, Any]
    columns: tuple[tuple[str, Any], ...]
    _layouts: dict[tuple[str, ...], _Layout] = field(default_factory=dict)

    @classmethod
    def compile(cls, statement: Select[Any], dialect: Dialect, *, raw: bool = False) -> Query:
        """Compile a statement; what changes from call to call must be named bind parameters.

        With `raw`, values of enums stay the texts that the database holds.
        """
        compiled: Any = statement.compile(dialect=dialect)
        binds = compiled.binds
        return cls(
            text=compiled.string,
            parameters=tuple(
                (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
                for name in compiled.positiontup or ()
            ),
            constants={name: bind.value for name, bind in binds.items() if not bind.required},
            columns=tuple(
                (column.name, _result_processor(column.type, dialect, raw=raw))
                for column in statement.selected_columns
            ),
        )

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the statement's parameters."""
        known = {**self.constants, **values}
        return [
            known[name] if process is None else process(known[name])
            for name, process in self.parameters
        ]

    def template(self, values: Mapping[str, Any]) -> Template:
        """Return the parameters with these values filled in, and holes for the others."""
        names = tuple(values)
        known = self._layouts.get(names)
        if known is None:
            known = self._layouts[names] = self._layout(names)
        filled = known.constants.copy()
        for index, name, process in known.given:
            value = values[name]
            filled[index] = value if process is None else process(value)
        return Template(self, filled, known.holes)

    def _layout(self, names: tuple[str, ...]) -> _Layout:
        layout = _Layout([None] * len(self.parameters), [], [])
        for index, (name, process) in enumerate(self.parameters):
            if name in names:
                layout.given.append((index, name, process))
            elif name in self.constants:
                value = self.constants[name]
                layout.constants[index] = value if process is None else process(value)
            else:
                layout.holes.append((index, name, process))
        return layout

    def rows(self, raw: Sequence[Any]) -> list[dict[str, Any]]:
        """Return the rows as dictionaries of Python values."""
        return [
            {
                name: value if process is None or value is None else process(value)
                for (name, process), value in zip(self.columns, row, strict=True)
            }
            for row in raw
        ]


@dataclass(slots=True)
class Template:
    """A query with those of its values that stay the same from call to call."""

    query: Query
    _filled: list[Any]
    _holes: list[tuple[int, str, Any]]

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the statement's parameters."""
        bound = self._filled.copy()
        for index, name, process in self._holes:
            value = values[name]
            bound[index] = value if process is None else process(value)
        return bound


def _result_processor(kind: TypeEngine[Any], dialect: Dialect, *, raw: bool) -> Any:  # noqa: ANN401 - a function or None
    if raw and isinstance(kind, Enum):
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)
