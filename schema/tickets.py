"""Tickets: what the link of a letter is good for."""

from __future__ import annotations

import strawberry
from strawberry.types import Info

from domain.access import TenantKind
from domain.letters import TicketPurpose
from domain.registrations import AGREEMENT
from resolvers import tickets
from schema.access import MayUseTickets

strawberry.enum(TicketPurpose, description="What a ticket is good for.")


@strawberry.type(description="What the ticket of a letter is good for.")
class TicketOffer:
    """What a page shows before the ticket is used."""

    purpose: TicketPurpose
    kind: TenantKind = strawberry.field(description="What kind of cabinet it is about.")
    cabinet: str = strawberry.field(description="The name of the organisation.")
    person: str = strawberry.field(description="Whom the letter greeted.")
    email: str = strawberry.field(description="The address the letter was sent to.")
    agreement: str | None = strawberry.field(
        description="The edition of the user agreement that must be accepted; null if none."
    )


@strawberry.type
class TicketQueries:
    """Questions about tickets."""

    @strawberry.field(
        permission_classes=[MayUseTickets],
        description="What a ticket is good for; null when it is unknown, used or too old. It "
        "stays good: asking does not use it up.",
    )
    async def ticket(self, info: Info, ticket: str) -> TicketOffer | None:
        """Look at a ticket."""
        offer = await tickets.offer_of(info.context, ticket)
        if offer is None:
            return None
        return TicketOffer(
            purpose=offer.purpose,
            kind=offer.kind,
            cabinet=offer.cabinet,
            person=offer.person,
            email=offer.email,
            agreement=AGREEMENT if offer.agreement else None,
        )
