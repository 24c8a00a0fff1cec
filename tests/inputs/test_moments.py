from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.client import Gateway
from tests.inputs.wrong import codes, post
from tests.schema.bench import Bench
from tests.world import World

BAD = {"BAD_USER_INPUT"}
DOCUMENTS = (
    "query ($f: DocumentFilter) { documents(filter: $f) { edges { node { id } } totalCount } }"
)


async def test_moments_are_refused_when_malformed_and_never_break(
    world: World, gateway: Gateway
) -> None:
    bench = await Bench(world, gateway).begin()
    good = [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00+03:00",
        "2026-01-01T00:00:00.123456-11:30",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ]
    bad = [
        "",
        " ",
        "x",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "\0",
        5,
        True,
        {},
        "1" * 9999,
    ]
    either = [
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T24:00:00Z",
        "20260101T000000Z",
        "2026-W01-1T00:00:00Z",
    ]

    for name in ("since", "until"):
        for text in good:
            found = await post(gateway, bench.partner, DOCUMENTS, {"f": {name: text}})
            assert codes(found) == set(), (name, text)
        for value in bad:
            found = await post(gateway, bench.partner, DOCUMENTS, {"f": {name: value}})
            assert codes(found) == BAD, (name, value)
        for text in either:
            found = await post(gateway, bench.partner, DOCUMENTS, {"f": {name: text}})
            assert codes(found) <= BAD, (name, text)


async def test_a_moment_whose_zone_leads_out_of_the_calendar_is_refused(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()

    for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        for name in ("since", "until"):
            found = await post(gateway, partner, DOCUMENTS, {"f": {name: text}})
            assert codes(found) == BAD, (name, text)


@pytest.fixture
def zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


async def test_a_moment_without_a_zone_means_the_same_on_every_machine(
    world: World, gateway: Gateway, zones: pytest.MonkeyPatch
) -> None:
    partner = await world.partner()
    await world.stocked(partner, 1)
    soon = (datetime.now(UTC) + timedelta(hours=1)).replace(tzinfo=None).isoformat()
    answers = []

    for zone in ("UTC", "Asia/Vladivostok"):
        zones.setenv("TZ", zone)
        time.tzset()
        response = await post(gateway, partner, DOCUMENTS, {"f": {"since": soon}})
        answers.append(response.json())

    assert answers[0] == answers[1]
