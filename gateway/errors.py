"""GraphQL errors as clients get them: typed, and silent about what they must not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from graphql import GraphQLError

from domain.refusals import InvalidInput, Refusal
from persistence.connections import PoolExhausted
from persistence.reader import DatabaseTimeout, DatabaseUnavailable
from resolvers.context import AccountClosed
from resolvers.pos import PosClosed
from schema.access import Forbidden

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.exchange import Exchange

FATAL = (PoolExhausted, DatabaseTimeout, DatabaseUnavailable, AccountClosed)
"""What fails the whole request rather than one field."""

LONGEST_MESSAGE = 1_000

_log = structlog.get_logger("gateway.errors")


def cause(error: GraphQLError) -> BaseException | None:
    """Return the exception a resolver raised, `None` for an error of GraphQL itself."""
    original: BaseException | None = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original


def raise_fatal(errors: Iterable[GraphQLError]) -> None:
    """Raise what fails the whole request."""
    for error in errors:
        original = cause(error)
        if isinstance(original, FATAL):
            raise original


def request_errors(errors: Iterable[GraphQLError], code: str) -> list[dict[str, Any]]:
    """Return the errors of an operation that was not executed."""
    return [_formatted(error, error.message, {"code": code}) for error in errors]


def field_errors(errors: Iterable[GraphQLError], exchange: Exchange) -> list[dict[str, Any]]:
    """Return the errors of an executed operation; what nobody expected is masked and logged."""
    return [_field_error(error, exchange) for error in errors]


def _field_error(error: GraphQLError, exchange: Exchange) -> dict[str, Any]:
    original = cause(error)
    if original is None:
        return _formatted(error, error.message, {"code": "BAD_USER_INPUT"})
    if isinstance(original, Forbidden | PosClosed | AccountClosed):
        return _formatted(error, "Not allowed", {"code": "FORBIDDEN"})
    if isinstance(original, Refusal):
        facts: dict[str, Any] = {"code": "BAD_USER_INPUT", "problem": original.code.value}
        if isinstance(original, InvalidInput):
            facts["field"] = original.field
        return _formatted(error, original.message(exchange.language), facts)
    if isinstance(original, FATAL):
        return _formatted(error, "Overloaded, try again", {"code": "UNAVAILABLE"})
    _log.error("a resolver failed", path=error.path, exc_info=original)
    facts = {"code": "INTERNAL", "requestId": exchange.request_id}
    return _formatted(error, "Internal error", facts)


def _shortened(message: str) -> str:
    """Return a message without most of what it repeats of a hostile document."""
    return message if len(message) <= LONGEST_MESSAGE else message[:LONGEST_MESSAGE] + "…"


def _formatted(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    formatted: dict[str, Any] = {"message": _shortened(message)}
    if error.locations:
        formatted["locations"] = [
            {"line": place.line, "column": place.column} for place in error.locations
        ]
    if error.path:
        formatted["path"] = error.path
    formatted["extensions"] = extensions
    return formatted
