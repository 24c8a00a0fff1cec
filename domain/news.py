"""News: that something about a tenant has changed, and not what.

No data travels in news, only keys. Whoever hears of it reads anew what he may see by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

NOBODY = UUID(int=0)
"""The tenant of news that is of no tenant in particular."""


class Topic(StrEnum):
    """What news can be about."""

    LINKS = "LINKS"
    """Link requests (the object) and links."""
    STOCK = "STOCK"
    """How many licenses the tenant holds."""
    ACTIVATIONS = "ACTIVATIONS"
    """Licenses (the object) that were activated."""
    SESSIONS = "SESSIONS"
    """Sessions and users (the object) that may be or do less than before; of no tenant."""


@dataclass(frozen=True, slots=True)
class News:
    """Something of this tenant has changed; without an object anything of it may have."""

    topic: Topic
    tenant: UUID
    object: UUID | None = None
