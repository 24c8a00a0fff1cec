"""Activation on devices, and who has seen which code."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint

revision = "0007"
down_revision = "0006"

BYTES = sa.LargeBinary()
CHOICE = sa.String(40)
INTEGER = sa.Integer()
KEY = sa.Uuid()
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)

KINDS = (
    "kind IN ('ISSUED', 'REVEALED', 'SOLD_TO_PARTNER', 'SOLD_TO_COMPANY', 'SOLD_OUTSIDE',"
    " 'ACTIVATED', 'DEACTIVATED', 'RELEASED')"
)
WITHOUT_DOCUMENT = "(document_id IS NULL) = (kind IN ('ACTIVATED', 'DEACTIVATED', 'RELEASED'))"
ON_A_DEVICE = "(document_id IS NULL) = (device_id IS NOT NULL)"
EVENTS = """
INSERT INTO license_events_new
  (license_id, seq, kind, at, document_id, holder_id, state, firm_id)
SELECT license_id, seq, kind, at, document_id, holder_id, state, firm_id FROM license_events
"""

POSTGRESQL = [
    "DROP TRIGGER licenses_projected ON licenses",
    "DROP TRIGGER licenses_born ON licenses",
    """
CREATE OR REPLACE FUNCTION project_license_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  projected bigint;
  logged bigint;
