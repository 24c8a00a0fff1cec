"""Letters that wait to be sent, and the tickets that some of them carry."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from domain.letters import LetterKind, TicketPurpose
from persistence.columns import BYTES, KEY, TEXT, TIME, choice
from persistence.tables.metadata import METADATA

# `tenant_id` has no foreign key: a letter outlives a registration that was cancelled.
letters = Table(
    "letters",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("kind", choice(LetterKind, "kind"), nullable=False),
    Column("tenant_id", KEY),
    Column("recipient", TEXT, nullable=False),
    Column("language", TEXT, nullable=False),
    Column("body_cipher", BYTES),
    Column("body_key", TEXT),
    Column("created_at", TIME, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", TIME),
    Column("claim", KEY),
    Column("claimed_until", TIME),
    Column("sent_at", TIME),
    Column("dead_at", TIME),
    Column("last_error", TEXT),
    Index("ix_letters_due_at_id", "due_at", "id"),
    Index("ix_letters_dead_at_id", "dead_at", "id"),
)

tickets = Table(
    "tickets",
    METADATA,
    Column("token_hash", BYTES, primary_key=True),
    Column("purpose", choice(TicketPurpose, "purpose"), nullable=False),
    Column("user_id", KEY, ForeignKey("users.id"), nullable=False, index=True),
    Column("email", TEXT, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("expires_at", TIME, nullable=False),
    Column("used_at", TIME),
)
