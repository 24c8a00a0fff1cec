"""Which part of a list is asked for: Relay's `first`, `after`, `last`, `before`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.refusals import InvalidInput

DEFAULT_SIZE = 20


@dataclass(frozen=True, slots=True)
class Window:
    """A page of a list: how many rows, from which side, between which cursors."""

    size: int
    backward: bool
    after: str | None
    before: str | None

    @classmethod
    def of(
        cls,
        first: int | None,
        after: str | None,
        last: int | None,
        before: str | None,
        *,
        largest: int,
    ) -> Window:
        """Return the window; `InvalidInput` for sizes out of bounds or both sides at once."""
        if first is not None and last is not None:
            raise InvalidInput(
                "last", russian="нельзя вместе с first", english="cannot be used with first"
            )
        backward = last is not None
        size = last if last is not None else min(DEFAULT_SIZE, largest) if first is None else first
        if not 0 <= size <= largest:
            raise InvalidInput(
                "last" if backward else "first",
                russian=f"от 0 до {largest}",
                english=f"must be from 0 to {largest}",
            )
        return cls(size, backward, after, before)

    def sides(self, *, more: bool) -> tuple[bool, bool]:
        """Return whether there is a next and a previous page; `more` tells of a row too many.

        On the side one came from there is one if one came by a cursor.
        """
        if self.backward:
            return self.before is not None, more
        return more, self.after is not None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a window in list order, each a dictionary, with their cursors' parts."""

    rows: list[dict[str, Any]]
    cursors: list[str]
    has_next: bool
    has_previous: bool
