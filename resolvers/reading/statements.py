"""Statements made from a noun's `READS`; all values are bound by name, so a text serves again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, func, select, tuple_

from persistence.catalogue import NOUNS
from persistence.dialects import among_keys

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from domain.access import Actor
    from persistence.reads import Reads, ToMany
    from resolvers.reading.listings import Listing

LIMIT = "_limit"
KEYS = "_keys"


def order_columns(listing: Listing) -> tuple[ColumnElement[Any], ...]:
    """Return the sort columns of a list, without the key that always comes last."""
    return NOUNS[listing.noun].orders.get(listing.order, ())


def row_columns(reads: Reads) -> list[ColumnElement[Any]]:
    """Return what is selected of a row: key, owner, columns and the keys of its relations."""
    return [
        reads.key.label("key"),
        reads.owner.label("owner_key"),
        *(column.label(name) for name, column in reads.columns.items()),
        *(one.key.label(f"{name}_key") for name, one in reads.ones.items()),
    ]


def by_keys(noun: str, actor: Actor) -> Select[Any]:
    """Select the visible rows with the bound keys."""
    reads = NOUNS[noun]
    return (
        select(*row_columns(reads))
        .select_from(reads.source)
        .where(among_keys(reads.key, KEYS), reads.visible(actor))
    )


def counted_by_keys(noun: str, name: str, actor: Actor) -> Select[Any]:
    """Select one costly column of the visible rows with the bound keys."""
    reads = NOUNS[noun]
    return (
        select(reads.key.label("key"), reads.counted[name].label("value"))
        .select_from(reads.source)
        .where(among_keys(reads.key, KEYS), reads.visible(actor))
    )


def _relation(listing: Listing) -> ToMany | None:
    if listing.relation is None:
        return None
    noun, name = listing.relation
    return NOUNS[noun].manys[name]


def _rows(listing: Listing, actor: Actor, *columns: ColumnElement[Any]) -> Select[Any]:
    reads, relation = NOUNS[listing.noun], _relation(listing)
    source = reads.source
    if relation is not None and relation.via is not None:
        source = source.join(*relation.via)
    statement = select(*columns).select_from(source).where(reads.visible(actor))
    for name in listing.filters:
        statement = statement.where(reads.condition(name, actor))
    if relation is not None:
        statement = statement.where(among_keys(relation.parent, KEYS))
        if relation.within is not None:
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


def _sorted(listing: Listing, columns: list[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    falling = listing.descending is not listing.backward
    return [column.desc() if falling else column.asc() for column in columns]


def page(listing: Listing, actor: Actor) -> Select[Any]:
    """Select a page of a list, in reading direction, at most the bound limit of rows.

    For a relation the keys of all parents are bound, and each gets a page of its own.
    """
    reads, relation = NOUNS[listing.noun], _relation(listing)
    sort = [column.label(f"_sort{n}") for n, column in enumerate(order_columns(listing))]
    columns = [*row_columns(reads), *sort]
    order = _sorted(listing, [*order_columns(listing), reads.key])
    limit = bindparam(LIMIT, type_=Integer())
    if relation is None:
        statement = _bounded(listing, _rows(listing, actor, *columns))
        return statement.order_by(*order).limit(limit)
    place = func.row_number().over(partition_by=relation.parent, order_by=order)
    numbered = _bounded(
        listing,
        _rows(listing, actor, *columns, relation.parent.label("_parent"), place.label("_place")),
    ).subquery()
    return select(numbered).where(numbered.c["_place"] <= limit).order_by(numbered.c["_place"])


def count(listing: Listing, actor: Actor) -> Select[Any]:
    """Count the rows of a list, for each bound parent when it hangs on a relation."""
    relation = _relation(listing)
    number = func.count().label("count")
    if relation is None:
        return _rows(listing, actor, number)
    parent = relation.parent.label("_parent")
    return _rows(listing, actor, parent, number).group_by(relation.parent)
