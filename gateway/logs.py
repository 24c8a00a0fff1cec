"""Logs on standard output: one JSON object a line, or readable lines in development.

Warnings and errors of libraries, written through `logging`, take the same way. What must never
be logged (variables, tokens, codes, passwords) is never handed to a logger; tracebacks show no
locals.
"""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

    from gateway.settings import Settings

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The request that is being answered; every line logged meanwhile carries its id."""


def configure_logs(settings: Settings) -> None:
    """Send all logs of this process to standard output, in the form and from the level set."""
    level = _LEVELS[settings.log_level]
    as_json = settings.log_format == "json"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering: list[Processor] = (
        [structlog.processors.format_exc_info, _without_nothing, _as_json]
        if as_json
        else [
            _without_nothing,
            structlog.dev.ConsoleRenderer(
                colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    structlog.configure(
        processors=[*shared, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )
    _request_line.as_json = as_json
    _request_line.enabled = level <= logging.INFO
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    # Below a warning libraries tell what they work on: aiosqlite, for one, every bound value.
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    logging.captureWarnings(capture=True)


def log_request(facts: dict[str, Any]) -> None:
    """Write the line of a finished request."""
    _request_line.write(facts)


class _RequestLine:
    """How the line of a request is written.

    There is one for each request: as JSON it is put together here, without the processors that
    other lines pass, which would cost as much as reading a page of licenses.
    """

    def __init__(self) -> None:
        self.enabled = True
        self.as_json = False

    def write(self, facts: dict[str, Any]) -> None:
        if not self.as_json:
            structlog.get_logger("gateway.request").info("request", **facts)
        elif self.enabled:
            facts["event"] = "request"
            facts["level"] = "info"
            facts["timestamp"] = datetime.now(UTC)
            sys.stdout.buffer.write(orjson.dumps(facts, option=_LINE))
            sys.stdout.buffer.flush()


_LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
_request_line = _RequestLine()


def _with_request_id(_logger: object, _method: str, event: EventDict) -> EventDict:
    known = REQUEST_ID.get()
    if known is not None:
        event.setdefault("request_id", known)
    return event


def _without_nothing(_logger: object, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if value is not None}


def _as_json(_logger: object, _method: str, event: EventDict) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
