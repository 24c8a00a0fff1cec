"""Column types that mean the same on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Enum, LargeBinary, Text, Uuid
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum

    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite keeps it as text without a zone, which sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ANN401 - a function or None
        """Bring any aware time to UTC where the database would not do it itself."""
        return super().bind_processor(dialect) if dialect.name == "sqlite" else None

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Bring any aware time to UTC, and leave its zone out."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back where the database does not keep it."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


class ListOf(TypeDecorator["Sequence[Any]"]):
    """A list bound as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        """Hold the type of the items."""
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the database's own type."""
        chosen: TypeEngine[Any] = ARRAY(self.item) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(chosen)

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - by dialect
        """Return the list as the database takes it."""
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps([item.hex if isinstance(item, UUID) else item for item in value])


KEY = Uuid()
TEXT = Text()
SORTED_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is sorted or compared: bytewise on both databases."""
BYTES = LargeBinary()
TIME = UtcTime()


def choice(values: type[StrEnum], name: str) -> Enum:
    """Return the type of a column that holds one of `values`, checked by the database."""
    options: dict[str, Any] = {"native_enum": False, "create_constraint": True, "length": 40}
    return Enum(values, name=name, values_callable=lambda kind: [v.value for v in kind], **options)
