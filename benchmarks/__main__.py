"""`python -m benchmarks`: prints tables of ratios, all of them from one run.

Needs a PostgreSQL server as the tests do, and fills databases of its own on it. Everything asked
goes to servers that this run starts on 127.0.0.1. How to read the tables: docs/performance.md.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    growth,
    guessing,
    machine,
    processes,
    reads,
    selling,
    servers,
    signins,
    startup,
    subscriptions,
)
from benchmarks.bench import Bench
from benchmarks.database import provide
from benchmarks.tables import heading, paragraph

PARTS = {
    "reads": reads.report,
    "growth": growth.report,
    "selling": selling.report,
    "sign-ins": signins.report,
    "guessing": guessing.report,
    "subscriptions": subscriptions.report,
    "processes": processes.report,
    "start": startup.report,
}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of a run."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), help="parts to run; all of them"
    )
    options.add_argument("--licenses", type=int, default=1_000_000, help="size of the stock")
    options.add_argument(
        "--growth",
        type=int,
        nargs="+",
        default=[10_000, 100_000, 1_000_000, 10_000_000],
        help="sizes that growth is measured at",
    )
    options.add_argument("--rounds", type=int, help="interleaved rounds, where not 5")
    options.add_argument("--seconds", type=float, help="seconds of one measurement")
    options.add_argument(
        "--warm-up",
        type=float,
        default=12.0,
        help="seconds that Node peers are warmed up for each shape; with 1 they look slower than"
        " they are",
    )
    return options.parse_args(arguments)


def main() -> None:
    options = parse(sys.argv[1:])
    # Ends servers and databases as an error would.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machine_facts = machine.describe()
    with provide() as postgres, tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, postgres, Path(folder))
        machine.leave_server_core()
        heading("Machine")
        paragraph(f"{machine_facts}; PostgreSQL {postgres.version}, {servers.versions()}.")
        try:
            for name in options.only:
                PARTS[name](bench)
        finally:
            bench.drop()
        bench.say("done")


if __name__ == "__main__":
    main()
