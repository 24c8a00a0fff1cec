"""For every mutation an input that would be carried out, but for the position under test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.security.estate import Estate, Viewer
from tests.security.facts import Facts
from tests.security.sources import own


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
