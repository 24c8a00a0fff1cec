"""One statement for a page and all to-one relations asked of its rows.

The page is cut inside, by LIMIT over the noun alone; the relations are joined outside, so that
they cost a look per row of the page whatever the size of the list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from persistence.catalogue import NOUNS
from resolvers.reading.selection import Column, Related
from resolvers.reading.statements import order_columns, page

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select

    from domain.access import Actor
    from resolvers.reading.listings import Listing
    from resolvers.reading.selection import Row


@dataclass
class Places:
    """Where the values of a row stand among the columns of the statement, by their names."""

    columns: dict[str, int] = field(default_factory=dict)
    related: dict[str, Places] = field(default_factory=dict)
    """The relations by response key: one may be asked twice, for different things."""


class Joined:
    """Builds the statement and remembers where each value stands."""

    def __init__(self, listing: Listing, row: Row, actor: Actor) -> None:
        """Join what `row` asks to the page of `listing`, as `actor` sees it."""
        self._actor = actor
        self._chosen: list[ColumnElement[Any]] = []
        width = len(order_columns(listing))
        inner = page(listing, actor).subquery("page")
        self._source: FromClause = inner
        self._aliases = 0
        self.places = self._place(inner, row)
        self.key = self._choose(inner.c.key)
        sort = [inner.c[f"_sort{n}"] for n in range(width)]
        self.sort = [self._choose(column) for column in sort]
        falling = listing.descending is not listing.backward
        order = [c.desc() if falling else c.asc() for c in (*sort, inner.c.key)]
        self.statement: Select[Any] = (
            select(*self._chosen).select_from(self._source).order_by(*order)
        )

    def _choose(self, column: ColumnElement[Any]) -> int:
        self._chosen.append(column.label(f"c{len(self._chosen)}"))
        return len(self._chosen) - 1

    def _place(self, source: Any, row: Row) -> Places:  # noqa: ANN401 - a subquery
        places = Places()
        places.columns["key"] = self._choose(source.c.key)
        for response, asked in row.fields.items():
            if isinstance(asked, Column) and asked.name not in places.columns:
                places.columns[asked.name] = self._choose(source.c[asked.name])
            elif isinstance(asked, Related):
                places.related[response] = self._join(source, row.noun, asked)
        return places

    def _join(self, source: Any, noun: str, asked: Related) -> Places:  # noqa: ANN401 - a subquery
        target = NOUNS[NOUNS[noun].ones[asked.name].target]
        self._aliases += 1
        inner = asked.row.fields.values()
        columns = {a.name: target.columns[a.name] for a in inner if isinstance(a, Column)}
        keys = {a.name: target.ones[a.name].key for a in inner if isinstance(a, Related)}
        row = (
            select(
                target.key.label("key"),
                *(column.label(name) for name, column in columns.items()),
                *(column.label(f"{name}_key") for name, column in keys.items()),
            )
            .select_from(target.source)
            .where(target.visible(self._actor))
            .subquery(f"r{self._aliases}")
        )
        self._source = self._source.outerjoin(row, row.c.key == source.c[f"{asked.name}_key"])
        return self._place(row, asked.row)
