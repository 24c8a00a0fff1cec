"""Fields that name an object of another type than their own, by its id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from resolvers.reading.parts import Place

if TYPE_CHECKING:
    from collections.abc import Container

    from resolvers.reading.joined import Needs, Places
    from resolvers.reading.parts import Asked
    from resolvers.reading.rows import Writer
    from resolvers.reading.selection import Selection

Name = Callable[[str, UUID, "Container[str]"], str | None]
"""Makes the id of what a word and a key say, if its type is among those one may know."""


@dataclass(frozen=True, slots=True)
class Reference(Place):
    """The id of the object whose key is in the column `key`; the column `word` says of what type.

    Null where the caller's schema has no such type.
    """

    word: str
    key: str
    name: Name

    def ask(self, asked: Asked, selection: Selection) -> NamedObject:  # noqa: ARG002 - a leaf has no selection
        """Return the id, of the types that there are for the caller."""
        return NamedObject(self, selection.schema.type_map)


@dataclass(frozen=True, slots=True)
class NamedObject:
    """An id of another object that is asked for."""

    place: Reference
    types: Container[str]

    def need(self, needs: Needs) -> None:
        """Take both columns."""
        needs.columns |= {self.place.word, self.place.key}

    def write(self, writer: Writer, places: Places) -> str:
        """Make the id of both; no key names nothing."""
        word, key = (places.columns[name].index for name in (self.place.word, self.place.key))

        def named(about: str, which: UUID) -> str | None:
            return self.place.name(about, which, self.types)

        made = f"{writer.name(named)}({writer.at(word)}, {writer.at(key)})"
        return writer.unless_null(key, made, required=False)
