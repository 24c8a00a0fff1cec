"""Password hashes: argon2id, one at a time, away from the event loop."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from domain.refusals import TryAgainLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.settings import Settings

RETRY_AFTER = 1
"""What a caller beyond the queue is told to wait, seconds."""
_T = TypeVar("_T")


class ArgonHasher:
    """Fulfils `domain.ports.PasswordHasher` with one thread and a short queue.

    More threads would take the processor from everybody else's queries; a longer queue would
    only make people wait for an answer that comes too late. `close` it at the end.
    """

    def __init__(self, settings: Settings) -> None:
        self._argon = PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_kib,
            parallelism=1,
            type=Type.ID,
        )
        self._places = 1 + settings.password_queue
        self._taken = 0
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")
        self._dummy = self._argon.hash(secrets.token_hex(32))

    @property
    def dummy(self) -> str:
        """A valid hash of the current cost that no password fits."""
        return self._dummy

    async def hash(self, password: str) -> str:
        """Return the argon2id hash of a password; `TryAgainLater` when the queue is full."""
        return await self._in_thread(partial(self._argon.hash, password))

    async def matches(self, password: str, hashes: list[str]) -> list[bool]:
        """Tell for each hash whether the password fits; `TryAgainLater` when the queue is full.

        Every hash is verified, also after one that fits, so that time tells nothing.
        """
        return await self._in_thread(
            lambda: [_fits(self._argon, hashed, password) for hashed in hashes]
        )

    def close(self) -> None:
        """Give up what waits and end the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        with self._lock:
            if self._taken >= self._places:
                raise TryAgainLater(retry_after=RETRY_AFTER)
            self._taken += 1
        job = self._thread.submit(work)
        # A place is free when the work ends, not when its caller gives up waiting for it.
        job.add_done_callback(self._leave)
        return await asyncio.wrap_future(job)

    def _leave(self, _job: Future[_T]) -> None:
        with self._lock:
            self._taken -= 1


def _fits(argon: PasswordHasher, hashed: str, password: str) -> bool:
    try:
        return argon.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
