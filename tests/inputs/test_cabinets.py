from __future__ import annotations

from typing import Any

from persistence.tables.tenants import tenants
from resolvers.firms import remove_firm
from tests.client import Gateway
from tests.inputs.tables import (
    BAD,
    INVALID,
    MALFORMED,
    MISSING,
    UNKNOWN,
    Wrong,
    emails,
    inns,
    lines,
    refused,
)
from tests.world import INN, World

FIRM = {"name": "Фирма", "inn": INN, "email": "f@example.com", "phone": "+78003330014"}
PARTNER = {"name": "ЦТО", "inn": INN, "address": "Москва", "head": "Глава", "phone": "+78003330014"}


def phones(path: str) -> Wrong:
    return [(path, text, INVALID) for text in ("x", "12", "+", "8" * 999)]


def ids(path: str, prefix: str, *foreign: str) -> Wrong:
    return [
        (path, f"{prefix}_{UNKNOWN}", MISSING),
        *((path, text, MISSING) for text in (*MALFORMED, *foreign)),
        (path, None, BAD),
        (path, ..., BAD),
        (path, {}, BAD),
        (path, "\0", BAD),
        (path, "\ud800", BAD),
    ]


def firm_details() -> Wrong:
    return [
        *lines("details.name", 200),
        *inns("details.inn"),
        ("details.inn", "", INVALID),
        *emails("details.email"),
        *phones("details.phone"),
        ("details.address", "x" * 501, INVALID),
        ("details.address", "a\x1bb", INVALID),
        ("details.isMain", True, BAD),
        ("details", {}, BAD),
        ("details", None, BAD),
    ]


async def test_firms(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company, stranger = await world.company(partner), await world.company(partner)
    firm = f"firm_{(await world.firm(company, 'Вторая', inn='6321062257')).hex}"
    removed = await world.firm(company, "Третья", inn="6321062257")
    context = world.context(company)
    await remove_firm(context, removed)
    foreign = (stranger.firm_node, company.node(), f"firm_{removed.hex}")
    exists: Any = {"name": "Вторая", "inn": "6321062257"}

    await refused(
        world,
        gateway,
        company,
        "createFirm",
        {"details": FIRM},
        [*firm_details(), ("details", exists, {"FIRM_EXISTS"})],
    )
    own = {"firm": company.firm_node, "details": FIRM}
    await refused(
        world,
        gateway,
        company,
        "changeFirm",
        own,
        [
            *firm_details(),
            *ids("firm", "firm", *foreign),
            ("details", exists, {"FIRM_EXISTS"}),
        ],
    )
    base = {"firm": firm}
    await refused(world, gateway, company, "setMainFirm", base, ids("firm", "firm", *foreign))
    await refused(
        world,
        gateway,
        company,
        "removeFirm",
        base,
        [*ids("firm", "firm", *foreign), ("firm", company.firm_node, {"MAIN_FIRM_STAYS"})],
    )


async def test_names_of_companies(world: World, gateway: Gateway) -> None:
    company = await world.company()

    await refused(
        world,
        gateway,
        company,
        "changeCompany",
        {"name": "Новая"},
        [*lines("name", 200), ("name", ..., BAD), ("inn", INN, BAD)],
    )


async def test_details_of_partners(world: World, gateway: Gateway) -> None:
    partner, company = await world.partner(), await world.company()
    unconfirmed = await world.partner()
    await world.change(
        tenants.update().where(tenants.c.id == unconfirmed.id).values(confirmed_at=None)
    )

    await refused(
        world,
        gateway,
        partner,
        "changeOwnPartner",
        {"address": "Москва", "head": "Глава", "phone": "+78003330014"},
        [
            *lines("address", 500),
            *lines("head", 200),
            *phones("phone"),
            ("phone", "", INVALID),
            ("phone", None, BAD),
            ("name", "Другое", BAD),
            ("inn", INN, BAD),
        ],
    )
    await refused(
        world,
        gateway,
        world.licensor,
        "changePartner",
        {"partner": partner.node(), "details": PARTNER},
        [
            *ids("partner", "partner", company.node(), f"partner_{company.id.hex}"),
            ("partner", unconfirmed.node(), MISSING),
            *lines("details.name", 200),
            *inns("details.inn"),
            *lines("details.address", 500),
            *lines("details.head", 200),
            *phones("details.phone"),
            ("details", {}, BAD),
            ("details", None, BAD),
        ],
    )


async def test_products(world: World, gateway: Gateway) -> None:
    product = f"product_{(await world.product('Касса')).hex}"
    await world.product("Склад")
    exists: Wrong = [("name", "СКЛАД", {"PRODUCT_EXISTS"})]

    await refused(
        world,
        gateway,
        world.licensor,
        "createProduct",
        {"name": "Новый"},
        [*lines("name", 200), *exists],
    )
    await refused(
        world,
        gateway,
        world.licensor,
        "renameProduct",
        {"product": product, "name": "Новый"},
        [*lines("name", 200), *ids("product", "product"), *exists],
    )


async def test_blocking(world: World, gateway: Gateway) -> None:
    partner, company = await world.partner(), await world.company()
    other = await world.company(partner)
    blocked = await world.partner()
    await world.block(blocked)
    unseen = (world.licensor.node(), other.node(), company.firm_node, f"mrc_{UNKNOWN}")

    for mutation, tenant in (("blockTenant", partner), ("unblockTenant", blocked)):
        await refused(
            world,
            gateway,
            world.licensor,
            mutation,
            {"tenant": tenant.node(), "reason": "по договору"},
            [*lines("reason", 500), *ids("tenant", "partner", *unseen)],
        )
