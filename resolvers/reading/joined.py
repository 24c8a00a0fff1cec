"""One statement for some rows of a noun and all to-one relations asked of them.

The rows are cut inside, by LIMIT over the noun alone; the relations are joined outside, so that
they cost a look per row of the page whatever the size of the list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, true

from persistence.catalogue import NOUNS
from persistence.reads import reads_all
from persistence.sessions import still_live
from resolvers.reading.parts import NotCompilable
from resolvers.reading.statements import row_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, FromClause, Select
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    from domain.access import Actor
    from resolvers.reading.parts import Row

MOST_JOINS = 20
"""SQLite joins at most 64 tables, and some nouns are three."""


@dataclass
class Needs:
    """Which columns and to-one relations are needed of a noun's row, however often asked."""

    columns: set[str] = field(default_factory=set)
    related: dict[str, Needs] = field(default_factory=dict)

    def add(self, row: Row) -> Needs:
        """Add what `row` asks."""
        for part in row.fields.values():
            part.need(self)
        return self

    def below(self, name: str) -> Needs:
        """Return what is needed of the row behind a relation, which is needed by that."""
        return self.related.setdefault(name, Needs())

    @classmethod
    def of(cls, rows: Iterable[Row], actor: Actor) -> Needs:
        """Return what selections of the same row need together; for support the owner too."""
        needs = cls()
        for row in rows:
            needs.add(row)
        if needs._joins() > MOST_JOINS:
            raise NotCompilable("too many relations")
        if reads_all(actor):
            needs._audit()
        return needs

    def names(self) -> set[str]:
        """Return the names of the columns and of the relations whose keys are needed."""
        return self.columns | set(self.related)

    def _audit(self) -> None:
        self.columns.add("owner_key")
        for below in self.related.values():
            below._audit()  # noqa: SLF001 - its own kind

    def _joins(self) -> int:
        return sum(1 + below._joins() for below in self.related.values())  # noqa: SLF001 - its own kind


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in a raw row, and whether it can be null where its row is not."""

    index: int
    nullable: bool


@dataclass
class Places:
    """Where the values of a row stand: key, owner and columns by name, relations below."""

    columns: dict[str, Place] = field(default_factory=dict)
    related: dict[str, Places] = field(default_factory=dict)

    @property
    def key(self) -> int:
        """Where the key stands."""
        return self.columns["key"].index


class Joined:
    """Builds the statement and remembers where each value stands."""

    def __init__(
        self, rows: Select[Any], noun: str, needs: Needs, actor: Actor, *, guarded: bool
    ) -> None:
        """Join what is needed to `rows` of a noun, as `actor` sees it.

        A guarded statement has no row at all once the actor's session has ended; while it lives
        and there is nothing to read, there is one row of nulls.
        """
        self._actor = actor
        self._inner = rows.subquery("page")
        self._source: FromClause = self._inner
        if guarded:
            self._source = still_live().outerjoin(self._inner, true())
        self._chosen: list[ColumnElement[Any]] = []
        self._joins = 0
        self.places = self._place(self._inner, noun, needs)

    def choose(self, name: str) -> int:
        """Add a column of the rows, as it is named in their statement; return where it stands."""
        return self._choose(self._inner.c[name])

    def statement(self, order: Iterable[ColumnElement[Any]] = ()) -> Select[Any]:
        """Return the statement, sorted by columns of the rows."""
        return select(*self._chosen).select_from(self._source).order_by(*order)

    @property
    def rows(self) -> ReadOnlyColumnCollection[str, ColumnElement[Any]]:
        """The columns of the rows, by their names."""
        return self._inner.c

    def _choose(self, column: ColumnElement[Any]) -> int:
        self._chosen.append(column.label(f"c{len(self._chosen)}"))
        return len(self._chosen) - 1

    def _place(self, source: Any, noun: str, needs: Needs) -> Places:  # noqa: ANN401 - a subquery
        reads = NOUNS[noun]
        places = Places()
        for name in ("key", *sorted(needs.columns)):
            nullable = bool(getattr(reads.columns.get(name), "nullable", True))
            places.columns[name] = Place(self._choose(source.c[name]), nullable)
        for name, below in needs.related.items():
            places.related[name] = self._join(source, noun, name, below)
        return places

    def _join(self, source: Any, noun: str, name: str, needs: Needs) -> Places:  # noqa: ANN401 - a subquery
        target = NOUNS[noun].ones[name].target
        reads = NOUNS[target]
        self._joins += 1
        row = (
            select(*row_columns(reads, needs.names()))
            .select_from(reads.source)
            .where(reads.visible(self._actor))
            .subquery(f"r{self._joins}")
        )
        self._source = self._source.outerjoin(row, row.c.key == source.c[f"{name}_key"])
        return self._place(row, target, needs)
