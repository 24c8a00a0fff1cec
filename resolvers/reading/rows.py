"""Rows to dictionaries: one generated function for each selection.

Walking the selection for every row would cost more than the database does, so it is walked
once, to write the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resolvers.reading.selection import Column, Constant, Id, NotCompilable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from resolvers.reading.joined import Places
    from resolvers.reading.selection import Related, Row


class Missing(NotCompilable):
    """A value that must not be null is: the executor knows how to say so."""


def _missing() -> Any:  # noqa: ANN401 - stands where a value is expected
    raise Missing("null in a field that must not be null")


class RowFunction:
    """Writes the function for one selection; `processors` turn raw values into Python's."""

    def __init__(self, processors: Sequence[Callable[[Any], Any] | None]) -> None:
        """Know how each column of the statement comes in."""
        self._processors = processors
        self._names: dict[str, Any] = {"missing": _missing}

    def build(self, row: Row, places: Places) -> Callable[[Any], dict[str, Any]]:
        """Return the function from a raw row to the answer's dictionary."""
        source = f"lambda r: {self._dictionary(row, places)}"
        # Names and positions only: nothing of a client's text gets into the source but as repr.
        made: Callable[[Any], dict[str, Any]] = eval(source, self._names)  # noqa: S307
        return made

    def value(self, index: int) -> Callable[[Any], Any]:
        """Return the function from a raw row to one of its values."""
        made: Callable[[Any], Any] = eval(f"lambda r: {self._at(index)}", self._names)  # noqa: S307
        return made

    def _dictionary(self, row: Row, places: Places) -> str:
        parts = (
            f"{response!r}: {self._expression(response, asked, places)}"
            for response, asked in row.fields.items()
        )
        return "{" + ", ".join(parts) + "}"

    def _expression(
        self, response: str, asked: Column | Id | Constant | Related, places: Places
    ) -> str:
        if isinstance(asked, Constant):
            return repr(asked.value)
        if isinstance(asked, Id):
            return f"{asked.prefix + '_'!r} + {self._at(places.columns['key'])}.hex"
        if isinstance(asked, Column):
            return self._column(asked, places.columns[asked.name])
        below = places.related[response]
        absent = "missing()" if asked.required else "None"
        key = f"r[{below.columns['key']}]"
        return f"({absent} if {key} is None else {self._dictionary(asked.row, below)})"

    def _column(self, asked: Column, index: int) -> str:
        value = self._at(index)
        if asked.through is not None:
            name = f"through{len(self._names)}"
            self._names[name] = asked.through
            value = f"{name}({value})"
        if asked.required:
            return f"({value} if r[{index}] is not None else missing())"
        return f"(None if r[{index}] is None else {value})"

    def _at(self, index: int) -> str:
        process = self._processors[index]
        if process is None:
            return f"r[{index}]"
        self._names[f"process{index}"] = process
        return f"process{index}(r[{index}])"
