"""A stand-in engine on graphql-core; run as a module, it serves it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from graphql import (
    ExecutionResult,
    GraphQLError,
    OperationType,
    build_schema,
    execute,
    get_operation_ast,
    parse,
    validate,
)

from domain.access import GRANTS, Actor, Caller, Role, TenantKind
from domain.news import Topic
from gateway.app import create_app
from gateway.bad_requests import BadRequest, MutationOverGet
from gateway.characters import bad_literal
from gateway.drain import Drain
from gateway.engine import Answer, Failure, Failures
from gateway.exchange import Exchange, Outcome
from gateway.logs import configure_logs
from gateway.requests import OperationRequest
from gateway.server import serve
from gateway.settings import load_settings
from persistence.newsroom import Mailbox

GOOD_TOKEN = "good-token"

SCHEMA = build_schema("""
    type Query { echo(text: String): String, me: String, slow(seconds: Float!): String }
    type Mutation {
        touch: Int
        signIn(cookie: Boolean!): String
        signOut: Boolean
        slow(seconds: Float!): String
        crash: String
        crowded: String
    }
""")


class CrowdedError(Exception):
    pass


FAILURES: Failures = {
    CrowdedError: Failure(503, "OVERLOADED", "Too busy.", Outcome.OVERLOADED, retry_after=1)
}


def actor() -> Actor:
    one = UUID(int=1)
    role = Role.PARTNER_MANAGER
    return Actor(role, GRANTS[role], TenantKind.PARTNER, tenant=one, user=one, session=one)


class StandIn:
    """Keeps what it was asked, so that a test can tell that nothing was executed."""

    def __init__(self) -> None:
        self.identified: list[str] = []
        self.requests: list[OperationRequest] = []
        self.touched = 0

    async def identify(self, token: str) -> Actor | None:
        self.identified.append(token)
        return actor() if token == GOOD_TOKEN else None

    async def ended_sessions(self, wake: Callable[[], None]) -> Mailbox:
        return Mailbox(Topic.SESSIONS, None, wake)

    async def quick_answer(
        self, _request: OperationRequest, _token: str, _exchange: Exchange
    ) -> None:
        return None

    async def answer(self, request: OperationRequest, caller: Caller, exchange: Exchange) -> Answer:
        try:
            document = parse(request.query, max_tokens=500)
        except GraphQLError as error:
            self.requests.append(request)
            return Answer(errors=[dict(error.formatted)], executed=False)
        if bad_literal(document):
            raise BadRequest(400, "BAD_USER_INPUT", "query holds U+0000.", at="query")
        self.requests.append(request)
        errors = validate(SCHEMA, document)
        operation = get_operation_ast(document, request.operation_name)
        if errors or operation is None:
            told = [dict(error.formatted) for error in errors] or [{"message": "Which operation?"}]
            return Answer(errors=told, executed=False)
        exchange.operation_kind = operation.operation.value
        exchange.operation_name = operation.name.value if operation.name else None
        if request.only_queries and operation.operation != OperationType.QUERY:
            raise MutationOverGet
        result = execute(
            SCHEMA,
            document,
            root_value=_Root(self, caller, exchange),
            variable_values=request.variables,
            operation_name=request.operation_name,
        )
        if not isinstance(result, ExecutionResult):
            result = await result
        for raised in result.errors or []:
            original = raised.original_error
            if original is not None and not isinstance(original, GraphQLError):
                raise original
        told = [dict(raised.formatted) for raised in result.errors or []]
        # Only variables that cannot be coerced leave the path out.
        return Answer(result.data, told, executed=not told or "path" in told[0])


class _Root:
    def __init__(self, engine: StandIn, caller: Caller, exchange: Exchange) -> None:
        self._engine = engine
        self._caller = caller
        self._exchange = exchange

    def echo(self, _info: Any, text: str | None = None) -> str | None:
        return text

    def me(self, _info: Any) -> str:
        return "ANONYMOUS" if self._caller is None else self._caller.role.value

    async def slow(self, _info: Any, seconds: float) -> str:
        await asyncio.sleep(seconds)
        self._engine.touched += 1
        return "done"

    def touch(self, _info: Any) -> int:
        self._engine.touched += 1
        return self._engine.touched

    def signIn(self, _info: Any, cookie: bool) -> str:  # noqa: N802 - a GraphQL name
        if cookie:
            if not self._exchange.cookies_allowed:
                return "COOKIE_NOT_ALLOWED"
            self._exchange.set_session_cookie(GOOD_TOKEN, max_age=3600)
        return "SIGNED_IN"

    def signOut(self, _info: Any) -> bool:  # noqa: N802 - a GraphQL name
        self._exchange.drop_session_cookie()
        return True

    def crash(self, _info: Any) -> str:
        raise LookupError("the secret words of an exception")

    def crowded(self, _info: Any) -> str:
        raise CrowdedError


async def ready() -> list[str]:
    return []


def main() -> None:
    settings = load_settings()
    configure_logs(settings)
    drain = Drain()
    app = create_app(
        settings, StandIn(), ready, Path("build/console"), drain=drain, failures=FAILURES
    )
    serve(app, settings, drain)
    sys.stdout.write("served\n")


if __name__ == "__main__":
    main()
