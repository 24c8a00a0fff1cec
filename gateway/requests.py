"""From an HTTP request to a GraphQL operation, as GraphQL over HTTP says."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import parse_qsl

import orjson

from gateway.characters import bad_literal, bad_place

if TYPE_CHECKING:
    from starlette.requests import Request

_MEDIA_TYPE = re.compile(
    r"application/json\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE
)
LONGEST_LEXED = 100_000
"""Longer documents are refused anyway, before anything looks into them."""
_PARAMETERS = ("query", "operationName", "variables", "extensions")


class BadRequest(Exception):
    """The request cannot be executed; status, code and message are for the client.

    With `close` the rest of the body is unwanted. `at` names the place in the input.
    """

    def __init__(
        self, status: int, code: str, message: str, *, at: str | None = None, close: bool = False
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.at = at
        self.close = close


class MutationOverGet(BadRequest):
    """A GET request asks for something else than a query; raised by the engine."""

    def __init__(self) -> None:
        super().__init__(405, "METHOD_NOT_ALLOWED", "GET executes queries only; use POST.")


class ClientGone(Exception):
    """The client went away before its request was complete."""


def variables_key(variables: dict[str, object] | None) -> bytes:
    """Return what variables are compared by; `BadRequest` for those nested too deeply."""
    try:
        return orjson.dumps(variables or {}, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        raise BadRequest(
            400, "BAD_USER_INPUT", "The variables are nested too deeply.", at="variables"
        ) from None


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """What the client asks to execute; with `only_queries` (GET) anything else is refused."""

    query: str
    operation_name: str | None = None
    variables: dict[str, object] | None = None
    extensions: dict[str, object] | None = None
    only_queries: bool = False


async def read_operation(request: Request, *, limit: int, seconds: float) -> OperationRequest:
    """Read the operation from a GET or POST request.

    `limit` is in bytes, `seconds` bounds how long the body may take. Raises `BadRequest` for
    what cannot be understood and `ClientGone` when the client left in the middle.
    """
    if request.method == "GET":
        return _from_query_string(request.scope["query_string"], limit)
    _check_content(request)
    try:
        async with asyncio.timeout(seconds):
            body = await _body(request, limit)
    except TimeoutError:
        raise BadRequest(408, "REQUEST_TIMEOUT", "The body took too long.", close=True) from None
    members = _parsed(body, "body")
    if not isinstance(members, dict):
        _malformed("The body must be a JSON object.")
    return _operation(members, only_queries=False)


def _from_query_string(raw: bytes, limit: int) -> OperationRequest:
    if len(raw) > limit:
        raise BadRequest(414, "URI_TOO_LONG", "The query string is too long; use POST.")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise BadRequest(400, "BAD_REQUEST", "The query string is not valid UTF-8.") from None
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            _malformed(f"The parameter {name} is given twice.") if name in _PARAMETERS else None
        elif name in {"variables", "extensions"}:
            members[name] = _parsed(value.encode(), name) if value else None
        else:
            members[name] = value
    return _operation(members, only_queries=True)


def _check_content(request: Request) -> None:
    types = request.headers.getlist("Content-Type")
    if len(types) != 1 or not _MEDIA_TYPE.fullmatch(types[0].strip()):
        raise BadRequest(
            415, "UNSUPPORTED_MEDIA_TYPE", "The Content-Type must be application/json in UTF-8."
        )
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", "The body must not be compressed.")


async def _body(request: Request, limit: int) -> bytes:
    announced = request.headers.get("Content-Length", "0")
    if announced.isdecimal() and int(announced) > limit:
        _too_large(limit)
    body = bytearray()
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > limit:
            _too_large(limit)
        if not message.get("more_body", False):
            return bytes(body)


def _too_large(limit: int) -> NoReturn:
    raise BadRequest(
        413, "PAYLOAD_TOO_LARGE", f"The body is larger than {limit} bytes.", close=True
    )


def _malformed(message: str) -> NoReturn:
    raise BadRequest(400, "BAD_REQUEST", message)


def _parsed(text: bytes, what: str) -> object:
    """Parse JSON; texts that JSON can escape and UTF-8 cannot hold are refused by their place."""
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        _refuse_surrogates(text, what)
        _malformed(f"The {what} must be JSON in UTF-8, nested less than 1024 levels.")
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


def _operation(members: dict[str, object], *, only_queries: bool) -> OperationRequest:
    query = members.get("query")
    if not isinstance(query, str) or not query.strip():
        _malformed("The parameter query must be a GraphQL document.")
    name = members.get("operationName")
    if name is not None and not isinstance(name, str):
        _malformed("The parameter operationName must be a string.")
    _refuse_characters({"query": query, "operationName": name}, "body")
    place = bad_literal(query) if len(query) <= LONGEST_LEXED else None
    if place is not None:
        raise BadRequest(
            400, "BAD_USER_INPUT", f"query holds U+0000 in the literal at {place}.", at="query"
        )
    return OperationRequest(
        query=query,
        operation_name=name or None,
        variables=_object(members, "variables"),
        extensions=_object(members, "extensions"),
        only_queries=only_queries,
    )


def _object(members: dict[str, object], name: str) -> dict[str, object] | None:
    value = members.get(name)
    if value is not None and not isinstance(value, dict):
        _malformed(f"The parameter {name} must be a JSON object.")
    return value
