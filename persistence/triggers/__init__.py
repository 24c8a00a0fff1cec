"""What the databases enforce themselves: the projection of licenses and the frozen tables.

`install` makes creating the tables from the models create the triggers as well, so that the
catalogue from the models can be held against the one from the migrations.
"""

from __future__ import annotations

from sqlalchemy import DDL, MetaData, event

from persistence.triggers import postgresql, sqlite

FROZEN = ("license_events", "documents", "document_lines", "code_showings", "audit_records")
"""Tables whose rows are never changed or removed."""


def statements(dialect: str) -> list[str]:
    """Return the statements that create the triggers on `postgresql` or `sqlite`."""
    module = {"postgresql": postgresql, "sqlite": sqlite}[dialect]
    return [*module.PROJECTION, *(text for table in FROZEN for text in module.freeze(table))]


def install(metadata: MetaData) -> None:
    """Create the triggers whenever the tables of `metadata` are created."""
    for dialect in ("postgresql", "sqlite"):
        for statement in statements(dialect):
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            ddl = ddl.execute_if(dialect=dialect)
            event.listen(metadata, "after_create", ddl)
