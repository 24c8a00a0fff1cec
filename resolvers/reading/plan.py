"""Plans: an operation compiled once, answered by one statement a list and one function a row.

A plan answers what the ordinary executor would, or raises `NotCompilable`; the executor then
answers, errors and all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphql import get_argument_values
from graphql.execution.values import get_variable_values
from strawberry.types.arguments import convert_arguments

from domain.refusals import Refusal
from persistence.reader import Query
from resolvers.reading.cursors import Cursor, encode
from resolvers.reading.joined import Joined
from resolvers.reading.reading import bounded, standing
from resolvers.reading.rows import RowFunction
from resolvers.reading.selection import (
    BACKREF,
    Constant,
    NotCompilable,
    Related,
    RootList,
    Row,
    Selection,
)
from resolvers.reading.statements import LIMIT, count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from graphql import FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode

    from domain.access import Actor, TenantKind
    from persistence.reader import Reader
    from resolvers.reading.listings import Listing
    from resolvers.reading.windows import Window

    MakeWindow = Callable[[int | None, str | None, int | None, str | None], Window]

MOST_SHAPES = 64
MOST_JOINS = 20
"""SQLite joins at most 64 tables, and some nouns are three."""
MOST_CHOICES = 256
LONGEST_KEY = 1_000
"""Longer variables are not remembered."""
RELAY = ("first", "after", "last", "before")
KNOWN = {"edges", "pageInfo", "totalCount"}
KNOWN_EDGE = {"node", "cursor"}


@dataclass(frozen=True, slots=True)
class _Shape:
    """A root list of one shape, compiled."""

    listing: Listing
    query: Query
    build: Callable[[Any], dict[str, Any]]
    key: Callable[[Any], Any]
    sort: list[Callable[[Any], Any]]
    count: Query | None

    def cursor(self, row: Any) -> str:  # noqa: ANN401 - a raw row
        """Return the cursor of a row."""
        values = tuple(value(row) for value in self.sort)
        return encode(self.listing.order_name, Cursor(values, self.key(row)))


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks a plan, with which variables, when, and through what.

    `variables_key` are the bytes that equal variables share.
    """

    reader: Reader
    actor: Actor
    variables: Mapping[str, Any]
    variables_key: bytes
    window_of: MakeWindow
    now: datetime


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the arguments of a root list choose: its shape, the values to bind, the window."""

    listing: Listing
    values: dict[str, Any]
    window: Window


class Plan:
    """One query operation in the schema of one set of capabilities."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        switches: Mapping[str, Any],
    ) -> None:
        """Compile what is asked; `switches` are the variables of `@skip` and `@include`."""
        self._schema = schema
        self._operation = operation
        self._roots = Selection(schema, fragments, switches).roots(operation)
        for asked in self._roots.values():
            if isinstance(asked, RootList):
                _check(asked)
        self._shapes: dict[tuple[TenantKind, str, Listing], _Shape] = {}
        self._choices: dict[tuple[TenantKind, bytes], dict[str, _Choice | None]] = {}

    async def answer(self, asking: Asking) -> dict[str, Any]:
        """Return the data of the answer."""
        data: dict[str, Any] = {}
        for response, chosen in self._choices_of(asking).items():
            asked = self._roots[response]
            if isinstance(asked, RootList) and chosen is not None:
                data[response] = await self._list(asking, response, asked, chosen)
            elif isinstance(asked, Constant):
                data[response] = asked.value
        return data

    def _choices_of(self, asking: Asking) -> dict[str, _Choice | None]:
        """Return what the arguments choose.

        That depends on the variables, the kind of tenant and the capabilities, and the latter
        are the plan's own.
        """
        key = (asking.actor.kind, asking.variables_key)
        chosen = self._choices.get(key)
        if chosen is None:
            chosen = self._choose(asking)
            if len(asking.variables_key) <= LONGEST_KEY:
                if len(self._choices) >= MOST_CHOICES:
                    self._choices.pop(next(iter(self._choices)))
                self._choices[key] = chosen
        return chosen

    def _choose(self, asking: Asking) -> dict[str, _Choice | None]:
        coerced = get_variable_values(
            self._schema, self._operation.variable_definitions or (), dict(asking.variables)
        )
        if isinstance(coerced, list):
            raise NotCompilable("variables")
        try:
            return {
                response: self._chosen(asked, coerced, asking)
                if isinstance(asked, RootList)
                else None
                for response, asked in self._roots.items()
            }
        except Refusal as refusal:
            raise NotCompilable(str(refusal.code)) from refusal

    async def _list(
        self, asking: Asking, response: str, asked: RootList, choice: _Choice
    ) -> dict[str, Any]:
        window = choice.window
        shape = self._shape(asking, response, asked, choice.listing)
        bound = {**choice.values, **standing(asking.actor, asking.now)}
        raw = await asking.reader.fetch_raw(shape.query, bound)
        more = len(raw) > window.size
        rows = raw[: window.size]
        if window.backward:
            rows = rows[::-1]
        page: dict[str, Any] = {}
        for name, field in asked.pages.whole.items():
            if field == "edges":
                page[name] = _edges(asked, shape, rows)
            elif field == "pageInfo":
                page[name] = _info(asked, shape, rows, window, more=more)
            else:
                query = shape.count
                if query is None:
                    raise NotCompilable("totalCount")
                page[name] = (await asking.reader.fetch_raw(query, bound))[0][0]
        return page

    def _chosen(
        self,
        asked: RootList,
        variables: Any,  # noqa: ANN401 - the library's container
        asking: Asking,
    ) -> _Choice:
        given = get_argument_values(asked.definition, asked.node, variables)
        whole: Any = self._schema._strawberry_schema  # type: ignore[attr-defined]  # noqa: SLF001 - pinned by a test
        converted = convert_arguments(
            given,
            asked.definition.extensions[BACKREF].arguments,
            scalar_registry=whole.schema_converter.scalar_registry,
            config=whole.config,
        )
        relay = (converted.pop(name, None) for name in RELAY)
        window = asking.window_of(*relay)
        listing, values = asked.choose(asking.actor.capabilities, **converted)
        cursors, shape = bounded(listing, window)
        return _Choice(shape, {**values, **cursors, LIMIT: window.size + 1}, window)

    def _shape(self, asking: Asking, response: str, asked: RootList, listing: Listing) -> _Shape:
        actor, reader = asking.actor, asking.reader
        shape = self._shapes.get((actor.kind, response, listing))
        if shape is None:
            joined = Joined(listing, asked.pages.row, actor)
            query = Query.compile(joined.statement, reader.dialect, raw=True)
            function = RowFunction([process for _, process in query.columns])
            counted = "totalCount" in asked.pages.whole.values()
            shape = _Shape(
                listing=listing,
                query=query,
                build=function.build(asked.pages.row, joined.places),
                key=function.value(joined.key),
                sort=[function.value(index) for index in joined.sort],
                count=Query.compile(count(_uncut(listing), actor), reader.dialect)
                if counted
                else None,
            )
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.pop(next(iter(self._shapes)))
            self._shapes[actor.kind, response, listing] = shape
        return shape


