"""Fields that are connections: of their own, or of the rows behind a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from persistence.catalogue import NOUNS
from resolvers.reading import statements
from resolvers.reading.binding import KEYS, bounded
from resolvers.reading.joined import Joined, Needs
from resolvers.reading.listings import Listing
from resolvers.reading.pages import PageMaker
from resolvers.reading.parts import BehindPart, Place
from resolvers.reading.steps import fill

if TYPE_CHECKING:
    from persistence.queries import Query, Template
    from resolvers.reading.compiler import Compiler
    from resolvers.reading.parts import Asked, Call, Page, Row
    from resolvers.reading.selection import Selection
    from resolvers.reading.steps import Behind, Run
    from resolvers.reading.windows import Window

Chooser = Callable[..., tuple[Listing, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Paged(Place):
    """A connection of its own: `choose` turns capabilities and arguments into its shape."""

    choose: Chooser

    def ask(self, asked: Asked, selection: Selection) -> Connection:
        """Return the connection with what is asked of its page."""
        return Connection(asked.call, self.choose, selection.page(asked.below, asked.nodes))


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of its own that is asked for."""

    call: Call
    choose: Chooser
    page: Page

    def step(self, compiler: Compiler) -> PageStep:
        """Return what reads it."""
        window, given = compiler.calls.windowed(self.call)
        listing, values = self.choose(compiler.actor.capabilities, **given)
        return _step(compiler, listing, self.page, window, values)


@dataclass(frozen=True, slots=True)
class Many(Place):
    """A relation to many rows, in the order of this name, else of their keys."""

    name: str
    order: str = ""

    def ask(self, asked: Asked, selection: Selection) -> Listed:
        """Return the relation with what is asked of its page."""
        return Listed(self.name, self.order, asked.call, selection.page(asked.below, asked.nodes))


@dataclass(frozen=True, slots=True)
class Listed(BehindPart):
    """A relation to many rows that is asked for."""

    name: str
    order: str
    call: Call
    page: Page

    def under(self, compiler: Compiler, noun: str) -> PageStep:
        """Return what reads it."""
        window, _ = compiler.calls.windowed(self.call)
        target = NOUNS[noun].manys[self.name].target
        listing = Listing(target, self.order, relation=(noun, self.name))
        return _step(compiler, listing, self.page, window, {})


@dataclass(slots=True)
class PageStep:
    """Reads a page of a list, or one for each row above."""

    shape: PageShape
    template: Template
    count: Template | None
    window: Window
    behind: Behind
    guarded: bool = True

    async def root(self, run: Run) -> dict[str, Any]:
        """Return the page."""
        raw = await run.guarded(self.template, self.shape.key)
        total = None if self.count is None else (await run.fetch(self.count))[0][0]
        harvest = run.harvest(self.behind)
        page = self.shape.maker.page(raw, self.window, total, harvest)
        if self.behind:
            await fill(run, harvest, self.behind)
        return page

    async def under(self, run: Run, keys: list[Any]) -> Mapping[Any, Any]:
        """Return the page of each row above."""
        totals: dict[Any, int] = {}
        if self.count is not None:
            totals = dict(map(tuple, await run.fetch(self.count, **{KEYS: keys})))
        groups: dict[Any, list[Any]] = defaultdict(list)
        for row in await run.fetch(self.template, **{KEYS: keys}):
            groups[row[self.shape.parent]].append(row)
        harvest = run.harvest(self.behind)
        pages = {
            key: self.shape.maker.page(groups[key], self.window, totals.get(key, 0), harvest)
            for key in keys
        }
        await fill(run, harvest, self.behind)
        return pages


@dataclass(frozen=True, slots=True)
class PageShape:
    """Pages of lists of one shape: their statements, and what makes pages of the raw rows."""

    query: Query
    count: Query | None
    key: int
    parent: int
    maker: PageMaker
    behind: list[Row]


def _step(
    compiler: Compiler, listing: Listing, page: Page, window: Window, values: dict[str, Any]
) -> PageStep:
    bounds, listing = bounded(listing, window)
    shape: PageShape = compiler.shape(
        ("page", id(page), listing), lambda: _shape(compiler, listing, page)
    )
    return PageStep(
        shape=shape,
        template=shape.query.template({**values, **bounds}),
        count=None if shape.count is None else shape.count.template(values),
        window=window,
        behind=compiler.behind(shape.behind),
    )


def _shape(compiler: Compiler, listing: Listing, page: Page) -> PageShape:
    needs = Needs.of(page.rows(), compiler.actor)
    rows = statements.page(listing, compiler.actor, compiler.dialect, needs.names())
    nested = listing.relation is not None
    joined = Joined(rows, listing.noun, needs, compiler.actor, guarded=not nested)
    sort = statements.sort_names(listing)
    sorted_at = [joined.choose(name) for name in sort]
    parent = joined.choose("_parent") if nested else -1
    order = statements.sorted_by(listing, [joined.rows[name] for name in (*sort, "key")])
    query = compiler.query(joined.statement(order))
    writer = compiler.writer(query, joined.places)
    maker = PageMaker.of(page, listing, writer, sorted_at)
    count = None
    if page.counts():
        whole = replace(listing, backward=False, after=False, before=False)
        count = compiler.query(statements.count(whole, compiler.actor))
    return PageShape(query, count, joined.places.key, parent, maker, writer.behind)
