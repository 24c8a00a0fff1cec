"""Every difference between the two databases that a statement can meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, Select, Text, bindparam, column, func, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from persistence.columns import KEY, ListOf

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler


class _Condition(FunctionElement[bool]):
    """A condition in SQL; SQLite would otherwise get `= 1` behind it, and lose its indexes."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ANN401, ARG002 - the base's signature
        """Stand in AND and OR as it is."""
        return self


class AmongValues(_Condition):
    """A column is one of a list bound as one value: an expanding IN is not one text."""

    inherit_cache = True


class Contains(_Condition):
    """The text of a column contains the bound text; `%` and `_` are ordinary characters."""

    inherit_cache = True


def _parts(element: _Condition, compiler: SQLCompiler, kw: dict[str, Any]) -> list[str]:
    return [compiler.process(part, **kw) for part in element.clauses]


@compiles(AmongValues, "postgresql")
def _among_postgresql(element: AmongValues, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - the library's signature
    column, values = _parts(element, compiler, kw)
    return f"{column} = ANY ({values})"


@compiles(AmongValues, "sqlite")
def _among_sqlite(element: AmongValues, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - the library's signature
    column, values = _parts(element, compiler, kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled parts


@compiles(Contains, "postgresql")
def _contains_postgresql(element: Contains, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - the library's signature
    column, part = _parts(element, compiler, kw)
    return f"strpos({column}, {part}) > 0"


@compiles(Contains, "sqlite")
def _contains_sqlite(element: Contains, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - the library's signature
    column, part = _parts(element, compiler, kw)
    return f"instr({column}, {part}) > 0"


def among_keys(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return `column = any of the keys bound to name`."""
    return AmongValues(column, bindparam(name, type_=ListOf(KEY)))


def among_texts(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return `column = any of the texts bound to name`."""
    return AmongValues(column, bindparam(name, type_=ListOf(Text())))


def contains(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return whether the text of `column` contains the text bound to `name`."""
    return Contains(column, bindparam(name, type_=Text()))


def first_of_each(
    dialect: Dialect,
    statement: Select[Any],
    parent: ColumnElement[Any],
    keys: str,
    *,
    order: list[ColumnElement[Any]],
    limit: ColumnElement[int],
) -> Select[Any]:
    """Return the first rows for each key bound to `keys`, at most `limit` each, as `_parent`.

    PostgreSQL reads no more than these; SQLite has no LATERAL and numbers all rows of each.
    """
    if dialect.name == "sqlite":
        place = func.row_number().over(partition_by=parent, order_by=order).label("_place")
        among = among_keys(parent, keys)
        numbered = statement.add_columns(parent.label("_parent"), place).where(among).subquery()
        shown = [column for column in numbered.c if column.name != "_place"]
        within = numbered.c["_place"] <= limit
        return select(*shown).where(within).order_by(numbered.c["_place"])
    bound = bindparam(keys, type_=ListOf(KEY))
    above = func.unnest(bound).table_valued(column("key", KEY)).render_derived("above")
    page = statement.where(parent == above.c.key).order_by(*order).limit(limit).lateral("below")
    return select(*page.c, above.c.key.label("_parent")).select_from(above.join(page, true()))
