"""Licenses: one holder each, a log without gaps, a true projection, none lost or made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, case, cast, func, literal, or_, select

from domain.documents import DocumentKind
from domain.licenses import LicenseEventKind
from persistence.tables.documents import document_lines, documents, products
from persistence.tables.licenses import license_events, licenses
from persistence.tables.tenants import tenants
from persistence.verification.faults import Fault, Rule, shown

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_log = (
    select(
        license_events.c.license_id,
        func.count().label("events"),
        func.min(license_events.c.seq).label("first"),
        func.max(license_events.c.seq).label("last"),
    )
    .group_by(license_events.c.license_id)
    .subquery("log")
)

_held = (
    select(licenses.c.product_id, func.count().label("quantity"))
    .join_from(licenses, tenants, tenants.c.id == licenses.c.holder_id)
    .group_by(licenses.c.product_id)
    .subquery("held")
)

_issued = (
    select(document_lines.c.product_id, func.sum(document_lines.c.quantity).label("quantity"))
    .join_from(document_lines, documents, documents.c.id == document_lines.c.document_id)
    .where(documents.c.kind == DocumentKind.ISSUE)
    .group_by(document_lines.c.product_id)
    .subquery("issued")
)

RULES = [
    Rule(
        "the holder exists",
        "licenses",
        select(licenses.c.id, licenses.c.holder_id, literal("a tenant"))
        .join_from(licenses, tenants, tenants.c.id == licenses.c.holder_id, isouter=True)
        .where(tenants.c.id.is_(None)),
    ),
    Rule(
        "a license has events",
        "licenses",
        select(licenses.c.id, literal("no event"), literal("ISSUED"))
        .join_from(licenses, _log, _log.c.license_id == licenses.c.id, isouter=True)
        .where(_log.c.license_id.is_(None)),
    ),
    Rule(
        "events are numbered from 1 without gaps",
        "licenses",
        select(
            licenses.c.id,
            cast(_log.c.events, Text)
            + literal(" events from ")
            + cast(_log.c.first, Text)
            + literal(" to ")
            + cast(_log.c.last, Text),
            literal("1 to ") + cast(licenses.c.event_count, Text),
        )
        .join_from(licenses, _log, _log.c.license_id == licenses.c.id)
        .where(
            or_(
                _log.c.first != 1,
                _log.c.last != licenses.c.event_count,
                _log.c.events != licenses.c.event_count,
            )
        ),
    ),
    Rule(
        "all that was issued is held",
        "products",
        select(
            products.c.id,
            func.coalesce(_held.c.quantity, 0),
            func.coalesce(_issued.c.quantity, 0),
        )
        .join_from(products, _held, _held.c.product_id == products.c.id, isouter=True)
        .join(_issued, _issued.c.product_id == products.c.id, isouter=True)
        .where(func.coalesce(_held.c.quantity, 0) != func.coalesce(_issued.c.quantity, 0)),
    ),
]

_last = license_events.alias("last")
_first = license_events.alias("first_activation")
_writing = license_events.alias("writing")
_sale = license_events.alias("sale")
_before = license_events.alias("before")
_arrival = license_events.alias("arrival")

_sales = (
    select(license_events.c.license_id, func.max(license_events.c.seq).label("seq"))
    .where(license_events.c.kind == LicenseEventKind.SOLD_OUTSIDE)
    .group_by(license_events.c.license_id)
    .subquery("sales")
)

_writings = (
    select(license_events.c.license_id, func.max(license_events.c.seq).label("seq"))
    .where(license_events.c.document_id.is_not(None))
    .group_by(license_events.c.license_id)
    .subquery("writings")
)

_arrivals = (
    select(license_events.c.license_id, func.max(license_events.c.seq).label("seq"))
    .join_from(
        license_events,
        _before,
        (_before.c.license_id == license_events.c.license_id)
        & (_before.c.seq == license_events.c.seq - 1),
        isouter=True,
    )
    .where(_before.c.holder_id.is_distinct_from(license_events.c.holder_id))
    .group_by(license_events.c.license_id)
    .subquery("arrivals")
)

_activations = (
    select(
        license_events.c.license_id,
        func.min(license_events.c.seq).label("first"),
        func.max(license_events.c.seq).label("last"),
    )
    .where(license_events.c.kind == LicenseEventKind.ACTIVATED)
    .group_by(license_events.c.license_id)
    .subquery("activations")
)

_on_a_device = _last.c.kind == LicenseEventKind.ACTIVATED
_projection = {
    "holder_id": _last.c.holder_id,
    "state": _last.c.state,
    "firm_id": _last.c.firm_id,
    "document_id": _writing.c.document_id,
    # Whoever activates it is the buyer, or has it from him.
    "sold_document_id": case(
        (_sales.c.seq > func.coalesce(_activations.c.last, 0), _sale.c.document_id)
    ),
    "held_since": _arrival.c.at,
    "device_id": case((_on_a_device, _last.c.device_id)),
    "activated_at": case((_on_a_device, _last.c.at)),
    "first_activated_at": _first.c.at,
}


async def misprojected(connection: AsyncConnection) -> list[Fault]:
    """Return the columns of licenses that do not say what the log says."""
    pairs = [(licenses.c[name], logged) for name, logged in _projection.items()]
    statement = (
        select(licenses.c.id, *(side for pair in pairs for side in pair))
        .join_from(licenses, _log, _log.c.license_id == licenses.c.id)
        .join(_last, (_last.c.license_id == licenses.c.id) & (_last.c.seq == _log.c.last))
        .join(_sales, _sales.c.license_id == licenses.c.id, isouter=True)
        .join(
            _sale,
            (_sale.c.license_id == licenses.c.id) & (_sale.c.seq == _sales.c.seq),
            isouter=True,
        )
        .join(_writings, _writings.c.license_id == licenses.c.id, isouter=True)
        .join(
            _writing,
            (_writing.c.license_id == licenses.c.id) & (_writing.c.seq == _writings.c.seq),
            isouter=True,
        )
        .join(_activations, _activations.c.license_id == licenses.c.id, isouter=True)
        .join(
            _first,
            (_first.c.license_id == licenses.c.id) & (_first.c.seq == _activations.c.first),
            isouter=True,
        )
        .join(_arrivals, _arrivals.c.license_id == licenses.c.id)
        .join(
            _arrival,
            (_arrival.c.license_id == licenses.c.id) & (_arrival.c.seq == _arrivals.c.seq),
        )
        .where(or_(*(column.is_distinct_from(logged) for column, logged in pairs)))
    )
    return [
        Fault(f"{name} is what the log says", "licenses", str(key), shown(found), shown(logged))
        for key, *sides in await connection.execute(statement)
        for name, found, logged in zip(_projection, sides[::2], sides[1::2], strict=True)
        if found != logged
    ]
