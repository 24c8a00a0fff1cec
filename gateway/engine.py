"""What carries operations asks of what executes them, and what it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from gateway.deadlines import DeadlineExceeded
from gateway.exchange import Exchange, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.access import Actor, Caller
    from domain.news import News
    from gateway.requests import OperationRequest
    from persistence.newsroom import Mailbox


@dataclass(slots=True)
class Answer:
    """What came of an operation.

    `executed=False` is a request error (syntax, validation, variables): it has no `data`, and
    its status is 400 for clients that accept the newer media type, 200 for the others.
    """

    data: dict[str, Any] | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    extensions: dict[str, Any] | None = None
    executed: bool = True
    feed: Feed | None = None
    """A subscription that was accepted: it has no data of its own."""

    def content(self) -> dict[str, Any]:
        """Return the members of the response, errors first, as the specification advises."""
        content: dict[str, Any] = {}
        if self.errors:
            content["errors"] = self.errors
        if self.executed:
            content["data"] = self.data
        if self.extensions:
            content["extensions"] = self.extensions
        return content


class Feed(Protocol):
    """A subscription that was checked, to be followed and answered news by news."""

    async def follow(self, wake: Callable[[], None], most: int) -> Mailbox:
        """Return a mailbox that is told its news from now on, `most` pieces at a time."""
        ...

    def leave(self, mailbox: Mailbox) -> None:
        """Put no more news into a mailbox."""
        ...

    async def answer(self, news: News, caller: Actor, exchange: Exchange) -> Answer | None:
        """Answer for one piece of news; `None` when it is none of the caller's business."""
        ...


class Engine(Protocol):
    """What executes operations; who carries them to it knows nothing of schemas."""

    async def identify(self, token: str) -> Actor | None:
        """Return whose token it is; `None` when it is unknown, expired or revoked."""
        ...

    async def quick_answer(
        self, request: OperationRequest, token: str, exchange: Exchange
    ) -> Answer | None:
        """Answer without identifying the caller first; `None` when that is not possible."""
        ...

    async def answer(self, request: OperationRequest, caller: Caller, exchange: Exchange) -> Answer:
        """Execute; may raise `BadRequest` and the exceptions there are failures for."""
        ...

    async def ended_sessions(self, wake: Callable[[], None]) -> Mailbox:
        """Return a mailbox that is told, from now on, that sessions have ended or changed."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """How an exception of the engine is told to the client; `retry_after` is in seconds."""

    status: int
    code: str
    message: str
    outcome: str
    retry_after: int | None = None


Failures = Mapping[type[Exception], Failure]

DEADLINE = Failure(
    504,
    "DEADLINE_EXCEEDED",
    "This took too long. Whether a mutation was carried out is unknown: repeat it with the same "
    "idempotency key.",
    Outcome.DEADLINE_EXCEEDED,
)


def with_deadline(failures: Failures) -> Failures:
    """Return the failures with the one of what took too long."""
    return {DeadlineExceeded: DEADLINE, **failures}


def failure_of(failures: Failures, raised: Exception) -> Failure:
    """Return how an exception of one of these kinds is told."""
    return next(failures[kind] for kind in type(raised).__mro__ if kind in failures)
