"""Reading for one operation: every row once, every level of a query in one statement."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from aiodataloader import DataLoader

from persistence.queries import Query
from resolvers.reading import statements
from resolvers.reading.binding import KEYS, bounded, order_columns, standing
from resolvers.reading.cursors import encode
from resolvers.reading.windows import Page, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select

    from domain.access import Actor
    from persistence.reader import Reader
    from resolvers.reading.listings import Listing

Row = dict[str, Any]
MOST_QUERIES = 2_000


class QueryCache:
    """Compiled statements by their shape, shared by all operations of a process."""

    def __init__(self, reader: Reader) -> None:
        """Compile for the reader's dialect."""
        self._reader = reader
        self._queries: dict[Hashable, Query] = {}

    def get(self, shape: Hashable, build: Callable[[], Select[Any]]) -> Query:
        """Return the compiled statement of a shape, building it the first time."""
        query = self._queries.get(shape)
        if query is None:
            if len(self._queries) >= MOST_QUERIES:
                self._queries.pop(next(iter(self._queries)))
            query = self._queries[shape] = Query.compile(build(), self._reader.dialect)
        return query


class Reading:
    """What one operation of one actor reads; holds the loaders, so construct it in the loop."""

    def __init__(
        self, reader: Reader, queries: QueryCache, actor: Actor | None, now: datetime
    ) -> None:
        """Read through `reader` as `actor`, as of `now`; the anonymous caller reads nothing."""
        self._reader = reader
        self._queries = queries
        self._actor = actor
        self._now = now
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}
        self.owners: set[UUID] = set()
        """The tenants whose rows were read: what a support look is audited by."""

    def forget(self) -> None:
        """Read anew from here on: something was changed."""
        self._loaders.clear()

    async def _fetch(
        self, shape: Hashable, build: Callable[[Actor], Select[Any]], values: Mapping[str, Any]
    ) -> list[Row]:
        actor = self._actor
        if actor is None:
            return []
        key = (shape, actor.kind, actor.capabilities)
        query = self._queries.get(key, lambda: build(actor))
        rows = await self._reader.fetch(query, {**values, **standing(actor, self._now)})
        for row in rows:
            if "owner_key" in row:
                self.owners.add(row["owner_key"])
        return rows

    def _loader(self, shape: Hashable, load: Callable[[list[Any]], Any]) -> DataLoader[Any, Any]:
        loader = self._loaders.get(shape)
        if loader is None:
            loader = self._loaders[shape] = DataLoader(load)
        return loader

    async def _load(self, shape: Hashable, load: Callable[[list[Any]], Any], key: UUID) -> Any:  # noqa: ANN401 - whatever the shape loads
        # A failed field makes the executor cancel the fields beside it; what they wait for is
        # shared with others and must live on.
        return await asyncio.shield(self._loader(shape, load).load(key))

    async def every(self, listing: Listing) -> list[Row]:
        """Return all rows of a list."""
        shape = ("every", listing)
        return await self._fetch(shape, lambda actor: statements.every(listing, actor), {})

    async def one(self, noun: str, key: UUID | None) -> Row | None:
        """Return the visible row with this key; `None` for a foreign key as for no key."""
        if key is None:
            return None

        async def load(keys: list[UUID]) -> list[Row | None]:
            rows = await self._fetch(
                ("one", noun), lambda actor: statements.by_keys(noun, actor), {KEYS: keys}
            )
            found = {row["key"]: row for row in rows}
            return [found.get(key) for key in keys]

        row: Row | None = await self._load(("one", noun), load, key)
        return row

    async def counted(self, noun: str, name: str, key: UUID) -> Any:  # noqa: ANN401 - a column
        """Return one costly column of a visible row."""
        shape = ("counted", noun, name)

        async def load(keys: list[UUID]) -> list[Any]:
            rows = await self._fetch(
                shape, lambda actor: statements.counted_by_keys(noun, name, actor), {KEYS: keys}
            )
            found = {row["key"]: row["value"] for row in rows}
            return [found.get(key) for key in keys]

        return await self._load(shape, load, key)

    async def page(
        self, listing: Listing, window: Window, values: Mapping[str, Any], parent: UUID | None
    ) -> Page:
        """Return a page of a list; pages of the same shape under several parents are one read."""
        bounds, shape = bounded(listing, window)
        bound = {**values, **bounds}

        async def load(parents: list[UUID]) -> list[list[Row]]:
            rows = await self._fetch(
                ("page", shape),
                lambda actor: statements.page(shape, actor, self._reader.dialect),
                {**bound, KEYS: parents},
            )
            return _grouped(rows, parents)

        if parent is None:
            rows = await self._fetch(
                ("page", shape),
                lambda actor: statements.page(shape, actor, self._reader.dialect),
                bound,
            )
        else:
            rows = await self._load(("page", shape, _frozen(bound)), load, parent)
        return _page(shape, window, rows)

    async def count(self, listing: Listing, values: Mapping[str, Any], parent: UUID | None) -> int:
        """Return how many rows a list has."""
        shape = ("count", listing)

        async def load(parents: list[UUID]) -> list[int]:
            rows = await self._fetch(
                shape, lambda actor: statements.count(listing, actor), {**values, KEYS: parents}
            )
            found = {row["_parent"]: row["count"] for row in rows}
            return [found.get(parent, 0) for parent in parents]

        if parent is not None:
            number: int = await self._load((shape, _frozen(values)), load, parent)
            return number
        rows = await self._fetch(shape, lambda actor: statements.count(listing, actor), values)
        return rows[0]["count"] if rows else 0


def _frozen(values: Mapping[str, Any]) -> Hashable:
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(values.items())
    )


def _grouped(rows: list[Row], parents: list[UUID]) -> list[list[Row]]:
    groups: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["_parent"]].append(row)
    return [groups[parent] for parent in parents]


def _page(shape: Listing, window: Window, rows: list[Row]) -> Page:
    more = len(rows) > window.size
    shown = rows[: window.size]
    if window.backward:
        shown = shown[::-1]
    name, width = shape.order_name, len(order_columns(shape))
    cursors = [encode(name, [row[f"_sort{n}"] for n in range(width)], row["key"]) for row in shown]
    has_next, has_previous = window.sides(more=more)
    return Page(rows=shown, cursors=cursors, has_next=has_next, has_previous=has_previous)
