"""The audience: the sockets and event streams of this process, each while its session lives.

One task looks after all of them, a few at a time: whether the session still lives and says what it
said before, and whether the client still takes what it is sent. News of sessions that ended makes
it look at once.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar

import structlog

from gateway.bad_requests import BadRequest
from gateway.deadlines import Deadlines
from gateway.engine import with_deadline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from domain.access import Actor
    from gateway.drain import Drain
    from gateway.engine import Engine, Failures
    from gateway.settings import Settings
    from persistence.newsroom import Mailbox

LOOKS = 16
"""How often within one interval somebody looks whose turn it is."""
CLOSING = 5.0
"""How long a client may take to receive the end, seconds."""

_log = structlog.get_logger("gateway.audience")


@dataclass(frozen=True, slots=True)
class Ending:
    """Why somebody was sent away: the close code of a socket, its reason, the word for the log."""

    code: int
    reason: str
    outcome: str


SESSION_OVER = Ending(4401, "Unauthorized", "session_over")
RIGHTS_CHANGED = Ending(4403, "Forbidden", "rights_changed")
GOING_AWAY = Ending(1001, "Going away", "shutting_down")
TOO_SLOW = Ending(1013, "Try again later", "too_slow")


class Member(ABC):
    """One socket or stream; belongs to the task that it was made in."""

    kind: ClassVar[str]
    __slots__ = ("_beating", "_closing", "_task", "actor", "due", "ending", "token")

    def __init__(self) -> None:
        self.token = ""
        self.actor: Actor | None = None
        """Whose session it is, as soon as that is known."""
        self.ending: Ending | None = None
        self.due = 0.0
        """When it is looked after next."""
        self._beating: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._task = asyncio.current_task()

    @abstractmethod
    async def keep_alive(self) -> None:
        """Send a sign of life."""

    @abstractmethod
    async def close(self, ending: Ending) -> None:
        """Send the end, upon which the member's task ends."""

    @property
    def silent(self) -> bool:
        """Whether it owes an answer to the last sign of life."""
        return False

    def beat(self) -> None:
        """Send a sign of life; who has not taken or answered the last one by now is sent away."""
        if self._beating is not None or self.silent:
            self.end(TOO_SLOW)
        else:
            self._beating = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        try:
            await self.keep_alive()
        except OSError:
            return  # It went away by itself.
        finally:
            self._beating = None

    def end(self, ending: Ending) -> None:
        """Send it away."""
        if self.ending is None:
            self.ending = ending
            self._closing = asyncio.create_task(self._close(ending))

    async def _close(self, ending: Ending) -> None:
        try:
            async with asyncio.timeout(CLOSING):
                await self.close(ending)
        except (TimeoutError, OSError):
            if self._task is not None:
                self._task.cancel()


class Audience:
    """All members of this process, within the limits of the settings."""

    def __init__(
        self, engine: Engine, settings: Settings, drain: Drain, failures: Failures
    ) -> None:
        self.engine = engine
        self.drain = drain
        self.failures = with_deadline(failures)
        self.deadlines = Deadlines()
        self.patience = settings.request_deadline_seconds
        self.news_limit = settings.news_limit
        self.turns = asyncio.Semaphore(max(1, settings.pool_size // 2))
        """Half of the connections are left to requests, whoever is told what."""
        self.subscriptions: Counter[str] = Counter()
        """How many subscriptions are open, by kind of member."""
        self.told = 0
        self._settings = settings
        self._members: dict[Member, None] = {}
        self._users: Counter[UUID] = Counter()
        self._looking: asyncio.Task[None] | None = None
        self._subscribing = asyncio.Lock()
        self._ended: Mailbox | None = None
        self._ending: asyncio.Task[None] | None = None
        drain.tell(self._dismiss)

    @property
    def full(self) -> bool:
        """Whether nobody more is let in."""
        return len(self._members) >= self._settings.socket_limit

    def count(self, kind: str) -> int:
        """Return how many members of a kind there are."""
        return sum(member.kind == kind for member in self._members)

    def enter(self, member: Member) -> None:
        """Look after a member until it leaves."""
        strangers = len(self._members) - self._users.total()
        if self.full or 2 * strangers >= self._settings.socket_limit:
            # Half of the places are kept for those who have said who they are.
            raise BadRequest(503, "OVERLOADED", "There are too many connections, try again.")
        self._queue(member)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_after())

    async def recognize(self, member: Member, actor: Actor) -> None:
        """Keep whose session it is; `BadRequest` when its user has too many already."""
        if self._users[actor.user] >= self._settings.user_socket_limit:
            raise BadRequest(
                429, "TOO_MANY_CONNECTIONS", "Too many connections of this user are open."
            )
        self._users[actor.user] += 1
        member.actor = actor
        async with self._subscribing:
            if self._ended is None:
                self._ended = await self.engine.ended_sessions(self._wake)

    def leave(self, member: Member) -> None:
        """Look after a member no more."""
        if member in self._members:
            del self._members[member]
            if member.actor is not None:
                user = member.actor.user
                self._users[user] -= 1
                if not self._users[user]:
                    del self._users[user]

    async def _look_after(self) -> None:
        while self._members:
            await asyncio.sleep(self._settings.keep_alive_seconds / LOOKS)
            due = self._due(asyncio.get_running_loop().time())
            for member in due:
                self._queue(member)
            await self._check(due)
            for member in due:
                if member.actor is not None and member.ending is None:
                    member.beat()
        self._looking = None

    def _due(self, now: float) -> list[Member]:
        return list(takewhile(lambda member: member.due <= now, self._members))

    def _queue(self, member: Member) -> None:
        """Put a member behind all others."""
        self._members.pop(member, None)
        member.due = asyncio.get_running_loop().time() + self._settings.keep_alive_seconds
        self._members[member] = None

    async def _check(self, members: Iterable[Member]) -> None:
        """Send those away whose session has ended, or says something else by now."""
        known: dict[str, Actor | None] = {}
        for member in members:
            if member.actor is None or member.ending is not None:
                continue
            if member.token not in known:
                try:
                    known[member.token] = await self.engine.identify(member.token)
                except Exception as error:  # noqa: BLE001 - the next look may succeed
                    _log.warning("sessions could not be looked up", error=type(error).__name__)
                    return
            if known[member.token] is None:
                member.end(SESSION_OVER)
            elif known[member.token] != member.actor:
                member.end(RIGHTS_CHANGED)

    def _wake(self) -> None:
        if self._ending is None:
            self._ending = asyncio.create_task(self._look_at_ended())

    async def _look_at_ended(self) -> None:
        try:
            while self._ended is not None and (news := self._ended.take()) is not None:
                await self._check(
                    [
                        member
                        for member in self._members
                        if news.object is None or _concerns(news.object, member.actor)
                    ]
                )
        finally:
            self._ending = None

    def _dismiss(self) -> None:
        for member in tuple(self._members):
            member.end(GOING_AWAY)


def _concerns(key: UUID, actor: Actor | None) -> bool:
    return actor is not None and key in {actor.session, actor.user, actor.tenant}
