"""What statements bind, by name: whose reading it is, and which part of which list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from persistence.catalogue import NOUNS
from resolvers.reading.cursors import decode

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from domain.access import Actor
    from resolvers.reading.listings import Listing
    from resolvers.reading.windows import Window

LIMIT = "_limit"
KEY = "_key"
KEYS = "_keys"


def standing(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what every statement may bind: whose reading it is, and when."""
    return {
        "_tenant": actor.tenant,
        "_now": now,
        "_session": actor.session,
        "_user": actor.user,
        "_right": actor.right,
        "_kind": actor.kind,
    }


def order_columns(listing: Listing) -> tuple[ColumnElement[Any], ...]:
    """Return the sort columns of a list, without the key that always comes last."""
    return NOUNS[listing.noun].orders.get(listing.order, ())


def bounded(listing: Listing, window: Window) -> tuple[dict[str, Any], Listing]:
    """Return the values bound for a window, and the shape of a list with its cursors.

    One row more than asked is read: it tells whether the list goes on.
    """
    width = len(order_columns(listing))
    values: dict[str, Any] = {LIMIT: window.size + 1}
    for side, text in (("after", window.after), ("before", window.before)):
        if text is not None:
            cursor = decode(listing.order_name, width, text, side)
            parts = (*cursor.values, cursor.key)
            values.update({f"_{side}{n}": part for n, part in enumerate(parts)})
    shape = replace(
        listing,
        backward=window.backward,
        after=window.after is not None,
        before=window.before is not None,
    )
    return values, shape
