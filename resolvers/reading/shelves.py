"""Where what plans have compiled is kept: as much as fits, the longest unused forgotten first.

A plan is the tree of what an operation asks; a course its steps for one set of variables; a shape
a statement's text with the functions over its rows. Courses hold their shapes, nothing holds
plans but their shelf, and neither courses nor shapes hold the document.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

PLANS = 50_000
"""In parts, about half a kilobyte each."""
COURSES = 2_000
"""In lists, up to 22 kB each: 6 for its step and 16 for its shape, if that is shared by none."""
SHAPES = 500
"""About 16 kB each."""


class Shelf:
    """Things by their keys, as many as their weights allow."""

    def __init__(self, most: int) -> None:
        """Begin with none."""
        self._most = most
        self._weight = 0
        self._things: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:  # noqa: ANN401 - whatever was put there
        """Return the thing under a key; `None` when there is none."""
        known = self._things.get(key)
        if known is None:
            return None
        self._things.move_to_end(key)
        return known[0]

    def put(self, key: Hashable, thing: Any, weight: int = 1) -> None:  # noqa: ANN401 - whatever is put there
        """Keep a thing under a key, which has none."""
        self._things[key] = (thing, weight)
        self._weight += weight
        while self._weight > self._most:
            _, (_, forgotten) = self._things.popitem(last=False)
            self._weight -= forgotten

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._things)


class Shelves:
    """What all plans of one schema share."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.plans = Shelf(PLANS)
        self.courses = Shelf(COURSES)
        self.shapes = Shelf(SHAPES)
