"""Raw rows to dictionaries: one generated function for each selection.

Walking the selection for every row would cost more than the database does, so it is walked
once, to write the function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from resolvers.reading.parts import Missing, Row

if TYPE_CHECKING:
    from uuid import UUID

    from resolvers.reading.joined import Places

Rows = Sequence[Any]


@dataclass(slots=True)
class Harvest:
    """What the functions leave beside the dictionaries they make.

    `behind` has a list for each selection with parts that are read by statements of their own:
    the raw keys of its rows, and the dictionaries to put those parts into. `owners` are the
    tenants whose rows these are, if that is audited.
    """

    behind: list[list[tuple[Any, dict[str, Any]]]]
    owners: set[UUID] = field(default_factory=set)


MakeRows = Callable[[Rows, Harvest], list[dict[str, Any]]]


def _missing() -> Any:  # noqa: ANN401 - stands where a value is expected
    raise Missing("null")


def _kept(keep: list[tuple[Any, Any]], key: Any, made: Any) -> Any:  # noqa: ANN401 - raw values
    keep.append((key, made))
    return made


def _owned(owners: set[UUID], owner: UUID, made: Any) -> Any:  # noqa: ANN401 - a dictionary
    owners.add(owner)
    return made


class Writer:
    """Writes the functions over the raw rows of one statement.

    Names and positions only: nothing of a client's text gets into the source but as its repr.
    """

    def __init__(self, processors: Sequence[Callable[[Any], Any] | None], places: Places) -> None:
        """Know how each column comes in (`processors`, by position) and where values stand."""
        self._processors = processors
        self.places = places
        self._names: dict[str, Any] = {"missing": _missing, "kept": _kept, "owned": _owned}
        self.behind: list[Row] = []
        """The selections with parts behind them, in the order of `Harvest.behind`."""

    def rows(self, row: Row) -> MakeRows:
        """Return the function from raw rows to dictionaries."""
        expression = f"[{self.row(row, self.places)} for r in rows]"
        made: MakeRows = self.function("rows, harvest", expression)
        return made

    def key(self) -> Callable[[Any], Any]:
        """Return the function from a raw row to its key."""
        return self.value(self.places.key)

    def owner(self) -> Callable[[Any], UUID] | None:
        """Return the function from a raw row to its owner, if that is selected."""
        place = self.places.columns.get("owner_key")
        return None if place is None else self.value(place.index)

    def value(self, index: int) -> Callable[[Any], Any]:
        """Return the function from a raw row to one of its values."""
        made: Callable[[Any], Any] = eval(f"lambda r: {self.at(index)}", self._names)  # noqa: S307
        return made

    def row(self, row: Row, places: Places) -> str:
        """Return the expression of a row's dictionary."""
        parts = (f"{key!r}: {part.write(self, places)}" for key, part in row.fields.items())
        made = f"{{{', '.join(parts)}}}"
        if row.behind():
            made = f"kept(harvest.behind[{len(self.behind)}], r[{places.key}], {made})"
            self.behind.append(row)
        owner = places.columns.get("owner_key")
        if owner is not None:
            made = f"owned(harvest.owners, {self.at(owner.index)}, {made})"
        return made

    def at(self, index: int) -> str:
        """Return the expression of a column's value."""
        process = self._processors[index]
        return f"r[{index}]" if process is None else f"{self.name(process)}(r[{index}])"

    def name(self, function: Callable[..., Any]) -> str:
        """Return the name under which expressions call a function."""
        name = f"f{len(self._names)}"
        self._names[name] = function
        return name

    @staticmethod
    def unless_null(index: int, expression: str, *, required: bool) -> str:
        """Return an expression for where a column is null: null, unless it must not be."""
        absent = "missing()" if required else "None"
        return f"({absent} if r[{index}] is None else {expression})"

    def function(self, taken: str, expression: str, **names: Any) -> Any:  # noqa: ANN401 - a function
        """Return a function of these arguments; `names` are for its expression alone."""
        return eval(f"lambda {taken}: {expression}", {**self._names, **names})  # noqa: S307