def _joins(row: Row) -> int:
    related = [asked for asked in row.fields.values() if isinstance(asked, Related)]
    return sum(1 + _joins(asked.row) for asked in related)


def _check(asked: RootList) -> None:
    if _joins(asked.pages.row) > MOST_JOINS:
        raise NotCompilable("too many relations")
    unknown = set(asked.pages.whole.values()) - KNOWN
    unknown |= set(asked.pages.edge.values()) - KNOWN_EDGE
    if unknown:
        raise NotCompilable(", ".join(sorted(unknown)))


def _edges(asked: RootList, shape: _Shape, rows: Sequence[Any]) -> list[dict[str, Any]]:
    build, cursor = shape.build, shape.cursor
    parts = {"node": build, "cursor": cursor}
    wanted = [(response, parts[name]) for response, name in asked.pages.edge.items()]
    if len(wanted) == 1:
        response, make = wanted[0]
        return [{response: make(row)} for row in rows]
    return [{response: make(row) for response, make in wanted} for row in rows]


def _info(
    asked: RootList, shape: _Shape, rows: Sequence[Any], window: Window, *, more: bool
) -> dict[str, Any]:
    backward = window.backward
    values: dict[str, Callable[[], Any]] = {
        "hasNextPage": lambda: window.before is not None if backward else more,
        "hasPreviousPage": lambda: more if backward else window.after is not None,
        "startCursor": lambda: shape.cursor(rows[0]) if rows else None,
        "endCursor": lambda: shape.cursor(rows[-1]) if rows else None,
        "__typename": lambda: "PageInfo",
    }
    return {response: values[name]() for response, name in asked.pages.info.items()}


def _uncut(listing: Listing) -> Listing:
    """Return the shape of the whole list, of which a page is cut."""
    return replace(listing, backward=False, after=False, before=False)
