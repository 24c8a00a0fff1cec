"""How often somebody tried what is throttled, counted for all gateways together."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from persistence.columns import BYTES, TEXT, TIME
from persistence.tables.metadata import METADATA

attempts = Table(
    "attempts",
    METADATA,
    Column("action", TEXT, primary_key=True),
    Column("subject", BYTES, primary_key=True),
    Column("began_at", TIME, nullable=False, index=True),
    Column("count", Integer, nullable=False),
)
