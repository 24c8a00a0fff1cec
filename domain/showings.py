"""Showings: the occasions on which a code left the gateway, and to whom it may go [000]."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.emails import email_key
from domain.refusals import CodesHandedOver
from domain.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.documents import BuyerDetails


class ShowingKind(StrEnum):
    """How a code was shown: on the holder's screen, on paper, or by e-mail."""

    SHOWN = "SHOWN"
    PRINTED = "PRINTED"
    SENT = "SENT"


HANDED_OVER = (ShowingKind.PRINTED, ShowingKind.SENT)
"""What hands a code over; a look at one's own screen does not."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a code: what people call him, and what he is compared by."""

    name: str
    key: str


def by_email(address: str) -> Recipient:
    """Return who gets codes by e-mail: the address, whatever its letter case."""
    return Recipient(address, f"email {email_key(address)}")


def on_paper(buyer: BuyerDetails | None, holder: Recipient) -> Recipient:
    """Return who gets codes on paper: the buyer whom the document names, else the holder itself.

    A buyer with an e-mail address is who gets codes at that address; one without is known by
    name and INN together.
    """
    if buyer is None:
        return holder
    name = ", ".join(part for part in (buyer.name, buyer.inn) if part)
    if buyer.email:
        return Recipient(name or buyer.email, by_email(buyer.email).key)
    if name:
        return Recipient(name, f"buyer {folded(buyer.name or '')} {buyer.inn or ''}")
    return holder


def itself(holder: UUID, name: str) -> Recipient:
    """Return the holder as a recipient: of paper that leaves for nobody in particular."""
    return Recipient(name, f"holder {holder.hex}")


@dataclass(frozen=True, slots=True)
class HandOver:
    """A code that was handed over earlier, and to whom."""

    license: UUID
    recipient: Recipient
    at: datetime


def may_hand_over(
    recipients: Mapping[UUID, Recipient], earlier: Iterable[HandOver], reason: str | None
) -> None:
    """Raise `CodesHandedOver` when a code went to somebody else: one number, one user [000].

    Whoever has got a code may get it again. With a `reason` anybody may. `earlier` are the
    hand-overs of these licenses by the same cabinet, earliest first.
    """
    if reason is not None:
        return
    had: dict[UUID, list[HandOver]] = {}
    for one in earlier:
        had.setdefault(one.license, []).append(one)
    taken = [
        known[0]
        for key, known in had.items()
        if recipients[key].key not in {one.recipient.key for one in known}
    ]
    if taken:
        first = min(taken, key=lambda one: one.at)
        raise CodesHandedOver(sorted(one.license for one in taken), first.recipient.name, first.at)
