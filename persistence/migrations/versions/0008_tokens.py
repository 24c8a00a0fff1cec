"""API tokens, and an audit that tells by what, from where, and what was before and after."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint

revision = "0008"
down_revision = "0007"

BOOLEAN = sa.Boolean()
KEY = sa.Uuid()
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)

SQLITE_WITHOUT = [
    "DROP TRIGGER audit_records_frozen_update",
    "DROP TRIGGER audit_records_frozen_delete",
]
SQLITE = [
    f"CREATE TRIGGER audit_records_frozen_{verb.lower()} BEFORE {verb} ON audit_records "
    f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'audit_records is not changed this way'); END"
    for verb in ("UPDATE", "DELETE")
]
ADDED = (
    ("session_id", KEY),
    ("device_id", KEY),
    ("address", TEXT),
    ("before", TEXT),
    ("after", TEXT),
)


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        Column("id", KEY, nullable=False),
        Column("tenant_id", KEY, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("hint", TEXT, nullable=False),
        Column("scopes", TEXT, nullable=False),
        Column("every_product", BOOLEAN, nullable=False),
        Column("created_at", TIME, nullable=False),
        PrimaryKeyConstraint("id", name="pk_api_tokens"),
        ForeignKeyConstraint(["id"], ["sessions.id"], name="fk_api_tokens_id"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_api_tokens_tenant_id"),
    )
    op.create_index("ix_api_tokens_tenant_id_id", "api_tokens", ["tenant_id", "id"])
    op.create_table(
        "api_token_products",
        Column("token_id", KEY, nullable=False),
        Column("product_id", KEY, nullable=False),
        PrimaryKeyConstraint("token_id", "product_id", name="pk_api_token_products"),
        ForeignKeyConstraint(
            ["token_id"], ["api_tokens.id"], name="fk_api_token_products_token_id"
        ),
        ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_api_token_products_product_id"
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        for name, kind in ADDED:
            op.add_column("audit_records", Column(name, kind))
        op.alter_column("audit_records", "user_id", nullable=True)
        return
    for statement in SQLITE_WITHOUT:
        op.execute(statement)
    with op.batch_alter_table("audit_records") as audit:
        audit.alter_column("user_id", nullable=True)
        for name, kind in ADDED:
            audit.add_column(Column(name, kind))
    for statement in SQLITE:
        op.execute(statement)
