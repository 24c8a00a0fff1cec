"""One subscription of one member: from the news it waits for to the answers it is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from gateway.audience import RIGHTS_CHANGED, SESSION_OVER
from gateway.bad_requests import BadRequest
from gateway.engine import Answer, failure_of
from gateway.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from domain.access import Actor
    from domain.news import News
    from gateway.audience import Audience, Member
    from gateway.engine import Feed
    from persistence.newsroom import Mailbox

TRIES = 6
PAUSE = 0.5
"""Before an event is answered a second time, seconds; doubled each time."""

_log = structlog.get_logger("gateway.deliveries")


def error(code: str, message: str, **facts: object) -> dict[str, Any]:
    """Return an error as GraphQL clients read it."""
    return {"message": message, "extensions": {"code": code, **facts}}


class Ended(Exception):
    """The member was sent away: nothing more is told."""


class Delivery:
    """Sends what news becomes, one answer at a time; while one is on its way, news waits.

    `tell` sends an answer, `fail` the errors upon which nothing follows.
    """

    __slots__ = (
        "_audience",
        "_fail",
        "_feed",
        "_mailbox",
        "_member",
        "_task",
        "_tell",
        "_template",
    )

    def __init__(  # noqa: PLR0913, PLR0917 - from where to where
        self,
        audience: Audience,
        member: Member,
        feed: Feed,
        template: Exchange,
        tell: Callable[[Answer], Awaitable[None]],
        fail: Callable[[list[dict[str, Any]]], Awaitable[None]],
    ) -> None:
        self._audience = audience
        self._member = member
        self._feed = feed
        self._template = template
        self._tell = tell
        self._fail = fail
        self._mailbox: Mailbox | None = None
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Follow the news from now on."""
        try:
            self._mailbox = await self._feed.follow(self._wake, self._audience.news_limit)
        except Exception as unexpected:  # noqa: BLE001 - told in the form of its kind
            await self._give_up(unexpected)
            return
        self._audience.subscriptions[self._member.kind] += 1
        self._wake()

    def end(self) -> None:
        """Follow it no more."""
        if self._mailbox is not None:
            self._feed.leave(self._mailbox)
            self._mailbox = None
            self._audience.subscriptions[self._member.kind] -= 1
        task = self._task
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _wake(self) -> None:
        if self._task is None and self._mailbox:
            self._task = asyncio.create_task(self._deliver())

    async def _deliver(self) -> None:
        try:
            while self._mailbox is not None and (news := self._mailbox.take()) is not None:
                answer = await self._answer(news)
                if answer is not None:
                    await self._tell(answer)
                    self._audience.told += 1
        except (Ended, OSError):
            return  # The member is gone, or going.
        except Exception as unexpected:  # noqa: BLE001 - told in the form of its kind
            await self._give_up(unexpected)
        finally:
            self._task = None

    async def _answer(self, news: News) -> Answer | None:
        """Answer as the caller may see it by now; what fails in passing is tried again."""
        audience, pause = self._audience, PAUSE
        for number in range(TRIES):
            try:
                async with audience.turns:
                    with audience.deadlines.within(audience.patience):
                        return await self._feed.answer(
                            news, await self._caller(), exchange_like(self._template)
                        )
            except tuple(audience.failures):
                if number == TRIES - 1:
                    raise
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError

    async def _caller(self) -> Actor:
        """Identify the caller anew: news is for who he is now."""
        actor = await self._audience.engine.identify(self._member.token)
        if actor is None or self._member.ending is not None:
            self._member.end(SESSION_OVER)
            raise Ended
        if actor != self._member.actor:
            self._member.end(RIGHTS_CHANGED)
            raise Ended
        return actor

    async def _give_up(self, unexpected: Exception) -> None:
        self.end()
        try:
            await self._fail(errors_of(unexpected, self._audience, self._template))
        except OSError:
            return


def exchange_like(template: Exchange) -> Exchange:
    """Return a fresh exchange of the same client, whose answer can set no cookie."""
    return Exchange(template.request_id, template.client, template.headers)


def errors_of(raised: Exception, audience: Audience, exchange: Exchange) -> list[dict[str, Any]]:
    """Return what a client is told of an exception, as over HTTP."""
    if isinstance(raised, BadRequest):
        return [error(raised.code, raised.message, **raised.facts)]
    if isinstance(raised, tuple(audience.failures)):
        told = failure_of(audience.failures, raised)
        return [error(told.code, told.message)]
    _log.error("unexpected", exc_info=raised)
    return [error("INTERNAL", "Internal error", requestId=exchange.request_id)]
