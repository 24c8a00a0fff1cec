"""Node ids: opaque and typed, `license_` and the 32 hex digits of the key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from domain.refusals import NotFound

_SHAPE = re.compile(r"([a-z]+)_([0-9a-f]{32})", re.ASCII)


NOBODY = UUID(int=0)
"""A key that no row has: what a malformed id stands for in a filter."""


def node_id(prefix: str, key: UUID) -> str:
    """Return the id of the node with this key."""
    return f"{prefix}_{key.hex}"


def split_id(text: str) -> tuple[str, UUID] | None:
    """Return prefix and key of an id, or `None` when it is malformed."""
    match = _SHAPE.fullmatch(text)
    return None if match is None else (match[1], UUID(int=int(match[2], 16)))


def key_of(prefix: str, text: str) -> UUID | None:
    """Return the key of an id of this type; `None` answers like an id never issued."""
    parts = split_id(text)
    return parts[1] if parts is not None and parts[0] == prefix else None


def required_key(prefix: str, text: str, field: str) -> UUID:
    """Return the key of an id in an input; `NotFound` when it cannot name anything."""
    key = key_of(prefix, text)
    if key is None:
        raise NotFound(field)
    return key


def required_keys(prefix: str, texts: Sequence[str], field: str) -> list[UUID]:
    """Return the keys of the ids in an input."""
    return [required_key(prefix, text, field) for text in texts]
