"""What of other cabinets can be put at an input position of the schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.keys import new_key
from schema.nodes import node_types
from tests.security.estate import Viewer
from tests.security.facts import Facts, Row

CABINETS = {"partner", "company", "othercompany", "client", "mrc", "cabinet"}
"""Prefixes of ids whose keys are those of tenants: each tenant is tried under each of them."""
GROUPS: dict[str, tuple[str, ...]] = {
    "Cashier": ("company_id", "removed_at"),
    "Device": ("company_id", "removed_at"),
    "License": ("holder_id", "state", "sold_document_id", "device_id"),
    "Document": ("issuer_id", "buyer_id", "kind"),
    "User": ("tenant_id", "right", "is_contact"),
    "LinkRequest": ("company_id", "partner_id", "state"),
    "Session": ("user_id",),
    "ApiToken": ("tenant_id",),
    "AuditRecord": ("tenant_id", "owner_id"),
    "CodeShowing": ("tenant_id", "kind"),
}
"""Of objects equal in these, one is as foreign as the other."""


@dataclass(frozen=True)
class Plain:
    """Names no object: numbers, texts that are only kept, one's own secrets."""

    why: str


@dataclass(frozen=True)
class Ids:
    """Ids with these prefixes; an order with an unknown one is answered by a `told`."""

    prefixes: tuple[str, ...]
    told: str = "NotFound"

    def foreign(self, facts: Facts, viewer: Viewer, *, every: bool = False) -> list[str]:
        return [
            f"{prefix}_{key.hex}"
            for prefix in self.prefixes
            for key in _foreign_keys(prefix, facts, viewer, every=every)
        ]

    def unknown(self, like: str) -> str:
        return f"{like.partition('_')[0]}_{new_key().hex}"


@dataclass(frozen=True)
class FreeLicenses(Ids):
    """Licenses on no device: one that is on some may be freed by whoever frees any [ruling]."""

    prefixes: tuple[str, ...] = ("license",)

    def foreign(self, facts: Facts, viewer: Viewer, *, every: bool = False) -> list[str]:
        activated = {
            f"license_{key.hex}"
            for key, row in facts.rows("License").items()
            if row["device_id"] is not None
        }
        return [
            text for text in super().foreign(facts, viewer, every=every) if text not in activated
        ]


@dataclass(frozen=True)
class Texts:
    """What is known of objects of a type, beside their ids."""

    type_name: str
    columns: tuple[str, ...]
    told: str = ""
    invented: str = "Нигде такого нет {}"

    def foreign(self, facts: Facts, viewer: Viewer, *, every: bool = False) -> list[str]:
        rows = facts.rows(self.type_name).items()
        told: set[str] = set()
        known: set[str] = set()
        for key, row in rows:
            tenant = facts.tenants.get(key, {})
            texts = {str(tenant.get(c, row.get(c)) or "") for c in self.columns}
            (known if facts.sees(viewer, self.type_name, key) else told).update(texts)
        return sorted(told - known - {""})

    def unknown(self, like: str) -> str:
        return self.invented.format(f"{new_key().int % 10**10:010}")


Source = Ids | Texts | Plain
EVERYBODYS = {"product"}
"""Prefixes of ids that are foreign to nobody but tokens, and not all of them name any."""


def _foreign_keys(prefix: str, facts: Facts, viewer: Viewer, *, every: bool) -> list[UUID]:
    kind = node_types().get(prefix)
    rows: dict[UUID, Row] = {} if kind is None else facts.rows(kind.__name__)
    foreign = {k: r for k, r in rows.items() if not facts.sees(viewer, kind.__name__, k)}  # type: ignore[union-attr]
    if kind is not None and not every:
        columns = GROUPS.get(kind.__name__, ("id",))
        groups = {tuple(str(row[c]) for c in columns): key for key, row in foreign.items()}
        foreign = {key: rows[key] for key in groups.values()}
    if prefix in CABINETS:
        strange = (k for k, row in facts.tenants.items() if not facts.sees_tenant(viewer, row))
        foreign |= {key: {} for key in strange if key not in rows}
    return sorted(foreign)


def own(facts: Facts, viewer: Viewer, type_name: str, **equal: Any) -> str:
    """Return the id of an object that the viewer sees, of those whose columns equal these."""
    prefix = next(p for p, kind in node_types().items() if kind.__name__ == type_name)
    keys = (
        key
        for key, row in facts.rows(type_name).items()
        if facts.sees(viewer, type_name, key) and all(row[n] == v for n, v in equal.items())
    )
    return f"{prefix}_{next(keys).hex}"
