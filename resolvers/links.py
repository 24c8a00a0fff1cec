"""Links: asking for one, deciding, and ending. The company's current link is the lock of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.links import LinkEnd, LinkRequestState
from domain.refusals import (
    AlreadyLinked,
    CabinetBlocked,
    DefaultLinkStays,
    LinkRequestPending,
    NotFound,
)
from persistence import links, partners, tenants
from persistence.database import Contended
from resolvers import link_letters
from resolvers.news import tell_links, tell_request

if TYPE_CHECKING:
    from uuid import UUID

    from domain.links import LinkRequest
    from persistence.database import Unit
    from resolvers.context import Context


async def request_partner_link(context: Context, partner: UUID) -> UUID:
    """Ask a partner for a link, on behalf of the caller's company; return the request's key."""
    company = context.actor.tenant

    async def work(unit: Unit) -> UUID:
        current = await _lock(unit, company)
        if not await partners.linkable_partner(unit, partner):
            raise NotFound("partner")
        if current == partner:
            raise AlreadyLinked
        pending = await links.pending_request(unit, company)
        if pending is not None and unit.now < pending.expires_at:
            raise LinkRequestPending(pending.id)
        if pending is not None:
            await links.decide_request(
                unit, pending.id, LinkRequestState.EXPIRED, pending.expires_at
            )
            tell_request(unit, pending.id, company, pending.partner)
        expires_at = unit.now + context.tools.rules.link_request_lifetime
        key = await links.add_request(unit, company, partner, expires_at)
        tell_request(unit, key, company, partner)
        await link_letters.tell_requested(context, unit, company, partner, expires_at)
        after = {"state": LinkRequestState.PENDING, "expiresAt": expires_at.isoformat()}
        await context.stand(unit)
        await context.audit(unit, "requestPartnerLink", [(key, company)], after=after)
        return key

    return await context.carry_out(work)


async def _lock(unit: Unit, company: UUID) -> UUID:
    """Lock the company's current link, the lock of all decisions; return its partner."""
    partner = await links.lock_link(unit, company)
    if partner is None:
        raise Contended
    return partner


async def _decidable(
    context: Context, unit: Unit, key: UUID, *, as_company: bool
) -> tuple[LinkRequest, UUID]:
    """Return the request, open and locked, if the caller is the side that may decide it.

    With it comes the partner that the company is linked to until then.
    """
    tenant = context.actor.tenant
    request = await links.find_request(unit, key, context.actor)
    if request is None or tenant != (request.company if as_company else request.partner):
        raise NotFound("request")
    linked_to = await _lock(unit, request.company)
    # Read again behind the lock: a rival may have decided while this one waited.
    current = await links.find_request(unit, key, context.actor)
    if current is None:
        raise NotFound("request")
    current.decidable(unit.now)
    return current, linked_to


async def approve_link(context: Context, key: UUID) -> UUID:
    """Approve a request: the old link ends and the new one begins, at once; return its key."""

    async def work(unit: Unit) -> UUID:
        request, old = await _decidable(context, unit, key, as_company=False)
        if await tenants.is_blocked(unit, request.company):
            raise CabinetBlocked
        await links.decide_request(unit, key, LinkRequestState.APPROVED, unit.now)
        # The company may have fallen back to the very partner it asked.
        link = await links.link_between(unit, request.company, request.partner)
        if link is None:
            link = await links.relink(unit, request.company, request.partner, LinkEnd.RELINKED)
            tell_links(unit, old)
        tell_request(unit, key, request.company, request.partner)
        await link_letters.tell_approved(context, unit, request.company, request.partner, old)
        await context.stand(unit)
        await context.audit(
            unit,
            "approveLink",
            [(key, request.company)],
            before={"state": LinkRequestState.PENDING},
            after={"state": LinkRequestState.APPROVED},
        )
        return link

    return await context.carry_out(work)


async def reject_link(context: Context, key: UUID) -> UUID:
    """Reject a request and return its key."""
    return await _close(context, key, LinkRequestState.REJECTED, "rejectLink")


async def cancel_link_request(context: Context, key: UUID) -> UUID:
    """Withdraw a request of the caller's company and return its key."""
    return await _close(context, key, LinkRequestState.CANCELLED, "cancelLinkRequest")


async def _close(context: Context, key: UUID, state: LinkRequestState, action: str) -> UUID:
    as_company = state is LinkRequestState.CANCELLED

    async def work(unit: Unit) -> UUID:
        request, _ = await _decidable(context, unit, key, as_company=as_company)
        await links.decide_request(unit, key, state, unit.now)
        tell_request(unit, key, request.company, request.partner)
        if not as_company:
            await link_letters.tell_rejected(context, unit, request.company, request.partner)
        await context.stand(unit)
        await context.audit(
            unit,
            action,
            [(key, request.company)],
            before={"state": LinkRequestState.PENDING},
            after={"state": state},
        )
        return key

    return await context.carry_out(work)


async def end_link(context: Context, company: UUID) -> None:
    """End the caller's link with a company, which falls back to the licensor [ruling]."""
    tenant = context.actor.tenant

    async def work(unit: Unit) -> None:
        if await links.lock_link(unit, company, tenant) is None:
            raise NotFound("company")
        default = await tenants.licensor(unit)
        if default is None or default == tenant:
            raise DefaultLinkStays
        await links.relink(unit, company, default, LinkEnd.ENDED_BY_PARTNER)
        tell_links(unit, tenant, company, default)
        await link_letters.tell_ended(context, unit, company, tenant, default)
        await context.stand(unit)
        await context.audit(
            unit,
            "endLink",
            [(company, company)],
            before={"linked": True},
            after={"linked": False, "reason": LinkEnd.ENDED_BY_PARTNER},
        )

    await context.carry_out(work)
