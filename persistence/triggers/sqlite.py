"""Triggers for SQLite, row by row: it has no others."""

from __future__ import annotations

PROJECTION = [
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
CREATE TRIGGER licenses_fixed BEFORE UPDATE OF id, product_id, created_at ON licenses
FOR EACH ROW BEGIN
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
    """
CREATE TRIGGER licenses_kept BEFORE DELETE ON licenses
FOR EACH ROW BEGIN
  SELECT RAISE(ABORT, 'licenses is not changed this way');
END
""",
]


def freeze(table: str) -> list[str]:
    """Return the statements that refuse every change of the rows of `table`."""
    return [
        f"CREATE TRIGGER {table}_frozen_{verb.lower()} BEFORE {verb} ON {table} "
        f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{table} is not changed this way'); END"
        for verb in ("UPDATE", "DELETE")
    ]
