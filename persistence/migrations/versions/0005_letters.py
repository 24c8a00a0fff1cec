"""Letters with their tickets, throttled attempts, and what registrations and accounts need."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint

revision = "0005"
down_revision = "0004"

BYTES = sa.LargeBinary()
CHOICE = sa.String(40)
INTEGER = sa.Integer()
KEY = sa.Uuid()
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "letters",
        Column("id", KEY, nullable=False),
        Column("kind", CHOICE, nullable=False),
        Column("tenant_id", KEY),
        Column("recipient", TEXT, nullable=False),
        Column("language", TEXT, nullable=False),
        Column("body_cipher", BYTES),
        Column("body_key", TEXT),
        Column("created_at", TIME, nullable=False),
        Column("attempts", INTEGER, nullable=False),
        Column("due_at", TIME),
        Column("claim", KEY),
        Column("claimed_until", TIME),
        Column("sent_at", TIME),
        Column("dead_at", TIME),
        Column("last_error", TEXT),
        PrimaryKeyConstraint("id", name="pk_letters"),
        CheckConstraint(
            "kind IN ('CONFIRM_COMPANY', 'CONFIRM_PARTNER', 'INVITATION', 'PASSWORD_RESET',"
            " 'PASSWORD_CHANGED', 'CONFIRM_EMAIL', 'EMAIL_CHANGED', 'LINK_REQUESTED',"
            " 'LINK_APPROVED', 'LINK_REJECTED', 'LINK_ENDED', 'LICENSES')",
            name="ck_letters_kind",
        ),
    )
    op.create_index("ix_letters_due_at_id", "letters", ["due_at", "id"])
    op.create_index("ix_letters_dead_at_id", "letters", ["dead_at", "id"])
    op.create_table(
        "tickets",
        Column("token_hash", BYTES, nullable=False),
        Column("purpose", CHOICE, nullable=False),
        Column("user_id", KEY, nullable=False),
        Column("email", TEXT, nullable=False),
        Column("created_at", TIME, nullable=False),
        Column("expires_at", TIME, nullable=False),
        Column("used_at", TIME),
        PrimaryKeyConstraint("token_hash", name="pk_tickets"),
        ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tickets_user_id"),
        CheckConstraint(
            "purpose IN ('CONFIRMATION', 'INVITATION', 'PASSWORD_RESET', 'EMAIL_CHANGE')",
            name="ck_tickets_purpose",
        ),
    )
    op.create_index("ix_tickets_user_id", "tickets", ["user_id"])
    op.create_table(
        "attempts",
        Column("action", TEXT, nullable=False),
        Column("subject", BYTES, nullable=False),
        Column("began_at", TIME, nullable=False),
        Column("count", INTEGER, nullable=False),
        PrimaryKeyConstraint("action", "subject", name="pk_attempts"),
    )
    op.create_index("ix_attempts_began_at", "attempts", ["began_at"])
    op.add_column("users", Column("removed_at", TIME))
    op.add_column("users", Column("language", TEXT, nullable=False, server_default="ru"))
    op.add_column("sessions", Column("address", TEXT))
    op.add_column("sessions", Column("used_at", TIME))
    op.add_column("tenants", Column("registered_by", KEY))
    op.add_column("tenants", Column("agreement", TEXT))
    op.add_column("tenants", Column("agreed_at", TIME))
    op.create_index("ix_tenants_registered_by", "tenants", ["registered_by"])
