"""Every difference between the two databases that a statement can meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Boolean, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

from persistence.columns import KEY

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine


class _Condition(ColumnElement[bool]):
    """A condition in SQL; SQLite would otherwise get `= 1` behind it, and lose its indexes."""

    inherit_cache = False
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002, ANN401 - the base's signature
        """Stand in AND and OR as it is."""
        return self


class AmongValues(_Condition):
    """`column` is one of a list bound as one value: an expanding IN is not one text."""

    def __init__(self, column: ColumnElement[Any], name: str, item: TypeEngine[Any]) -> None:
        """Compare `column` with the list bound to `name`."""
        self.column = column
        self.values = bindparam(name, type_=ARRAY(item))


@compiles(AmongValues, "postgresql")
def _among_postgresql(element: AmongValues, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    return f"{column} = ANY ({compiler.process(element.values, **kw)})"


@compiles(AmongValues, "sqlite")
def _among_sqlite(element: AmongValues, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    return f"{column} IN (SELECT value FROM json_each({compiler.process(element.values, **kw)}))"


class Contains(_Condition):
    """The text of `column` contains the bound text; `%` and `_` are ordinary characters."""

    def __init__(self, column: ColumnElement[str], name: str) -> None:
        """Search `column` for the text bound to `name`."""
        self.column = column
        self.part = bindparam(name, type_=Text())


@compiles(Contains, "postgresql")
def _contains_postgresql(element: Contains, compiler: SQLCompiler, **kw: Any) -> str:
    column, part = compiler.process(element.column, **kw), compiler.process(element.part, **kw)
    return f"strpos({column}, {part}) > 0"


@compiles(Contains, "sqlite")
def _contains_sqlite(element: Contains, compiler: SQLCompiler, **kw: Any) -> str:
    column, part = compiler.process(element.column, **kw), compiler.process(element.part, **kw)
    return f"instr({column}, {part}) > 0"


def among_keys(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return `column = any of the keys bound to name`."""
    return AmongValues(column, name, KEY)


def among_texts(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return `column = any of the texts bound to name`."""
    return AmongValues(column, name, Text())
