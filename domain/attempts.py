"""How often somebody may try what could be guessed, or would trouble others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most `most` attempts at an action in a window that begins with the first of them."""

    action: str
    most: int
    window: timedelta


SUBSCRIBERS_PREFIX = 64
"""What one subscriber of the Internet has at least of IPv6: so many addresses are one client."""


def client_network(client: str) -> str:
    """Return what a client is counted by: its IPv4 address, or the IPv6 network it chooses from."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), SUBSCRIBERS_PREFIX), strict=False))


SIGN_IN_WINDOW = timedelta(minutes=15)

TICKETS_BY_ADDRESS = Throttle("ticket.address", 60, timedelta(minutes=15))
"""Tickets that one address may try: they cannot be guessed, but trying costs a hash."""
RESETS_BY_ACCOUNT = Throttle("reset.account", 5, timedelta(hours=1))
RESETS_BY_ADDRESS = Throttle("reset.address", 60, timedelta(hours=1))
LETTERS_TO_ACCOUNT = Throttle("letter.account", 10, timedelta(hours=1))
"""Registrations, invitations and confirmations that may be sent to one e-mail address."""
LETTERS_BY_CABINET = Throttle("letter.cabinet", 300, timedelta(hours=1))
"""Letters to addresses of its choice that one cabinet may have sent."""
REGISTRATIONS_BY_ADDRESS = Throttle("registration.address", 60, timedelta(hours=1))
PASSWORDS_BY_USER = Throttle("password.user", 10, timedelta(minutes=15))
"""How often one may try one's own old password."""
