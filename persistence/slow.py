"""Slow statements: logged by their text, never with the values bound to them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from collections.abc import Callable

_log = structlog.get_logger("persistence.slow")


def watcher(threshold: float) -> Callable[[str, float], None]:
    """Return what is told each statement and its seconds, and logs those above the threshold."""

    def watch(text: str, seconds: float) -> None:
        if seconds >= threshold:
            _log.warning("slow statement", seconds=round(seconds, 3), statement=text)

    return watch


def watch_engine(engine: Engine, threshold: float) -> None:
    """Watch the statements of the units of work."""
    watch = watcher(threshold)

    # The library calls with connection, cursor, statement, parameters, context, executemany.
    def before(*told: Any) -> None:  # noqa: ANN401 - as said
        told[4].started = time.perf_counter()

    def after(*told: Any) -> None:  # noqa: ANN401 - as said
        watch(told[2], time.perf_counter() - told[4].started)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
