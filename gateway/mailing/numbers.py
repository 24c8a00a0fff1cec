"""Numbers about letters for Prometheus."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from persistence import mailing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from gateway.mailing.mailer import Mailer
    from persistence.mailing import Backlog
    from persistence.reader import Reader

_LOOK_SECONDS = 2.0

_log = structlog.get_logger("gateway.mailer")


class LetterNumbers(Collector):
    """What waits in the database, and what the mailer of this process did, if it has one."""

    def __init__(self) -> None:
        self.mailer: Mailer | None = None
        self._backlog: Backlog | None = None

    async def look(self, reader: Reader) -> None:
        """Count what waits; the numbers are left out when that cannot be told in time."""
        self._backlog = None
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                self._backlog = await mailing.backlog(reader)
        except Exception as error:  # noqa: BLE001 - the other numbers are told all the same
            _log.warning("letters cannot be counted", error=type(error).__name__)

    def collect(self) -> Iterator[Metric]:
        """Return the numbers as the library knows them."""
        if self._backlog is not None:
            letters = GaugeMetricFamily(
                "gateway_letters", "Letters that wait or are dead", labels=["state"]
            )
            letters.add_metric(["waiting"], self._backlog.waiting)
            letters.add_metric(["dead"], self._backlog.dead)
            yield letters
            oldest = self._backlog.oldest
            age = 0.0 if oldest is None else (datetime.now(UTC) - oldest).total_seconds()
            yield GaugeMetricFamily(
                "gateway_letters_oldest_seconds", "Age of the oldest waiting letter", max(age, 0)
            )
        if self.mailer is not None:
            handled = CounterMetricFamily(
                "gateway_letters_handled",
                "Attempts to send a letter, by outcome: sent, retried or dead",
                labels=["outcome"],
            )
            for outcome in ("sent", "retried", "dead"):
                handled.add_metric([outcome], self.mailer.outcomes[outcome])
            yield handled
