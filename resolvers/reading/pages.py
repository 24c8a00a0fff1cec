"""Raw rows to the pages of connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resolvers.reading.cursors import encode
from resolvers.reading.parts import Edges, Info, Page, Told, Typename

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from resolvers.reading.listings import Listing
    from resolvers.reading.rows import Harvest, MakeRows, Rows, Writer
    from resolvers.reading.windows import Window


@dataclass(frozen=True, slots=True)
class PageMaker:
    """Makes pages of one shape."""

    asked: Page
    edges: dict[str, MakeRows]
    cursor: Callable[[Any], str]
    owner: Callable[[Any], UUID] | None
    """From a raw row to its owner, if that is audited."""

    @classmethod
    def of(cls, asked: Page, listing: Listing, writer: Writer, sorted_at: list[int]) -> PageMaker:
        """Write the functions for cursors, and for all edges that are asked for.

        `sorted_at` is where the sort columns stand in a raw row.
        """
        order, key = listing.order_name, writer.key()
        sort = [writer.value(index) for index in sorted_at]

        def cursor(row: Any) -> str:  # noqa: ANN401 - a raw row
            return encode(order, [value(row) for value in sort], key(row))

        edges = {
            response: writer.edges(part, cursor)
            for response, part in asked.fields.items()
            if isinstance(part, Edges)
        }
        return cls(asked, edges, cursor, writer.owner())

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
        page: dict[str, Any] = {}
        for response, part in self.asked.fields.items():
            if isinstance(part, Edges):
                page[response] = self.edges[response](rows, harvest)
            elif isinstance(part, Info):
                page[response] = self._info(part, rows, window, more=more)
            else:
                page[response] = part.value if isinstance(part, Typename) else total
        return page

    def _info(self, info: Info, rows: Rows, window: Window, *, more: bool) -> dict[str, Any]:
        has_next, has_previous = window.sides(more=more)
        known: dict[str, Any] = {}
        for response, part in info.fields.items():
            if isinstance(part, Typename):
                known[response] = part.value
            elif part is Told.HAS_NEXT:
                known[response] = has_next
            elif part is Told.HAS_PREVIOUS:
                known[response] = has_previous
            else:
                end = 0 if part is Told.START else -1
                known[response] = self.cursor(rows[end]) if rows else None
        return known
