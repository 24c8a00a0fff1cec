"""Who owns what, and who may see it, in plain Python: DOMAIN's rules over rows as they are.

Nothing here asks the gates of the gateway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.access import Capability, Role, TenantKind
from persistence.database import Database
from persistence.tables import METADATA
from tests.kits import MAKERS, Kit
from tests.security.estate import Viewer

Row = dict[str, Any]
SELLERS = {"LICENSOR", "PARTNER"}
OF_CABINETS = {
    "Company",
    "Firm",
    "MultiRegionalCompany",
    "OtherCompany",
    "Outlet",
    "Partner",
    "RegionalClient",
    "User",
}
"""Types whose rows are nobody's before their cabinet is confirmed, not even support's."""
PRIVATE = {"ApiToken", "Registration", "Session"}
"""Types of which nobody sees those of others, whoever he is."""


async def dump(
    database: Database, *, without: frozenset[str] = frozenset()
) -> dict[str, list[Row]]:
    """Return every row of every table."""
    found: dict[str, list[Row]] = {}
    async with database.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            if table.name not in without:
                rows = await connection.execute(select(table).order_by(*table.primary_key))
                found[table.name] = [dict(row) for row in rows.mappings()]
    return found


class Facts:
    """The rows of all tables at one moment, and what follows from them."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.tables = tables
        self.tenants = {row["id"]: row for row in tables["tenants"]}
        self.partner_of = {
            row["company_id"]: row["partner_id"]
            for row in tables["partner_links"]
            if row["ended_at"] is None
        }
        self.mrc_of = {
            row["company_id"]: row["mrc_id"]
            for row in tables["regional_bindings"]
            if row["unbound_at"] is None
        }
        self.products_of: dict[UUID, set[UUID]] = defaultdict(set)
        for line in tables["document_lines"]:
            self.products_of[line["document_id"]].add(line["product_id"])
        self.tokens = {row["id"] for row in tables["api_tokens"]}
        self._rows = {
            name: {row["id"]: row for row in tables[table]} for name, (table, _) in RULES.items()
        }

    def rows(self, type_name: str) -> dict[UUID, Row]:
        return self._rows[type_name]

    def sees(self, viewer: Viewer, type_name: str, key: UUID) -> bool:
        """Whether there is such an object, and it exists for the viewer."""
        row = self._rows[type_name].get(key)
        return row is not None and self.may_see(viewer, type_name, row)

    def may_see(self, viewer: Viewer, type_name: str, row: Row) -> bool:
        _, rule = RULES[type_name]
        if viewer.kit is not None and not self._within(viewer, viewer.kit, type_name, row):
            return False
        if type_name in OF_CABINETS and not self.is_there(row):
            return False
        if viewer.role is Role.LICENSOR_SUPPORT and type_name not in PRIVATE:
            # There is no "other" company for whom all are open; clients are bound companies.
            return {
                "OtherCompany": False,
                "RegionalClient": row["id"] in self.mrc_of,
                "Device": row.get("removed_at") is None,
                "Cashier": row.get("removed_at") is None,
            }.get(type_name, True)
        return viewer.tenant is not None and rule(self, viewer, row)

    def _within(self, viewer: Viewer, kit: Kit, type_name: str, row: Row) -> bool:
        """Whether a row is within the scopes and products of an API token."""
        if type_name in OPENED and not OPENED[type_name] & kit.capabilities:
            return False
        if viewer.products is None:
            return True
        if type_name == "Document":
            return self.products_of[row["id"]] <= viewer.products
        if type_name == "CodeShowing":
            return self.rows("License")[row["license_id"]]["product_id"] in viewer.products
        named = {"License": "product_id", "Product": "id"}.get(type_name)
        return named is None or row[named] in viewer.products

    def is_there(self, row: Row) -> bool:
        """Whether the cabinet of a row was confirmed, and the row itself not removed."""
        whose = (row.get(column) for column in ("company_id", "tenant_id", "id"))
        tenant = next(self.tenants[key] for key in whose if key in self.tenants)
        removed = "company_id" in row and row.get("removed_at") is not None
        return tenant["confirmed_at"] is not None and not removed

    def linked(self, viewer: Viewer, company: UUID) -> bool:
        """Whether the viewer sells, and the company is linked to his cabinet now."""
        if viewer.kit is not None and Capability.READ_COMPANIES not in viewer.kit.capabilities:
            return False
        return self.sold_to(viewer, company)

    def sold_to(self, viewer: Viewer, company: UUID) -> bool:
        """Whether the viewer's cabinet may sell to the company now."""
        return kind_of(viewer) in SELLERS and self.partner_of.get(company) == viewer.tenant

    def sees_tenant(self, viewer: Viewer, row: Row) -> bool:
        """Whether the viewer may learn that this cabinet exists, by name and kind."""
        if row["confirmed_at"] is None:
            return False
        if viewer.role is Role.LICENSOR_SUPPORT or row["id"] == viewer.tenant:
            return True
        kind = kind_of(viewer)
        if kind == "MRC":
            return False
        if row["kind"] is TenantKind.LICENSOR or self.linked(viewer, row["id"]):
            return True
        if row["kind"] is not TenantKind.PARTNER:
            return False
        return kind in {"LICENSOR", "COMPANY"}


Rule = Callable[[Facts, Viewer, Row], bool]


