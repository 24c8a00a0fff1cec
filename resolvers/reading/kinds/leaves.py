"""Fields that are made of the columns of their row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resolvers.reading.parts import Place
from resolvers.reading.selection import leaf_writer, origin

if TYPE_CHECKING:
    from resolvers.reading.joined import Needs, Places
    from resolvers.reading.parts import Asked
    from resolvers.reading.rows import Writer
    from resolvers.reading.selection import Selection


@dataclass(frozen=True, slots=True)
class Key(Place):
    """The key of the row, as an id."""

    def ask(self, asked: Asked, selection: Selection) -> Id:  # noqa: ARG002 - an id has no selection
        """Return the id with the prefix of its type."""
        return Id(origin(asked.kind).prefix)


@dataclass(frozen=True, slots=True)
class Id:
    """An id that is asked for."""

    prefix: str

    def need(self, needs: Needs) -> None:
        """Take nothing: the key is always there."""

    def write(self, writer: Writer, places: Places) -> str:
        """Put the prefix before the key."""
        return f"{self.prefix + '_'!r} + {writer.at(places.key)}.hex"


@dataclass(frozen=True, slots=True)
class At(Place):
    """A column of the noun, through a pure function of it if there is one."""

    name: str
    through: Callable[[Any], Any] | None = None

    def ask(self, asked: Asked, selection: Selection) -> Column:  # noqa: ARG002 - a leaf has no selection
        """Return the column."""
        shown = leaf_writer(asked)
        return Column(self.name, shown or self.through, asked.required)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is asked for."""

    name: str
    through: Callable[[Any], Any] | None
    required: bool

    def need(self, needs: Needs) -> None:
        """Take the column."""
        needs.columns.add(self.name)

    def write(self, writer: Writer, places: Places) -> str:
        """Take the value, through its function; a null stays null, where it may."""
        place = places.columns[self.name]
        value = writer.at(place.index)
        if self.through is not None:
            value = f"{writer.name(self.through)}({value})"
        if not place.nullable:
            return value
        return writer.unless_null(place.index, value, required=self.required)
