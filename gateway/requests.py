"""From an HTTP request to a GraphQL operation, as GraphQL over HTTP says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from gateway.bad_requests import BadRequest, malformed
from gateway.bodies import read_body, too_large
from gateway.characters import bad_place
from gateway.persisted import meant_document
from resolvers.reading.shelves import Shelf

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from gateway.headers import Headers
    from gateway.trusted import TrustedDocuments

_MEDIA_TYPE = re.compile(
    rb"application/json\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE
)
_USUAL_TYPES = frozenset(
    {b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"}
)
MOST_SEEN = 500
LONGEST_SEEN = 4_000
"""Longer bodies, in bytes, are not remembered."""
_PARAMETERS = ("query", "documentId", "operationName", "variables", "extensions")


@dataclass(slots=True)
class OperationRequest:
    """What the client asks to execute; with `only_queries` (GET) anything else is refused."""

    query: str
    operation_name: str | None = None
    variables: dict[str, object] | None = None
    extensions: dict[str, object] | None = None
    only_queries: bool = False
    ready: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What the engine keeps to answer the same request at once; each request may come again."""


class OperationReader:
    """Reads operations from requests; `limit` of a body is in bytes.

    Bodies that were answered by a plan are remembered as they came: programs ask the same again
    and again. A body with a password is never answered by a plan.
    """

    def __init__(self, trusted: TrustedDocuments, limit: int) -> None:
        self._trusted = trusted
        self._limit = limit
        self._seen = Shelf(MOST_SEEN)

    async def read(
        self, scope: Scope, receive: Receive, headers: Headers
    ) -> tuple[OperationRequest, bytes]:
        """Return the operation of a request, and its body if that may be worth remembering.

        The document may be a trusted one. Raises `BadRequest` for what cannot be understood and
        `ClientGone` when the client left in the middle.
        """
        if scope["method"] == "GET":
            return _from_query_string(scope["query_string"], self._trusted, self._limit), b""
        if _announced(headers) > self._limit:
            too_large(self._limit)
        body = await read_body(receive, self._limit)
        seen: OperationRequest | None = self._seen.get(body)
        if seen is not None:
            return seen, b""
        members = _parsed(body, "body")
        if not isinstance(members, dict):
            malformed("The body must be a JSON object.")
        return _operation(members, self._trusted, only_queries=False), body

    def remember(self, body: bytes, operation: OperationRequest) -> None:
        """Remember what a body means."""
        if 0 < len(body) <= LONGEST_SEEN:
            self._seen.put(body, operation)


def _from_query_string(raw: bytes, trusted: TrustedDocuments, limit: int) -> OperationRequest:
    if len(raw) > limit:
        raise BadRequest(414, "URI_TOO_LONG", "The query string is too long; use POST.")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise BadRequest(400, "BAD_REQUEST", "The query string is not valid UTF-8.") from None
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            malformed(f"The parameter {name} is given twice.") if name in _PARAMETERS else None
        elif name in {"variables", "extensions"}:
            members[name] = _parsed(value.encode(), name) if value else None
        else:
            members[name] = value
    texts = {name: members.get(name) for name in ("query", "operationName")}
    _refuse_characters(texts, "body")
    return _operation(members, trusted, only_queries=True)


def _announced(headers: Headers) -> int:
    """Return the announced length of a body, 0 when there is none, once its type is checked."""
    kind = headers.get(b"content-type", b"")
    if kind not in _USUAL_TYPES and not _MEDIA_TYPE.fullmatch(kind.strip()):
        raise BadRequest(
            415, "UNSUPPORTED_MEDIA_TYPE", "The Content-Type must be application/json in UTF-8."
        )
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", "The body must not be compressed.")
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _parsed(text: bytes, what: str) -> object:
    """Parse JSON; texts that JSON can escape and UTF-8 cannot hold are refused by their place."""
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        _refuse_surrogates(text, what)
        malformed(f"The {what} must be JSON in UTF-8, nested less than 1024 levels.")
    if rb"\u0000" in text:
        _refuse_characters(value, what)
    return value


def _refuse_surrogates(text: bytes, what: str) -> None:
    # orjson refuses them without a place; the standard parser lets them through to be found.
    if rb"\ud" not in text.lower():
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    _refuse_characters(value, what)


def _refuse_characters(value: object, what: str) -> None:
    found = bad_place(value, what)
    if found is not None:
        at, character = found
        at = at.removeprefix("body.")
        raise BadRequest(400, "BAD_USER_INPUT", f"{at} holds the character {character}.", at=at)


def _operation(
    members: dict[str, object], trusted: TrustedDocuments, *, only_queries: bool
) -> OperationRequest:
    name = members.get("operationName")
    if name is not None and not isinstance(name, str):
        malformed("The parameter operationName must be a string.")
    extensions = _object(members, "extensions")
    variables = _object(members, "variables")
    if variables:
        _refuse_depth(variables)
    return OperationRequest(
        query=meant_document(members, extensions, trusted),
        operation_name=name or None,
        variables=variables,
        extensions=extensions,
        only_queries=only_queries,
    )


def operation_of(members: dict[str, object], trusted: TrustedDocuments) -> OperationRequest:
    """Return the operation that the members of a message name; `BadRequest` if they name none."""
    _refuse_characters(members, "body")
    return _operation(members, trusted, only_queries=False)


def _refuse_depth(variables: dict[str, object] | None) -> None:
    """Refuse variables that nobody could write again."""
    try:
        orjson.dumps(variables)
    except orjson.JSONEncodeError:
        raise BadRequest(
            400, "BAD_USER_INPUT", "The variables are nested too deeply.", at="variables"
        ) from None


def _object(members: dict[str, object], name: str) -> dict[str, object] | None:
    value = members.get(name)
    if value is not None and not isinstance(value, dict):
        malformed(f"The parameter {name} must be a JSON object.")
    return value
