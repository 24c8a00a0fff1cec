"""How often somebody may try what could be guessed, or would trouble others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most `most` attempts at an action in a window that begins with the first of them."""

    action: str
    most: int
    window: timedelta


SIGN_IN_WINDOW = timedelta(minutes=15)

TICKETS_BY_ADDRESS = Throttle("ticket.address", 60, timedelta(minutes=15))
"""Tickets that one address may try: they cannot be guessed, but trying costs a hash."""
RESETS_BY_ACCOUNT = Throttle("reset.account", 5, timedelta(hours=1))
RESETS_BY_ADDRESS = Throttle("reset.address", 60, timedelta(hours=1))
LETTERS_TO_ACCOUNT = Throttle("letter.account", 10, timedelta(hours=1))
"""Registrations, invitations and confirmations that may be sent to one e-mail address."""
REGISTRATIONS_BY_ADDRESS = Throttle("registration.address", 60, timedelta(hours=1))
PASSWORDS_BY_USER = Throttle("password.user", 10, timedelta(minutes=15))
"""How often one may try one's own old password."""
