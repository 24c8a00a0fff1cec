"""Triggers for PostgreSQL: one set-wise update projects all events of a statement."""

from __future__ import annotations

PROJECTION = [
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
  holder_id, state, firm_id, document_id, sold_document_id, held_since, device_id, activated_at,
  first_activated_at, event_count ON licenses
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
  OR NEW.device_id IS NOT NULL OR NEW.first_activated_at IS NOT NULL
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


def freeze(table: str) -> list[str]:
    """Return the statements that refuse every change of the rows of `table`."""
    return [
        f"""
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
""",
        f"""
CREATE TRIGGER {table}_frozen_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
    ]
