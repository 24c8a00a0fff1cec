"""When sessions were used is written now and then, and once more at the end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from gateway.chores import chore
from persistence.database import Unit
from resolvers.uses import Uses

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Book:
    """Stands for the database: keeps what is written, or fails."""

    def __init__(self) -> None:
        self.written: list[dict[UUID, datetime]] = []
        self.failing = False

    async def carry_out(self, work: Any) -> None:
        if self.failing:
            raise OSError("away")
        await work(SimpleNamespace(now=NOW))


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Book:
    book = Book()

    async def write(_unit: Unit, uses: dict[UUID, datetime]) -> None:
        book.written.append(dict(uses))

    monkeypatch.setattr("persistence.sessions.write_uses", write)
    return book


async def test_it_writes_now_and_then_and_at_the_end(book: Book) -> None:
    uses = Uses(book)  # type: ignore[arg-type]
    one, other = UUID(int=1), UUID(int=2)
    async with chore("uses", uses.write, 0.01, at_the_end=True):
        uses.note(one, NOW)
        uses.note(one, NOW + timedelta(seconds=1))
        await asyncio.sleep(0.1)
        assert book.written == [{one: NOW + timedelta(seconds=1)}], "once, the last of them"
        uses.note(other, NOW)
    assert book.written[1:] == [{other: NOW}]


async def test_what_could_not_be_written_is_kept_and_nobody_is_disturbed(book: Book) -> None:
    uses = Uses(book)  # type: ignore[arg-type]
    one, other = UUID(int=1), UUID(int=2)
    book.failing = True
    async with chore("uses", uses.write, 0.01, at_the_end=True):
        uses.note(one, NOW)
        uses.note(other, NOW)
        await asyncio.sleep(0.05)
        uses.note(one, NOW + timedelta(seconds=9))
        book.failing = False
    assert book.written == [{one: NOW + timedelta(seconds=9), other: NOW}]
