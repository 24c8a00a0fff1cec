"""For every input position of the schema: what of other cabinets can be put there.

A position that is not in the table fails the build: whoever adds one says here what it names.
Enum values and booleans need no entry, every one of them is tried; nor do Relay's arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.keys import new_key
from schema.nodes import node_types
from tests.security.estate import Estate, Viewer
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
FORM, SECRET = Plain("only kept"), Plain("see the stories of accounts")
KEY, TYPED = Plain("one's own key"), Plain("only kept on the document")
CLIENT = ("name", "account_number", "multichannel_number")
SOURCES: dict[str, Source] = {
    "node.id": Ids((*node_types(), "cabinet")),
    "licenses.filter.product": Ids(("product",)),
    "licenses.filter.document": Ids(("document",)),
    "licenses.filter.holder": Ids(("partner", "company")),
    "licenses.filter.codeEndsWith": Plain("see test_hand_overs"),
    "license.id": Ids(("license",)),
    "documents.filter.company": Ids(("company",)),
    "documents.filter.partner": Ids(("partner",)),
    "documents.filter.user": Ids(("user",)),
    "documents.filter.since": Plain("a time"),
    "documents.filter.until": Plain("a time"),
    "documents.filter.search": Texts("Document", ("buyer_name", "buyer_inn")),
    "document.id": Ids(("document",)),
    "saleDraft.buyer.firm": Ids(("firm",)),
    "saleDraft.buyer.partner": Ids(("partner",)),
    "partners.filter.search": Texts("Partner", ("name", "inn", "address")),
    "companies.filter.search": Texts("Company", ("name",)),
    "companiesOfOtherPartners.filter.search": Texts("OtherCompany", ("name",)),
    "regionalClients.filter.search": Texts("RegionalClient", CLIENT),
    "regionalClients.filter.regions": Texts("RegionalClient", ("region",)),
    "regionalClients.filter.macroregions": Texts("RegionalClient", ("macroregion",)),
    "audit.filter.tenant": Ids(("partner", "company", "mrc", "othercompany")),
    "audit.filter.user": Ids(("user",)),
    "audit.filter.action": Plain("a word"),
    "audit.filter.object": Ids((*node_types(),)),
    "audit.filter.since": Plain("a time"),
    "audit.filter.until": Plain("a time"),
    "createApiToken.input.idempotencyKey": KEY,
    "createApiToken.input.name": TYPED,
    "createApiToken.input.products": Ids(("product",)),
    "createApiToken.input.expiresInDays": Plain("a number"),
    "revokeApiToken.input.token": Ids(("apitoken",)),
    "signIn.input.login": Plain("see test_sessions"),
    "signIn.input.password": Plain("see test_sessions"),
    "chooseCabinet.input.choice": Plain("see test_sessions"),
    "chooseCabinet.input.cabinet": Ids(("cabinet",), told="ChoiceExpired"),
    "registerCompany.input.account.name": FORM,
    "registerCompany.input.account.email": FORM,
    "registerCompany.input.account.phone": FORM,
    "registerCompany.input.company.name": FORM,
    "registerCompany.input.firm.name": FORM,
    "registerCompany.input.firm.inn": FORM,
    "registerCompany.input.firm.email": FORM,
    "registerCompany.input.firm.phone": FORM,
    "registerCompany.input.firm.address": FORM,
    "registerCompany.input.outlet.name": FORM,
    "registerCompany.input.outlet.address": FORM,
    "registerCompany.input.outlet.timeZone": FORM,
    "registrationCheck.draft.account.name": FORM,
    "registrationCheck.draft.account.email": FORM,
    "registrationCheck.draft.account.phone": FORM,
    "registrationCheck.draft.company.name": FORM,
    "registrationCheck.draft.firm.name": FORM,
    "registrationCheck.draft.firm.inn": FORM,
    "registrationCheck.draft.firm.email": FORM,
    "registrationCheck.draft.firm.phone": FORM,
    "registrationCheck.draft.firm.address": FORM,
    "registrationCheck.draft.outlet.name": FORM,
    "registrationCheck.draft.outlet.address": FORM,
    "registrationCheck.draft.outlet.timeZone": FORM,
    "createPartner.input.name": FORM,
    "createPartner.input.inn": FORM,
    "createPartner.input.address": FORM,
    "createPartner.input.head": FORM,
    "createPartner.input.phone": FORM,
    "createPartner.input.userName": FORM,
    "createPartner.input.userEmail": FORM,
    "ticket.ticket": SECRET,
    "resendConfirmation.input.registration": Ids(("registration",)),
    "resendConfirmation.input.email": FORM,
    "cancelRegistration.input.registration": Ids(("registration",)),
    "confirmAccount.input.ticket": SECRET,
    "confirmAccount.input.password": SECRET,
    "requestPasswordReset.input.email": SECRET,
    "resetPassword.input.ticket": SECRET,
    "resetPassword.input.password": SECRET,
    "confirmEmail.input.ticket": SECRET,
    "changePassword.input.old": SECRET,
    "changePassword.input.new": SECRET,
    "changeOwnEmail.input.password": SECRET,
    "changeOwnEmail.input.email": FORM,
    "changeOwnDetails.input.name": FORM,
    "changeOwnDetails.input.phone": FORM,
    "inviteUser.input.name": FORM,
    "inviteUser.input.email": FORM,
    "inviteUser.input.phone": FORM,
    "changeUser.input.name": FORM,
    "changeUser.input.phone": FORM,
    "correctUser.input.name": FORM,
    "correctUser.input.phone": FORM,
    "correctUser.input.email": FORM,
    "resendInvitation.input.user": Ids(("user",)),
    "changeUser.input.user": Ids(("user",)),
    "blockUser.input.user": Ids(("user",)),
    "unblockUser.input.user": Ids(("user",)),
    "removeUser.input.user": Ids(("user",)),
    "correctUser.input.user": Ids(("user",)),
    "endSession.input.session": Ids(("session",)),
    "createFirm.input.details.name": FORM,
    "createFirm.input.details.inn": FORM,
    "createFirm.input.details.email": FORM,
    "createFirm.input.details.phone": FORM,
    "createFirm.input.details.address": FORM,
    "changeFirm.input.firm": Ids(("firm",)),
    "changeFirm.input.details.name": FORM,
    "changeFirm.input.details.inn": FORM,
    "changeFirm.input.details.email": FORM,
    "changeFirm.input.details.phone": FORM,
    "changeFirm.input.details.address": FORM,
    "setMainFirm.input.firm": Ids(("firm",)),
    "removeFirm.input.firm": Ids(("firm",)),
    "changeCompany.input.name": FORM,
    "changeOwnPartner.input.address": FORM,
    "changeOwnPartner.input.head": FORM,
    "changeOwnPartner.input.phone": FORM,
    "changePartner.input.partner": Ids(("partner",)),
    "changePartner.input.details.name": FORM,
    "changePartner.input.details.inn": FORM,
    "changePartner.input.details.address": FORM,
    "changePartner.input.details.head": FORM,
    "changePartner.input.details.phone": FORM,
    "blockTenant.input.tenant": Ids(("partner", "company", "othercompany")),
    "blockTenant.input.reason": FORM,
    "unblockTenant.input.tenant": Ids(("partner", "company", "othercompany")),
    "unblockTenant.input.reason": FORM,
    "createProduct.input.name": FORM,
    "renameProduct.input.product": Ids(("product",)),
    "renameProduct.input.name": FORM,
    "issueLicenses.input.idempotencyKey": KEY,
    "issueLicenses.input.product": Ids(("product",)),
    "issueLicenses.input.quantity": Plain("a number"),
    "sellLicenses.input.idempotencyKey": KEY,
    "sellLicenses.input.buyer.partner": Ids(("partner",)),
    "sellLicenses.input.buyer.firm": Ids(("firm",)),
    "sellLicenses.input.buyer.unregistered.name": TYPED,
    "sellLicenses.input.buyer.unregistered.inn": TYPED,
    "sellLicenses.input.buyer.unregistered.email": TYPED,
    "sellLicenses.input.buyer.unregistered.phone": TYPED,
    "sellLicenses.input.buyer.unregistered.address": TYPED,
    "sellLicenses.input.take.quantity.product": Ids(("product",)),
    "sellLicenses.input.take.quantity.quantity": Plain("a number"),
    "sellLicenses.input.take.licenses": Ids(("license",)),
    "revealToSelf.input.idempotencyKey": KEY,
    "revealToSelf.input.take.quantity.product": Ids(("product",)),
    "revealToSelf.input.take.quantity.quantity": Plain("a number"),
    "revealToSelf.input.take.licenses": Ids(("license",)),
    "revealToSelf.input.details.firmName": TYPED,
    "revealToSelf.input.details.inn": TYPED,
    "revealToSelf.input.details.email": TYPED,
    "showCodes.input.licenses": Ids(("license",)),
    "emailLicenses.input.idempotencyKey": KEY,
    "emailLicenses.input.take.document": Ids(("document",)),
    "emailLicenses.input.take.licenses": Ids(("license",)),
    "emailLicenses.input.to": Plain("an address typed by hand"),
    "emailLicenses.input.reason": TYPED,
    "printLicenses.input.take.document": Ids(("document",)),
    "printLicenses.input.take.licenses": Ids(("license",)),
    "printLicenses.input.reason": TYPED,
    "requestPartnerLink.input.partner": Ids(("partner",)),
    "cancelLinkRequest.input.request": Ids(("linkrequest",)),
    "approveLink.input.request": Ids(("linkrequest",)),
    "rejectLink.input.request": Ids(("linkrequest",)),
    "endLink.input.company": Ids(("company",)),
    "bindRegionalClient.input.multichannelNumber": Texts(
        "RegionalClient", ("multichannel_number",), "ClientNotBindable", "7{}"
    ),
    "unbindRegionalClient.input.client": Ids(("client",)),
    "resendLetter.input.letter": Ids(("letter",)),
    "devices.filter.outlet": Ids(("outlet",)),
    "devices.filter.search": Texts("Device", ("name", "model", "owner")),
    "device.id": Ids(("device",)),
    "cashiers.filter.device": Ids(("device",)),
    "cashiers.filter.search": Texts("Cashier", ("name",)),
    "cashier.id": Ids(("cashier",)),
    "createOutlet.input.outlet.name": TYPED,
    "createOutlet.input.outlet.address": TYPED,
    "createOutlet.input.outlet.timeZone": Plain("the name of a zone"),
    "changeOutlet.input.id": Ids(("outlet",)),
    "changeOutlet.input.outlet.name": TYPED,
    "changeOutlet.input.outlet.address": TYPED,
    "changeOutlet.input.outlet.timeZone": Plain("the name of a zone"),
    "rotateSyncKey.input.outlet": Ids(("outlet",)),
    "changeDevice.input.device": Ids(("device",)),
    "changeDevice.input.name": TYPED,
    "changeDevice.input.outlet": Ids(("outlet",)),
    "removeDevice.input.device": Ids(("device",)),
    "requestLoad.input.device": Ids(("device",)),
    "createCashier.input.name": TYPED,
    "createCashier.input.number": TYPED,
    "createCashier.input.devices": Ids(("device",)),
    "changeCashier.input.cashier": Ids(("cashier",)),
    "changeCashier.input.name": TYPED,
    "changeCashier.input.number": TYPED,
    "changeCashier.input.devices": Ids(("device",)),
    "removeCashier.input.cashier": Ids(("cashier",)),
    "registerDevice.input.idempotencyKey": KEY,
    "registerDevice.input.name": TYPED,
    "registerDevice.input.model": TYPED,
    "registerDevice.input.owner": TYPED,
    "activateLicense.input.code": Plain("see test_pos"),
    "deactivateLicense.input.code": Plain("see test_pos"),
    "releaseLicense.input.license": FreeLicenses(),
    "releaseLicense.input.reason": TYPED,
}
EVERYBODYS = {"product", "letter"}
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


def _take(estate: Estate, _facts: Facts, _viewer: Viewer) -> dict[str, Any]:
    product = f"product_{estate.products[0].hex}"
    return {"idempotencyKey": "foreign", "take": {"quantity": {"product": product, "quantity": 1}}}


def _token(*_: Any) -> dict[str, Any]:
    given = {"name": "Программа", "scopes": ["READ_STOCK"], "expiresInDays": 1}
    return {"idempotencyKey": "foreign", **given}


def _sale(estate: Estate, facts: Facts, viewer: Viewer) -> dict[str, Any]:
    return {**_take(estate, facts, viewer), "buyer": {"firm": own(facts, viewer, "Firm")}}


_PARTNER = {
    "name": "Чужой",
    "inn": "7743013902",
    "address": "Тверь",
    "head": "Никто",
    "phone": "+78003330014",
}
OUTLET = {"name": "Чужой", "timeZone": "Europe/Moscow"}


def _outlet(_estate: Estate, facts: Facts, viewer: Viewer) -> dict[str, Any]:
    return {"id": own(facts, viewer, "Outlet"), "outlet": OUTLET}


def _device(_estate: Estate, facts: Facts, viewer: Viewer) -> dict[str, Any]:
    outlet = own(facts, viewer, "Outlet")
    return {"device": own(facts, viewer, "Device"), "name": "Чужая", "outlet": outlet}


def _cashier(_estate: Estate, facts: Facts, viewer: Viewer) -> dict[str, Any]:
    return {"cashier": own(facts, viewer, "Cashier"), "name": "Чужой", "devices": []}


Order = Callable[[Estate, Facts, Viewer], dict[str, Any]]
ORDERS: dict[str, Order] = {
    "activateLicense": lambda *_: {},
    "approveLink": lambda *_: {},
    "bindRegionalClient": lambda *_: {},
    "cancelLinkRequest": lambda *_: {},
    "changeCashier": _cashier,
    "changeDevice": _device,
    "changeOutlet": _outlet,
    "chooseCabinet": lambda estate, *_: {"choice": estate.choice},
    "blockTenant": lambda *_: {"reason": "Долг"},
    "blockUser": lambda *_: {},
    "cancelRegistration": lambda *_: {},
    "changeCompany": lambda *_: {},
    "changeFirm": lambda *_: {"details": {"name": "Чужая", "inn": "7743013902"}},
    "changeOwnDetails": lambda *_: {},
    "changeOwnEmail": lambda *_: {"email": "a@example.com", "password": "x"},
    "changeOwnPartner": lambda *_: {},
    "changePartner": lambda *_: {"details": _PARTNER},
    "changePassword": lambda *_: {"old": "x", "new": "yyyyyyyy"},
    "changeUser": lambda *_: {},
    "confirmAccount": lambda *_: {"ticket": "x", "password": "yyyyyyyy"},
    "confirmEmail": lambda *_: {"ticket": "x"},
    "correctUser": lambda *_: {},
    "createFirm": lambda *_: {},
    "createPartner": lambda *_: {},
    "createApiToken": _token,
    "createProduct": lambda *_: {},
    "createCashier": lambda *_: {"name": "Чужой"},
    "createOutlet": lambda *_: {},
    "deactivateLicense": lambda *_: {},
    "emailLicenses": lambda *_: {"idempotencyKey": "foreign", "to": "a@example.com"},
    "endLink": lambda *_: {},
    "endOtherSessions": lambda *_: {},
    "endSession": lambda *_: {},
    "inviteUser": lambda *_: {},
    "issueLicenses": lambda *_: {"idempotencyKey": "foreign", "quantity": 1},
    "registerCompany": lambda *_: {},
    "printLicenses": lambda *_: {},
    "rejectLink": lambda *_: {},
    "removeFirm": lambda *_: {},
    "removeUser": lambda *_: {},
    "renameProduct": lambda *_: {"name": "Новый"},
    "requestPasswordReset": lambda *_: {},
    "resendConfirmation": lambda *_: {},
    "resendInvitation": lambda *_: {},
    "resetPassword": lambda *_: {},
    "pullCashiers": lambda *_: {},
    "registerDevice": lambda *_: {},
    "releaseLicense": lambda *_: {"reason": "Чужая"},
    "removeCashier": lambda *_: {},
    "removeDevice": lambda *_: {},
    "requestLoad": lambda *_: {},
    "requestPartnerLink": lambda *_: {},
    "resendLetter": lambda *_: {},
    "revealToSelf": _take,
    "revokeApiToken": lambda *_: {},
    "rotateSyncKey": lambda *_: {},
    "sellLicenses": _sale,
    "setMainFirm": lambda *_: {},
    "showCodes": lambda *_: {},
    "signIn": lambda *_: {"login": "nobody@example.com", "password": "x"},
    "signOut": lambda *_: {},
    "unbindRegionalClient": lambda *_: {},
    "unblockTenant": lambda *_: {"reason": "Оплачено"},
    "unblockUser": lambda *_: {},
}
"""For every mutation an input that would be carried out, but for the position under test."""
