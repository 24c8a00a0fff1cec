"""The mailer: what was promised is sent once, tried again, or dead for everybody to see."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.ciphers import AesLetterCipher
from gateway.code_keys import CodeKeys, new_key
from gateway.logs import configure_logs
from gateway.mailing.failures import Undelivered
from gateway.settings import Settings
from persistence.database import Unit
from persistence.letters import add_letter
from persistence.mailing import claim
from resolvers.context import Tools
from tests.clock import Clock
from tests.letters import TICKET, a_letter, rows, stage
from tests.mailing.sending import PACE, Instead, all_sent, ids, mailer_of, running, until
from tests.mailing.server import DROP, MailServer, Trouble


async def test_what_is_staged_is_sent_once_and_its_body_purged(
    tools: Tools, server: MailServer
) -> None:
    keys = await stage(tools, *(a_letter(recipient=f"u{n}@example.com") for n in range(20)))
    async with running(mailer_of(tools, server)) as mailer:
        found = await until(tools, all_sent)
    assert server.ids == dict.fromkeys(ids(keys), 1)
    assert server.connections <= PACE.lanes
    assert mailer.outcomes == {"sent": 20}
    for row in found.values():
        assert (row.attempts, row.last_error, row.due_at, row.dead_at) == (1, None, None, None)
        assert (row.body_cipher, row.body_key) == (None, None)
        assert (row.claim, row.claimed_until) == (None, None)


async def test_what_was_rolled_back_is_never_sent(tools: Tools, server: MailServer) -> None:
    async def fails(unit: Unit) -> None:
        await add_letter(unit, a_letter(), tools.envelopes)
        unit.afterwards.append(lambda: pytest.fail("woken for nothing"))
        raise LookupError

    with pytest.raises(LookupError):
        await tools.database.carry_out(fails)
    async with running(mailer_of(tools, server)):
        await asyncio.sleep(0.3)
    assert server.letters == []
    assert await rows(tools.database) == {}


async def test_it_wakes_up_when_a_letter_is_staged_beside_it(
    tools: Tools, server: MailServer
) -> None:
    slow = replace(PACE, poll=3600)
    async with running(mailer_of(tools, server, slow)) as mailer:
        await asyncio.sleep(0.2)

        async def work(unit: Unit) -> None:
            await add_letter(unit, a_letter(), tools.envelopes)
            unit.afterwards.append(mailer.wake)

        await tools.database.carry_out(work)
        await until(tools, all_sent, 2)


async def test_what_the_server_puts_off_is_tried_again(tools: Tools, server: MailServer) -> None:
    server.troubles = [Trouble("RCPT", "451 greylisted", 2)]
    (key,) = await stage(tools, a_letter())
    async with running(mailer_of(tools, server)) as mailer:
        found = await until(tools, all_sent)
    assert found[key].attempts == 3
    assert server.ids == dict.fromkeys(ids([key]), 1)
    assert mailer.outcomes == {"retried": 2, "sent": 1}


async def test_after_so_many_attempts_a_letter_is_dead_and_kept(
    tools: Tools, server: MailServer
) -> None:
    server.troubles = [Trouble("RCPT", "451 greylisted")]
    (key,) = await stage(tools, a_letter())
    async with running(mailer_of(tools, server)):
        found = await until(tools, lambda rows: rows[key].dead_at is not None)
    row = found[key]
    assert (row.attempts, row.last_error) == (3, "recipient: 451 greylisted")
    assert row.body_cipher is not None
    assert (row.due_at, row.sent_at, row.claim, row.claimed_until) == (None, None, None, None)
    assert server.letters == []


async def test_a_permanent_no_kills_one_letter_and_no_other(
    tools: Tools, server: MailServer
) -> None:
    server.troubles = [Trouble("RCPT", "550 5.1.1 no such mailbox", 1)]
    keys = await stage(tools, a_letter(), a_letter())
    one_lane = replace(PACE, lanes=1)
    async with running(mailer_of(tools, server, one_lane)):
        found = await until(tools, lambda rows: all(row.due_at is None for row in rows.values()))
    (dead,) = [key for key in keys if found[key].dead_at is not None]
    assert found[dead].attempts == 1
    assert server.ids == dict.fromkeys(ids([key for key in keys if key != dead]), 1)


@pytest.mark.parametrize("stage_", ["CONNECT", "EHLO", "MAIL"])
async def test_a_server_that_takes_nothing_kills_no_letter(
    tools: Tools, server: MailServer, stage_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.mailing.mailer._LONGEST_PAUSE", 0.01)
    server.troubles = trouble = [Trouble(stage_, DROP)]
    keys = await stage(tools, a_letter(), a_letter())
    async with running(mailer_of(tools, server)):
        await until(tools, lambda rows: sum(row.attempts for row in rows.values()) > 8)
        found = await rows(tools.database)
        assert all(row.dead_at is None for row in found.values())
        trouble.clear()
        await until(tools, all_sent)
    assert server.ids == dict.fromkeys(ids(keys), 1)


async def test_of_a_server_in_trouble_one_letter_finds_out(
    tools: Tools, server: MailServer
) -> None:
    """Else an outage would count attempts of every letter, and knock at the server with all."""
    server.troubles = [Trouble("CONNECT", "421 busy")]
    await stage(tools, *(a_letter() for _ in range(20)))
    async with running(mailer_of(tools, server)):
        await asyncio.sleep(1)
    assert server.connections <= PACE.lanes + 2


async def test_a_server_in_trouble_is_waited_for_in_peace(
    tools: Tools, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when no letter is due yet that could find out."""
    monkeypatch.setattr("gateway.mailing.mailer._LONGEST_PAUSE", 0.01)
    server.troubles = [Trouble("CONNECT", "421 busy")]
    await stage(tools, a_letter())
    mailer = mailer_of(tools, server, replace(PACE, poll=0.1, retry=60, retry_limit=60))
    looks = 0
    carry_out = tools.database.carry_out

    async def counted(work: Any) -> Any:
        nonlocal looks
        looks += 1
        return await carry_out(work)

    monkeypatch.setattr(mailer, "_database", Instead(counted))
    async with running(mailer):
        await asyncio.sleep(1)
    assert server.connections == 1
    assert looks < 20


