"""Operations on a socket: queries and mutations as over HTTP, subscriptions until they end."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, Any

from gateway.audience import SESSION_OVER
from gateway.bad_requests import BadRequest
from gateway.deadlines import DeadlineExceeded
from gateway.deliveries import Delivery, Ended, error, errors_of, exchange_like
from gateway.exchange import Outcome
from gateway.logs import log_request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.audience import Member
    from gateway.engine import Answer, Feed
    from gateway.exchange import Exchange
    from gateway.requests import OperationRequest
    from gateway.upgrades import Upgrades

    Tell = Callable[[dict[str, Any]], Awaitable[None]]

_LONGEST_NAME = 200


class Operations:
    """What is under way for one member, by the ids that its client gave; `tell` sends messages."""

    __slots__ = ("_exchange", "_house", "_member", "_running", "_tell")

    def __init__(self, house: Upgrades, member: Member, exchange: Exchange, tell: Tell) -> None:
        self._house = house
        self._member = member
        self._exchange = exchange
        self._tell = tell
        self._running: dict[str, asyncio.Task[None] | Delivery] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._running

    async def start(self, key: str, operation: OperationRequest) -> None:
        """Carry an operation out beside the others."""
        if len(self._running) >= self._house.operation_limit:
            told = error("TOO_MANY_OPERATIONS", "Too many operations are under way.")
            await self.fail(key, [told])
        else:
            self._running[key] = asyncio.create_task(self._carry_out(key, operation))

    def stop(self, key: str) -> None:
        """Tell nothing more of an operation."""
        running = self._running.pop(key, None)
        if isinstance(running, Delivery):
            running.end()
        elif running is not None:
            running.cancel()

    def stop_all(self) -> None:
        """Tell nothing more at all."""
        for key in tuple(self._running):
            self.stop(key)

    async def finish(self, seconds: float) -> None:
        """End the subscriptions, and wait so long for the answers to all else."""
        for key, running in tuple(self._running.items()):
            if isinstance(running, Delivery):
                self.stop(key)
        tasks = [running for running in self._running.values() if isinstance(running, asyncio.Task)]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def fail(self, key: str, errors: list[dict[str, Any]]) -> None:
        """Tell why an operation was not carried out."""
        self._running.pop(key, None)
        await self._tell({"id": key, "type": "error", "payload": errors})

    async def _next(self, key: str, answer: Answer) -> None:
        if key in self._running:
            await self._tell({"id": key, "type": "next", "payload": answer.content()})

    async def _carry_out(self, key: str, operation: OperationRequest) -> None:
        began, exchange = perf_counter(), exchange_like(self._exchange)
        exchange.by_cookie = self._exchange.by_cookie
        task = asyncio.current_task()
        drain = self._house.audience.drain
        if task is not None:
            drain.enter(task)
        try:
            answer = await self._answer(operation, exchange)
            if answer.feed is not None:
                await self._follow(key, answer.feed)
            elif not answer.executed:
                exchange.outcome = Outcome.REQUEST_ERROR
                await self.fail(key, answer.errors)
            else:
                exchange.outcome = Outcome.ERRORS if answer.errors else Outcome.OK
                await self._next(key, answer)
                if self._running.pop(key, None) is not None:
                    await self._tell({"id": key, "type": "complete"})
        except Ended:
            exchange.outcome = Outcome.UNAUTHENTICATED
        except Exception as raised:  # noqa: BLE001 - told in the form of its kind
            exchange.outcome = _outcome(raised)
            await self.fail(key, errors_of(raised, self._house.audience, exchange))
        finally:
            if task is not None:
                drain.leave(task)
            self._account(exchange, perf_counter() - began)

    async def _answer(self, operation: OperationRequest, exchange: Exchange) -> Answer:
        audience = self._house.audience
        self._house.browsers.check(operation, exchange)
        with audience.deadlines.within(audience.patience):
            caller = await audience.engine.identify(self._member.token)
            if caller is None or self._member.ending is not None:
                self._member.end(SESSION_OVER)
                raise Ended
            exchange.role = caller.role.value
            return await audience.engine.answer(operation, caller, exchange)

    async def _follow(self, key: str, feed: Feed) -> None:
        if key not in self._running:
            return

        async def tell(answer: Answer) -> None:
            await self._next(key, answer)

        async def fail(errors: list[dict[str, Any]]) -> None:
            await self.fail(key, errors)

        delivery = Delivery(self._house.audience, self._member, feed, self._exchange, tell, fail)
        self._running[key] = delivery
        await delivery.begin()
        if self._running.get(key) is not delivery:
            delivery.end()

    def _account(self, exchange: Exchange, seconds: float) -> None:
        self._house.metrics.observe(exchange, seconds)
        facts: dict[str, object] = {
            "method": "SOCKET",
            "path": "/graphql",
            "role": exchange.role,
            "operation": exchange.operation_kind,
            "duration_ms": int(seconds * 10_000) / 10,
            "outcome": exchange.outcome,
            "request_id": exchange.request_id,
        }
        if exchange.operation_name:
            facts["operation_name"] = exchange.operation_name[:_LONGEST_NAME]
        log_request(facts)


def _outcome(raised: Exception) -> str:
    if isinstance(raised, BadRequest):
        return Outcome.BAD_REQUEST
    if isinstance(raised, DeadlineExceeded):
        return Outcome.DEADLINE_EXCEEDED
    return Outcome.INTERNAL
