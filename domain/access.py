"""Who may do what: tenant kind × right gives a role, and a role holds capabilities.

`GRANTS` is the whole permission table. The schema of each role, the permission classes and
the row predicates all read it; nothing repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


class TenantKind(StrEnum):
    """What kind of cabinet a tenant has."""

    LICENSOR = "LICENSOR"
    PARTNER = "PARTNER"
    COMPANY = "COMPANY"
    MRC = "MRC"


class Right(StrEnum):
    """What a user may do inside the tenant: manage its users, work, or only look."""

    ADMIN = "ADMIN"
    MANAGER = "MANAGER"
    SUPPORT = "SUPPORT"


class Role(StrEnum):
    """Tenant kind × right, or a POS by its credential: each role has a schema of its own."""

    ANONYMOUS = "ANONYMOUS"
    LICENSOR_ADMIN = "LICENSOR_ADMIN"
    LICENSOR_MANAGER = "LICENSOR_MANAGER"
    LICENSOR_SUPPORT = "LICENSOR_SUPPORT"
    PARTNER_ADMIN = "PARTNER_ADMIN"
    PARTNER_MANAGER = "PARTNER_MANAGER"
    COMPANY_ADMIN = "COMPANY_ADMIN"
    COMPANY_MANAGER = "COMPANY_MANAGER"
    MRC_ADMIN = "MRC_ADMIN"
    POS_OUTLET = "POS_OUTLET"
    POS_DEVICE = "POS_DEVICE"

    @classmethod
    def of(cls, kind: TenantKind, right: Right) -> Role:
        """Return the role of a user; `ValueError` for a combination that does not exist."""
        return cls(f"{kind}_{right}")


class Capability(StrEnum):
    """One thing a role may see or do; schema members name the one they need."""

    SIGN_IN = "SIGN_IN"
    SIGN_OUT = "SIGN_OUT"
    VIEW_SELF = "VIEW_SELF"
    VIEW_TOKEN = "VIEW_TOKEN"  # noqa: S105 - a word, not a secret
    MANAGE_TOKENS = "MANAGE_TOKENS"
    EVERY_PRODUCT = "EVERY_PRODUCT"
    READ_AUDIT = "READ_AUDIT"
    MANAGE_SELF = "MANAGE_SELF"
    USE_TICKETS = "USE_TICKETS"
    REGISTER_COMPANIES = "REGISTER_COMPANIES"
    REGISTER_PARTNERS = "REGISTER_PARTNERS"
    READ_REGISTRATIONS = "READ_REGISTRATIONS"
    READ_USERS = "READ_USERS"
    MANAGE_USERS = "MANAGE_USERS"
    CORRECT_USERS = "CORRECT_USERS"
    READ_OWN_PARTNER = "READ_OWN_PARTNER"
    READ_OWN_COMPANY = "READ_OWN_COMPANY"
    READ_OWN_MRC = "READ_OWN_MRC"
    READ_ALL_TENANTS = "READ_ALL_TENANTS"
    READ_LICENSES = "READ_LICENSES"
    READ_STOCK = "READ_STOCK"
    ISSUE_LICENSES = "ISSUE_LICENSES"
    SELL_LICENSES = "SELL_LICENSES"
    SELL_TO_PARTNERS = "SELL_TO_PARTNERS"
    REVEAL_LICENSES = "REVEAL_LICENSES"
    SHOW_CODES = "SHOW_CODES"
    HAND_OVER_CODES = "HAND_OVER_CODES"
    READ_DOCUMENTS = "READ_DOCUMENTS"
    READ_ISSUES = "READ_ISSUES"
    READ_SALES = "READ_SALES"
    READ_PARTNERS = "READ_PARTNERS"
    READ_PARTNER_DETAILS = "READ_PARTNER_DETAILS"
    READ_PARTNER_STOCK = "READ_PARTNER_STOCK"
    READ_COMPANIES = "READ_COMPANIES"
    READ_OTHER_COMPANIES = "READ_OTHER_COMPANIES"
    OVERSEE_TENANTS = "OVERSEE_TENANTS"
    BLOCK_TENANTS = "BLOCK_TENANTS"
    CHANGE_PARTNERS = "CHANGE_PARTNERS"
    CHANGE_OWN_PARTNER = "CHANGE_OWN_PARTNER"
    CHANGE_OWN_COMPANY = "CHANGE_OWN_COMPANY"
    MANAGE_FIRMS = "MANAGE_FIRMS"
    MANAGE_PRODUCTS = "MANAGE_PRODUCTS"
    READ_OUTLETS = "READ_OUTLETS"
    MANAGE_OUTLETS = "MANAGE_OUTLETS"
    READ_DEVICES = "READ_DEVICES"
    MANAGE_DEVICES = "MANAGE_DEVICES"
    MANAGE_CASHIERS = "MANAGE_CASHIERS"
    RELEASE_LICENSES = "RELEASE_LICENSES"
    REGISTER_DEVICES = "REGISTER_DEVICES"
    READ_POS = "READ_POS"
    ACTIVATE_LICENSES = "ACTIVATE_LICENSES"
    PULL_CASHIERS = "PULL_CASHIERS"
    READ_LINKS = "READ_LINKS"
    REQUEST_LINKS = "REQUEST_LINKS"
    DECIDE_LINKS = "DECIDE_LINKS"
    READ_REGIONAL_CLIENTS = "READ_REGIONAL_CLIENTS"
    BIND_REGIONAL_CLIENTS = "BIND_REGIONAL_CLIENTS"
    READ_LETTERS = "READ_LETTERS"
    RESEND_LETTERS = "RESEND_LETTERS"


Capabilities = frozenset[Capability]

C = Capability

_ANYBODY = frozenset({C.USE_TICKETS})
_SIGNED_IN = _ANYBODY | {C.SIGN_OUT, C.VIEW_SELF, C.MANAGE_SELF, C.EVERY_PRODUCT}
_MANAGES_USERS = frozenset({C.READ_USERS, C.MANAGE_USERS})
_WATCHES = frozenset({C.READ_AUDIT, C.MANAGE_TOKENS})
_HOLDER = frozenset(
    {
        C.READ_LICENSES,
        C.READ_STOCK,
        C.REVEAL_LICENSES,
        C.SHOW_CODES,
        C.HAND_OVER_CODES,
        C.READ_DOCUMENTS,
    }
)
_SELLER = _HOLDER | {
    C.READ_OWN_PARTNER,
    C.READ_PARTNER_DETAILS,
    C.READ_SALES,
    C.SELL_LICENSES,
    C.READ_COMPANIES,
    C.READ_LINKS,
    C.DECIDE_LINKS,
    C.REGISTER_COMPANIES,
    C.READ_REGISTRATIONS,
}
_LICENSOR = (
    _SIGNED_IN
    | _SELLER
    | {
        C.ISSUE_LICENSES,
        C.READ_ISSUES,
        C.SELL_TO_PARTNERS,
        C.READ_PARTNERS,
        C.READ_PARTNER_STOCK,
        C.READ_OTHER_COMPANIES,
        C.REGISTER_PARTNERS,
        C.OVERSEE_TENANTS,
        C.BLOCK_TENANTS,
        C.MANAGE_PRODUCTS,
    }
)
_SUPPORT = _SIGNED_IN | {
    C.READ_AUDIT,
    C.READ_ALL_TENANTS,
    C.READ_OWN_PARTNER,
    C.READ_LICENSES,
    C.READ_DOCUMENTS,
    C.READ_ISSUES,
    C.READ_SALES,
    C.READ_PARTNERS,
    C.READ_PARTNER_DETAILS,
    C.READ_PARTNER_STOCK,
    C.READ_COMPANIES,
    C.OVERSEE_TENANTS,
    C.READ_OUTLETS,
    C.READ_DEVICES,
    C.READ_LINKS,
    C.READ_REGIONAL_CLIENTS,
    C.READ_USERS,
    C.READ_LETTERS,
}
_PARTNER = _SIGNED_IN | _SELLER
_COMPANY = (
    _SIGNED_IN
    | _HOLDER
    | {
        C.READ_OWN_COMPANY,
        C.READ_OUTLETS,
        C.MANAGE_FIRMS,
        C.MANAGE_OUTLETS,
        C.READ_DEVICES,
        C.MANAGE_DEVICES,
        C.MANAGE_CASHIERS,
    }
)
_LINKING = frozenset({C.READ_LINKS, C.REQUEST_LINKS, C.READ_PARTNERS})

GRANTS: dict[Role, frozenset[Capability]] = {
    Role.ANONYMOUS: _ANYBODY | {C.SIGN_IN, C.REGISTER_COMPANIES},
    Role.LICENSOR_ADMIN: _LICENSOR
    | _MANAGES_USERS
    | {
        C.CORRECT_USERS,
        C.CHANGE_PARTNERS,
        C.READ_AUDIT,
        C.READ_LETTERS,
        C.RESEND_LETTERS,
        C.RELEASE_LICENSES,
    },
    Role.LICENSOR_MANAGER: _LICENSOR,
    Role.LICENSOR_SUPPORT: _SUPPORT,
    Role.PARTNER_ADMIN: _PARTNER | _MANAGES_USERS | _WATCHES | {C.CHANGE_OWN_PARTNER},
    Role.PARTNER_MANAGER: _PARTNER,
    Role.COMPANY_ADMIN: _COMPANY | _MANAGES_USERS | _WATCHES | _LINKING | {C.CHANGE_OWN_COMPANY},
    Role.COMPANY_MANAGER: _COMPANY,
    Role.MRC_ADMIN: _SIGNED_IN
    | {C.READ_OWN_MRC, C.READ_REGIONAL_CLIENTS, C.BIND_REGIONAL_CLIENTS, C.READ_AUDIT},
    Role.POS_OUTLET: frozenset({C.REGISTER_DEVICES}),
    Role.POS_DEVICE: frozenset({C.READ_POS, C.ACTIVATE_LICENSES, C.PULL_CASHIERS}),
}


_RIGHTS = {role: right for role in Role for right in Right if role.value.endswith(f"_{right}")}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: a user in one tenant, with what his role (or a token's scopes) grants.

    A POS is nobody's user: `outlet` says whose sync key it has, `device` which device it is, and
    `user` and `session` are the key of either.
    """

    role: Role
    capabilities: frozenset[Capability]
    kind: TenantKind
    tenant: UUID
    user: UUID
    session: UUID
    outlet: UUID | None = None
    device: UUID | None = None

    @property
    def right(self) -> Right | None:
        """What he may do inside his tenant; a POS has no right."""
        return _RIGHTS.get(self.role)

    @property
    def is_pos(self) -> bool:
        """Whether it is a POS: it came with a sync key or a device token, not with a session."""
        return self.outlet is not None

    @property
    def label(self) -> str:
        """What logs and metrics call him: by his role, or an API token."""
        return "API_TOKEN" if Capability.VIEW_TOKEN in self.capabilities else self.role.value

    def may(self, capability: Capability) -> bool:
        """Whether this actor holds the capability."""
        return capability in self.capabilities


Caller = Actor | None
"""`None` is the anonymous caller; he has the grants of `Role.ANONYMOUS` and no rows."""


def grants_of(caller: Caller) -> frozenset[Capability]:
    """Return the capabilities of a caller, signed in or anonymous."""
    return GRANTS[Role.ANONYMOUS] if caller is None else caller.capabilities
