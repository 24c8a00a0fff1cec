"""Orders about firms as a company's cabinet sends them."""

from __future__ import annotations

from typing import Any

from tests.client import Gateway
from tests.stories.orders import PROBLEM, Who, order

FIRM = (
    " ... on FirmSuccess { warnings firm { id name inn email phone address isMain } }"
    " ... on FirmExists { existingFirm } ... on InvalidInput { field }"
)
MISSING = " ... on NotFound { field }"
DETAILS = {
    "name": "ИП Ёлкин",
    "inn": "500100732259",
    "email": "firm@example.com",
    "phone": "8 (800) 333-00-14",
    "address": "Тверь",
}
FIRMS = """{ viewer { company { firmCount mainFirm { name inn }
  firms { totalCount edges { node { id name inn isMain } } } } } }"""


async def create_firm(gateway: Gateway, who: Who, **details: Any) -> Any:
    return await order(gateway, who, "createFirm", PROBLEM + FIRM, details={**DETAILS, **details})


async def change_firm(gateway: Gateway, who: Who, firm: str, **details: Any) -> Any:
    return await order(
        gateway,
        who,
        "changeFirm",
        PROBLEM + FIRM + MISSING,
        firm=firm,
        details={**DETAILS, **details},
    )


async def set_main_firm(gateway: Gateway, who: Who, firm: str) -> Any:
    facts = PROBLEM + " ... on FirmSuccess { firm { id isMain } }"
    return await order(gateway, who, "setMainFirm", facts, firm=firm)


async def remove_firm(gateway: Gateway, who: Who, firm: str) -> Any:
    facts = PROBLEM + " ... on RemoveFirmSuccess { firm } ... on NotFound { field }"
    return await order(gateway, who, "removeFirm", facts, firm=firm)


async def firms(gateway: Gateway, who: Who) -> list[tuple[str, bool]]:
    """Return names and whether they are the main firm, checked against both counts."""
    company = (await gateway.ask(who, FIRMS))["viewer"]["company"]
    nodes = [edge["node"] for edge in company["firms"]["edges"]]
    assert company["firmCount"] == company["firms"]["totalCount"] == len(nodes)
    (main,) = [node for node in nodes if node["isMain"]]
    assert company["mainFirm"] == {"name": main["name"], "inn": main["inn"]}
    return [(node["name"], node["isMain"]) for node in nodes]
