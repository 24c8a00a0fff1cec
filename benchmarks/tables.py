"""What is printed: Markdown, so that a page of the documentation can take it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.measuring import Spread


def heading(text: str) -> None:
    print(f"\n### {text}\n", flush=True)


def paragraph(text: str) -> None:
    print(f"{text}\n", flush=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; every column but the first is of numbers."""
    listed = [list(columns), *map(list, rows)]
    widths = [max(len(row[n]) for row in listed) for n in range(len(columns))]

    def line(cells: Sequence[str]) -> str:
        first, *others = cells
        padded = [first.ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        return "| " + " | ".join(padded) + " |"

    print(line(listed[0]))
    print("|" + "|".join(["-" * (widths[0] + 2)] + ["-" * (w + 1) + ":" for w in widths[1:]]) + "|")
    for row in listed[1:]:
        print(line(row))
    print(flush=True)


def number(value: float) -> str:
    """Return a value with as many digits as mean something."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(found: Spread) -> str:
    """Return `median (least–most)`."""
    return f"{number(found.median)} ({number(found.least)}–{number(found.most)})"
