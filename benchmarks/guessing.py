"""Whether time tells who exists: sign-ins and resets for a known and an unknown address."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import asyncpg
import uvloop

from benchmarks import servers
from benchmarks.measuring import Spread
from benchmarks.signins import SIGN_IN
from benchmarks.tables import heading, number, paragraph, spread, table
from benchmarks.talking import Talk
from benchmarks.world import LOGIN

if TYPE_CHECKING:
    from benchmarks.bench import Bench

RESET = """mutation RequestPasswordReset($email: String!) {
  requestPasswordReset(input: {email: $email}) { __typename } }"""
NOBODY = "nobody@example.com"
TRIES = 4
"""Of one address in one round: fewer than what is throttled."""
ROUNDS = 15

Times = dict[str, list[float]]


def report(bench: Bench) -> None:
    """Print what known and unknown addresses take, tried in turn."""
    stock = bench.stock(bench.options.licenses)
    rounds = bench.options.rounds or ROUNDS
    with bench.running(servers.gateway(stock.url)) as [server]:
        bench.say("guessing …")
        found = uvloop.run(_guess(server.port, stock.url, rounds))
    heading("Known and unknown addresses")
    paragraph(
        f"{rounds} rounds of {TRIES} tries of each in turn, a wrong password with each sign-in."
        " Medians of the rounds, ms. Median (least–most)."
    )
    rows = []
    for name, times in found.items():
        known, unknown = times[LOGIN], times[NOBODY]
        ratio = Spread.of_ratios(known, unknown)
        rows.append((name, *(spread(Spread.of(t)) for t in (known, unknown)), number(ratio.median)))
    table(("", "known", "unknown", "ratio"), rows)


async def _guess(port: int, url: str, rounds: int) -> dict[str, Times]:
    asked = {
        "sign-in": (SIGN_IN, "login", {"password": "wrong"}),
        "reset": (RESET, "email", {}),
    }
    found: dict[str, Times] = {name: {LOGIN: [], NOBODY: []} for name in asked}
    async with Talk(port, None) as talk:
        for _ in range(rounds + 1):
            await _forget(url)
            for name, (query, argument, given) in asked.items():
                tried: Times = {LOGIN: [], NOBODY: []}
                for turn in range(2 * TRIES):
                    address = (LOGIN, NOBODY)[(turn + turn // 2) % 2]
                    began = perf_counter()
                    await talk.ask(query, {argument: address, **given})
                    tried[address].append((perf_counter() - began) * 1e3)
                for address, times in tried.items():
                    found[name][address].append(median(times))
    # The first round prepares statements.
    return {name: {who: t[1:] for who, t in times.items()} for name, times in found.items()}


async def _forget(url: str) -> None:
    """Forget the attempts: what is throttled must not be in the way."""
    connection = await asyncpg.connect(url)
    await connection.execute("DELETE FROM attempts")
    await connection.close()
