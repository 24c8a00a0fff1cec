"""Raw rows to the pages of connections, each by one generated function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resolvers.reading.cursors import encode
from resolvers.reading.parts import Edges, Info, Page, Row, Told, Typename

if TYPE_CHECKING:
    from uuid import UUID

    from resolvers.reading.listings import Listing
    from resolvers.reading.rows import Harvest, Rows, Writer
    from resolvers.reading.windows import Window

EXPRESSIONS = {
    Told.TOTAL: "total",
    Told.CURSOR: "cursor(r)",
    Told.HAS_NEXT: "has_next",
    Told.HAS_PREVIOUS: "has_previous",
    Told.START: "(cursor(rows[0]) if rows else None)",
    Told.END: "(cursor(rows[-1]) if rows else None)",
}
"""What a page tells, by the names that its function takes."""


@dataclass(frozen=True, slots=True)
class PageMaker:
    """Makes pages of one shape."""

    make: Callable[[Rows, Harvest, int | None, bool, bool], dict[str, Any]]
    owner: Callable[[Any], UUID] | None
    """From a raw row to its owner, if that is audited."""

    @classmethod
    def of(cls, asked: Page, listing: Listing, writer: Writer, sorted_at: list[int]) -> PageMaker:
        """Write the function for what is asked of a page.

        `sorted_at` is where the sort columns stand in a raw row.
        """
        order, key = listing.order_name, writer.key()
        sort = [writer.value(index) for index in sorted_at]

        def cursor(row: Any) -> str:  # noqa: ANN401 - a raw row
            return encode(order, [value(row) for value in sort], key(row))

        expression = _dictionary(asked, writer)
        taken = "rows, harvest, total, has_next, has_previous"
        return cls(writer.function(taken, expression, cursor=cursor), writer.owner())

    def page(
        self, raw: Rows, window: Window, total: int | None, harvest: Harvest
    ) -> dict[str, Any]:
        """Return the page of these rows, which are one more than asked if the list goes on."""
        more = len(raw) > window.size
        rows = raw[: window.size] if more else raw
        if window.backward:
            rows = rows[::-1]
        if self.owner is not None:
            harvest.owners.update(map(self.owner, raw))
        has_next, has_previous = window.sides(more=more)
        return self.make(rows, harvest, total, has_next, has_previous)


def _dictionary(asked: Page | Edges | Info, writer: Writer) -> str:
    parts = (f"{key!r}: {_expression(part, writer)}" for key, part in asked.fields.items())
    return f"{{{', '.join(parts)}}}"


def _expression(part: Typename | Told | Edges | Info | Row, writer: Writer) -> str:
    if isinstance(part, Row):
        return writer.row(part, writer.places)
    if isinstance(part, Typename):
        return repr(part.value)
    if isinstance(part, Told):
        return EXPRESSIONS[part]
    made = _dictionary(part, writer)
    return f"[{made} for r in rows]" if isinstance(part, Edges) else made
