"""What is searched in documents, what a hand-over answered, and whose session a page belongs to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint

revision = "0011"
down_revision = "0010"

INTEGER = sa.Integer()
KEY = sa.Uuid()
TEXT = sa.Text()

BATCH = 1_000
DOCUMENTS = sa.table(
    "documents",
    sa.column("id", KEY),
    sa.column("buyer_name", TEXT),
    sa.column("buyer_inn", TEXT),
    sa.column("search", TEXT),
)
SQLITE_FROZEN = (
    "CREATE TRIGGER documents_frozen_update BEFORE UPDATE ON documents "
    "FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'documents is not changed this way'); END"
)


def upgrade() -> None:
    op.create_table(
        "hand_overs",
        Column("id", KEY, nullable=False),
        Column("tenant_id", KEY, nullable=False),
        Column("recipient", TEXT, nullable=False),
        Column("quantity", INTEGER, nullable=False),
        Column("left_out", INTEGER, nullable=False),
        PrimaryKeyConstraint("id", name="pk_hand_overs"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_hand_overs_tenant_id"),
    )
    op.add_column("print_pages", Column("session_id", KEY))
    op.add_column("documents", Column("search", TEXT, nullable=False, server_default=""))
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute("ALTER TABLE documents DISABLE TRIGGER documents_frozen")
    else:
        op.execute("DROP TRIGGER documents_frozen_update")
    _fill()
    if postgresql:
        op.execute("ALTER TABLE documents ENABLE TRIGGER documents_frozen")
    else:
        op.execute(SQLITE_FROZEN)


def _fill() -> None:
    """Fold the buyers of the documents there are: no database folds Cyrillic as search does."""
    connection = op.get_bind()
    named = sa.or_(DOCUMENTS.c.buyer_name.is_not(None), DOCUMENTS.c.buyer_inn.is_not(None))
    columns = (DOCUMENTS.c.id, DOCUMENTS.c.buyer_name, DOCUMENTS.c.buyer_inn)
    change = (
        sa.update(DOCUMENTS)
        .where(DOCUMENTS.c.id == sa.bindparam("key"))
        .values(search=sa.bindparam("folded"))
    )
    last = None
    while True:
        page = sa.select(*columns).where(named).order_by(DOCUMENTS.c.id).limit(BATCH)
        if last is not None:
            page = page.where(DOCUMENTS.c.id > last)
        rows = connection.execute(page).all()
        if not rows:
            return
        folded = [
            {"key": key, "folded": "\n".join(_folded(part) for part in (name, inn) if part)}
            for key, name, inn in rows
        ]
        connection.execute(change, folded)
        last = rows[-1].id


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())
