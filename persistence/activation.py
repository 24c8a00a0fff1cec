"""Activation: one license, found and locked by its code, and the events that move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, insert, select

from domain.activation import Found
from domain.licenses import LicenseEventKind, LicenseState
from persistence.tables.devices import devices
from persistence.tables.licenses import license_events, licenses
from persistence.tables.tenants import tenants

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from persistence.database import Unit


async def lock_by_code(unit: Unit, lookups: Collection[bytes]) -> Found | None:
    """Return the license whose code has one of these keyed hashes, locked."""
    return await _lock(unit, licenses.c.code_lookup.in_(list(lookups)))


async def lock_license(unit: Unit, key: UUID) -> Found | None:
    """Return a license by its key, locked; whose it is does not matter."""
    return await _lock(unit, licenses.c.id == key)


async def _lock(unit: Unit, which: ColumnElement[bool]) -> Found | None:
    row = (
        await unit.connection.execute(select(licenses).where(which).with_for_update())
    ).one_or_none()
    if row is None:
        return None
    # What is behind the row is read when nobody can change the row any more.
    behind = (
        await unit.connection.execute(
            select(tenants.c.kind, license_events.c.device_id, devices.c.name)
            .join_from(
                tenants,
                license_events,
                (license_events.c.license_id == row.id) & (license_events.c.seq == row.event_count),
            )
            .join(devices, devices.c.id == license_events.c.device_id, isouter=True)
            .where(tenants.c.id == row.holder_id)
        )
    ).one()
    return Found(
        license=row.id,
        event_count=row.event_count,
        holder=row.holder_id,
        holder_kind=behind.kind,
        state=row.state,
        firm=row.firm_id,
        device=row.device_id,
        device_name=behind.name,
        last_device=behind.device_id,
    )


async def log_activation(unit: Unit, found: Found, company: UUID, device: UUID) -> None:
    """Put a locked license on a device: it is the company's from now on."""
    firm = found.firm if found.holder == company else None
    await _log(unit, found, LicenseEventKind.ACTIVATED, company, device, firm)


async def log_deactivation(unit: Unit, found: Found, device: UUID) -> None:
    """Take a locked license off its device, where it is told to; its holder stays."""
    kind = LicenseEventKind.DEACTIVATED
    await _log(unit, found, kind, found.holder, device, found.firm)


async def log_release(unit: Unit, found: Found, device: UUID) -> None:
    """Take a locked license off its device from outside; its holder stays."""
    await _log(unit, found, LicenseEventKind.RELEASED, found.holder, device, found.firm)


async def _log(
    unit: Unit,
    found: Found,
    kind: LicenseEventKind,
    holder: UUID,
    device: UUID,
    firm: UUID | None,
) -> None:
    await unit.connection.execute(
        insert(license_events).values(
            license_id=found.license,
            seq=found.event_count + 1,
            kind=kind,
            at=unit.now,
            device_id=device,
            holder_id=holder,
            state=LicenseState.REVEALED,
            firm_id=firm,
        )
    )


async def activated_on(unit: Unit, device: UUID) -> list[UUID]:
    """Return the licenses on a device, which the caller has locked."""
    found = await unit.connection.scalars(
        select(licenses.c.id).where(licenses.c.device_id == device).order_by(licenses.c.id)
    )
    return list(found)
