"""How the process stops: no new work, what is under way finishes, then the end."""

from __future__ import annotations

import asyncio


class Drain:
    """Knows the requests in flight, and whether the process still takes new ones."""

    def __init__(self) -> None:
        self.draining = False
        self._in_flight: set[asyncio.Task[object]] = set()

    @property
    def in_flight(self) -> int:
        """How many requests are being answered now."""
        return len(self._in_flight)

    def begin(self) -> None:
        """Take no new work from now on."""
        self.draining = True

    def __enter__(self) -> None:
        """Count the current task as a request in flight."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("A request is answered in a task.")
        self._in_flight.add(task)

    def __exit__(self, *_: object) -> None:
        """Count it no more."""
        self._in_flight.discard(asyncio.current_task())

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
