"""Products, documents, licenses with the log of their events, and the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

revision = "0002"
down_revision = "0001"

BYTES = sa.LargeBinary()
CHOICE = sa.String(40)
INTEGER = sa.Integer()
KEY = sa.Uuid()
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
# Bytewise, as SQLite sorts all text.
SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "products",
        Column("id", KEY, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("name_key", SORTED, nullable=False),
        Column("created_at", TIME, nullable=False),
        PrimaryKeyConstraint("id", name="pk_products"),
        UniqueConstraint("name", name="uq_products_name"),
    )
    op.create_table(
        "document_counters",
        Column("tenant_id", KEY, nullable=False),
        Column("last_number", INTEGER, nullable=False),
        PrimaryKeyConstraint("tenant_id", name="pk_document_counters"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_document_counters_tenant_id"),
    )
    op.create_table(
        "documents",
        Column("id", KEY, nullable=False),
        Column("issuer_id", KEY, nullable=False),
        Column("issuer_name", TEXT, nullable=False),
        Column("number", INTEGER, nullable=False),
        Column("kind", CHOICE, nullable=False),
        Column("created_at", TIME, nullable=False),
        Column("user_id", KEY, nullable=False),
        Column("user_name", TEXT, nullable=False),
        Column("buyer_id", KEY),
        Column("buyer_firm_id", KEY),
        Column("buyer_name", TEXT),
        Column("buyer_inn", TEXT),
        Column("buyer_email", TEXT),
        Column("buyer_phone", TEXT),
        Column("buyer_address", TEXT),
        Column("quantity", INTEGER, nullable=False),
        PrimaryKeyConstraint("id", name="pk_documents"),
        ForeignKeyConstraint(["buyer_firm_id"], ["firms.id"], name="fk_documents_buyer_firm_id"),
        ForeignKeyConstraint(["buyer_id"], ["tenants.id"], name="fk_documents_buyer_id"),
        ForeignKeyConstraint(["issuer_id"], ["tenants.id"], name="fk_documents_issuer_id"),
        ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_documents_user_id"),
        UniqueConstraint("issuer_id", "number", name="uq_documents_issuer_id_number"),
        CheckConstraint(
            "(buyer_id IS NOT NULL) = (kind IN ('SALE_TO_PARTNER', 'SALE_TO_REGISTERED_COMPANY'))",
            name="ck_documents_buyer",
        ),
        CheckConstraint("quantity > 0", name="ck_documents_quantity"),
        CheckConstraint(
            "(buyer_firm_id IS NOT NULL) = (kind = 'SALE_TO_REGISTERED_COMPANY')",
            name="ck_documents_firm",
        ),
        CheckConstraint("number > 0", name="ck_documents_number"),
        CheckConstraint(
            "kind IN ('ISSUE', 'REVEAL_TO_SELF', 'SALE_TO_REGISTERED_COMPANY',"
            " 'SALE_TO_UNREGISTERED_COMPANY', 'SALE_TO_PARTNER')",
            name="ck_documents_kind",
        ),
    )
    op.create_index("ix_documents_buyer_id_id", "documents", ["buyer_id", "id"])
    op.create_index("ix_documents_issuer_id_id", "documents", ["issuer_id", "id"])
    op.create_table(
        "document_lines",
        Column("document_id", KEY, nullable=False),
        Column("product_id", KEY, nullable=False),
        Column("product_name", TEXT, nullable=False),
        Column("quantity", INTEGER, nullable=False),
        PrimaryKeyConstraint("document_id", "product_id", name="pk_document_lines"),
        ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_document_lines_document_id"
        ),
        ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_document_lines_product_id"),
        CheckConstraint("quantity > 0", name="ck_document_lines_quantity"),
    )
    op.create_table(
        "licenses",
        Column("id", KEY, nullable=False),
        Column("product_id", KEY, nullable=False),
        Column("code_cipher", BYTES, nullable=False),
        Column("code_lookup", BYTES, nullable=False),
        Column("code_key", TEXT, nullable=False),
        Column("code_tail", TEXT, nullable=False),
        Column("created_at", TIME, nullable=False),
        Column("holder_id", KEY, nullable=False),
        Column("state", CHOICE, nullable=False),
        Column("firm_id", KEY),
        Column("document_id", KEY),
        Column("sold_document_id", KEY),
        Column("held_since", TIME, nullable=False),
        Column("event_count", INTEGER, nullable=False),
        PrimaryKeyConstraint("id", name="pk_licenses"),
        ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_licenses_product_id"),
        UniqueConstraint("code_lookup", name="uq_licenses_code_lookup"),
        CheckConstraint("state IN ('SEALED', 'REVEALED')", name="ck_licenses_state"),
    )
    op.create_index("ix_licenses_holder_id_id", "licenses", ["holder_id", "id"])
    op.create_index(
        "ix_licenses_holder_id_state_product_id_id",
        "licenses",
        ["holder_id", "state", "product_id", "id"],
    )
    op.create_table(
        "license_events",
        Column("license_id", KEY, nullable=False),
        Column("seq", INTEGER, nullable=False),
        Column("kind", CHOICE, nullable=False),
        Column("at", TIME, nullable=False),
        Column("document_id", KEY, nullable=False),
        Column("holder_id", KEY, nullable=False),
        Column("state", CHOICE, nullable=False),
        Column("firm_id", KEY),
        PrimaryKeyConstraint("license_id", "seq", name="pk_license_events"),
        ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_license_events_document_id"
        ),
        ForeignKeyConstraint(["holder_id"], ["tenants.id"], name="fk_license_events_holder_id"),
        ForeignKeyConstraint(["license_id"], ["licenses.id"], name="fk_license_events_license_id"),
        CheckConstraint("seq > 0", name="ck_license_events_seq"),
        CheckConstraint("(seq = 1) = (kind = 'ISSUED')", name="ck_license_events_first"),
        CheckConstraint(
            "(state = 'SEALED') = (kind IN ('ISSUED', 'SOLD_TO_PARTNER', 'SOLD_TO_COMPANY'))",
            name="ck_license_events_sealed",
        ),
        CheckConstraint(
            "kind IN ('ISSUED', 'REVEALED', 'SOLD_TO_PARTNER', 'SOLD_TO_COMPANY', 'SOLD_OUTSIDE')",
            name="ck_license_events_kind",
        ),
        CheckConstraint("state IN ('SEALED', 'REVEALED')", name="ck_license_events_state"),
    )
    op.create_index(
        "ix_license_events_document_id_license_id", "license_events", ["document_id", "license_id"]
    )
    op.create_table(
        "idempotency_keys",
        Column("tenant_id", KEY, nullable=False),
        Column("key", TEXT, nullable=False),
        Column("fingerprint", TEXT, nullable=False),
        Column("result_id", KEY, nullable=False),
        Column("created_at", TIME, nullable=False),
        PrimaryKeyConstraint("tenant_id", "key", name="pk_idempotency_keys"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_idempotency_keys_tenant_id"),
    )
    op.create_table(
        "audit_records",
        Column("id", KEY, nullable=False),
        Column("at", TIME, nullable=False),
        Column("user_id", KEY, nullable=False),
        Column("tenant_id", KEY, nullable=False),
        Column("action", TEXT, nullable=False),
        Column("object_id", KEY),
        Column("owner_id", KEY),
        Column("request_id", TEXT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_audit_records"),
    )
    op.create_index("ix_audit_records_owner_id_id", "audit_records", ["owner_id", "id"])
    op.create_index("ix_audit_records_tenant_id_id", "audit_records", ["tenant_id", "id"])