BEGIN
  UPDATE licenses AS l SET
    holder_id = e.holder_id,
    state = e.state,
    firm_id = e.firm_id,
    document_id = coalesce(e.document_id, l.document_id),
    sold_document_id = CASE e.kind WHEN 'SOLD_OUTSIDE' THEN e.document_id
                                   WHEN 'ACTIVATED' THEN NULL
                                   ELSE l.sold_document_id END,
    held_since = CASE WHEN l.holder_id = e.holder_id THEN l.held_since ELSE e.at END,
    device_id = CASE e.kind WHEN 'ACTIVATED' THEN e.device_id END,
    activated_at = CASE e.kind WHEN 'ACTIVATED' THEN e.at END,
    first_activated_at = CASE e.kind WHEN 'ACTIVATED' THEN coalesce(l.first_activated_at, e.at)
                                     ELSE l.first_activated_at END,
    event_count = e.seq
  FROM new_events AS e
  WHERE l.id = e.license_id AND l.event_count = e.seq - 1
    AND NOT (l.state = 'REVEALED' AND e.state = 'SEALED')
    AND CASE WHEN e.kind IN ('DEACTIVATED', 'RELEASED') THEN l.device_id = e.device_id
             ELSE l.device_id IS NULL AND (e.kind <> 'ACTIVATED' OR l.state = 'REVEALED') END;
  GET DIAGNOSTICS projected = ROW_COUNT;
  SELECT count(*) INTO logged FROM new_events;
  IF projected <> logged THEN
    RAISE EXCEPTION 'license events do not continue their licenses';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER licenses_projected BEFORE UPDATE OF
  holder_id, state, firm_id, document_id, sold_document_id, held_since, device_id, activated_at,
  first_activated_at, event_count ON licenses
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER licenses_born BEFORE INSERT ON licenses
FOR EACH ROW WHEN (
  NEW.event_count <> 0 OR NEW.state <> 'SEALED' OR NEW.sold_document_id IS NOT NULL
  OR NEW.device_id IS NOT NULL OR NEW.first_activated_at IS NOT NULL
) EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER code_showings_frozen BEFORE UPDATE OR DELETE ON code_showings
FOR EACH ROW EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER code_showings_frozen_truncate BEFORE TRUNCATE ON code_showings
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
]
SQLITE_WITHOUT = ["DROP TRIGGER licenses_projected", "DROP TRIGGER licenses_born"]
SQLITE = [
    """
CREATE TRIGGER license_events_project AFTER INSERT ON license_events
FOR EACH ROW BEGIN
  UPDATE licenses SET
    holder_id = NEW.holder_id,
    state = NEW.state,
    firm_id = NEW.firm_id,
    document_id = coalesce(NEW.document_id, document_id),
    sold_document_id = CASE NEW.kind WHEN 'SOLD_OUTSIDE' THEN NEW.document_id
                                     WHEN 'ACTIVATED' THEN NULL
                                     ELSE sold_document_id END,
    held_since = CASE WHEN holder_id = NEW.holder_id THEN held_since ELSE NEW.at END,
    device_id = CASE NEW.kind WHEN 'ACTIVATED' THEN NEW.device_id END,
    activated_at = CASE NEW.kind WHEN 'ACTIVATED' THEN NEW.at END,
    first_activated_at = CASE NEW.kind WHEN 'ACTIVATED' THEN coalesce(first_activated_at, NEW.at)
                                       ELSE first_activated_at END,
    event_count = NEW.seq
  WHERE id = NEW.license_id AND event_count = NEW.seq - 1
    AND NOT (state = 'REVEALED' AND NEW.state = 'SEALED')
    AND CASE WHEN NEW.kind IN ('DEACTIVATED', 'RELEASED') THEN device_id = NEW.device_id
             ELSE device_id IS NULL AND (NEW.kind <> 'ACTIVATED' OR state = 'REVEALED') END;
  SELECT RAISE(ABORT, 'license events do not continue their licenses') WHERE changes() = 0;
END
""",
    """
CREATE TRIGGER licenses_projected BEFORE UPDATE OF
  holder_id, state, firm_id, document_id, sold_document_id, held_since, device_id, activated_at,
  first_activated_at, event_count ON licenses
FOR EACH ROW WHEN NOT EXISTS (
  SELECT 1 FROM license_events AS e
  WHERE e.license_id = NEW.id AND e.seq = NEW.event_count AND e.seq = OLD.event_count + 1
    AND e.holder_id = NEW.holder_id AND e.state = NEW.state AND e.firm_id IS NEW.firm_id
    AND coalesce(e.document_id, NEW.document_id) IS NEW.document_id
    AND NEW.device_id IS CASE e.kind WHEN 'ACTIVATED' THEN e.device_id END
) BEGIN
  SELECT RAISE(ABORT, 'licenses is not changed this way');
END
""",
    """
CREATE TRIGGER licenses_born BEFORE INSERT ON licenses
FOR EACH ROW WHEN
  NEW.event_count <> 0 OR NEW.state <> 'SEALED' OR NEW.sold_document_id IS NOT NULL
  OR NEW.device_id IS NOT NULL OR NEW.first_activated_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'licenses is not changed this way');
END
""",
    *(
        f"CREATE TRIGGER {table}_frozen_{verb.lower()} BEFORE {verb} ON {table} "
        f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{table} is not changed this way'); END"
        for table in ("license_events", "code_showings")
        for verb in ("UPDATE", "DELETE")
    ),
]


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, kind in (
        ("device_id", KEY),
        ("activated_at", TIME),
        ("first_activated_at", TIME),
        ("printed_at", TIME),
        ("printed_by", KEY),
        ("sent_at", TIME),
        ("sent_by", KEY),
    ):
        op.add_column("licenses", Column(name, kind))
    _showings()
    if postgresql:
        _change_events()
    else:
        for statement in SQLITE_WITHOUT:
            op.execute(statement)
        _rebuild_events()
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement)


