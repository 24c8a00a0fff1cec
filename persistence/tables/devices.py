"""Devices at outlets, and the cashiers who may work on them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from persistence.columns import BYTES, KEY, TEXT, TIME
from persistence.tables.metadata import METADATA

devices = Table(
    "devices",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("company_id", KEY, ForeignKey("companies.id"), nullable=False),
    Column("outlet_id", KEY, ForeignKey("outlets.id"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("model", TEXT),
    Column("owner", TEXT),
    Column("search", TEXT, nullable=False, server_default=""),
    Column("token_hash", BYTES, nullable=False, unique=True),
    Column("registered_at", TIME, nullable=False),
    Column("seen_at", TIME),
    Column("load_requested_at", TIME),
    Column("loaded_at", TIME),
    Column("removed_at", TIME),
    Index("ix_devices_company_id_id", "company_id", "id"),
    Index("ix_devices_outlet_id_id", "outlet_id", "id"),
)

cashiers = Table(
    "cashiers",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("company_id", KEY, ForeignKey("companies.id"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("search", TEXT, nullable=False),
    Column("number", TEXT),
    Column("created_at", TIME, nullable=False),
    Column("removed_at", TIME),
    Index("ix_cashiers_company_id_id", "company_id", "id"),
)

cashier_devices = Table(
    "cashier_devices",
    METADATA,
    Column("cashier_id", KEY, ForeignKey("cashiers.id"), primary_key=True),
    Column("device_id", KEY, ForeignKey("devices.id"), primary_key=True),
    Index("ix_cashier_devices_device_id_cashier_id", "device_id", "cashier_id"),
)
