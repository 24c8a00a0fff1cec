"""Activation: entering a license's code on a device, taking it off, and freeing it from outside.

Locks the device and then the license. Everything is decided on the locked license, so that of
many devices with one code one wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.activation import CODES_OF_COMPANY, CODES_OF_DEVICE, Place, accepted
from domain.licenses import parse_code
from domain.refusals import CodeNotAccepted, LicenseNotActivated, NotFound
from domain.text import line
from persistence import activation, licenses, links
from resolvers.news import tell_activation, tell_stock
from resolvers.pos import at_work

if TYPE_CHECKING:
    from uuid import UUID

    from domain.activation import Found
    from persistence.database import Unit
    from resolvers.context import Context


async def activate_license(context: Context, code: str) -> UUID:
    """Activate the license of a code on the caller's device; return its key.

    It is the company's of the device from then on, whatever partner that has [001].
    """
    place, lookups = await _entered(context, code)

    async def work(unit: Unit) -> UUID:
        await at_work(context, unit)
        found = accepted(await activation.lock_by_code(unit, lookups))
        if found.must_activate(place):
            await activation.log_activation(unit, found, place.company, place.device)
            await _tell_activated(unit, found, place.company)
            await context.audit(unit, "activateLicense", [(found.license, place.company)])
        return found.license

    return await context.carry_out(work)


async def _tell_activated(unit: Unit, found: Found, company: UUID) -> None:
    """Tell the device's company and its partner, and whoever held the license until now."""
    partner = await links.partner_of(unit, company)
    tell_activation(unit, found.license, company, *(() if partner is None else (partner,)))
    tell_stock(unit, found.holder, company)


async def deactivate_license(context: Context, code: str) -> UUID:
    """Take the license of a code off the caller's device; it stays with the company."""
    place, lookups = await _entered(context, code)

    async def work(unit: Unit) -> UUID:
        await at_work(context, unit)
        found = accepted(await activation.lock_by_code(unit, lookups))
        if found.must_deactivate(place):
            await activation.log_deactivation(unit, found, place.device)
            tell_stock(unit, found.holder)
            await context.audit(unit, "deactivateLicense", [(found.license, place.company)])
        return found.license

    return await context.carry_out(work)


async def _entered(context: Context, code: str) -> tuple[Place, list[bytes]]:
    """Count the attempt, and return where it is made and what the code is found by."""
    actor = context.actor
    await context.throttle(CODES_OF_DEVICE, actor.user.hex)
    await context.throttle(CODES_OF_COMPANY, actor.tenant.hex)
    digits = parse_code(code)
    if digits is None:
        raise CodeNotAccepted
    lookups = context.tools.cipher.lookups(digits)
    return Place(actor.tenant, actor.user), list(lookups.values())


async def release_license(context: Context, license_: UUID, reason: str) -> None:
    """Free a license from a device that cannot do it any more; audited with the reason [ruling].

    Any license that is activated can be named, whosever it is. One that is not exists only for
    those who see it.
    """
    why = line(reason, "reason")

    async def work(unit: Unit) -> None:
        found = await activation.lock_license(unit, license_)
        if found is None or found.device is None:
            if await licenses.sees(unit, context.actor, license_):
                raise LicenseNotActivated
            raise NotFound("license")
        await context.stand(unit)
        await activation.log_release(unit, found, found.device)
        tell_stock(unit, found.holder)
        await context.audit(
            unit,
            "releaseLicense",
            [(license_, found.holder)],
            before={"device": found.device},
            after={"reason": why},
        )

    await context.carry_out(work)
