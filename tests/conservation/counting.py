"""Counting the SQL statements that reach the database, by reads and by units of work."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from persistence.database import Database

TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Counter:
    """The texts of the statements since the last look; a batch of rows is one statement."""

    texts: list[str] = field(default_factory=list)

    def taken(self) -> list[str]:
        texts, self.texts = self.texts, []
        return texts


@contextmanager
def counted(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    counter = Counter()
    reader = database.reader
    fetch_raw = reader.fetch_raw

    async def fetch(query: Any, values: Any) -> Any:
        counter.texts.append(query.text)
        return await fetch_raw(query, values)

    def executed(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if not text.startswith(TRANSACTIONS):
            counter.texts.append(text)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", executed)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(reader, "fetch_raw", fetch)
            yield counter
    finally:
        event.remove(engine, "before_cursor_execute", executed)
