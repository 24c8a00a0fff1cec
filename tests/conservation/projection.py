"""The state of one example's tenants, as the tables have it and as the model has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from domain.licenses import LicenseState
from persistence.tables.documents import document_counters
from persistence.tables.licenses import licenses
from persistence.tables.links import link_requests, partner_links

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from persistence.database import Database, Unit
    from tests.conservation.model import Model


@dataclass(frozen=True)
class Projection:
    licenses: dict[UUID, tuple[Any, ...]]
    numbers: dict[UUID, int]
    links: dict[UUID, UUID]
    requests: dict[UUID, tuple[UUID, UUID, str]]


def projection_of(model: Model) -> Projection:
    return Projection(
        licenses={
            key: (
                one.product,
                one.holder,
                one.firm,
                one.document,
                one.revealed,
                one.sold,
                one.device,
            )
            for key, one in model.licenses.items()
        },
        numbers={tenant: number for tenant, number in model.numbers.items() if number},
        links=model.links,
        requests={
            key: (one.company, one.partner, one.state) for key, one in model.requests.items()
        },
    )


async def projected(
    database: Database, tenants: Collection[UUID], products: Collection[UUID]
) -> Projection:
    async def work(unit: Unit) -> Projection:
        row = unit.connection
        held = await row.execute(select(licenses).where(licenses.c.product_id.in_(products)))
        counters = await row.execute(
            select(document_counters).where(
                document_counters.c.tenant_id.in_(tenants), document_counters.c.last_number > 0
            )
        )
        links = await row.execute(
            select(partner_links).where(
                partner_links.c.company_id.in_(tenants), partner_links.c.ended_at.is_(None)
            )
        )
        requests = await row.execute(
            select(link_requests).where(link_requests.c.company_id.in_(tenants))
        )
        return Projection(
            licenses={
                one.id: (
                    one.product_id,
                    one.holder_id,
                    one.firm_id,
                    one.document_id,
                    one.state is LicenseState.REVEALED,
                    one.sold_document_id,
                    one.device_id,
                )
                for one in held
            },
            numbers={one.tenant_id: one.last_number for one in counters},
            links={one.company_id: one.partner_id for one in links},
            requests={
                one.id: (one.company_id, one.partner_id, one.state.value) for one in requests
            },
        )

    return await database.carry_out(work)
