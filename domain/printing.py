"""Printing: the page of codes that one order of a holder makes, good once and not for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

PAGE_LIFETIME = timedelta(minutes=5)
"""How long the address of a page waits to be opened."""


@dataclass(frozen=True, slots=True)
class PrintedLicense:
    """A license on paper: what it is for, and its 12 digits."""

    product: str
    code: str


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """The licenses on a page that belong to one document, with what the document says.

    Number, moment and buyer are `None` where the document is not the holder's own.
    """

    number: int | None
    created_at: datetime | None
    buyer_name: str | None
    buyer_inn: str | None
    licenses: tuple[PrintedLicense, ...]


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page as it is opened: who printed it, its documents, and how many licenses have left.

    `left_out` are those whose code was the holder's when the page was ordered and is not now.
    """

    holder: str
    documents: tuple[PrintedDocument, ...]
    left_out: int


def grouped(code: str) -> str:
    """Return a code as people read it: groups of four digits."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
