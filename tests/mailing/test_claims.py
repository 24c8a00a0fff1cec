"""Claims: of any number of mailers each letter has one, also when one of them is stuck."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from persistence.reader import DatabaseUnavailable
from resolvers.context import Tools
from tests.clock import Clock
from tests.letters import a_letter, rows, stage
from tests.mailing.sending import PACE, Instead, all_sent, ids, mailer_of, running, until
from tests.mailing.server import HANG, MailServer, Trouble


async def test_two_mailers_send_each_letter_once(tools: Tools, server: MailServer) -> None:
    server.delay = 0.005
    keys = await stage(tools, *(a_letter(recipient=f"u{n}@example.com") for n in range(60)))
    async with running(mailer_of(tools, server)) as one, running(mailer_of(tools, server)) as other:
        await until(tools, all_sent)
    assert server.ids == dict.fromkeys(ids(keys), 1)
    assert one.outcomes["sent"] + other.outcomes["sent"] == 60
    assert one.outcomes["sent"] > 0
    assert other.outcomes["sent"] > 0


async def test_a_claim_ends_and_another_mailer_sends(
    tools: Tools, server: MailServer, clock: Clock
) -> None:
    server.troubles = [Trouble("RCPT", HANG, 1)]
    (key,) = await stage(tools, a_letter())
    stuck = asyncio.create_task(mailer_of(tools, server, smtp_timeout_seconds=60).run())
    await until(tools, lambda rows: rows[key].claim is not None)
    async with running(mailer_of(tools, server)):
        await asyncio.sleep(0.3)
        assert server.letters == []
        clock.turn(timedelta(seconds=PACE.claim))
        await until(tools, all_sent)
    stuck.cancel()
    await asyncio.wait([stuck])
    assert server.ids == dict.fromkeys(ids([key]), 1)


async def test_a_mailer_that_lost_its_claim_writes_no_failure(
    tools: Tools, server: MailServer, clock: Clock
) -> None:
    server.troubles = [Trouble("RCPT", HANG, 1)]
    (key,) = await stage(tools, a_letter())
    slow = mailer_of(tools, server, smtp_timeout_seconds=1)
    async with running(slow):
        await until(tools, lambda rows: rows[key].claim is not None)
        clock.turn(timedelta(seconds=PACE.claim))
        async with running(mailer_of(tools, server)):
            await until(tools, all_sent)
        await asyncio.sleep(1.2)
    found = await rows(tools.database)
    assert slow.outcomes["retried"] == 1
    assert found[key].sent_at is not None
    assert found[key].due_at is None
    assert len(server.letters) == 1


async def test_stopping_finishes_what_is_under_way_and_gives_back_the_rest(
    tools: Tools, server: MailServer
) -> None:
    keys = await stage(tools, *(a_letter(recipient=f"u{n}@example.com") for n in range(10)))
    server.delay = 0.3
    async with running(mailer_of(tools, server)):
        await until(tools, lambda rows: any(row.claim is not None for row in rows.values()))
    found = await rows(tools.database)
    sent = [key for key in keys if found[key].sent_at is not None]
    assert len(sent) == len(server.letters) == PACE.lanes
    assert all(row.claim is None and row.claimed_until is None for row in found.values())

    server.troubles = [Trouble("RCPT", HANG)]
    async with running(mailer_of(tools, server, smtp_timeout_seconds=60), patience=0.2):
        await until(tools, lambda rows: any(row.claim is not None for row in rows.values()))
    found = await rows(tools.database)
    assert all(row.claim is None and row.claimed_until is None for row in found.values())
    waiting = [row for row in found.values() if row.sent_at is None]
    assert len(waiting) == 10 - PACE.lanes
    assert all(row.attempts == 0 and row.due_at is not None for row in waiting)


async def test_a_letter_that_cannot_be_marked_is_marked_later(
    tools: Tools, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.mailing.mailer._MARKING_PAUSE", 0.01)
    (key,) = await stage(tools, a_letter())
    mailer = mailer_of(tools, server)
    carry_out, failures = tools.database.carry_out, 3

    async def broken(work: Any) -> Any:
        nonlocal failures
        if server.letters and failures:
            failures -= 1
            raise DatabaseUnavailable
        return await carry_out(work)

    monkeypatch.setattr(
        mailer, "_database", type("Broken", (), {"carry_out": staticmethod(broken)})
    )
    async with running(mailer):
        await until(tools, all_sent)
    assert failures == 0
    assert server.ids == dict.fromkeys(ids([key]), 1)


async def test_a_database_that_is_away_is_waited_for(
    tools: Tools, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.mailing.mailer._LONGEST_PAUSE", 0.01)
    await stage(tools, a_letter())
    mailer = mailer_of(tools, server)
    carry_out, failures = tools.database.carry_out, 5

    async def away(work: Any) -> Any:
        nonlocal failures
        if failures:
            failures -= 1
            raise DatabaseUnavailable
        return await carry_out(work)

    monkeypatch.setattr(mailer, "_database", Instead(away))
    async with running(mailer):
        await until(tools, all_sent)
