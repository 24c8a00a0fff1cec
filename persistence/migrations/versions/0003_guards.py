"""What the database enforces itself: the projection of licenses and the frozen tables."""

from alembic import op

revision = "0003"
down_revision = "0002"

FROZEN = ("license_events", "documents", "document_lines", "audit_records")

POSTGRESQL = [
    """
CREATE FUNCTION project_license_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  projected bigint;
  logged bigint;
BEGIN
  UPDATE licenses AS l SET
    holder_id = e.holder_id,
    state = e.state,
    firm_id = e.firm_id,
    document_id = e.document_id,
    sold_document_id = CASE e.kind WHEN 'SOLD_OUTSIDE' THEN e.document_id
                                   ELSE l.sold_document_id END,
    held_since = CASE WHEN l.holder_id = e.holder_id THEN l.held_since ELSE e.at END,
    event_count = e.seq
  FROM new_events AS e
  WHERE l.id = e.license_id AND l.event_count = e.seq - 1
    AND NOT (l.state = 'REVEALED' AND e.state = 'SEALED');
  GET DIAGNOSTICS projected = ROW_COUNT;
  SELECT count(*) INTO logged FROM new_events;
  IF projected <> logged THEN
    RAISE EXCEPTION 'license events do not continue their licenses';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER license_events_project AFTER INSERT ON license_events
REFERENCING NEW TABLE AS new_events
FOR EACH STATEMENT EXECUTE FUNCTION project_license_events()
""",
    """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is not changed this way', TG_TABLE_NAME;
END $$
""",
    """
CREATE TRIGGER licenses_projected BEFORE UPDATE OF
  holder_id, state, firm_id, document_id, sold_document_id, held_since, event_count ON licenses
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER licenses_fixed BEFORE UPDATE OF id, product_id, created_at ON licenses
FOR EACH ROW EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER licenses_born BEFORE INSERT ON licenses
FOR EACH ROW WHEN (
  NEW.event_count <> 0 OR NEW.state <> 'SEALED' OR NEW.sold_document_id IS NOT NULL
) EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER licenses_kept BEFORE DELETE ON licenses
FOR EACH ROW EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER licenses_kept_truncate BEFORE TRUNCATE ON licenses
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
]
SQLITE = [
    """
CREATE TRIGGER license_events_project AFTER INSERT ON license_events
FOR EACH ROW BEGIN
  UPDATE licenses SET
    holder_id = NEW.holder_id,
    state = NEW.state,
    firm_id = NEW.firm_id,
    document_id = NEW.document_id,
    sold_document_id = CASE NEW.kind WHEN 'SOLD_OUTSIDE' THEN NEW.document_id
                                     ELSE sold_document_id END,
    held_since = CASE WHEN holder_id = NEW.holder_id THEN held_since ELSE NEW.at END,
    event_count = NEW.seq
  WHERE id = NEW.license_id AND event_count = NEW.seq - 1
    AND NOT (state = 'REVEALED' AND NEW.state = 'SEALED');
  SELECT RAISE(ABORT, 'license events do not continue their licenses') WHERE changes() = 0;
END
""",
    """
CREATE TRIGGER licenses_projected BEFORE UPDATE OF
  holder_id, state, firm_id, document_id, sold_document_id, held_since, event_count ON licenses
FOR EACH ROW WHEN NOT EXISTS (
  SELECT 1 FROM license_events AS e
  WHERE e.license_id = NEW.id AND e.seq = NEW.event_count AND e.seq = OLD.event_count + 1
    AND e.holder_id = NEW.holder_id AND e.state = NEW.state AND e.firm_id IS NEW.firm_id
    AND e.document_id = NEW.document_id
) BEGIN
  SELECT RAISE(ABORT, 'licenses is not changed this way');
END
""",
    """
CREATE TRIGGER licenses_fixed BEFORE UPDATE OF id, product_id, created_at ON licenses
FOR EACH ROW BEGIN
  SELECT RAISE(ABORT, 'licenses is not changed this way');
END
""",
    """
CREATE TRIGGER licenses_born BEFORE INSERT ON licenses
FOR EACH ROW WHEN
  NEW.event_count <> 0 OR NEW.state <> 'SEALED' OR NEW.sold_document_id IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'licenses is not changed this way');
END
""",
    """
CREATE TRIGGER licenses_kept BEFORE DELETE ON licenses
FOR EACH ROW BEGIN
  SELECT RAISE(ABORT, 'licenses is not changed this way');
END
""",
]

POSTGRESQL_FROZEN = [
    """
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER {table}_frozen_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
]
SQLITE_FROZEN = [
    """
CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table}
FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{table} is not changed this way'); END
""",
    """
CREATE TRIGGER {table}_frozen_delete BEFORE DELETE ON {table}
FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{table} is not changed this way'); END
""",
]


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        projection, frozen = POSTGRESQL, POSTGRESQL_FROZEN
    else:
        projection, frozen = SQLITE, SQLITE_FROZEN
    for statement in projection:
        op.execute(statement)
    for table in FROZEN:
        for statement in frozen:
            op.execute(statement.format(table=table))
