"""Licenses and the append-only log of their events, of which they are the projection."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, text

from domain.licenses import LicenseEventKind, LicenseState
from persistence.columns import BYTES, KEY, TEXT, TIME, choice
from persistence.tables.metadata import METADATA

# holder_id, state, firm_id, document_id, sold_document_id, held_since, event_count, device_id,
# activated_at and first_activated_at are
# written by the trigger on license_events only. They carry no foreign keys of their own: each
# value comes from an event, which has them, and checking 10,000 rows twice doubles a sale.
licenses = Table(
    "licenses",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("product_id", KEY, ForeignKey("products.id"), nullable=False),
    Column("code_cipher", BYTES, nullable=False),
    Column("code_lookup", BYTES, nullable=False, unique=True),
    Column("code_key", TEXT, nullable=False),
    Column("code_tail", TEXT, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("holder_id", KEY, nullable=False),
    Column("state", choice(LicenseState, "state"), nullable=False),
    Column("firm_id", KEY),
    Column("document_id", KEY),
    Column("sold_document_id", KEY),
    Column("held_since", TIME, nullable=False),
    Column("event_count", Integer, nullable=False),
    Column("device_id", KEY),
    Column("activated_at", TIME),
    Column("first_activated_at", TIME),
    Column("printed_at", TIME),
    Column("printed_by", KEY),
    Column("sent_at", TIME),
    Column("sent_by", KEY),
    Index("ix_licenses_holder_id_id", "holder_id", "id"),
    # What follows the equal columns is the order of pages: else all of a stock would be sorted.
    Index("ix_licenses_holder_id_state_id", "holder_id", "state", "id"),
    Index("ix_licenses_holder_id_state_product_id_id", "holder_id", "state", "product_id", "id"),
    # Only of those that are on a device: a sale of thousands must not pay for it.
    Index(
        "ix_licenses_device_id_id",
        "device_id",
        "id",
        sqlite_where=text("device_id IS NOT NULL"),
        postgresql_where=text("device_id IS NOT NULL"),
    ),
)

license_events = Table(
    "license_events",
    METADATA,
    Column("license_id", KEY, ForeignKey("licenses.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", choice(LicenseEventKind, "kind"), nullable=False),
    Column("at", TIME, nullable=False),
    Column("document_id", KEY, ForeignKey("documents.id")),
    Column("device_id", KEY, ForeignKey("devices.id")),
    Column("holder_id", KEY, ForeignKey("tenants.id"), nullable=False),
    Column("state", choice(LicenseState, "state"), nullable=False),
    Column("firm_id", KEY),
    CheckConstraint("seq > 0", name="seq"),
    CheckConstraint(
        "(document_id IS NULL) = (kind IN ('ACTIVATED', 'DEACTIVATED', 'RELEASED'))",
        name="document",
    ),
    CheckConstraint("(document_id IS NULL) = (device_id IS NOT NULL)", name="device"),
    CheckConstraint("(seq = 1) = (kind = 'ISSUED')", name="first"),
    CheckConstraint(
        "(state = 'SEALED') = (kind IN ('ISSUED', 'SOLD_TO_PARTNER', 'SOLD_TO_COMPANY'))",
        name="sealed",
    ),
    Index("ix_license_events_document_id_license_id", "document_id", "license_id"),
)
