"""Activation: a code entered on a device puts its license there, and with the device's company.

Codes are typed by people at a POS, and so could be guessed: attempts are counted for each device
and each company.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.access import TenantKind
from domain.attempts import Throttle
from domain.licenses import LicenseState
from domain.refusals import CodeNotAccepted, LicenseActivatedElsewhere, LicenseNotActivated

if TYPE_CHECKING:
    from uuid import UUID

CODES_OF_DEVICE = Throttle("code of device", 10, timedelta(minutes=10))
CODES_OF_COMPANY = Throttle("code of company", 100, timedelta(hours=1))
"""How many codes may be entered, right or wrong: one in 10¹² is some license's [ruling]."""


class LicenseActivation(StrEnum):
    """Whether a license is on a device; the two exclude each other [000]."""

    FREE = "FREE"
    ACTIVATED = "ACTIVATED"


@dataclass(frozen=True, slots=True)
class Place:
    """A device that enters codes, and the company it belongs to."""

    company: UUID
    device: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """A license, locked: who holds it, where it is activated and where it last was."""

    license: UUID
    event_count: int
    holder: UUID
    holder_kind: TenantKind
    state: LicenseState
    firm: UUID | None
    device: UUID | None
    device_name: str | None
    last_device: UUID | None
    """The device of its last event; `None` when that was no device's."""

    def must_activate(self, place: Place) -> bool:
        """Whether the license has to be activated there; not if it already is.

        A device may activate what its own company holds or no company does. Raises
        `CodeNotAccepted` or `LicenseActivatedElsewhere`.
        """
        self._acceptable(place)
        if self.device == place.device:
            return False
        self._not_elsewhere()
        return True

    def must_deactivate(self, place: Place) -> bool:
        """Whether the license has to be deactivated there; not if that was done already.

        Raises `CodeNotAccepted`, `LicenseActivatedElsewhere` or `LicenseNotActivated`.
        """
        self._acceptable(place)
        if self.device == place.device:
            return True
        self._not_elsewhere()
        if self.last_device != place.device:
            raise LicenseNotActivated
        return False

    def _acceptable(self, place: Place) -> None:
        foreign = self.holder_kind is TenantKind.COMPANY and self.holder != place.company
        if self.state is LicenseState.SEALED or foreign:
            raise CodeNotAccepted

    def _not_elsewhere(self) -> None:
        if self.device is not None:
            raise LicenseActivatedElsewhere(self.device_name or "")


def accepted(found: Found | None) -> Found:
    """Return the license of a code, or raise `CodeNotAccepted` when it is nobody's."""
    if found is None:
        raise CodeNotAccepted
    return found
