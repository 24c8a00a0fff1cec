"""Ids that follow a request through logs: our own, and the W3C trace it belongs to."""

from __future__ import annotations

import re
import secrets
from itertools import count

_REQUEST_ID = re.compile(rb"[A-Za-z0-9-]{8,64}")
_PROCESS = secrets.token_hex(12)
_NUMBERS = count(1)
_TRACEPARENT = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-[0-9a-f]{2}"
    r"(?P<future>-.*)?"
)


def request_id(given: bytes | None) -> str:
    """Return the id a proxy gave when it is well-formed, else a new one.

    A new one is 32 digits: what is random for this process, and a number.
    """
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode("ascii")
    return f"{_PROCESS}{next(_NUMBERS):08x}"


def trace_id(traceparent: str | None) -> str | None:
    """Return the trace id of a W3C `traceparent`, 32 hex digits; `None` when it is not valid."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    if match is None or match["version"] == "ff" or (match["version"] == "00" and match["future"]):
        return None
    if not match["trace"].strip("0") or not match["span"].strip("0"):
        return None
    return match["trace"]
