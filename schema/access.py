"""What a member of the schema needs: permission classes on fields, scopes on the rest.

Both name a capability. What a role sees is derived from them (`schema.projection`); permission
classes run again when a field is resolved.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from strawberry.permission import BasePermission
from strawberry.types import Info

from domain.access import Capability, grants_of

SCOPE = "scope"
"""The key under which the metadata of an argument or input field holds its capability."""

ENUM_SCOPES: dict[tuple[str, str], Capability] = {}
"""The capability of those enum values that not everybody sees, by enum and value name."""

ENUM_OWNERS: dict[tuple[str, str], str] = {}
"""The type whose visibility an enum value shares, by enum and value name."""


class Forbidden(PermissionError):
    """The caller lacks the capability; the projection should have kept him from asking."""


class Permission(BasePermission):
    """Base of all permissions: holds the capability that the field needs."""

    capability: ClassVar[Capability]

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:  # noqa: ANN401, ARG002 - the library's signature
        """Whether the caller of this operation holds the capability."""
        return self.capability in grants_of(info.context.caller)

    def on_unauthorized(self) -> None:
        """Refuse without saying what for."""
        raise Forbidden


def _may(capability: Capability) -> type[Permission]:
    name = "May" + "".join(word.capitalize() for word in capability.split("_"))
    return type(name, (Permission,), {"capability": capability})


MaySignIn = _may(Capability.SIGN_IN)
MaySignOut = _may(Capability.SIGN_OUT)
MayViewSelf = _may(Capability.VIEW_SELF)
MayManageSelf = _may(Capability.MANAGE_SELF)
MayUseTickets = _may(Capability.USE_TICKETS)
MayRegisterCompanies = _may(Capability.REGISTER_COMPANIES)
MayRegisterPartners = _may(Capability.REGISTER_PARTNERS)
MayReadRegistrations = _may(Capability.READ_REGISTRATIONS)
MayReadUsers = _may(Capability.READ_USERS)
MayManageUsers = _may(Capability.MANAGE_USERS)
MayCorrectUsers = _may(Capability.CORRECT_USERS)
MayViewToken = _may(Capability.VIEW_TOKEN)
MayManageTokens = _may(Capability.MANAGE_TOKENS)
MayReadAudit = _may(Capability.READ_AUDIT)
MayReadOwnPartner = _may(Capability.READ_OWN_PARTNER)
MayReadOwnCompany = _may(Capability.READ_OWN_COMPANY)
MayReadOwnMrc = _may(Capability.READ_OWN_MRC)
MayReadLicenses = _may(Capability.READ_LICENSES)
MayReadStock = _may(Capability.READ_STOCK)
MayIssueLicenses = _may(Capability.ISSUE_LICENSES)
MaySellLicenses = _may(Capability.SELL_LICENSES)
MaySellToPartners = _may(Capability.SELL_TO_PARTNERS)
MayRevealLicenses = _may(Capability.REVEAL_LICENSES)
MayShowCodes = _may(Capability.SHOW_CODES)
MayHandOverCodes = _may(Capability.HAND_OVER_CODES)
MayReadDocuments = _may(Capability.READ_DOCUMENTS)
MayReadPartners = _may(Capability.READ_PARTNERS)
MayReadPartnerDetails = _may(Capability.READ_PARTNER_DETAILS)
MayReadPartnerStock = _may(Capability.READ_PARTNER_STOCK)
MayReadCompanies = _may(Capability.READ_COMPANIES)
MayReadOtherCompanies = _may(Capability.READ_OTHER_COMPANIES)
MayOverseeTenants = _may(Capability.OVERSEE_TENANTS)
MayBlockTenants = _may(Capability.BLOCK_TENANTS)
MayChangePartners = _may(Capability.CHANGE_PARTNERS)
MayChangeOwnPartner = _may(Capability.CHANGE_OWN_PARTNER)
MayChangeOwnCompany = _may(Capability.CHANGE_OWN_COMPANY)
MayManageFirms = _may(Capability.MANAGE_FIRMS)
MayManageProducts = _may(Capability.MANAGE_PRODUCTS)
MayReadOutlets = _may(Capability.READ_OUTLETS)
MayManageOutlets = _may(Capability.MANAGE_OUTLETS)
MayReadDevices = _may(Capability.READ_DEVICES)
MayManageDevices = _may(Capability.MANAGE_DEVICES)
MayManageCashiers = _may(Capability.MANAGE_CASHIERS)
MayReleaseLicenses = _may(Capability.RELEASE_LICENSES)
MayRegisterDevices = _may(Capability.REGISTER_DEVICES)
MayReadPos = _may(Capability.READ_POS)
MayActivateLicenses = _may(Capability.ACTIVATE_LICENSES)
MayPullCashiers = _may(Capability.PULL_CASHIERS)
MayReadLinks = _may(Capability.READ_LINKS)
MayRequestLinks = _may(Capability.REQUEST_LINKS)
MayDecideLinks = _may(Capability.DECIDE_LINKS)
MayReadRegionalClients = _may(Capability.READ_REGIONAL_CLIENTS)
MayBindRegionalClients = _may(Capability.BIND_REGIONAL_CLIENTS)
MayReadLetters = _may(Capability.READ_LETTERS)
MayResendLetters = _may(Capability.RESEND_LETTERS)


def scoped(capability: Capability) -> dict[str, Capability]:
    """Return the metadata of an argument or input field that needs a capability."""
    return {SCOPE: capability}


def scope_values(kind: type[StrEnum], scopes: dict[StrEnum, Capability]) -> None:
    """Say which capability some values of an enum need."""
    ENUM_SCOPES.update({(kind.__name__, value.name): need for value, need in scopes.items()})
