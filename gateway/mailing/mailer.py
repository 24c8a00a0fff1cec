"""The mailer: takes letters that are due, hands them over, and writes how it went.

It may be killed at any moment. What it had claimed is another's when the claim ends; a letter
goes twice only if the end came between its being taken on and that being written.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import structlog

from gateway.mailing.failures import Stage, Undelivered
from persistence import mailing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from gateway.mail_settings import MailSettings
    from gateway.mailing.writing import Mail, Writer
    from persistence.database import Database, Unit
    from persistence.mailing import Claimed

_PURGE_EVERY = 3600.0
_LONGEST_PAUSE = 30.0
"""Longest wait before a server that takes no letters at all is tried again, seconds."""
_OURS_LIMIT = 300.0
"""Longest wait of a letter for such a server, seconds: it has waited long enough then."""
_MARKING_PAUSE = 0.5

_log = structlog.get_logger("gateway.mailer")


class Transport(Protocol):
    """What takes letters on."""

    async def deliver(self, mail: Mail) -> None:
        """Take a letter on; `Undelivered` otherwise."""
        ...

    async def rest(self) -> None:
        """Let go of what is kept between letters."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how long things are tried; times in seconds."""

    lanes: int
    poll: float
    claim: float
    attempts: int
    retry: float
    retry_limit: float
    dead_days: int

    @classmethod
    def of(cls, settings: MailSettings) -> Pace:
        """Return the pace that settings decide."""
        return cls(
            lanes=settings.mailer_lanes,
            poll=settings.mailer_poll_seconds,
            claim=settings.mailer_claim_seconds,
            attempts=settings.letter_attempts,
            retry=settings.letter_retry_seconds,
            retry_limit=settings.letter_retry_limit_seconds,
            dead_days=settings.dead_letter_days,
        )

    def again_in(self, letter: Claimed, failure: Undelivered) -> timedelta | None:
        """Return when to try a letter again; `None`: never.

        The wait doubles with each attempt and varies, or all letters would come at once.
        """
        attempt = letter.attempts + 1
        if failure.hopeless or (attempt >= self.attempts and not failure.ours):
            return None
        limit = min(self.retry_limit, _OURS_LIMIT) if failure.ours else self.retry_limit
        wait = min(self.retry * 2.0 ** min(attempt - 1, 30), limit)
        return timedelta(seconds=wait * random.uniform(0.75, 1.25))  # noqa: S311 - no secret


