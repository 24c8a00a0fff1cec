"""Devices: registered by the POS itself; named, moved, told to load and removed in the cabinet."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from domain.devices import DEVICE_TOKEN, REGISTRATIONS, renewable
from domain.idempotency import fingerprint, parse_key
from domain.refusals import DeviceHoldsLicense, IdempotencyKeyReused, NotFound
from persistence import activation, devices, idempotency, outlets, pos
from persistence.keys import new_key
from persistence.pos import new_credential
from resolvers.pos import PosClosed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.devices import DeviceDetails
    from persistence.database import Unit
    from persistence.devices import LockedDevice
    from resolvers.context import Context


async def register_device(
    context: Context, key: str, order: Mapping[str, object], details: DeviceDetails
) -> tuple[UUID, str]:
    """Register a device at the outlet of the caller's sync key; return it and its token.

    The token is told once. Repeated under the same key, the order answers with the same device
    and a fresh token, and the first one is void; but only until the device has worked. The keys
    of an outlet are its own: no cabinet and no other outlet uses them up.
    """
    actor = context.actor
    outlet = actor.user
    apart = f"{outlet.hex} {parse_key(key)}"
    print_, token = fingerprint("registerDevice", order), new_credential(DEVICE_TOKEN)
    await context.throttle(REGISTRATIONS, outlet.hex)

    async def work(unit: Unit) -> UUID:
        fresh = new_key()
        known, device = await idempotency.claim(unit, actor.tenant, apart, print_, fresh)
        if known != print_:
            raise IdempotencyKeyReused
        if device == fresh:
            await devices.add_device(unit, device, actor.tenant, outlet, details, token)
        else:
            renewable(worked=await devices.has_worked(unit, device))
            await devices.renew_token(unit, device, token)
        if not await pos.is_open(unit, actor.tenant):
            raise PosClosed
        await context.audit(unit, "registerDevice", [(device, actor.tenant)], after=asdict(details))
        return device

    return await context.carry_out(work), token


async def _lock(context: Context, unit: Unit, device: UUID) -> LockedDevice:
    """Lock a device of the caller's company, or raise `NotFound`."""
    locked = await devices.lock_device(unit, device, context.actor.tenant)
    if locked is None:
        raise NotFound("device")
    await context.stand(unit)
    return locked


async def change_device(context: Context, device: UUID, name: str, outlet: UUID) -> None:
    """Give a device another name, or move it to another outlet of the same company."""
    company = context.actor.tenant

    async def work(unit: Unit) -> None:
        before = await _lock(context, unit, device)
        if await outlets.lock_outlet(unit, outlet, company) is None:
            raise NotFound("outlet")
        await devices.change_device(unit, device, name, outlet)
        await context.audit(
            unit,
            "changeDevice",
            [(device, company)],
            before={"name": before.name, "outlet": before.outlet},
            after={"name": name, "outlet": outlet},
        )

    await context.carry_out(work)


async def remove_device(context: Context, device: UUID) -> None:
    """Remove a device on which nothing is activated; its token is unknown from then on."""

    async def work(unit: Unit) -> None:
        before = await _lock(context, unit, device)
        # Who activates locks the device first, so nothing can be put on it any more.
        held = await activation.activated_on(unit, device)
        if held:
            raise DeviceHoldsLicense(held)
        await devices.remove_device(unit, device)
        await context.audit(
            unit, "removeDevice", [(device, context.actor.tenant)], before={"name": before.name}
        )

    await context.carry_out(work)


async def request_load(context: Context, device: UUID) -> None:
    """Tell a device to pull its cashiers: the button "Загрузить" of [001]."""

    async def work(unit: Unit) -> None:
        await _lock(context, unit, device)
        await devices.request_load(unit, device)
        await context.audit(unit, "requestLoad", [(device, context.actor.tenant)])

    await context.carry_out(work)
