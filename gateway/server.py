"""Runs the application until it is told to stop, and stops as `gateway.drain` says."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.app import Application
    from gateway.drain import Drain
    from gateway.settings import Settings

YOUNG_OBJECTS = 20_000
"""How many objects more than before are made until the young ones are looked through."""
DEAF_SECONDS = 60
"""How long a client may take nothing of what it was sent."""
_STOPPING = (signal.SIGTERM, signal.SIGINT)

_log = structlog.get_logger("gateway.server")


class _Server(uvicorn.Server):
    """uvicorn, with signals left to us: its own would close the port at once and end by signal."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _spare_the_collector()
        for listener in self.servers[0].sockets:
            _give_up_on_the_deaf(listener)
            host, port, *_ = listener.getsockname()
            _log.info("listening", host=host, port=port)


def _give_up_on_the_deaf(listener: socket.socket) -> None:
    """Have connections broken whose clients take nothing of what they were sent for so long.

    Else what is closed would keep its buffers and its place until they do, which may be never.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None and listener.family in {socket.AF_INET, socket.AF_INET6}:
        listener.setsockopt(socket.IPPROTO_TCP, option, DEAF_SECONDS * 1000)


def _spare_the_collector() -> None:
    """Let garbage collection alone what lives as long as the process, and come less often.

    Answers are freed by counting; with the usual thresholds a quarter of the time of a page of a
    hundred licenses went into looking for circles that are not there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


def configuration(app: Application, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn runs the application."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=settings.body_limit_bytes,
        # Signs of life are the audience's; compression would cost each socket more than all else.
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=2,
    )


def serve(app: Application, settings: Settings, drain: Drain) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return; a second signal ends it at once.

    After the first signal new work is refused with 503 while the port is still open: for
    `drain_notice_seconds` (not after SIGINT: nobody balances a terminal), and until the requests
    in flight are answered or `drain_seconds` are over. `SystemExit` when the port is taken.
    """
    config = configuration(app, settings)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_run(_Server(config), settings, drain))


async def _run(server: uvicorn.Server, settings: Settings, drain: Drain) -> None:
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()

    def stop(received: signal.Signals) -> None:
        if drain.draining:
            server.should_exit = True
            server.force_exit = True
            return
        drain.begin()
        notice = settings.drain_notice_seconds if received == signal.SIGTERM else 0
        stopping.add(loop.create_task(_stop(server, drain, notice, settings.drain_seconds)))

    for number in _STOPPING:
        loop.add_signal_handler(number, stop, number)
    await server.serve()


async def _stop(server: uvicorn.Server, drain: Drain, notice: float, patience: float) -> None:
    _log.info("shutting down", in_flight=drain.in_flight)
    noticed = asyncio.create_task(asyncio.sleep(notice))
    late = await drain.finish(patience)
    if late:
        _log.warning("requests cancelled by shutdown", count=late)
    await noticed
    server.should_exit = True
