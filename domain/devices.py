"""Devices: a company's POS at its outlets, registered with the outlet's sync key [001]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.attempts import Throttle
from domain.refusals import DeviceInUse
from domain.text import title, typed

SYNC_KEY = "sync_"
DEVICE_TOKEN = "device_"  # noqa: S105 - how device tokens begin
"""How the credentials of a POS begin; those of users begin in any way."""

HINT_DIGITS = 4
"""How many of its last characters tell one sync key from another."""

REGISTRATIONS = Throttle("register device", 60, timedelta(hours=1))
"""How many devices an outlet may register: a key that leaked must not fill the cabinet."""


@dataclass(frozen=True, slots=True)
class DeviceDetails:
    """What a POS tells of itself; `owner` is whose phone or tablet it is [001]."""

    name: str
    model: str | None
    owner: str | None

    @classmethod
    def parse(cls, name: str, model: str | None, owner: str | None) -> DeviceDetails:
        """Return the details, or raise `InvalidInput`."""
        return cls(
            name=parse_device_name(name),
            model=title(model, "model") if typed(model) else None,
            owner=title(owner, "owner") if typed(owner) else None,
        )


def parse_device_name(name: str) -> str:
    """Return the name of a device, or raise `InvalidInput`."""
    return title(name, "name")


def renewable(*, worked: bool) -> None:
    """Raise `DeviceInUse` unless a repeated registration may give out a fresh token.

    The answer to the first one may have been lost, and the token with it. A device that has
    worked has its token: whoever asks for another is somebody else, or mistaken.
    """
    if worked:
        raise DeviceInUse
