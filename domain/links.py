"""Links: the contract between a company and its one current partner [000, 001]."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.refusals import AlreadyDecided, LinkDecision

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class LinkRequestState(StrEnum):
    """Where a request to link stands; all but `PENDING` are final."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class LinkStatus(StrEnum):
    """What a company's settings say of its partner [000]."""

    CONNECTED = "CONNECTED"
    REQUESTED = "REQUESTED"
    """Another partner was asked; until he approves the company stays with the one it has."""


class LinkEnd(StrEnum):
    """Why a link ended."""

    RELINKED = "RELINKED"
    ENDED_BY_PARTNER = "ENDED_BY_PARTNER"


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A company's request, as locked for a decision."""

    id: UUID
    company: UUID
    partner: UUID
    state: LinkRequestState
    expires_at: datetime
    decided_at: datetime | None

    def decidable(self, now: datetime) -> None:
        """Raise `AlreadyDecided` unless the request is open; expiry counts by the clock."""
        if self.state is not LinkRequestState.PENDING:
            decided_at = self.decided_at or self.expires_at
            raise AlreadyDecided(LinkDecision(self.state), decided_at)
        if now >= self.expires_at:
            raise AlreadyDecided(LinkDecision.EXPIRED, self.expires_at)
