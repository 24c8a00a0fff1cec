"""The one place that knows how plans are switched off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from gateway import execution
from gateway.execution import GraphQLEngine


def _no_plan(*_: object, **__: object) -> None:
    return None


async def _no_answer(*_: object, **__: object) -> None:
    return None


@contextmanager
def executor_only() -> Iterator[None]:
    """Let the ordinary executor answer everything, also what a plan answered before."""
    with (
        patch.object(execution, "plan_of", _no_plan),
        patch.object(GraphQLEngine, "quick_answer", _no_answer),
    ):
        yield
