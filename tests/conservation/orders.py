"""Orders as plain values, which both the model and the gateway are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Oldest:
    product: UUID
    quantity: int


@dataclass(frozen=True)
class Exactly:
    licenses: tuple[UUID, ...]


Taking = Oldest | Exactly


@dataclass(frozen=True)
class AnyPartner:
    id: UUID


@dataclass(frozen=True)
class FirmOf:
    company: UUID
    id: UUID


@dataclass(frozen=True)
class Outsider:
    pass


@dataclass(frozen=True)
class Issue:
    by: UUID
    key: str
    take: Oldest


@dataclass(frozen=True)
class Sell:
    by: UUID
    key: str
    buyer: AnyPartner | FirmOf | Outsider
    take: Taking
    only: UUID | None = None
    """The one product that the API token which orders may know of."""


@dataclass(frozen=True)
class Reveal:
    by: UUID
    key: str
    take: Taking
    only: UUID | None = None


@dataclass(frozen=True)
class Ask:
    by: UUID
    partner: UUID


@dataclass(frozen=True)
class Approve:
    by: UUID
    request: UUID


@dataclass(frozen=True)
class Reject:
    by: UUID
    request: UUID


@dataclass(frozen=True)
class Cancel:
    by: UUID
    request: UUID


@dataclass(frozen=True)
class Part:
    by: UUID
    company: UUID


@dataclass(frozen=True)
class Enter:
    """The code of a license entered on a device, to activate or to deactivate it."""

    by: UUID
    device: UUID
    license: UUID
    off: bool = False


@dataclass(frozen=True)
class Release:
    by: UUID
    license: UUID


Documented = Issue | Sell | Reveal
Decision = Approve | Reject | Cancel
Placing = Enter | Release
Order = Documented | Ask | Decision | Part | Placing


@dataclass(frozen=True)
class Refused:
    """The name of a refusal, with its facts."""

    name: str
    facts: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def because(cls, name: str, **facts: Any) -> Refused:
        return cls(name, tuple(sorted(facts.items())))


@dataclass(frozen=True)
class Written:
    """A document as the database has it."""

    id: UUID
    number: int
    kind: str
    buyer: UUID | None
    licenses: frozenset[UUID]


@dataclass(frozen=True)
class Linked:
    """The request or link that came of an order, `None` where nothing is left behind."""

    id: UUID | None


@dataclass(frozen=True)
class Placed:
    """The license that is on a device, or free, as was ordered."""

    license: UUID


Outcome = Refused | Written | Linked | Placed
