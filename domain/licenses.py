"""Licenses: a 12-digit protection code for one product, sealed until somebody reveals it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.refusals import InvalidInput

if TYPE_CHECKING:
    from uuid import UUID

CODE_DIGITS = 12
SHOWN_DIGITS = 4
MASK = "•" * (CODE_DIGITS - SHOWN_DIGITS)
LARGEST_DOCUMENT = 10_000
MOST_EXPLICIT_LICENSES = 1_000


class LicenseState(StrEnum):
    """Whether the code is hidden or open to its holder; sealing is one-way [ruling]."""

    SEALED = "SEALED"
    REVEALED = "REVEALED"


class LicenseEventKind(StrEnum):
    """What happened to a license; the log of these events is the truth about it."""

    ISSUED = "ISSUED"
    REVEALED = "REVEALED"
    SOLD_TO_PARTNER = "SOLD_TO_PARTNER"
    SOLD_TO_COMPANY = "SOLD_TO_COMPANY"
    SOLD_OUTSIDE = "SOLD_OUTSIDE"
    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"
    RELEASED = "RELEASED"


OPENING = frozenset({LicenseEventKind.REVEALED, LicenseEventKind.SOLD_OUTSIDE})
"""The documents' events after which a license is revealed; after the others it is sealed."""

ON_DEVICES = frozenset(
    {LicenseEventKind.ACTIVATED, LicenseEventKind.DEACTIVATED, LicenseEventKind.RELEASED}
)
"""The events that have a device and no document; before and after them a license is revealed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a license in stock stands: whether it is revealed, and sold to somebody outside."""

    revealed: bool
    sold: bool


@dataclass(frozen=True, slots=True)
class Take:
    """Which licenses a document takes from stock: a quantity, oldest first, or exactly these."""

    quantity: int
    product: UUID | None = None
    licenses: tuple[UUID, ...] = ()

    @classmethod
    def oldest(cls, product: UUID, quantity: int) -> Take:
        """Take `quantity` licenses of one product, oldest first."""
        if not 1 <= quantity <= LARGEST_DOCUMENT:
            raise InvalidInput(
                "quantity",
                russian=f"от 1 до {LARGEST_DOCUMENT}",
                english=f"must be from 1 to {LARGEST_DOCUMENT}",
            )
        return cls(quantity=quantity, product=product)

    @classmethod
    def exactly(cls, licenses: list[UUID]) -> Take:
        """Take these licenses, each named once."""
        if not 1 <= len(licenses) <= MOST_EXPLICIT_LICENSES:
            raise InvalidInput(
                "licenses",
                russian=f"от 1 до {MOST_EXPLICIT_LICENSES} лицензий",
                english=f"must name from 1 to {MOST_EXPLICIT_LICENSES} licenses",
            )
        if len(set(licenses)) != len(licenses):
            raise InvalidInput(
                "licenses", russian="лицензия названа дважды", english="names a license twice"
            )
        return cls(quantity=len(licenses), licenses=tuple(sorted(licenses)))


def new_code() -> str:
    """Return a fresh code from the cryptographic generator; leading zeros are ordinary digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def masked(tail: str) -> str:
    """Return the code as every list and card shows it: `••••••••1234`."""
    return MASK + tail


def parse_tail(text: str, field: str) -> str:
    """Return the last digits of a code as lists show them; `InvalidInput` for anything else."""
    tail = "".join(text.split())
    if not (tail.isascii() and tail.isdigit() and len(tail) == SHOWN_DIGITS):
        raise InvalidInput(
            field,
            russian=f"нужны последние {SHOWN_DIGITS} цифры кода",
            english=f"must be the last {SHOWN_DIGITS} digits of a code",
        )
    return tail


def parse_code(text: str) -> str | None:
    """Return the digits of a code typed by a person, or `None`: spaces are ignored."""
    code = "".join(text.split())
    return code if code.isascii() and code.isdigit() and len(code) == CODE_DIGITS else None
