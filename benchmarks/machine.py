"""Which processor is whose, and what machine this is."""

from __future__ import annotations

import os
import platform
from pathlib import Path

SERVER_CORE = 0


_ALL = os.sched_getaffinity(0)


def all_cores() -> set[int]:
    """Return the processors that this run was given."""
    return _ALL


def other_cores() -> set[int]:
    """Return the processors beside the servers' one, or that one where there is no other."""
    return (_ALL - {SERVER_CORE}) or {SERVER_CORE}


def leave_server_core() -> None:
    """Keep this process, and what it starts from now on, off the servers' processor."""
    os.sched_setaffinity(0, other_cores())


def use_all_cores() -> None:
    """Undo that."""
    os.sched_setaffinity(0, _ALL)


def pinned(command: list[str], core: int = SERVER_CORE) -> list[str]:
    """Return the command bound to one processor."""
    return ["taskset", "-c", str(core), *command]


def describe() -> str:
    """Return what the numbers were measured on."""
    facts = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((f.partition(":")[2].strip() for f in facts if f.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{average:.2f}" for average in os.getloadavg())
    return (
        f"{model}, {os.cpu_count()} processors, {memory:.0f} GiB, {platform.system()}"
        f" {platform.release()}, Python {platform.python_version()}; load at the start {load}"
    )
