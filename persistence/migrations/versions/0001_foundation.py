"""The tables of tenants, accounts, links, regions, documents, licenses and the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint

revision = "0001"
down_revision = None

BOOLEAN = sa.Boolean()
BYTES = sa.LargeBinary()
CHOICE = sa.String(40)
INTEGER = sa.Integer()
KEY = sa.Uuid()
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
# Sorted bytewise, as SQLite sorts all text.
SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _required(name: str, kind: sa.types.TypeEngine[object]) -> Column[object]:
    return Column(name, kind, nullable=False)


def _empty(name: str, kind: sa.types.TypeEngine[str]) -> Column[str]:
    return Column(name, kind, nullable=False, server_default="")


def _primary(table: str, *columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _refers(table: str, column: str, target: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def _holds(table: str, name: str, condition: str) -> CheckConstraint:
    return CheckConstraint(condition, name=f"ck_{table}_{name}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _one(table: str, name: str, column: str, where: str) -> None:
    """Create the index by which a value occurs at most once among the rows that fit."""
    condition = sa.text(where)
    op.create_index(
        f"uq_{table}_{name}",
        table,
        [column],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def upgrade() -> None:
    _tenants()
    _accounts()
    _links()
    _documents()
    _licenses()
    _records()


def _tenants() -> None:
    op.create_table(
        "tenants",
        _required("id", KEY),
        _required("kind", CHOICE),
        _required("name", TEXT),
        _required("name_key", SORTED),
        _required("search", TEXT),
        _required("created_at", TIME),
        Column("confirmed_at", TIME),
        Column("blocked_at", TIME),
        _primary("tenants", "id"),
        _holds("tenants", "kind", "kind IN ('LICENSOR', 'PARTNER', 'COMPANY', 'MRC')"),
    )
    _index("tenants", "kind", "name_key", "id")
    _one("tenants", "licensor", "kind", "kind = 'LICENSOR'")
    op.create_table(
        "partners",
        *[_required("id", KEY), _required("inn", TEXT), _required("address", TEXT)],
        *[_required("head", TEXT), _required("phone", TEXT)],
        _primary("partners", "id"),
        _refers("partners", "id", "tenants"),
    )
    op.create_table(
        "companies",
        _required("id", KEY),
        _empty("account_number", SORTED),
        _empty("multichannel_number", TEXT),
        Column("multichannel_digits", TEXT),
        _empty("tariff", TEXT),
        _empty("region", TEXT),
        _empty("region_key", SORTED),
        _empty("macroregion", TEXT),
        _empty("macroregion_key", SORTED),
        _empty("client_search", TEXT),
        _primary("companies", "id"),
        _refers("companies", "id", "tenants"),
        _unique("companies", "multichannel_digits"),
    )
    op.create_table(
        "firms",
        *[_required("id", KEY), _required("company_id", KEY)],
        *[_required("name", TEXT), _required("inn", TEXT)],
        *[Column("email", TEXT), Column("phone", TEXT), Column("address", TEXT)],
        _required("is_main", BOOLEAN),
        _primary("firms", "id"),
        _refers("firms", "company_id", "companies"),
    )
    _index("firms", "company_id", "id")
    _one("firms", "main", "company_id", "is_main")
    op.create_table(
        "outlets",
        *[_required("id", KEY), _required("company_id", KEY), _required("name", TEXT)],
        *[Column("address", TEXT), _required("time_zone", TEXT)],
        _primary("outlets", "id"),
        _refers("outlets", "company_id", "companies"),
    )
    _index("outlets", "company_id", "id")
    op.create_table(
        "mrcs",
        *[_required("id", KEY), _required("inn", TEXT)],
        _primary("mrcs", "id"),
        _refers("mrcs", "id", "tenants"),
    )


def _accounts() -> None:
    op.create_table(
        "users",
        *[_required("id", KEY), _required("tenant_id", KEY), _required("name", TEXT)],
        *[_required("email", TEXT), _required("email_key", TEXT)],
        *[Column("login_key", TEXT), Column("login", TEXT), Column("phone", TEXT)],
        *[_required("right", CHOICE), _required("is_contact", BOOLEAN)],
        *[Column("password_hash", TEXT), _required("created_at", TIME)],
        *[Column("confirmed_at", TIME), Column("blocked_at", TIME)],
        _primary("users", "id"),
        _refers("users", "tenant_id", "tenants"),
        _unique("users", "tenant_id", "email_key"),
        _unique("users", "login_key"),
        _holds("users", "right", "\"right\" IN ('ADMIN', 'MANAGER', 'SUPPORT')"),
    )
    _index("users", "email_key")
    _index("users", "tenant_id", "id")
    op.create_table(
        "sessions",
        *[_required("id", KEY), _required("token_hash", BYTES), _required("user_id", KEY)],
        *[_required("created_at", TIME), _required("expires_at", TIME)],
        *[Column("ended_at", TIME), Column("user_agent", TEXT)],
        _primary("sessions", "id"),
        _refers("sessions", "user_id", "users"),
        _unique("sessions", "token_hash"),
    )
    _index("sessions", "user_id")
    op.create_table(
        "cabinet_choices",
        *[_required("token_hash", BYTES), _required("user_id", KEY)],
        _required("expires_at", TIME),
        _primary("cabinet_choices", "token_hash", "user_id"),
        _refers("cabinet_choices", "user_id", "users"),
    )
    _index("cabinet_choices", "expires_at")
