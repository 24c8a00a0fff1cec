"""A clock that tests can turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def turn(self, ahead: timedelta) -> None:
        """Let time pass."""
        self._ahead += ahead
