"""Deadlines: what takes too long is cancelled, within a tenth of a second.

One timer looks after all requests: one of its own for each would cost more than most of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

PERIOD = 0.1
"""How often somebody looks, seconds."""


class DeadlineExceeded(Exception):
    """It took too long."""


class Deadlines:
    """The deadlines of one event loop."""

    def __init__(self) -> None:
        self._running: set[Within] = set()
        self._looking = False

    def within(self, seconds: float, task: asyncio.Task[object] | None = None) -> Within:
        """Return a context manager that raises `DeadlineExceeded` when its body takes longer.

        `task` is the current one, for those who know it.
        """
        return Within(self, seconds, task)

    def add(self, within: Within) -> None:
        """Look after it."""
        self._running.add(within)
        if not self._looking:
            self._looking = True
            asyncio.get_running_loop().call_later(PERIOD, self._look)

    def remove(self, within: Within) -> None:
        """Look after it no more."""
        self._running.discard(within)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for within in [one for one in self._running if one.ends <= now]:
            self._running.discard(within)
            within.expire()
        self._looking = bool(self._running)
        if self._looking:
            loop.call_later(PERIOD, self._look)


class Within:
    """One deadline of the current task; behaves as `asyncio.timeout` does."""

    __slots__ = ("_cancelling", "_deadlines", "_expired", "_seconds", "_task", "ends")

    def __init__(
        self, deadlines: Deadlines, seconds: float, task: asyncio.Task[object] | None
    ) -> None:
        self._deadlines = deadlines
        self._seconds = seconds
        self._expired = False
        known = task or asyncio.current_task()
        if known is None:
            raise RuntimeError("A deadline is for a task.")
        self._task = known

    def __enter__(self) -> None:
        self._cancelling = self._task.cancelling()
        self.ends = asyncio.get_running_loop().time() + self._seconds
        self._deadlines.add(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._deadlines.remove(self)
        if (
            self._expired
            and self._task.uncancel() <= self._cancelling
            and kind is not None
            and issubclass(kind, asyncio.CancelledError)
        ):
            raise DeadlineExceeded from error

    def expire(self) -> None:
        """Cancel the task."""
        self._expired = True
        self._task.cancel()
