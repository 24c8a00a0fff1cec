"""Orders as cabinets send them, and the facts that stories look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from tests.client import Gateway
from tests.world import Cabinet

Who = Cabinet | str | None
_KINDS = {
    **dict.fromkeys(("approveLink", "rejectLink", "cancelLinkRequest"), "LinkRequestInput"),
    **dict.fromkeys(("resendInvitation", "blockUser", "unblockUser", "removeUser"), "UserInput"),
    "cancelRegistration": "RegistrationInput",
    "confirmEmail": "TicketInput",
    **dict.fromkeys(("activateLicense", "deactivateLicense"), "CodeInput"),
    **dict.fromkeys(("requestLoad", "removeDevice"), "DeviceInput"),
}
PROBLEM = "__typename ... on Problem { code message retryable }"
DOCUMENT = "id number kind buyerName buyerInn buyerEmail quantity"
WRITTEN = (
    PROBLEM + " ... on DocumentSuccess { warnings document { " + DOCUMENT + " } }"
    " ... on InvalidInput { field } ... on NotFound { field }"
)
TAKEN = WRITTEN + (
    " ... on NotEnoughLicenses { available requested } ... on LicensesNotAvailable { licenses }"
)
STRANGER = {"name": "ООО «Прохожий»", "inn": "6722012609", "email": "buyer@example.com"}
DECIDED = (
    PROBLEM + " ... on LinkRequestSuccess { request { id state } }"
    " ... on AlreadyDecided { decision decidedAt }"
)


def some(product: UUID, quantity: int) -> dict[str, Any]:
    return {"quantity": {"product": f"product_{product.hex}", "quantity": quantity}}


def exactly(licenses: Iterable[UUID]) -> dict[str, Any]:
    return {"licenses": ids(licenses)}


def ids(licenses: Iterable[UUID]) -> list[str]:
    return [f"license_{key.hex}" for key in licenses]


async def order(gateway: Gateway, who: Who, mutation: str, facts: str, **given: Any) -> Any:
    """Carry out a mutation and return the facts of its result."""
    kind = _KINDS.get(mutation, mutation[0].upper() + mutation[1:] + "Input")
    query = f"mutation ($input: {kind}!) {{ result: {mutation}(input: $input) {{ {facts} }} }}"
    return (await gateway.ask(who, query, {"input": given}))["result"]


async def sell(
    gateway: Gateway,
    who: Who,
    buyer: Any,
    take: Any,
    *,
    key: str | None = None,
    facts: str = TAKEN,
) -> Any:
    return await order(
        gateway,
        who,
        "sellLicenses",
        facts,
        idempotencyKey=key or uuid4().hex,
        buyer=buyer,
        take=take,
    )


async def reveal(
    gateway: Gateway, who: Who, take: Any, details: Any = None, key: str | None = None
) -> Any:
    return await order(
        gateway,
        who,
        "revealToSelf",
        TAKEN,
        idempotencyKey=key or uuid4().hex,
        take=take,
        details=details,
    )


async def issue(
    gateway: Gateway, who: Who, product: UUID, quantity: int, key: str | None = None
) -> Any:
    return await order(
        gateway,
        who,
        "issueLicenses",
        WRITTEN,
        idempotencyKey=key or uuid4().hex,
        product=f"product_{product.hex}",
        quantity=quantity,
    )


async def show_codes(gateway: Gateway, who: Who, licenses: Iterable[UUID]) -> Any:
    facts = PROBLEM + " ... on ShowCodesSuccess { codes { license code } }"
    return await order(gateway, who, "showCodes", facts, licenses=ids(licenses))


HANDED = PROBLEM + (
    " ... on CodesHandedOver { licenses firstRecipient at } ... on CodesNotShown { licenses }"
    " ... on TooManyLicenses { most } ... on NotFound { field } ... on InvalidInput { field }"
)


async def email_licenses(
    gateway: Gateway,
    who: Who,
    take: Any,
    to: str = "buyer@example.com",
    *,
    key: str | None = None,
    reason: str | None = None,
) -> Any:
    return await order(
        gateway,
        who,
        "emailLicenses",
        HANDED + " ... on EmailLicensesSuccess { recipient quantity leftOut }",
        idempotencyKey=key or uuid4().hex,
        take=take,
        to=to,
        reason=reason,
    )


async def print_licenses(
    gateway: Gateway, who: Who, take: Any, *, reason: str | None = None
) -> Any:
    facts = HANDED + " ... on PrintLicensesSuccess { address expiresAt quantity leftOut }"
    return await order(gateway, who, "printLicenses", facts, take=take, reason=reason)


async def request_link(gateway: Gateway, company: Who, partner: Cabinet) -> Any:
    facts = PROBLEM + " ... on LinkRequestSuccess { request { id state partner { name } } }"
    return await order(
        gateway,
        company,
        "requestPartnerLink",
        facts,
        partner=partner.node(),
    )


async def decide(gateway: Gateway, who: Who, mutation: str, request: str) -> Any:
    facts = (
        PROBLEM + " ... on ApproveLinkSuccess { link { id } } ... on AlreadyDecided { decision }"
    )
    if mutation != "approveLink":
        facts = DECIDED
    return await order(gateway, who, mutation, facts, request=request)


async def relink(gateway: Gateway, company: Cabinet, partner: Cabinet) -> None:
    """Let the company ask the partner, and the partner agree."""
    asked = await request_link(gateway, company, partner)
    answer = await decide(gateway, partner, "approveLink", asked["request"]["id"])
    assert answer["__typename"] == "ApproveLinkSuccess"


async def end_link(gateway: Gateway, who: Who, company: Cabinet) -> Any:
    facts = PROBLEM + " ... on EndLinkSuccess { company }"
    return await order(gateway, who, "endLink", facts, company=company.node())


async def names(gateway: Gateway, who: Who, field: str, search: str | None = None) -> list[str]:
    """Return the names in a list, in its order, checked against its count."""
    query = (
        f"query ($search: String) {{ list: {field}(filter: {{search: $search}})"
        " { edges { node { name } } totalCount } }"
    )
    found = (await gateway.ask(who, query, {"search": search}))["list"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["name"] for edge in found["edges"]]
