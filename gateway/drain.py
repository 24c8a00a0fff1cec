"""How the process stops: no new work, what is under way finishes, then the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Drain:
    """Knows the requests in flight, and whether the process still takes new ones."""

    def __init__(self) -> None:
        self.draining = False
        self._in_flight: set[asyncio.Task[object]] = set()
        self._told: list[Callable[[], None]] = []

    @property
    def in_flight(self) -> int:
        """How many requests are being answered now."""
        return len(self._in_flight)

    def begin(self) -> None:
        """Take no new work from now on."""
        self.draining = True
        for call in self._told:
            call()

    def tell(self, call: Callable[[], None]) -> None:
        """Call this when it begins."""
        self._told.append(call)

    def enter(self, task: asyncio.Task[object]) -> None:
        """Count a task as a request in flight, until it leaves."""
        self._in_flight.add(task)

    def leave(self, task: asyncio.Task[object]) -> None:
        """Count it no more."""
        self._in_flight.discard(task)

    async def finish(self, seconds: float) -> int:
        """Wait up to `seconds` for the requests in flight, cancel those left; return how many.

        A cancelled request gets a moment more to tell its client.
        """
        late = set(self._in_flight)
        if late:
            _, late = await asyncio.wait(late, timeout=seconds)
        for task in late:
            task.cancel("draining")
        if late:
            await asyncio.wait(late, timeout=1)
        return len(late)
