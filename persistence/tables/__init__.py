"""The tables, a module per noun; importing this package fills `METADATA`."""

from persistence.tables import (
    accounts,
    audit,
    documents,
    idempotency,
    licenses,
    links,
    regions,
    tenants,
)
from persistence.tables.metadata import METADATA
from persistence.triggers import install

__all__ = [
    "METADATA",
    "accounts",
    "audit",
    "documents",
    "idempotency",
    "licenses",
    "links",
    "regions",
    "tenants",
]

install(METADATA)
