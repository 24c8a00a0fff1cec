"""The audit: who did what to which object, acting for whom, from where, with before and after."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import strawberry

from domain.access import Capabilities, Capability
from resolvers.reading.listings import Listing
from schema.access import MayReadAudit, scoped
from schema.connections import Connection
from schema.fields import named, paged, related, stored
from schema.ids import NOBODY, key_of, node_id, split_id
from schema.nodes import Node, node_types
from schema.tenants import Tenant
from schema.users import User

if TYPE_CHECKING:
    from collections.abc import Container

_COMPANY, _DOCUMENT, _LICENSE = ("company", "client"), ("document",), ("license",)
_PARTNER, _REQUEST, _TOKEN, _USER = ("partner",), ("linkrequest",), ("apitoken",), ("user",)
_REGISTRATION, _SESSION = ("registration",), ("session",)
_FIRM, _LETTER, _PRODUCT = ("firm",), ("letter",), ("product",)
_CASHIER, _DEVICE, _OUTLET = ("cashier",), ("device",), ("outlet",)

OBJECTS: dict[str, tuple[str, ...]] = {
    "activateLicense": _LICENSE,
    "approveLink": _REQUEST,
    "bindRegionalClient": _COMPANY,
    "blockTenant": (),
    "blockUser": _USER,
    "cancelLinkRequest": _REQUEST,
    "cancelRegistration": _REGISTRATION,
    "changeCashier": _CASHIER,
    "changeCompany": _COMPANY,
    "changeDevice": _DEVICE,
    "changeFirm": _FIRM,
    "changeOutlet": _OUTLET,
    "changeOwnDetails": _USER,
    "changeOwnEmail": _USER,
    "changeOwnPartner": _PARTNER,
    "changePartner": _PARTNER,
    "changePassword": _USER,
    "changeUser": _USER,
    "confirmAccount": _USER,
    "confirmEmail": _USER,
    "correctUser": _USER,
    "createApiToken": _TOKEN,
    "createCashier": _CASHIER,
    "createFirm": _FIRM,
    "createOutlet": _OUTLET,
    "createPartner": _PARTNER,
    "createProduct": _PRODUCT,
    "deactivateLicense": _LICENSE,
    "emailLicenses": _LICENSE,
    "endLink": _COMPANY,
    "endOtherSessions": _USER,
    "endSession": _SESSION,
    "inviteUser": _USER,
    "issueLicenses": _DOCUMENT,
    "look": (),
    "pullCashiers": _DEVICE,
    "printLicenses": _LICENSE,
    "registerCompany": _COMPANY,
    "registerDevice": _DEVICE,
    "rejectLink": _REQUEST,
    "releaseLicense": _LICENSE,
    "removeCashier": _CASHIER,
    "removeDevice": _DEVICE,
    "removeFirm": _FIRM,
    "removeUser": _USER,
    "renameProduct": _PRODUCT,
    "requestLoad": _DEVICE,
    "requestPartnerLink": _REQUEST,
    "resendConfirmation": _REGISTRATION,
    "resendInvitation": _USER,
    "resendLetter": _LETTER,
    "resetPassword": _USER,
    "revealToSelf": _DOCUMENT,
    "revokeApiToken": _TOKEN,
    "rotateSyncKey": _OUTLET,
    "sellLicenses": _DOCUMENT,
    "setMainFirm": _FIRM,
    "showCodes": _LICENSE,
    "signIn": _USER,
    "signOut": _USER,
    "unbindRegionalClient": _COMPANY,
    "unblockTenant": (),
    "unblockUser": _USER,
}
"""What each action is done to, by the prefix of its id; the first type that the caller has."""


def _object(action: str, key: UUID, types: Container[str]) -> str | None:
    kinds = node_types()
    for prefix in OBJECTS.get(action, ()):
        if prefix in kinds and kinds[prefix].__name__ in types:
            return node_id(prefix, key)
    return None


@strawberry.type(description="One action of somebody; records are never changed or removed.")
class AuditRecord(Node):
    """See `persistence.audit_log`; who is of another cabinet stays unnamed."""

    noun = "audit"
    prefix = "auditrecord"

    at: datetime = stored("at", "When it was done.")
    action: str = stored("action", "What was done: a mutation, or `look` for a look of support.")
    user: User | None = related("user", "Who did it, of the caller's own cabinet.")
    user_name: str | None = stored("user_name", "The name of who did it, also after he has left.")
    via_token: str | None = stored("via_token", "The name of the API token that did it for him.")
    device: str | None = stored("device", "The device that did it.")
    tenant: Tenant | None = related("tenant", "The cabinet he did it for.")
    owner: Tenant | None = related("object_owner", "Whose it is that it was done to.")
    object: strawberry.ID | None = named(
        "action", "object_key", _object, "The id of what it was done to."
    )
    address: str | None = stored("address", "From which address.")
    request_id: str = stored("request_id", "The id of the request, as its answer told.")
    before: str | None = stored("before", "What was changed, as it was before: a JSON object.")
    after: str | None = stored("after", "What was changed, as it is since: a JSON object.")


@strawberry.enum(description="Whose actions.")
class AuditSide(StrEnum):
    """Those of a cabinet's own people, or those of others upon what is the cabinet's."""

    OWN = "OWN"
    OTHERS = "OTHERS"


@strawberry.input(description="Which records; all conditions must hold.")
class AuditFilter:
    """The filters of the audit screen."""

    side: AuditSide = strawberry.field(
        default=AuditSide.OWN,
        description="What the cabinet's own people did, or what others did to what is its own.",
    )
    tenant: strawberry.ID | None = strawberry.field(
        default=None,
        metadata=scoped(Capability.READ_ALL_TENANTS),
        description="The cabinet; if left out, all of them together.",
    )
    user: strawberry.ID | None = strawberry.field(default=None, description="Who did it.")
    action: str | None = strawberry.field(default=None, description="What was done.")
    object: strawberry.ID | None = strawberry.field(
        default=None, description="What it was done to, while the caller sees it."
    )
    since: datetime | None = strawberry.field(default=None, description="Done then or later.")
    until: datetime | None = strawberry.field(default=None, description="Done before then.")


_TENANTS = ("partner", "company", "mrc")


def _audit(
    capabilities: Capabilities, filter: AuditFilter | None = None
) -> tuple[Listing, dict[str, Any]]:
    """Choose records; an id that can name nothing matches nothing."""
    asked = filter or AuditFilter()
    names: list[str] = []
    values: dict[str, Any] = {}
    own = asked.side is AuditSide.OWN
    if Capability.READ_ALL_TENANTS not in capabilities:
        names.append("own" if own else "others")
    elif asked.tenant is not None:
        names.append("by_tenant" if own else "on_tenant")
        keys = (key_of(prefix, asked.tenant) for prefix in _TENANTS)
        values["tenant"] = next((key for key in keys if key), NOBODY)
    if asked.user is not None:
        names.append("user")
        values["user"] = key_of("user", asked.user) or NOBODY
    for name in ("action", "since", "until"):
        given = getattr(asked, name)
        if given is not None:
            names.append(name)
            values[name] = given
    if asked.object is not None:
        prefix, key = split_id(asked.object) or ("", NOBODY)
        known = prefix in {one for prefixes in OBJECTS.values() for one in prefixes}
        names.append(f"about {node_types()[prefix].noun}" if known else "none")
        values["object"] = key
    return Listing("audit", "AT", descending=True, filters=tuple(names)), values


@strawberry.type
class AuditQueries:
    """Questions about the audit."""

    audit: Connection[AuditRecord] = paged(
        _audit, "What was done, newest first.", needs=[MayReadAudit]
    )
