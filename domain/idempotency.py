"""Idempotency: the same key with the same input gives the same result, never a second one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from domain.refusals import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_KEY = 100


def parse_key(key: str) -> str:
    """Return the key; `InvalidInput` unless it is 1 to 100 printable ASCII characters."""
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise InvalidInput(
            "idempotencyKey",
            russian=f"от 1 до {LONGEST_KEY} печатных символов ASCII",
            english=f"must be 1 to {LONGEST_KEY} printable ASCII characters",
        )
    return key


def fingerprint(operation: str, order: Mapping[str, object]) -> str:
    """Return the digest by which two inputs of an operation are the same."""
    text = json.dumps([operation, order], sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
