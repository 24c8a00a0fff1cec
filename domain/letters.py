"""Letters: what the gateway writes to people, and the one-time tickets that some carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID


class LetterKind(StrEnum):
    """What a letter is about; each has templates in Russian and English."""

    CONFIRM_COMPANY = "CONFIRM_COMPANY"
    CONFIRM_PARTNER = "CONFIRM_PARTNER"
    INVITATION = "INVITATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a word, not a secret
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - as above
    CONFIRM_EMAIL = "CONFIRM_EMAIL"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    LINK_REQUESTED = "LINK_REQUESTED"
    LINK_APPROVED = "LINK_APPROVED"
    LINK_REJECTED = "LINK_REJECTED"
    LINK_ENDED = "LINK_ENDED"
    LICENSES = "LICENSES"


class TicketPurpose(StrEnum):
    """What a one-time ticket is good for; a ticket is never good for anything else."""

    CONFIRMATION = "CONFIRMATION"
    INVITATION = "INVITATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a word, not a secret
    EMAIL_CHANGE = "EMAIL_CHANGE"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as a plain value; `facts` fill its template and may hold a one-time ticket.

    `tenant` is the cabinet of the recipient, `language` is `ru` or `en`.
    """

    kind: LetterKind
    recipient: str
    language: str
    tenant: UUID | None
    facts: Mapping[str, str]
