"""Fields that follow a relation to at most one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resolvers.reading.parts import Place

if TYPE_CHECKING:
    from resolvers.reading.joined import Needs, Places
    from resolvers.reading.parts import Asked, Row
    from resolvers.reading.rows import Writer
    from resolvers.reading.selection import Selection


@dataclass(frozen=True, slots=True)
class One(Place):
    """A relation to at most one row."""

    name: str

    def ask(self, asked: Asked, selection: Selection) -> Related:
        """Return the relation with what is asked of its row."""
        return Related(self.name, selection.row(asked.below, asked.nodes), asked.required)


@dataclass(frozen=True, slots=True)
class Related:
    """A relation that is asked for: joined to the row it hangs on."""

    name: str
    row: Row
    required: bool

    def need(self, needs: Needs) -> None:
        """Take what the row behind it takes."""
        needs.below(self.name).add(self.row)

    def write(self, writer: Writer, places: Places) -> str:
        """Make the row, if there is one that the actor sees."""
        below = places.related[self.name]
        made = writer.row(self.row, below)
        return writer.unless_null(below.key, made, required=self.required)
