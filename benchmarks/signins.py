"""How long readers wait while others sign in: each sign-in hashes passwords for a while."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvloop

from benchmarks import load, servers, shapes
from benchmarks.measuring import Spread
from benchmarks.tables import heading, number, paragraph, spread, table
from benchmarks.talking import Talk
from benchmarks.world import LOGIN, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.bench import Bench

SIGN_IN = """mutation SignIn($login: String!, $password: String!) {
  signIn(input: {login: $login, password: $password}) { __typename } }"""
CLIENTS = 32
A_SECOND = 3
"""Sign-ins."""
SECONDS = 6.0
PAIRS = 5
SHAPE = shapes.Shape(20)


def report(bench: Bench) -> None:
    """Print the 99th percentiles with and without sign-ins, pair by pair interleaved."""
    stock = bench.stock(bench.options.licenses)
    requests = shapes.requests(SHAPE, stock.facts, stock.world.token, own_ids=True)
    seconds, pairs = bench.options.seconds or SECONDS, bench.options.rounds or PAIRS
    with bench.running(servers.gateway(stock.url)) as [server]:
        bench.say("signing in …")
        load.run_now([server.port], requests, clients=CLIENTS, seconds=2)
        found: dict[bool, list[tuple[float, float, float]]] = {True: [], False: []}
        for turn in range(pairs):
            for signing_in in (turn % 2 == 0, turn % 2 == 1):
                run = _run(server.port, requests, seconds, signing_in=signing_in)
                ordered = sorted(run.latencies)
                found[signing_in].append(
                    (
                        ordered[len(ordered) // 2] * 1e3,
                        ordered[int(len(ordered) * 0.99)] * 1e3,
                        run.requests / run.seconds,
                    )
                )
    heading(f"Stock queries beside {A_SECOND} sign-ins a second")
    paragraph(
        f"{SHAPE.name}, {CLIENTS} clients, {pairs} interleaved pairs of {seconds:g} s."
        " Median (least–most)."
    )
    columns = ("", "median, ms", "99th percentile, ms", "requests/s")
    rows = []
    for signing_in, name in ((False, "without"), (True, "with sign-ins")):
        medians, slowest, rates = zip(*found[signing_in], strict=True)
        rows.append((name, *(spread(Spread.of(v)) for v in (medians, slowest, rates))))
    medians, slowest, rates = (
        Spread.of_ratios([a[n] for a in found[True]], [b[n] for b in found[False]])
        for n in range(3)
    )
    rows.append(("ratio", spread(medians), spread(slowest), number(rates.median)))
    table(columns, rows)


def _run(port: int, requests: Sequence[bytes], seconds: float, *, signing_in: bool) -> load.Run:
    return uvloop.run(_both(port, requests, seconds, signing_in=signing_in))


async def _both(
    port: int, requests: Sequence[bytes], seconds: float, *, signing_in: bool
) -> load.Run:
    asked = asyncio.create_task(load.run([port], requests, clients=CLIENTS, seconds=seconds))
    if signing_in:
        sign_ins = []
        for _ in range(int(seconds * A_SECOND)):
            sign_ins.append(asyncio.create_task(_sign_in(port)))
            await asyncio.sleep(1 / A_SECOND)
        await asyncio.gather(*sign_ins)
    return await asked


async def _sign_in(port: int) -> None:
    async with Talk(port, None) as talk:
        data = await talk.ask(SIGN_IN, {"login": LOGIN, "password": PASSWORD})
    if data["signIn"]["__typename"] != "SignInSuccess":
        raise AssertionError(data)
