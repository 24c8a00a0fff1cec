"""The tables, a module per noun; importing this package fills `METADATA`."""

from persistence.tables import (
    accounts,
    attempts,
    audit,
    devices,
    documents,
    idempotency,
    letters,
    licenses,
    links,
    regions,
    showings,
    tenants,
    tokens,
)
from persistence.tables.metadata import METADATA
from persistence.triggers import install

__all__ = [
    "METADATA",
    "accounts",
    "attempts",
    "audit",
    "devices",
    "documents",
    "idempotency",
    "letters",
    "licenses",
    "links",
    "regions",
    "showings",
    "tenants",
    "tokens",
]

install(METADATA)
