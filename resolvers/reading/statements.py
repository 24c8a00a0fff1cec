"""Statements made from a noun's `READS`; all values are bound by name, so a text serves again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, func, select, tuple_

from persistence.catalogue import NOUNS
from persistence.columns import KEY as KEY_TYPE
from persistence.dialects import among_keys, first_of_each
from resolvers.reading.binding import KEYS, LIMIT, order_columns

if TYPE_CHECKING:
    from collections.abc import Container

    from sqlalchemy import ColumnElement, Dialect, Select

    from domain.access import Actor
    from persistence.reads import Reads, ToMany
    from resolvers.reading.listings import Listing


def sort_names(listing: Listing) -> list[str]:
    """Return the names under which statements select the sort columns."""
    return [f"_sort{n}" for n in range(len(order_columns(listing)))]


def _sort_columns(listing: Listing) -> list[ColumnElement[Any]]:
    names = sort_names(listing)
    return [c.label(n) for n, c in zip(names, order_columns(listing), strict=True)]


def row_columns(reads: Reads, names: Container[str] | None = None) -> list[ColumnElement[Any]]:
    """Return what is selected of a row: key, owner, columns and the keys of its relations.

    With `names` only what is named is selected beside the key; the owner is `owner_key`.
    """
    columns = {"owner_key": reads.owner, **reads.columns}
    return [
        reads.key.label("key"),
        *(c.label(n) for n, c in columns.items() if names is None or n in names),
        *(o.key.label(f"{n}_key") for n, o in reads.ones.items() if names is None or n in names),
    ]


def by_keys(noun: str, actor: Actor) -> Select[Any]:
    """Select the visible rows with the bound keys."""
    reads = NOUNS[noun]
    return _visible(reads, actor, *row_columns(reads)).where(among_keys(reads.key, KEYS))


def by_key(noun: str, bound_to: str, actor: Actor, names: Container[str]) -> Select[Any]:
    """Select the visible row with the key bound to this name."""
    reads = NOUNS[noun]
    bound = bindparam(bound_to, type_=KEY_TYPE)
    return _visible(reads, actor, *row_columns(reads, names)).where(reads.key == bound)


def counted_by_keys(noun: str, name: str, actor: Actor) -> Select[Any]:
    """Select one costly column of the visible rows with the bound keys."""
    reads = NOUNS[noun]
    columns = (reads.key.label("key"), reads.count(name, actor).label("value"))
    return _visible(reads, actor, *columns).where(among_keys(reads.key, KEYS))


def _visible(reads: Reads, actor: Actor, *columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).select_from(reads.source).where(reads.visible(actor))


def _relation(listing: Listing) -> ToMany | None:
    if listing.relation is None:
        return None
    noun, name = listing.relation
    return NOUNS[noun].manys[name]


def _rows(listing: Listing, actor: Actor, *columns: ColumnElement[Any]) -> Select[Any]:
    """Select the rows of a list, of every parent when it hangs on a relation."""
    reads, relation = NOUNS[listing.noun], _relation(listing)
    source = reads.source
    if relation is not None and relation.via is not None:
        source = source.join(*relation.via)
    statement = select(*columns).select_from(source).where(reads.visible(actor))
    for name in listing.filters:
        statement = statement.where(reads.condition(name, actor))
    if relation is not None and relation.within is not None:
        statement = statement.where(relation.within)
    return statement


def _bounded(listing: Listing, statement: Select[Any]) -> Select[Any]:
    """Keep the rows between the cursors, compared as whole sort keys."""
    reads = NOUNS[listing.noun]
    columns = [*order_columns(listing), reads.key]
    for side, wanted, forward in (
        ("after", listing.after, True),
        ("before", listing.before, False),
    ):
        if wanted:
            place = tuple_(*(bindparam(f"_{side}{n}", type_=c.type) for n, c in enumerate(columns)))
            greater = forward is not listing.descending
            here = tuple_(*columns)
            statement = statement.where(here > place if greater else here < place)
    return statement


def sorted_by(listing: Listing, columns: list[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """Return columns as an ORDER BY in the reading direction of a list."""
    falling = listing.descending is not listing.backward
    return [column.desc() if falling else column.asc() for column in columns]


def page(
    listing: Listing, actor: Actor, dialect: Dialect, names: Container[str] | None = None
) -> Select[Any]:
    """Select a page of a list, in reading direction, at most the bound limit of rows.

    For a relation the keys of all parents are bound, and each gets a page of its own.
    """
    reads, relation = NOUNS[listing.noun], _relation(listing)
    columns = [*row_columns(reads, names), *_sort_columns(listing)]
    statement = _bounded(listing, _rows(listing, actor, *columns))
    order = sorted_by(listing, [*order_columns(listing), reads.key])
    limit = bindparam(LIMIT, type_=Integer())
    if relation is None:
        return statement.order_by(*order).limit(limit)
    return first_of_each(dialect, statement, relation.parent, KEYS, order=order, limit=limit)


def every(listing: Listing, actor: Actor, names: Container[str] | None = None) -> Select[Any]:
    """Select all rows of a list."""
    reads = NOUNS[listing.noun]
    statement = _rows(listing, actor, *row_columns(reads, names), *_sort_columns(listing))
    return statement.order_by(*sorted_by(listing, [*order_columns(listing), reads.key]))


def count(listing: Listing, actor: Actor) -> Select[Any]:
    """Count the rows of a list, for each bound parent when it hangs on a relation."""
    relation = _relation(listing)
    number = func.count().label("count")
    if relation is None:
        return _rows(listing, actor, number)
    parent = relation.parent.label("_parent")
    statement = _rows(listing, actor, parent, number).where(among_keys(relation.parent, KEYS))
    return statement.group_by(relation.parent)