def kind_of(viewer: Viewer) -> str:
    return viewer.role.partition("_")[0]


def _mine(*columns: str) -> Rule:
    return lambda _facts, viewer, row: any(row[column] == viewer.tenant for column in columns)


def _company(facts: Facts, viewer: Viewer, row: Row, key: str = "id") -> bool:
    return bool(row[key] == viewer.tenant) or facts.linked(viewer, row[key])


def _of_company(facts: Facts, viewer: Viewer, row: Row) -> bool:
    return _company(facts, viewer, row, "company_id")


def _firm(facts: Facts, viewer: Viewer, row: Row) -> bool:
    if viewer.kit is not None and Capability.SELL_LICENSES in viewer.kit.capabilities:
        return facts.sold_to(viewer, row["company_id"])
    return _of_company(facts, viewer, row)


def _license(facts: Facts, viewer: Viewer, row: Row) -> bool:
    return _company(facts, viewer, row, "holder_id")


def _other_company(facts: Facts, viewer: Viewer, row: Row) -> bool:
    return kind_of(viewer) == "LICENSOR" and not facts.linked(viewer, row["id"])


def _partner(_facts: Facts, viewer: Viewer, row: Row) -> bool:
    return kind_of(viewer) in {"LICENSOR", "COMPANY"} or row["id"] == viewer.tenant


def _user(facts: Facts, viewer: Viewer, row: Row) -> bool:
    tenant = row["tenant_id"]
    if tenant == viewer.tenant:
        return True
    working = row["confirmed_at"] and not row["blocked_at"] and not row["removed_at"]
    if row["is_contact"] and facts.linked(viewer, tenant):
        return bool(working)
    if facts.tenants[tenant]["kind"] is not TenantKind.PARTNER:
        return False
    if viewer.role is Role.LICENSOR_ADMIN:
        return row["removed_at"] is None
    return viewer.role is Role.LICENSOR_MANAGER and bool(working)


def _client(facts: Facts, viewer: Viewer, row: Row) -> bool:
    return facts.mrc_of.get(row["id"]) == viewer.tenant


def _kept(_facts: Facts, viewer: Viewer, row: Row) -> bool:
    return row["removed_at"] is None and bool(row["company_id"] == viewer.tenant)


def _reader(_facts: Facts, viewer: Viewer, _row: Row) -> bool:
    return kind_of(viewer) != "MRC"


REGISTRARS = {
    Role.LICENSOR_ADMIN,
    Role.LICENSOR_MANAGER,
    Role.PARTNER_ADMIN,
    Role.PARTNER_MANAGER,
}


def _registration(_facts: Facts, viewer: Viewer, row: Row) -> bool:
    registered = row["confirmed_at"] is None and row["registered_by"] == viewer.tenant
    return bool(registered) and viewer.role in REGISTRARS


def _session(facts: Facts, viewer: Viewer, row: Row) -> bool:
    if row["id"] in facts.tokens or viewer.kit is not None:
        return False
    return row["ended_at"] is None and bool(row["user_id"] == viewer.user)


def _api_token(_facts: Facts, viewer: Viewer, row: Row) -> bool:
    if viewer.kit is not None:
        return bool(row["id"] == viewer.session)
    return viewer.role in MAKERS and bool(row["tenant_id"] == viewer.tenant)


def _audit_record(_facts: Facts, viewer: Viewer, row: Row) -> bool:
    admin = viewer.kit is None and viewer.role.endswith("_ADMIN")
    return admin and viewer.tenant in {row["tenant_id"], row["owner_id"]}


OPENED: dict[str, set[Capability]] = {
    "Document": {Capability.READ_DOCUMENTS},
    "License": {Capability.READ_LICENSES, Capability.SHOW_CODES},
    "CodeShowing": {Capability.READ_LICENSES},
    "Product": {Capability.READ_LICENSES},
}
"""Of what an API token needs a scope for: one that grants any of these."""


def _letter(facts: Facts, viewer: Viewer, row: Row) -> bool:
    recipient = facts.tenants.get(row["tenant_id"])
    if viewer.role is not Role.LICENSOR_ADMIN or recipient is None:
        return False
    return facts.sees_tenant(viewer, recipient)


RULES: dict[str, tuple[str, Rule]] = {
    "ApiToken": ("api_tokens", _api_token),
    "AuditRecord": ("audit_records", _audit_record),
    "Cashier": ("cashiers", _kept),
    "CodeShowing": ("code_showings", _mine("tenant_id")),
    "Company": ("companies", _company),
    "Device": ("devices", _kept),
    "Document": ("documents", _mine("issuer_id", "buyer_id")),
    "Firm": ("firms", _firm),
    "Letter": ("letters", _letter),
    "License": ("licenses", _license),
    "LinkRequest": ("link_requests", _mine("company_id", "partner_id")),
    "MultiRegionalCompany": ("mrcs", _mine("id")),
    "OtherCompany": ("companies", _other_company),
    "Outlet": ("outlets", _mine("company_id")),
    "Partner": ("partners", _partner),
    "PartnerLink": ("partner_links", _mine("company_id", "partner_id")),
    "Product": ("products", _reader),
    "Registration": ("tenants", _registration),
    "RegionalClient": ("companies", _client),
    "Session": ("sessions", _session),
    "User": ("users", _user),
}
"""For each type of node: the table of its rows, and whether a viewer may see one of them."""
