"""Scalars: moments in time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import strawberry
from graphql import GraphQLError


def parse_moment(text: Any) -> datetime:  # noqa: ANN401 - whatever a client sends
    """Return a moment in UTC; a text without a zone would mean another one on every server."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise GraphQLError("DateTime is ISO 8601 with a zone, like 2026-01-31T12:00:00+03:00.")


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="A moment: ISO 8601 with a zone.",
    serialize=datetime.isoformat,
    parse_value=parse_moment,
)