class Mailer:
    """Sends letters until it is stopped; any number of them may work on one database."""

    def __init__(
        self, database: Database, writer: Writer, transport: Transport, pace: Pace
    ) -> None:
        self._database = database
        self._writer = writer
        self._transport = transport
        self._pace = pace
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._patience = 0.0
        self._under_way: dict[asyncio.Task[None], Claimed] = {}
        self._troubles = 0
        self._quiet_until = 0.0
        self._purge_at = 0.0
        self.outcomes: Counter[str] = Counter()
        """How many letters were sent, retried and dead, since this mailer began."""

    def wake(self) -> None:
        """Look for letters now: some were staged."""
        self._woken.set()

    def stop(self, patience: float) -> None:
        """Claim no more; `run` ends within `patience` seconds, when letters under way are sent."""
        self._patience = patience
        self._stopping.set()

    async def run(self) -> None:
        """Send letters until `stop`; a database that cannot be reached is waited for."""
        failures = 0
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                await self._purge()
                await self._begin_some()
            except Exception as error:  # noqa: BLE001 - whatever it is, letters wait for its end
                failures += 1
                _log.warning("letters cannot be claimed", error=type(error).__name__)
                await _first(_pause(failures), self._stopping.wait())
            else:
                failures = 0
                await self._next()
        await self._wind_down()

    async def _begin_some(self) -> None:
        """Claim letters for the lanes that are free."""
        free = self._pace.lanes - len(self._under_way)
        if self._troubles:
            # Of a server in trouble one letter finds out whether it is over.
            free = 0 if self._under_way or _now() < self._quiet_until else 1
        if not free:
            return
        lifetime = timedelta(seconds=self._pace.claim)
        claimed = await self._database.carry_out(lambda unit: mailing.claim(unit, free, lifetime))
        for letter in claimed:
            task = asyncio.create_task(self._handle(letter))
            self._under_way[task] = letter
            task.add_done_callback(self._finished)
        if not self._under_way:
            await self._transport.rest()

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._woken.set()

    async def _next(self) -> None:
        """Wait for a free lane or a new letter, or until it is time to look for others'."""
        quiet = self._quiet_until - _now()
        if self._troubles and not self._under_way and quiet > 0:
            await _first(quiet, self._stopping.wait())
        else:
            await _first(self._pace.poll, self._woken.wait(), self._stopping.wait())

    async def _purge(self) -> None:
        if _now() < self._purge_at:
            return
        age = timedelta(days=self._pace.dead_days)
        purged = await self._database.carry_out(lambda unit: mailing.purge_dead(unit, age))
        self._purge_at = _now() + _PURGE_EVERY
        if purged:
            _log.info("dead letters purged", count=purged)

    async def _handle(self, letter: Claimed) -> None:
        """Send one letter and write how it went."""
        try:
            # A letter with a thousand codes would keep the loop from everybody else.
            mail = await asyncio.to_thread(self._writer.write, letter)
        except Exception as error:  # noqa: BLE001 - one letter must not keep others from going
            await self._failed(letter, _known(letter, error))
            return
        try:
            await self._transport.deliver(mail)
        except Exception as error:  # noqa: BLE001 - as above
            failure = _known(letter, error)
            self._troubles = self._troubles + 1 if failure.ours else 0
            self._quiet_until = _now() + _pause(self._troubles)
            await self._failed(letter, failure)
            return
        self._troubles = 0
        self.outcomes["sent"] += 1
        await self._write(letter, lambda unit: mailing.mark_sent(unit, letter))
        _log.info("letter sent", letter=str(letter.id), kind=letter.kind)

    async def _failed(self, letter: Claimed, failure: Undelivered) -> None:
        again_in = self._pace.again_in(letter, failure)
        self.outcomes["dead" if again_in is None else "retried"] += 1
        _log.warning(
            "letter is dead" if again_in is None else "letter waits again",
            letter=str(letter.id),
            kind=letter.kind,
            attempt=letter.attempts + 1,
            error=str(failure),
        )
        await self._write(
            letter, lambda unit: mailing.mark_failed(unit, letter, str(failure), again_in)
        )

    async def _write(self, letter: Claimed, work: Callable[[Unit], Awaitable[None]]) -> None:
        """Write how it went, however often that takes: else the letter would be sent once more."""
        give_up_at = _now() + self._pace.claim
        while True:
            try:
                await self._database.carry_out(work)
            except Exception as error:  # noqa: BLE001 - the database may come back
                _log.warning(
                    "letter is not marked yet", letter=str(letter.id), error=type(error).__name__
                )
                if _now() >= give_up_at:
                    return
                await asyncio.sleep(_MARKING_PAUSE)
            else:
                return

    async def _wind_down(self) -> None:
        """Let letters under way be sent, and give back those that take too long."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._patience)
        left = dict(self._under_way)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=1)
            await self._release({letter.claim for letter in left.values()})
        await self._transport.rest()

    async def _release(self, claims: set[UUID]) -> None:
        try:
            count = await self._database.carry_out(lambda unit: mailing.release(unit, claims))
        except Exception as error:  # noqa: BLE001 - the claims end by themselves, only later
            _log.warning("claims cannot be released", error=type(error).__name__)
        else:
            _log.info("claims released", count=count)


def _known(letter: Claimed, error: Exception) -> Undelivered:
    """Return the failure that an error is; what nobody foresaw is logged."""
    if isinstance(error, Undelivered):
        return error
    _log.error("unexpected", letter=str(letter.id), kind=letter.kind, exc_info=error)
    return Undelivered(f"{Stage.GATEWAY}: {type(error).__name__}")


def _now() -> float:
    return asyncio.get_running_loop().time()


def _pause(failures: int) -> float:
    """Return how long to wait after so many failures in a row, seconds."""
    wait = min(2.0 ** min(failures - 1, 10), _LONGEST_PAUSE)
    return wait * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


async def _first(seconds: float, *waiting: Awaitable[object]) -> None:
    """Wait for the first of these, at most so many seconds."""
    tasks = [asyncio.ensure_future(one) for one in waiting]
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
