"""Why a request cannot be executed, in the form its client is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping


class BadRequest(Exception):
    """The request cannot be executed; status, code and message are for the client.

    With `close` the rest of the body is unwanted. `at` names the place in the input, `facts` are
    told beside the code. `well_formed` requests are answered with 200 to clients that accept
    `application/json` only, as GraphQL over HTTP advises.
    """

    def __init__(  # noqa: PLR0913 - one for each part of an answer
        self,
        status: int,
        code: str,
        message: str,
        *,
        at: str | None = None,
        facts: Mapping[str, str | int] | None = None,
        close: bool = False,
        well_formed: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.facts = {**({} if at is None else {"at": at}), **(facts or {})}
        self.close = close
        self.well_formed = well_formed


class MutationOverGet(BadRequest):
    """A GET request asks for something else than a query; raised by the engine."""

    def __init__(self) -> None:
        super().__init__(405, "METHOD_NOT_ALLOWED", "GET executes queries only; use POST.")


class ClientGone(Exception):
    """The client went away before its request was complete."""


def malformed(message: str) -> NoReturn:
    """Refuse a request that is none."""
    raise BadRequest(400, "BAD_REQUEST", message)
