"""Numbers about requests for Prometheus, in a registry of the application's own.

They are counted in plain numbers and handed to the library when somebody asks for them: its own
counters cost more, for each request, than looking the caller up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from gateway.audience import Audience
    from gateway.drain import Drain
    from gateway.exchange import Exchange

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_KINDS = frozenset({"query", "mutation", "subscription"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)


class _Times:
    """How long requests of one kind took."""

    __slots__ = ("buckets", "total")

    def __init__(self) -> None:
        self.buckets = [0] * (len(_BUCKETS) + 1)
        self.total = 0.0

    def cumulative(self) -> list[tuple[str, float]]:
        """Return the buckets as Prometheus wants them: each with those below it."""
        bounds = [*map(str, map(float, _BUCKETS)), "+Inf"]
        counts = (sum(self.buckets[: n + 1]) for n in range(len(self.buckets)))
        return list(zip(bounds, counts, strict=True))


class Metrics(Collector):
    """Counts exchanges of `/graphql`; other rooms may register collectors in `registry`."""

    def __init__(self, drain: Drain) -> None:
        self._requests: Counter[tuple[str, str, str, str]] = Counter()
        self._left: Counter[str] = Counter()
        self._seconds: dict[str, _Times] = {}
        self._audience: Audience | None = None
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.registry.register(self)
        Gauge(
            "gateway_requests_in_flight", "Requests being answered now", registry=self.registry
        ).set_function(lambda: drain.in_flight)

    def watch(self, audience: Audience) -> None:
        """Show how many sockets, streams and subscriptions there are."""
        for kind in ("socket", "stream"):
            Gauge(f"gateway_{kind}s_open", f"Open {kind}s", registry=self.registry).set_function(
                partial(audience.count, kind)
            )
        Gauge(
            "gateway_subscriptions_open", "Subscriptions that are followed", registry=self.registry
        ).set_function(audience.subscriptions.total)
        self._audience = audience

    def observe(self, exchange: Exchange, seconds: float) -> None:
        """Count one finished exchange."""
        kind = exchange.operation_kind if exchange.operation_kind in _KINDS else "none"
        self._requests[exchange.role, kind, exchange.outcome, exchange.way] += 1
        times = self._seconds.get(kind)
        if times is None:
            times = self._seconds[kind] = _Times()
        times.buckets[bisect_left(_BUCKETS, seconds)] += 1
        times.total += seconds
        if exchange.left:
            self._left.update(exchange.left.values())

    def collect(self) -> Iterator[Metric]:
        """Return the numbers as the library knows them."""
        requests = CounterMetricFamily(
            "gateway_requests",
            "GraphQL requests by role, kind of operation, outcome and what answered",
            labels=["role", "operation", "outcome", "way"],
        )
        for labels, count in self._requests.items():
            requests.add_metric([str(label) for label in labels], count)
        yield requests
        left = CounterMetricFamily(
            "gateway_slow_fields",
            "Root fields of queries that had no plan and took the ordinary executor, by reason",
            labels=["reason"],
        )
        for reason, count in self._left.items():
            left.add_metric([reason], count)
        yield left
        seconds = HistogramMetricFamily(
            "gateway_request_seconds",
            "Time from the head of a GraphQL request to the end of its answer, seconds",
            labels=["operation"],
        )
        for kind, times in self._seconds.items():
            seconds.add_metric([kind], times.cumulative(), times.total)
        yield seconds
        if self._audience is not None:
            yield CounterMetricFamily(
                "gateway_events", "Answers sent to subscriptions", value=self._audience.told
            )

    def exposition(self) -> bytes:
        """Return all numbers in the text format of Prometheus."""
        return generate_latest(self.registry)
