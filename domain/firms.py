"""Firms of a company: one of them is the main firm, whose INN may be shared with an MRC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.refusals import MainFirmStays, MainInnFrozen

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import FirmDetails


@dataclass(frozen=True, slots=True)
class StandingFirm:
    """A firm as the rules see it, behind the lock of its company."""

    id: UUID
    details: FirmDetails
    is_main: bool


def removable(firm: StandingFirm) -> None:
    """Raise `MainFirmStays` for the main firm: each company has one [000]."""
    if firm.is_main:
        raise MainFirmStays


def keep_main_inn(before: str, after: str, *, bound: bool) -> None:
    """Raise `MainInnFrozen` if the INN of a bound company's main firm would change [004]."""
    if bound and before != after:
        raise MainInnFrozen
