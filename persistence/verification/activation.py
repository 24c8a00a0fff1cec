"""Activation: a license is on one device at most, which is its holder's; and what is at devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, literal, or_, select

from domain.access import TenantKind
from domain.licenses import ON_DEVICES, LicenseEventKind, LicenseState
from persistence.tables.devices import cashier_devices, cashiers, devices
from persistence.tables.licenses import license_events, licenses
from persistence.tables.tenants import outlets, tenants
from persistence.verification.faults import Rule

if TYPE_CHECKING:
    from sqlalchemy import Select

_event = license_events.alias("event")
_before = license_events.alias("before")
_activates = _event.c.kind == LicenseEventKind.ACTIVATED
_activated = _before.c.kind == LicenseEventKind.ACTIVATED
_kept = _event.c.holder_id == _before.c.holder_id
_holder = case((_activates, devices.c.company_id), else_=_before.c.holder_id)
_firm = case((_kept, _before.c.firm_id))


def _breaking(
    found: ColumnElement[Any],
    expected: ColumnElement[Any],
    condition: ColumnElement[bool],
) -> Select[Any]:
    """Select events on devices with the devices, the events before and their holders."""
    return (
        select(_event.c.license_id, _event.c.seq, found, expected)
        .join_from(_event, devices, devices.c.id == _event.c.device_id)
        .join(
            _before,
            (_before.c.license_id == _event.c.license_id) & (_before.c.seq == _event.c.seq - 1),
        )
        .join(tenants, tenants.c.id == _before.c.holder_id)
        .where(_event.c.kind.in_(ON_DEVICES), condition)
    )


RULES = [
    Rule(
        "an event on a device has one, and no document",
        "license_events",
        select(_event.c.license_id, _event.c.seq, _event.c.device_id, literal("a device"))
        .join_from(_event, devices, devices.c.id == _event.c.device_id, isouter=True)
        .where(
            _event.c.kind.in_(ON_DEVICES),
            or_(devices.c.id.is_(None), _event.c.document_id.is_not(None)),
        ),
    ),
    Rule(
        "only a revealed license is on a device",
        "license_events",
        _breaking(
            _before.c.state,
            literal(LicenseState.REVEALED.value),
            or_(
                _before.c.state != LicenseState.REVEALED,
                _event.c.state != LicenseState.REVEALED,
            ),
        ),
    ),
    Rule(
        "a license is activated when it is on no device, and freed from the one it is on",
        "license_events",
        _breaking(
            _before.c.device_id,
            _event.c.device_id,
            case(
                (_activates, _activated),
                else_=~_activated | _before.c.device_id.is_distinct_from(_event.c.device_id),
            ),
        ),
    ),
    Rule(
        "no document moves a license that is on a device",
        "license_events",
        select(_event.c.license_id, _event.c.seq, _event.c.kind, literal("DEACTIVATED"))
        .join_from(
            _event,
            _before,
            (_before.c.license_id == _event.c.license_id) & (_before.c.seq == _event.c.seq - 1),
        )
        .where(_activated, _event.c.kind.not_in(ON_DEVICES)),
    ),
    Rule(
        "activated is what the device's company holds or no company does",
        "license_events",
        _breaking(
            _before.c.holder_id,
            devices.c.company_id,
            _activates & (tenants.c.kind == TenantKind.COMPANY) & ~_kept,
        ),
    ),
    Rule(
        "the new holder is the device's company, else the old one",
        "license_events",
        _breaking(_event.c.holder_id, _holder, _event.c.holder_id != _holder),
    ),
    Rule(
        "the firm stays with the holder",
        "license_events",
        _breaking(_event.c.firm_id, _firm, _event.c.firm_id.is_distinct_from(_firm)),
    ),
    Rule(
        "a license is on a device of its holder's",
        "licenses",
        select(licenses.c.id, licenses.c.holder_id, devices.c.company_id)
        .join_from(licenses, devices, devices.c.id == licenses.c.device_id)
        .where(
            or_(devices.c.company_id != licenses.c.holder_id, devices.c.removed_at.is_not(None))
        ),
    ),
    Rule(
        "a device is at an outlet of its company",
        "devices",
        select(devices.c.id, outlets.c.company_id, devices.c.company_id)
        .join_from(devices, outlets, outlets.c.id == devices.c.outlet_id)
        .where(outlets.c.company_id != devices.c.company_id),
    ),
    Rule(
        "a cashier works on devices of his company",
        "cashier_devices",
        select(
            cashier_devices.c.cashier_id,
            cashier_devices.c.device_id,
            devices.c.company_id,
            cashiers.c.company_id,
        )
        .join_from(cashier_devices, cashiers, cashiers.c.id == cashier_devices.c.cashier_id)
        .join(devices, devices.c.id == cashier_devices.c.device_id)
        .where(
            or_(
                devices.c.company_id != cashiers.c.company_id,
                devices.c.removed_at.is_not(None),
                cashiers.c.removed_at.is_not(None),
            )
        ),
    ),
]
