"""How often somebody may try what could be guessed, or would trouble others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most `most` attempts at an action in a window that begins with the first of them."""

    action: str
    most: int
    window: timedelta
