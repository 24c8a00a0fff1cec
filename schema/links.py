"""Links between companies and partners, and the requests that precede them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from domain.links import LinkEnd, LinkRequestState
from domain.news import Topic
from resolvers import links
from resolvers.reading.listings import Listing
from schema.access import MayDecideLinks, MayReadCompanies, MayReadLinks, MayRequestLinks
from schema.connections import Connection
from schema.fields import paged, related, stored
from schema.ids import required_key
from schema.news import changed
from schema.nodes import Node, look_up
from schema.partners import Partner
from schema.problems import (
    AlreadyDecided,
    AlreadyLinked,
    CabinetBlocked,
    DefaultLinkStays,
    LinkRequestPending,
    NotFound,
)

if TYPE_CHECKING:
    from schema.companies import Company

strawberry.enum(LinkRequestState, description="Where a link request stands.")
strawberry.enum(LinkEnd, description="Why a link ended.")


@strawberry.type(description="The contract between a company and a partner, current or ended.")
class PartnerLink(Node):
    """See `persistence.links`."""

    noun = "links"
    prefix = "link"

    started_at: datetime = stored("started_at", "When it began.")
    ended_at: datetime | None = stored("ended_at", "When it ended; null for the current one.")
    end_reason: LinkEnd | None = stored("end_reason", "Why it ended.")
    partner: Partner | None = related("partner", "The partner.")
    company: Annotated[Company, strawberry.lazy("schema.companies")] | None = related(
        "company", "The company, while the caller sees it.", needs=[MayReadCompanies]
    )


@strawberry.type(description="A company's request to be linked to a partner.")
class LinkRequest(Node):
    """See `persistence.links`; it expires by the clock."""

    noun = "link_requests"
    prefix = "linkrequest"

    state: LinkRequestState = stored("state", "Where it stands.")
    company_name: str = stored("company_name", "The company that asks.")
    company_inn: str | None = stored("company_inn", "The INN of its main firm.")
    requested_at: datetime = stored("requested_at", "When the company asked.")
    expires_at: datetime = stored("expires_at", "Until when it can be decided.")
    decided_at: datetime | None = stored("decided_at", "When it was decided.")
    partner: Partner | None = related("partner", "The partner that is asked.")
    company: Annotated[Company, strawberry.lazy("schema.companies")] | None = related(
        "company", "The company, if the caller sees it already.", needs=[MayReadCompanies]
    )


@strawberry.enum(description="Which links.")
class LinkScope(StrEnum):
    """Current links, or the whole history."""

    CURRENT = "CURRENT"
    ALL = "ALL"


def _links(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    scope: LinkScope = LinkScope.CURRENT,
) -> tuple[Listing, dict[str, Any]]:
    filters = ("current",) if scope is LinkScope.CURRENT else ()
    return Listing("links", "STARTED", descending=True, filters=filters), {}


def _link_requests(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    state: LinkRequestState | None = None,
) -> tuple[Listing, dict[str, Any]]:
    values: dict[str, Any] = {} if state is None else {"state": state}
    return Listing("link_requests", "REQUESTED", descending=True, filters=tuple(values)), values


@strawberry.type
class LinkQueries:
    """Questions about links."""

    partner_links: Connection[PartnerLink] = paged(
        _links, "The caller's links, newest first.", needs=[MayReadLinks]
    )
    link_requests: Connection[LinkRequest] = paged(
        _link_requests,
        "Link requests from or to the caller, newest first; expiry counts by the clock.",
        needs=[MayReadLinks],
    )


@strawberry.type
class LinkSubscriptions:
    """News of links."""

    link_request_changed: LinkRequest | None = changed(
        Topic.LINKS,
        "A link request from or to the caller that was made or decided, as it stands now. Null:"
        " links changed in another way, or news may have been missed; read the lists anew.",
        needs=[MayReadLinks],
    )


@strawberry.input(description="Which partner to ask.")
class RequestPartnerLinkInput:
    """The input of `requestPartnerLink`."""

    partner: strawberry.ID


@strawberry.input(description="Which request.")
class LinkRequestInput:
    """The input of the decisions on a request."""

    request: strawberry.ID


@strawberry.input(description="Which company to part with.")
class EndLinkInput:
    """The input of `endLink`."""

    company: strawberry.ID


@strawberry.type(description="The request as it stands now.")
class LinkRequestSuccess:
    """The success of everything that leaves a request behind."""

    request: LinkRequest


@strawberry.type(description="The link that began.")
class ApproveLinkSuccess:
    """The success of `approveLink`."""

    link: PartnerLink


@strawberry.type(description="The company is linked to the default partner now.")
class EndLinkSuccess:
    """The success of `endLink`."""

    company: strawberry.ID = strawberry.field(description="The company that was parted with.")


RequestPartnerLinkResult = Annotated[
    LinkRequestSuccess | AlreadyLinked | LinkRequestPending | NotFound,
    strawberry.union("RequestPartnerLinkResult"),
]
ApproveLinkResult = Annotated[
    ApproveLinkSuccess | AlreadyDecided | CabinetBlocked | NotFound,
    strawberry.union("ApproveLinkResult"),
]
CloseLinkRequestResult = Annotated[
    LinkRequestSuccess | AlreadyDecided | NotFound, strawberry.union("CloseLinkRequestResult")
]
EndLinkResult = Annotated[
    EndLinkSuccess | DefaultLinkStays | NotFound, strawberry.union("EndLinkResult")
]


async def _request_success(info: Info, key: Any) -> LinkRequestSuccess:  # noqa: ANN401 - a key
    request = await look_up(info, LinkRequest, key)
    if request is None:
        raise LookupError(key)
    return LinkRequestSuccess(request=request)


@strawberry.type
class LinkMutations:
    """Orders about links."""

    @strawberry.mutation(
        permission_classes=[MayRequestLinks], description="Ask a partner for a link [000]."
    )
    async def request_partner_link(
        self, info: Info, input: RequestPartnerLinkInput
    ) -> RequestPartnerLinkResult:
        """Ask a partner; one request of a company waits at a time."""
        partner = required_key("partner", input.partner, "partner")
        key = await links.request_partner_link(info.context, partner)
        return await _request_success(info, key)

    @strawberry.mutation(permission_classes=[MayRequestLinks], description="Withdraw a request.")
    async def cancel_link_request(
        self, info: Info, input: LinkRequestInput
    ) -> CloseLinkRequestResult:
        """Withdraw a request of the caller's company."""
        key = required_key("linkrequest", input.request, "request")
        return await _request_success(info, await links.cancel_link_request(info.context, key))

    @strawberry.mutation(
        permission_classes=[MayDecideLinks],
        description="Approve a request: the company's old link ends and this one begins [000].",
    )
    async def approve_link(self, info: Info, input: LinkRequestInput) -> ApproveLinkResult:
        """Approve a request made to the caller."""
        key = required_key("linkrequest", input.request, "request")
        link = await look_up(info, PartnerLink, await links.approve_link(info.context, key))
        if link is None:
            raise LookupError(key)
        return ApproveLinkSuccess(link=link)

    @strawberry.mutation(permission_classes=[MayDecideLinks], description="Reject a request.")
    async def reject_link(self, info: Info, input: LinkRequestInput) -> CloseLinkRequestResult:
        """Reject a request made to the caller."""
        key = required_key("linkrequest", input.request, "request")
        return await _request_success(info, await links.reject_link(info.context, key))

    @strawberry.mutation(
        permission_classes=[MayDecideLinks],
        description="End a link: the company falls back to the default partner.",
    )
    async def end_link(self, info: Info, input: EndLinkInput) -> EndLinkResult:
        """End the caller's link with a company."""
        company = required_key("company", input.company, "company")
        await links.end_link(info.context, company)
        return EndLinkSuccess(company=input.company)
