"""`/graphql`: from an HTTP request to an answer of the engine, and every way that can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from gateway.bad_requests import BadRequest, ClientGone
from gateway.credentials import Unauthenticated, credential
from gateway.deadlines import DeadlineExceeded, Deadlines
from gateway.exchange import SCOPE_KEY, Exchange, Outcome
from gateway.negotiation import GRAPHQL, JSON, answer_type
from gateway.replies import Reply, failure, json_reply
from gateway.requests import OperationReader, OperationRequest
from gateway.trusted import TrustedDocuments

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from domain.access import Actor, Caller
    from gateway.settings import Settings


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


class Engine(Protocol):
    """What executes operations; the endpoint knows nothing of schemas."""

    async def identify(self, token: str) -> Actor | None:
        """Return whose token it is; `None` when it is unknown, expired or revoked."""
        ...

    async def quick_answer(
        self, request: OperationRequest, token: str, exchange: Exchange
    ) -> Answer | None:
        """Answer without identifying the caller first; `None` when that is not possible."""
        ...

    async def answer(self, request: OperationRequest, caller: Caller, exchange: Exchange) -> Answer:
        """Execute; may raise `BadRequest` and the exceptions the endpoint has failures for."""
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

_BROWSERS = (b"origin", b"sec-fetch-mode")
"""Headers that browsers send and their pages cannot take away."""
_DEADLINE = Failure(
    504,
    "DEADLINE_EXCEEDED",
    "This took too long. Whether a mutation was carried out is unknown: repeat it with the same "
    "idempotency key.",
    Outcome.DEADLINE_EXCEEDED,
)
_SLOW_BODY = "The body took too long."
_FORGEABLE = Failure(
    403,
    "CSRF_REJECTED",
    "A request with a session cookie needs the header GraphQL-Require-Preflight and must come "
    "from this site.",
    Outcome.CSRF_REJECTED,
)


class GraphQLEndpoint:
    """The ASGI application of `/graphql`; what it does not expect, the middleware masks.

    `failures` says which exceptions of the engine are told to the client, and how.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        failures: Failures | None = None,
        trusted: TrustedDocuments | None = None,
    ) -> None:
        self._engine = engine
        self._trusted = TrustedDocuments() if trusted is None else trusted
        self._only_trusted = settings.browser_documents == "trusted"
        self._settings = settings
        self._deadlines = Deadlines()
        self._patience = settings.request_deadline_seconds
        self._reader = OperationReader(self._trusted, settings.body_limit_bytes)
        self._failures: dict[type[Exception], Failure] = {DeadlineExceeded: _DEADLINE}
        self._failures.update(failures or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        exchange: Exchange = scope[SCOPE_KEY]
        try:
            reply = await self._reply(scope, receive, exchange)
        except ClientGone:
            return
        await reply.send(receive, send, exchange)

    async def _reply(self, scope: Scope, receive: Receive, exchange: Exchange) -> Reply:
        exchange.outcome = Outcome.BAD_REQUEST
        if scope["method"] not in {"GET", "POST"}:
            refused = BadRequest(405, "METHOD_NOT_ALLOWED", "Use GET or POST.")
            return _bad_request(refused, exchange, allow="GET, POST")
        accepted = answer_type(exchange.headers.get(b"accept"))
        if accepted is None:
            refused = BadRequest(406, "NOT_ACCEPTABLE", f"Accept {GRAPHQL} or application/json.")
            return _bad_request(refused, exchange)
        exchange.media_type = accepted
        try:
            answer = await self._carry_out(scope, receive, exchange)
        except BadRequest as refused:
            return _bad_request(refused, exchange, allow="POST")
        except Unauthenticated:
            return self._unauthenticated(exchange)
        except tuple(self._failures) as raised:
            kinds = (kind for kind in type(raised).__mro__ if kind in self._failures)
            return _failed(self._failures[next(kinds)], exchange)
        return _failed(_FORGEABLE, exchange) if answer is None else self._told(answer, exchange)

    async def _carry_out(self, scope: Scope, receive: Receive, exchange: Exchange) -> Answer | None:
        """Return the engine's answer; `None` when the request may be forged."""
        token = credential(exchange)
        if exchange.by_cookie and not exchange.cookies_allowed:
            return None
        operation: OperationRequest | None = None
        try:
            with self._deadlines.within(self._patience, exchange.task):
                operation, body = await self._reader.read(scope, receive, exchange.headers)
                self._check_trust(operation, exchange)
                if token is None:
                    return await self._engine.answer(operation, None, exchange)
                answer = await self._engine.quick_answer(operation, token, exchange)
                if answer is not None:
                    self._reader.remember(body, operation)
                    return answer
                caller = await self._identify(token)
                exchange.role = caller.label
                return await self._engine.answer(operation, caller, exchange)
        except DeadlineExceeded:
            if operation is None:
                raise BadRequest(408, "REQUEST_TIMEOUT", _SLOW_BODY, close=True) from None
            raise

    def _check_trust(self, operation: OperationRequest, exchange: Exchange) -> None:
        if self._only_trusted and operation.query not in self._trusted and _browses(exchange):
            raise BadRequest(
                403, "UNTRUSTED_DOCUMENT", "Browsers may send only the documents of the cabinets."
            )

    async def _identify(self, token: str) -> Actor:
        actor = await self._engine.identify(token)
        if actor is None:
            raise Unauthenticated
        return actor

    def _told(self, answer: Answer, exchange: Exchange) -> Reply:
        exchange.outcome = Outcome.ERRORS if answer.errors else Outcome.OK
        status = 200
        if not answer.executed:
            exchange.outcome = Outcome.REQUEST_ERROR
            status = 400 if exchange.media_type == GRAPHQL else 200
        return json_reply(
            status,
            answer.content(),
            media_type=exchange.media_type,
            headers=self._cookie(exchange),
        )

    def _unauthenticated(self, exchange: Exchange) -> Reply:
        exchange.outcome = Outcome.UNAUTHENTICATED
        if exchange.by_cookie:
            exchange.drop_session_cookie()
        challenge = ("WWW-Authenticate", 'Bearer realm="gateway", error="invalid_token"')
        return failure(
            401,
            "UNAUTHENTICATED",
            "The session or token is unknown, expired or revoked; sign in again.",
            media_type=exchange.media_type,
            headers=[challenge, *self._cookie(exchange)],
        )

    def _cookie(self, exchange: Exchange) -> list[tuple[str, str]]:
        if not exchange.changes_cookie:
            return []
        cookie = exchange.cookie_header(secure=self._settings.production)
        return [] if cookie is None else [("Set-Cookie", cookie)]


def _browses(exchange: Exchange) -> bool:
    """Whether it comes from a page in a browser."""
    return exchange.by_cookie or any(name in exchange.headers for name in _BROWSERS)


def _failed(told: Failure, exchange: Exchange) -> Reply:
    exchange.outcome = told.outcome
    later = told.retry_after
    return failure(
        told.status,
        told.code,
        told.message,
        media_type=exchange.media_type,
        headers=[] if later is None else [("Retry-After", str(later))],
    )


def _bad_request(refused: BadRequest, exchange: Exchange, allow: str = "") -> Reply:
    return failure(
        200 if refused.well_formed and exchange.media_type == JSON else refused.status,
        refused.code,
        refused.message,
        facts=refused.facts,
        media_type=exchange.media_type,
        headers=[("Allow", allow)] if refused.status == 405 else [],  # noqa: PLR2004 - HTTP
        close=refused.close,
    )