async def test_an_answer_that_was_lost_brings_the_same_letter_twice(
    tools: Tools, server: MailServer
) -> None:
    """The one window: the server has it, and nobody knows. The receiver can tell it is one."""
    server.troubles = [Trouble("ANSWER", DROP, 1)]
    (key,) = await stage(tools, a_letter())
    async with running(mailer_of(tools, server)):
        await until(tools, all_sent)
    assert server.ids == dict.fromkeys(ids([key]), 2)
    one, other = server.letters
    assert one.message["Date"] == other.message["Date"]
    assert one.part("plain") == other.part("plain")


async def test_a_letter_under_an_unknown_key_waits_for_it_and_stops_no_other(
    tools: Tools, server: MailServer
) -> None:
    strange = AesLetterCipher(CodeKeys.parse(new_key("dropped")))
    lost = await tools.database.carry_out(lambda unit: add_letter(unit, a_letter(), strange))
    (key,) = await stage(tools, a_letter())
    async with running(mailer_of(tools, server)):
        found = await until(
            tools, lambda rows: rows[key].sent_at is not None and rows[lost].attempts > 4
        )
    assert found[lost].dead_at is None
    assert found[lost].last_error == "gateway: no key opens it"
    assert server.ids == dict.fromkeys(ids([key]), 1)


async def test_the_bodies_of_dead_letters_are_purged_in_the_end(
    tools: Tools, server: MailServer, clock: Clock
) -> None:
    server.troubles = [Trouble("RCPT", "550 no")]
    (old,) = await stage(tools, a_letter())
    async with running(mailer_of(tools, server)):
        await until(tools, lambda rows: rows[old].dead_at is not None)
    clock.turn(timedelta(days=PACE.dead_days + 1))
    (young,) = await stage(tools, a_letter())
    async with running(mailer_of(tools, server)):
        found = await until(
            tools, lambda rows: rows[young].dead_at is not None and rows[old].body_cipher is None
        )
    assert found[old].dead_at is not None
    assert found[old].last_error == "recipient: 550 no"
    assert found[young].body_cipher is not None


async def test_the_wait_doubles_up_to_its_limit(tools: Tools, server: MailServer) -> None:
    pace = replace(PACE, retry=30, retry_limit=14_400, attempts=16)
    await stage(tools, a_letter())
    (letter,) = await tools.database.carry_out(lambda unit: claim(unit, 1, timedelta(seconds=1)))
    for attempts, seconds in [(0, 30), (1, 60), (2, 120), (9, 14_400), (14, 14_400)]:
        again = pace.again_in(replace(letter, attempts=attempts), Undelivered("x"))
        assert again is not None
        assert seconds * 0.75 <= again.total_seconds() <= seconds * 1.25
    assert pace.again_in(replace(letter, attempts=15), Undelivered("x")) is None
    assert pace.again_in(letter, Undelivered("x", hopeless=True)) is None
    ours = pace.again_in(replace(letter, attempts=5000), Undelivered("x", ours=True))
    assert ours is not None
    assert ours.total_seconds() <= 300 * 1.25


async def test_logs_tell_of_letters_nothing_that_is_in_them(
    tools: Tools, server: MailServer, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs(Settings(log_format="json"))
    server.troubles = [
        Trouble("RCPT", f"451 {TICKET} anna@example.com", 1),
        Trouble("ANSWER", f"554 spam: https://cabinet.test/?ticket={TICKET}", 1),
    ]
    await stage(tools, a_letter(cabinet="Тайная компания"))
    await stage(tools, a_letter(cabinet="Тайная компания"))
    async with running(mailer_of(tools, server)):
        await until(tools, lambda rows: all(row.due_at is None for row in rows.values()))
    logged = "".join(capfd.readouterr())
    assert "letter sent" in logged
    assert "letter waits again" in logged
    assert "letter is dead" in logged
    for secret in (TICKET, "anna@example.com", "Тайная компания"):
        assert secret not in logged
    for row in (await rows(tools.database)).values():
        assert TICKET not in (row.last_error or "")
