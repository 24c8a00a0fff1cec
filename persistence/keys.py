"""Primary keys: UUIDv7, which sort by the time they were made and cannot be guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uuid_utils.compat

if TYPE_CHECKING:
    from uuid import UUID


def new_key() -> UUID:
    """Return a fresh key; keys of one process sort in the order they were made."""
    return uuid_utils.compat.uuid7()