def _showings() -> None:
    op.create_table(
        "code_showings",
        Column("id", KEY, nullable=False),
        Column("license_id", KEY, nullable=False),
        Column("tenant_id", KEY, nullable=False),
        Column("user_id", KEY, nullable=False),
        Column("kind", CHOICE, nullable=False),
        Column("at", TIME, nullable=False),
        Column("document_id", KEY),
        Column("recipient", TEXT),
        Column("recipient_key", TEXT),
        Column("reason", TEXT),
        PrimaryKeyConstraint("id", name="pk_code_showings"),
        ForeignKeyConstraint(["license_id"], ["licenses.id"], name="fk_code_showings_license_id"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_code_showings_tenant_id"),
        ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_code_showings_user_id"),
        CheckConstraint("kind IN ('SHOWN', 'PRINTED', 'SENT')", name="ck_code_showings_kind"),
    )
    op.create_index("ix_code_showings_license_id_id", "code_showings", ["license_id", "id"])
    op.create_table(
        "print_pages",
        Column("token_hash", BYTES, nullable=False),
        Column("tenant_id", KEY, nullable=False),
        Column("user_id", KEY, nullable=False),
        Column("document_id", KEY),
        Column("created_at", TIME, nullable=False),
        Column("expires_at", TIME, nullable=False),
        Column("opened_at", TIME),
        PrimaryKeyConstraint("token_hash", name="pk_print_pages"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_print_pages_tenant_id"),
        ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_print_pages_user_id"),
        ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_print_pages_document_id"),
    )
    op.create_index("ix_print_pages_expires_at", "print_pages", ["expires_at"])
    op.create_table(
        "print_page_licenses",
        Column("token_hash", BYTES, nullable=False),
        Column("license_id", KEY, nullable=False),
        PrimaryKeyConstraint("token_hash", "license_id", name="pk_print_page_licenses"),
        ForeignKeyConstraint(
            ["token_hash"], ["print_pages.token_hash"], name="fk_print_page_licenses_token_hash"
        ),
        ForeignKeyConstraint(
            ["license_id"], ["licenses.id"], name="fk_print_page_licenses_license_id"
        ),
    )


def _change_events() -> None:
    op.add_column("license_events", Column("device_id", KEY))
    op.create_foreign_key(
        "fk_license_events_device_id", "license_events", "devices", ["device_id"], ["id"]
    )
    op.alter_column("license_events", "document_id", nullable=True)
    op.drop_constraint("ck_license_events_kind", "license_events")
    op.create_check_constraint("ck_license_events_kind", "license_events", KINDS)
    op.create_check_constraint("ck_license_events_document", "license_events", WITHOUT_DOCUMENT)
    op.create_check_constraint("ck_license_events_device", "license_events", ON_A_DEVICE)


def _rebuild_events() -> None:
    """Make the table anew: SQLite changes no constraint of one that exists."""
    op.create_table(
        "license_events_new",
        Column("license_id", KEY, nullable=False),
        Column("seq", INTEGER, nullable=False),
        Column("kind", CHOICE, nullable=False),
        Column("at", TIME, nullable=False),
        Column("document_id", KEY),
        Column("device_id", KEY),
        Column("holder_id", KEY, nullable=False),
        Column("state", CHOICE, nullable=False),
        Column("firm_id", KEY),
        PrimaryKeyConstraint("license_id", "seq", name="pk_license_events"),
        ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_license_events_document_id"
        ),
        ForeignKeyConstraint(["device_id"], ["devices.id"], name="fk_license_events_device_id"),
        ForeignKeyConstraint(["holder_id"], ["tenants.id"], name="fk_license_events_holder_id"),
        ForeignKeyConstraint(["license_id"], ["licenses.id"], name="fk_license_events_license_id"),
        CheckConstraint("seq > 0", name="ck_license_events_seq"),
        CheckConstraint(WITHOUT_DOCUMENT, name="ck_license_events_document"),
        CheckConstraint(ON_A_DEVICE, name="ck_license_events_device"),
        CheckConstraint("(seq = 1) = (kind = 'ISSUED')", name="ck_license_events_first"),
        CheckConstraint(
            "(state = 'SEALED') = (kind IN ('ISSUED', 'SOLD_TO_PARTNER', 'SOLD_TO_COMPANY'))",
            name="ck_license_events_sealed",
        ),
        CheckConstraint(KINDS, name="ck_license_events_kind"),
        CheckConstraint("state IN ('SEALED', 'REVEALED')", name="ck_license_events_state"),
    )
    op.execute(EVENTS)
    op.drop_table("license_events")
    op.rename_table("license_events_new", "license_events")
    op.create_index(
        "ix_license_events_document_id_license_id", "license_events", ["document_id", "license_id"]
    )
