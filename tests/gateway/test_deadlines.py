"""Deadlines: one timer for all, and the same ends as one of its own for each."""

from __future__ import annotations

import asyncio

import pytest

from gateway.deadlines import PERIOD, DeadlineExceeded, Deadlines

SOON = 0.01


async def test_what_takes_too_long_is_cancelled() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(9)
        finally:
            ended.append("inside")

    with pytest.raises(DeadlineExceeded), Deadlines().within(SOON):
        await work()
    assert ended == ["inside"]
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()


async def test_each_task_has_its_own() -> None:
    deadlines = Deadlines()

    async def work(seconds: float, patience: float) -> str:
        try:
            with deadlines.within(patience):
                await asyncio.sleep(seconds)
        except DeadlineExceeded:
            return "late"
        return "done"

    found = await asyncio.gather(
        work(0, 9), work(9, SOON), work(9, 2 * PERIOD), work(3 * PERIOD, 9), work(SOON, SOON * 9)
    )
    assert list(found) == ["done", "late", "late", "done", "done"]


async def test_other_errors_and_cancellations_pass() -> None:
    deadlines = Deadlines()
    with pytest.raises(TimeoutError), deadlines.within(9):
        raise TimeoutError
    with pytest.raises(asyncio.CancelledError), deadlines.within(9):
        raise asyncio.CancelledError

    async def work() -> None:
        with deadlines.within(SOON):
            await asyncio.sleep(9)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_outer_deadline_ends_an_inner_one() -> None:
    deadlines = Deadlines()
    with pytest.raises(DeadlineExceeded), deadlines.within(SOON), deadlines.within(9):
        await asyncio.sleep(9)


async def test_nobody_looks_when_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[float] = []
    loop = asyncio.get_running_loop()
    call_later = loop.call_later

    def counting(seconds: float, *rest: object) -> asyncio.TimerHandle:
        looked.append(seconds)
        return call_later(seconds, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "call_later", counting)
    deadlines = Deadlines()
    for _ in range(100):
        with deadlines.within(9):
            await asyncio.sleep(0)
    assert len(looked) == 1
    await asyncio.sleep(2 * PERIOD)
    assert looked.count(PERIOD) == 1
