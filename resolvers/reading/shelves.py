"""Where what plans have compiled is kept: as much as fits, the longest unused forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

MOST_SHAPES = 500
"""About 16 kB each: a statement's text and the functions over its rows."""
MOST_COURSES = 1_000
"""About 6 kB each: the steps for one set of variables."""


class Shelf:
    """Things by their keys, at most so many."""

    def __init__(self, most: int) -> None:
        """Begin with none."""
        self._most = most
        self._things: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:  # noqa: ANN401 - whatever was put there
        """Return the thing under a key; `None` when there is none."""
        thing = self._things.get(key)
        if thing is not None:
            self._things.move_to_end(key)
        return thing

    def put(self, key: Hashable, thing: Any) -> None:  # noqa: ANN401 - whatever is put there
        """Keep a thing under a key."""
        self._things[key] = thing
        if len(self._things) > self._most:
            self._things.popitem(last=False)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._things)


class Shelves:
    """What all plans of one schema share."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.shapes = Shelf(MOST_SHAPES)
        self.courses = Shelf(MOST_COURSES)
