"""`/graphql`: from an HTTP request to an answer of the engine, and every way that can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.bad_requests import BadRequest, ClientGone
from gateway.browsers import BrowserRule
from gateway.credentials import Unauthenticated, credential
from gateway.deadlines import DeadlineExceeded, Deadlines
from gateway.engine import Failure, failure_of
from gateway.exchange import SCOPE_KEY, Exchange, Outcome
from gateway.negotiation import EVENTS, GRAPHQL, JSON, answer_type, takes_events
from gateway.replies import Reply, failure, json_reply
from gateway.requests import OperationReader, OperationRequest
from gateway.streams import Stream

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from domain.access import Actor
    from gateway.audience import Audience
    from gateway.engine import Answer, Feed
    from gateway.settings import Settings
    from gateway.trusted import TrustedDocuments


_SLOW_BODY = "The body took too long."
_STREAMED = "Subscriptions are answered over a WebSocket, or to who accepts text/event-stream."
_FORGEABLE = Failure(
    403,
    "CSRF_REJECTED",
    "A request with a session cookie needs the header GraphQL-Require-Preflight and must come "
    "from this site.",
    Outcome.CSRF_REJECTED,
)


class GraphQLEndpoint:
    """The ASGI application of `/graphql`; what it does not expect, the middleware masks.

    `audience` takes in subscriptions, and has the engine and what can fail.
    """

    def __init__(self, audience: Audience, settings: Settings, trusted: TrustedDocuments) -> None:
        self._audience = audience
        self._engine = audience.engine
        self._failures = audience.failures
        self._browsers = BrowserRule(settings, trusted)
        self._settings = settings
        self._deadlines = Deadlines()
        self._patience = settings.request_deadline_seconds
        self._reader = OperationReader(trusted, settings.body_limit_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        exchange: Exchange = scope[SCOPE_KEY]
        try:
            reply = await self._reply(scope, receive, exchange)
        except ClientGone:
            return
        await reply.send(receive, send, exchange)

    async def _reply(  # noqa: PLR0911 - every way that can fail
        self, scope: Scope, receive: Receive, exchange: Exchange
    ) -> Reply | Stream:
        exchange.outcome = Outcome.BAD_REQUEST
        if scope["method"] not in {"GET", "POST"}:
            refused = BadRequest(405, "METHOD_NOT_ALLOWED", "Use GET or POST.")
            return _bad_request(refused, exchange, allow="GET, POST")
        accept = exchange.headers.get(b"accept")
        accepted = answer_type(accept)
        if accepted is None and takes_events(accept):
            accepted = EVENTS
        if accepted is None:
            refused = BadRequest(406, "NOT_ACCEPTABLE", f"Accept {GRAPHQL} or application/json.")
            return _bad_request(refused, exchange)
        exchange.media_type = accepted
        try:
            answer = await self._carry_out(scope, receive, exchange)
            if answer is not None and answer.feed is not None:
                return await self._stream(answer.feed, exchange)
        except BadRequest as refused:
            return _bad_request(refused, exchange, allow="POST")
        except Unauthenticated:
            return self._unauthenticated(exchange)
        except tuple(self._failures) as raised:
            return _failed(failure_of(self._failures, raised), exchange)
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
                self._browsers.check(operation, exchange)
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

    async def _identify(self, token: str) -> Actor:
        actor = await self._engine.identify(token)
        if actor is None:
            raise Unauthenticated
        return actor

    async def _stream(self, feed: Feed, exchange: Exchange) -> Stream:
        """Return the answer to a subscription."""
        if not takes_events(exchange.headers.get(b"accept")):
            raise BadRequest(406, "NOT_ACCEPTABLE", _STREAMED)
        token = credential(exchange) or ""
        stream = Stream(self._audience, feed, token, exchange)
        await stream.open(await self._identify(token))
        exchange.outcome = Outcome.OK
        return stream

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
