"""Orders as a client gives them, through HTTP, with every fact of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import httpx

from tests.pos import Device
from tests.world import Cabinet

DOCUMENT = "... on DocumentSuccess { document { id number kind quantity } }"
NOT_FOUND = "... on NotFound { field }"
SHORTAGE = f"""{NOT_FOUND} ... on NotEnoughLicenses {{ requested available }}
  ... on LicensesNotAvailable {{ licenses }}"""
DECIDED = f"{NOT_FOUND} ... on AlreadyDecided {{ decision }}"
REQUEST = "... on LinkRequestSuccess { request { id state } }"
FIRM = "... on FirmSuccess { firm { id isMain } }"
ANSWERS = {
    "issueLicenses": f"{DOCUMENT} {NOT_FOUND}",
    "sellLicenses": f"{DOCUMENT} {SHORTAGE}",
    "revealToSelf": f"{DOCUMENT} {SHORTAGE}",
    "requestPartnerLink": f"{REQUEST} {NOT_FOUND} ... on LinkRequestPending {{ pendingRequest }}",
    "approveLink": f"... on ApproveLinkSuccess {{ link {{ id endedAt }} }} {DECIDED}",
    "rejectLink": f"{REQUEST} {DECIDED}",
    "cancelLinkRequest": f"{REQUEST} {DECIDED}",
    "endLink": NOT_FOUND,
    "bindRegionalClient": "... on BindRegionalClientSuccess { client { id } }",
    "createFirm": FIRM,
    "changeFirm": FIRM,
    "setMainFirm": FIRM,
    "removeFirm": "... on RemoveFirmSuccess { firm }",
    "createProduct": "... on ProductSuccess { product { id } }",
    "activateLicense": "... on LicenseActivatedElsewhere { deviceName }",
    "deactivateLicense": "... on LicenseActivatedElsewhere { deviceName }",
    "releaseLicense": NOT_FOUND,
    "removeDevice": "... on DeviceHoldsLicense { licenses }",
}
T = TypeVar("T")
INPUTS = {
    **dict.fromkeys(("approveLink", "rejectLink", "cancelLinkRequest"), "LinkRequestInput"),
    **dict.fromkeys(("activateLicense", "deactivateLicense"), "CodeInput"),
    "removeDevice": "DeviceInput",
}
SUCCESSES = {
    "DocumentSuccess",
    "LinkRequestSuccess",
    "ApproveLinkSuccess",
    "EndLinkSuccess",
    "BindRegionalClientSuccess",
    "FirmSuccess",
    "RemoveFirmSuccess",
    "ProductSuccess",
    "ActivateLicenseSuccess",
    "DeactivateLicenseSuccess",
    "ReleaseLicenseSuccess",
    "RemoveDeviceSuccess",
}


class Refusals(list[dict[str, Any]]):
    """The answers that are refusals, in the order they were asked for."""

    @property
    def names(self) -> set[str]:
        return {answer["__typename"] for answer in self}


async def order(
    http: httpx.AsyncClient, who: Cabinet | Device, mutation: str, **input_: Any
) -> Any:
    """Carry out a mutation and return its result: a success or a refusal, never an error."""
    response = await post(http, who, mutation, input_)
    answer = response.json()
    assert response.status_code == 200, answer
    assert "errors" not in answer, answer
    return answer["data"]["result"]


async def post(
    http: httpx.AsyncClient, who: Cabinet | Device, mutation: str, input_: dict[str, Any]
) -> httpx.Response:
    kind = INPUTS.get(mutation, f"{mutation[0].upper()}{mutation[1:]}Input")
    query = f"""mutation ($input: {kind}!) {{ result: {mutation}(input: $input) {{
      __typename ... on Problem {{ code retryable }} {ANSWERS[mutation]} }} }}"""
    return await http.post(
        "/graphql",
        json={"query": query, "variables": {"input": input_}},
        headers={"authorization": f"Bearer {who.token}"},
    )


def sale(key: str, buyer: Cabinet | None, take: dict[str, Any]) -> dict[str, Any]:
    """Return the input of a sale to a registered buyer, or to nobody in particular."""
    if buyer is None:
        to: dict[str, Any] = {"unregistered": {"name": "ИП Прохожий", "inn": "7707083893"}}
    elif buyer.firm is None:
        to = {"partner": buyer.node()}
    else:
        to = {"firm": buyer.firm_node}
    return {"idempotencyKey": key, "buyer": to, "take": take}


def oldest(product: UUID, quantity: int) -> dict[str, Any]:
    return {"quantity": {"product": f"product_{product.hex}", "quantity": quantity}}


def exactly(licenses: Sequence[UUID]) -> dict[str, Any]:
    return {"licenses": [f"license_{key.hex}" for key in licenses]}


async def together(*asked: Awaitable[T]) -> list[T]:
    """Ask everything at once; an answer that fails the test does so when all are there."""
    answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 60)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


async def at_once(*asked: Awaitable[Any]) -> tuple[list[dict[str, Any]], Refusals]:
    """Ask everything at once and return the successes and the refusals."""
    answers = await together(*asked)
    successes = [answer for answer in answers if answer["__typename"] in SUCCESSES]
    return successes, Refusals(a for a in answers if a["__typename"] not in SUCCESSES)
