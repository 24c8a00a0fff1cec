"""What holds at every instant, asked of the tables themselves: each query finds what breaks it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from persistence.tables import METADATA

if TYPE_CHECKING:
    from persistence.database import Database, Unit

QUERIES = {
    "a license is held by exactly one tenant": """
        SELECT l.id FROM licenses l LEFT JOIN tenants t ON t.id = l.holder_id
        WHERE t.id IS NULL OR t.kind = 'MRC'""",
    "the licenses of a product that are held are those that were issued": """
        SELECT p.id FROM products p WHERE
        (SELECT count(*) FROM licenses l JOIN tenants t ON t.id = l.holder_id
          WHERE l.product_id = p.id)
        <> (SELECT coalesce(sum(n.quantity), 0) FROM document_lines n
            JOIN documents d ON d.id = n.document_id
            WHERE d.kind = 'ISSUE' AND n.product_id = p.id)""",
    "the events of a license are numbered from 1 without gaps": """
        SELECT l.id FROM licenses l LEFT JOIN license_events e ON e.license_id = l.id
        GROUP BY l.id, l.event_count
        HAVING count(e.seq) <> l.event_count OR min(e.seq) <> 1 OR max(e.seq) <> l.event_count
          OR count(e.seq) = 0""",
    "a license is issued once, first of all": """
        SELECT license_id FROM license_events WHERE (kind = 'ISSUED') <> (seq = 1)""",
    "a license equals its last event": """
        SELECT l.id FROM licenses l
        JOIN license_events e ON e.license_id = l.id AND e.seq = l.event_count
        WHERE l.holder_id <> e.holder_id OR l.state <> e.state
          OR (e.document_id IS NOT NULL AND l.document_id <> e.document_id)
          OR coalesce(CAST(l.device_id AS TEXT), '') <>
             coalesce(CASE e.kind WHEN 'ACTIVATED' THEN CAST(e.device_id AS TEXT) END, '')
          OR coalesce(CAST(l.firm_id AS TEXT), '') <> coalesce(CAST(e.firm_id AS TEXT), '')""",
    "an event continues the one before it": """
        SELECT e.license_id FROM license_events e
        JOIN license_events b ON b.license_id = e.license_id AND b.seq = e.seq - 1
        WHERE (b.state = 'REVEALED' AND e.state = 'SEALED')
          OR (e.kind IN ('REVEALED', 'SOLD_OUTSIDE')
              AND (e.holder_id <> b.holder_id OR e.state <> 'REVEALED'))
          OR (e.kind IN ('SOLD_TO_PARTNER', 'SOLD_TO_COMPANY')
              AND (e.holder_id = b.holder_id OR b.state <> 'SEALED'))""",
    "what a document moves was held by its issuer": """
        SELECT e.license_id FROM license_events e JOIN documents d ON d.id = e.document_id
        LEFT JOIN license_events b ON b.license_id = e.license_id AND b.seq = e.seq - 1
        WHERE coalesce(b.holder_id, e.holder_id) <> d.issuer_id
          OR (d.buyer_id IS NOT NULL AND e.holder_id <> d.buyer_id)""",
    "a license is sold outside at most once, and marked with that document until activated": """
        SELECT l.id FROM licenses l
        LEFT JOIN license_events e ON e.license_id = l.id AND e.kind = 'SOLD_OUTSIDE'
        GROUP BY l.id, l.sold_document_id, l.first_activated_at
        HAVING count(e.seq) > 1
          OR (count(e.seq) = 1 AND l.first_activated_at IS NULL) <> (l.sold_document_id IS NOT NULL)
          OR min(CAST(e.document_id AS TEXT)) <> CAST(l.sold_document_id AS TEXT)""",
    "a license is on a device of its holder's, which is there": """
        SELECT l.id FROM licenses l JOIN devices d ON d.id = l.device_id
        WHERE d.company_id <> l.holder_id OR d.removed_at IS NOT NULL
          OR l.state <> 'REVEALED' OR l.activated_at IS NULL OR l.first_activated_at IS NULL""",
    "a license is activated once between two times that it is freed": """
        SELECT e.license_id FROM license_events e
        LEFT JOIN license_events b ON b.license_id = e.license_id AND b.seq = e.seq - 1
        WHERE (e.kind IN ('DEACTIVATED', 'RELEASED') AND
               (b.kind <> 'ACTIVATED' OR b.device_id <> e.device_id OR b.holder_id <> e.holder_id))
          OR (b.kind = 'ACTIVATED' AND e.kind NOT IN ('DEACTIVATED', 'RELEASED'))""",
    "no device takes what another company has": """
        SELECT e.license_id FROM license_events e JOIN devices d ON d.id = e.device_id
        JOIN license_events b ON b.license_id = e.license_id AND b.seq = e.seq - 1
        JOIN tenants t ON t.id = b.holder_id
        WHERE e.holder_id <> d.company_id
          OR (e.holder_id <> b.holder_id AND (t.kind = 'COMPANY' OR e.kind <> 'ACTIVATED'))""",
    "an issuer's documents are numbered from 1 without gaps": """
        SELECT c.tenant_id FROM document_counters c
        LEFT JOIN documents d ON d.issuer_id = c.tenant_id
        GROUP BY c.tenant_id, c.last_number
        HAVING count(d.id) <> c.last_number OR coalesce(max(d.number), 0) <> c.last_number
          OR coalesce(min(d.number), 1) <> 1""",
    "a document has the quantity it moved, line by line": """
        SELECT d.id FROM documents d WHERE
        d.quantity <> (SELECT count(*) FROM license_events e WHERE e.document_id = d.id)
        OR d.quantity <> (SELECT coalesce(sum(n.quantity), 0) FROM document_lines n
                          WHERE n.document_id = d.id)
        OR EXISTS (SELECT 1 FROM document_lines n WHERE n.document_id = d.id AND n.quantity <>
                   (SELECT count(*) FROM license_events e JOIN licenses l ON l.id = e.license_id
                    WHERE e.document_id = d.id AND l.product_id = n.product_id))""",
    "a document and the key it was ordered under belong to each other": """
        SELECT d.id FROM documents d FULL JOIN
          (SELECT * FROM idempotency_keys WHERE result_id NOT IN (SELECT id FROM devices)
             AND result_id NOT IN (SELECT id FROM api_tokens)) k
          ON k.result_id = d.id AND k.tenant_id = d.issuer_id
        GROUP BY d.id HAVING d.id IS NULL OR count(k.key) <> 1""",
    "a device and the key it was registered under belong to each other": """
        SELECT d.id FROM devices d
        LEFT JOIN idempotency_keys k ON k.result_id = d.id AND k.tenant_id = d.company_id
        GROUP BY d.id HAVING count(k.key) <> 1""",
    "a company has exactly one current link": """
        SELECT c.id FROM companies c
        LEFT JOIN partner_links k ON k.company_id = c.id AND k.ended_at IS NULL
        GROUP BY c.id HAVING count(k.id) <> 1""",
    "a company has at most one pending request": """
        SELECT company_id FROM link_requests WHERE state = 'PENDING'
        GROUP BY company_id HAVING count(*) > 1""",
    "a client is bound to at most one MRC": """
        SELECT company_id FROM regional_bindings WHERE unbound_at IS NULL
        GROUP BY company_id HAVING count(*) > 1""",
}

UNCOUNTED = {"attempts", "sessions"}
"""What a refusal does leave a trace in."""
KEPT_WHOLE = ("document_counters", "partner_links", "link_requests", "idempotency_keys")
"""Small tables that are compared row by row; of the others a refusal may not even add a row."""


async def faults(database: Database) -> dict[str, list[str]]:
    """Return the broken invariants, each with the keys of what breaks it."""

    async def work(unit: Unit) -> dict[str, list[str]]:
        found = {}
        for name, query in QUERIES.items():
            rows = [str(row[0]) for row in await unit.connection.execute(text(query))]
            if rows:
                found[name] = rows
        return found

    return await database.carry_out(work)


async def imprint(database: Database) -> dict[str, Any]:
    """Return what nothing may differ in after a refusal: all counts, and what can be changed."""

    async def work(unit: Unit) -> dict[str, Any]:
        counts = select(
            *(
                select(func.count()).select_from(table).scalar_subquery().label(table.name)
                for table in METADATA.sorted_tables
                if table.name not in UNCOUNTED
            )
        )
        known: dict[str, Any] = dict((await unit.connection.execute(counts)).one()._mapping)
        for name in KEPT_WHOLE:
            rows = await unit.connection.execute(METADATA.tables[name].select())
            lines = "\n".join(sorted(str(row) for row in rows))
            known[f"{name} in full"] = hashlib.sha256(lines.encode()).hexdigest()
        events = await unit.connection.scalar(text("SELECT sum(event_count) FROM licenses"))
        return {**known, "moves": events}

    return await database.carry_out(work)
