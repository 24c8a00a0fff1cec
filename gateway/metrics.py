"""Numbers about requests for Prometheus, in a registry of the application's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

if TYPE_CHECKING:
    from gateway.drain import Drain
    from gateway.exchange import Exchange

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_KINDS = frozenset({"query", "mutation", "subscription"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)


class Metrics:
    """Counts exchanges of `/graphql`; other rooms may register collectors in `registry`."""

    def __init__(self, drain: Drain) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Counter(
            "gateway_requests",
            "GraphQL requests by role, kind of operation, outcome and what answered",
            ["role", "operation", "outcome", "way"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "gateway_request_seconds",
            "Time from the head of a GraphQL request to the end of its answer, seconds",
            ["operation"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._counters: dict[tuple[str, ...], tuple[Counter, Histogram]] = {}
        Gauge(
            "gateway_requests_in_flight", "Requests being answered now", registry=self.registry
        ).set_function(lambda: drain.in_flight)

    def observe(self, exchange: Exchange, seconds: float) -> None:
        """Count one finished exchange."""
        kind = exchange.operation_kind if exchange.operation_kind in _KINDS else "none"
        labels = (exchange.role, kind, exchange.outcome.value, exchange.way)
        counters = self._counters.get(labels)
        if counters is None:
            # Looking children up by their labels costs more than counting does.
            counters = self._requests.labels(*labels), self._seconds.labels(kind)
            self._counters[labels] = counters
        counters[0].inc()
        counters[1].observe(seconds)

    def exposition(self) -> bytes:
        """Return all numbers in the text format of Prometheus."""
        return generate_latest(self.registry)
