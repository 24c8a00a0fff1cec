"""Cashiers: who may work on which devices of a company [001]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.refusals import InvalidInput
from domain.text import line, title, typed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

LONGEST_NUMBER = 20
MOST_DEVICES = 1_000


@dataclass(frozen=True, slots=True)
class CashierDetails:
    """A cashier's form; `number` is what he is known by at the POS, as the company likes it."""

    name: str
    number: str | None
    devices: tuple[UUID, ...]

    @classmethod
    def parse(cls, name: str, number: str | None, devices: Sequence[UUID]) -> CashierDetails:
        """Return the details, or raise `InvalidInput`; a device named twice counts once."""
        chosen = tuple(sorted(set(devices)))
        if len(chosen) > MOST_DEVICES:
            raise InvalidInput(
                "devices",
                russian=f"не больше {MOST_DEVICES} устройств",
                english=f"must name at most {MOST_DEVICES} devices",
            )
        return cls(
            name=title(name, "name"),
            number=line(number, "number", longest=LONGEST_NUMBER) if typed(number) else None,
            devices=chosen,
        )
