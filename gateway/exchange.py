"""One request and its answer, beside the operation itself: ids, the client, the session cookie."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from gateway.headers import Headers, text
from gateway.negotiation import JSON, answer_language
from gateway.tracing import trace_id

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from gateway.forgery import ForgeryGuard

COOKIE = "gateway_session"
SCOPE_KEY = "gateway.exchange"
_LONGEST_NAME = 200


class Outcome:
    """How an exchange ended; a closed list for logs and metrics, of plain texts."""

    OK = "ok"
    ERRORS = "errors"
    REQUEST_ERROR = "request_error"
    BAD_REQUEST = "bad_request"
    UNAUTHENTICATED = "unauthenticated"
    CSRF_REJECTED = "csrf_rejected"
    DEADLINE_EXCEEDED = "deadline_exceeded"
    OVERLOADED = "overloaded"
    SHUTTING_DOWN = "shutting_down"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class _Cookie:
    token: str
    max_age: int


class Exchange:
    """What one request tells beside its operation, and what its answer carries beside the data.

    The engine fills `operation_kind` (`query`, `mutation`, `subscription`) and `operation_name`
    as soon as it knows them; they go to the log, the kind also to the metrics. `client` is the
    address of the client, as far as trusted proxies tell it; empty when unknown.
    """

    task: asyncio.Task[object] | None = None
    """The task that answers it."""
    status: int = 0
    """Of the answer, as soon as that is begun."""
    by_cookie: bool = False
    """Whether the caller's session came in the cookie."""
    media_type: str = JSON
    role: str = "ANONYMOUS"
    operation_kind: str = "none"
    way: str = "none"
    """`plan`, `executor` or `mixed`: nobody shall pay for the slow way unknowingly."""
    left: Mapping[str, str] = MappingProxyType({})
    """The root fields that the executor answered for the plan, each with the reason."""
    operation_name: str | None = None
    outcome: str = Outcome.OK
    _cookie: _Cookie | None = None

    def __init__(
        self,
        request_id: str,
        client: str = "",
        headers: Headers | None = None,
        guard: ForgeryGuard | None = None,
    ) -> None:
        self.request_id = request_id
        self.client = client
        self.headers: Headers = {} if headers is None else headers
        self._guard = guard

    @property
    def user_agent(self) -> str:
        """What the client calls itself, shortened."""
        return text(self.headers, b"user-agent")[:_LONGEST_NAME]

    @property
    def trace_id(self) -> str | None:
        """The W3C trace the request belongs to."""
        parent = self.headers.get(b"traceparent")
        return None if parent is None else trace_id(parent.decode("latin-1"))

    @property
    def language(self) -> str:
        """`ru` or `en`: the language the client wants messages in."""
        return answer_language(text(self.headers, b"accept-language"))

    @property
    def cookies_allowed(self) -> bool:
        """Whether the request is proof against forgery, so that a session cookie may be set."""
        return self._guard is not None and self._guard.allows(self.headers)

    def set_session_cookie(self, token: str, max_age: int) -> None:
        """Give the browser the session, for `max_age` seconds.

        `RuntimeError` when cookies are not allowed for this request: ask `cookies_allowed` first.
        """
        if not self.cookies_allowed:
            raise RuntimeError("A session cookie was set on a request that may be forged.")
        self._cookie = _Cookie(token, max_age)

    def drop_session_cookie(self) -> None:
        """Make the browser forget its session."""
        self._cookie = _Cookie("", 0)

    @property
    def changes_cookie(self) -> bool:
        """Whether the browser's cookie changes."""
        return self._cookie is not None

    def cookie_header(self, *, secure: bool) -> str | None:
        """Return the value of Set-Cookie; `None` when the cookie stays as it is."""
        if self._cookie is None:
            return None
        parts = [
            f"{COOKIE}={self._cookie.token}",
            f"Max-Age={self._cookie.max_age}",
            "Path=/",
            "HttpOnly",
            "SameSite=Strict",
        ]
        return "; ".join([*parts, "Secure"] if secure else parts)
