from __future__ import annotations

from tests.client import Gateway
from tests.inputs.tables import (
    BAD,
    INVALID,
    KEYS,
    MALFORMED,
    MISSING,
    QUANTITIES,
    UNKNOWN,
    Wrong,
    emails,
    inns,
    lines,
    refused,
    takes,
)
from tests.schema.bench import Bench
from tests.stories.orders import STRANGER, exactly, ids, some
from tests.world import World


async def test_sales(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    partner, foreign = bench.partner, await world.company()
    held, others = ids(await world.held(partner)), ids(await world.held(bench.company))
    take = some(bench.product, 1)
    to_firm = {"idempotencyKey": "k", "buyer": {"firm": bench.company.firm_node}, "take": take}
    outside = {"idempotencyKey": "k", "buyer": {"unregistered": STRANGER}, "take": take}
    typed = "buyer.unregistered"

    await refused(
        world,
        gateway,
        partner,
        "sellLicenses",
        to_firm,
        [
            *KEYS,
            *takes(take["quantity"]["product"], held[2:], others),
            ("take", exactly((await world.held(partner))[:1]), {"LICENSES_NOT_AVAILABLE"}),
            ("buyer", {}, BAD),
            ("buyer", None, BAD),
            ("buyer", {"firm": None}, BAD),
            ("buyer", {"firm": bench.company.firm_node, "unregistered": STRANGER}, BAD),
            ("buyer", {"partner": bench.partner.node()}, BAD),
            ("buyer.firm", f"firm_{UNKNOWN}", MISSING),
            ("buyer.firm", foreign.firm_node, MISSING),
            ("buyer.firm", bench.company.node(), MISSING),
            *(("buyer.firm", text, MISSING) for text in MALFORMED),
        ],
    )
    await refused(
        world,
        gateway,
        partner,
        "sellLicenses",
        outside,
        [
            *lines(f"{typed}.name", 200),
            *inns(f"{typed}.inn"),
            (f"{typed}.inn", "", INVALID),
            *emails(f"{typed}.email"),
            *((f"{typed}.phone", text, INVALID) for text in ("x", "12", "+", "8" * 999)),
            (f"{typed}.address", "x" * 501, INVALID),
            (f"{typed}.address", "a\x1bb", INVALID),
            (typed, {}, BAD),
            (typed, None, BAD),
        ],
    )


async def test_sales_to_partners(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    order = {
        "idempotencyKey": "k",
        "buyer": {"partner": bench.partner.node()},
        "take": some(bench.product, 1),
    }

    await refused(
        world,
        gateway,
        world.licensor,
        "sellLicenses",
        order,
        [
            ("buyer.partner", f"partner_{UNKNOWN}", MISSING),
            ("buyer.partner", world.licensor.node(), MISSING),
            ("buyer.partner", f"partner_{bench.company.id.hex}", MISSING),
            *(("buyer.partner", text, MISSING) for text in MALFORMED if text),
            ("buyer", {"partner": bench.partner.node(), "firm": bench.direct.firm_node}, BAD),
        ],
    )


async def test_issues(world: World, gateway: Gateway) -> None:
    product = f"product_{(await world.product()).hex}"
    base = {"idempotencyKey": "k", "product": product, "quantity": 1}

    await refused(
        world,
        gateway,
        world.licensor,
        "issueLicenses",
        base,
        [
            *KEYS,
            *(("quantity", value, expected) for value, expected in QUANTITIES),
            ("product", f"product_{UNKNOWN}", MISSING),
            *(("product", text, MISSING) for text in MALFORMED),
        ],
    )


async def test_reveals_and_showing_codes(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    partner = bench.partner
    held, others = ids(await world.held(partner)), ids(await world.held(bench.company))
    base = {"idempotencyKey": "k", "take": some(bench.product, 1), "details": {}}

    await refused(
        world,
        gateway,
        partner,
        "revealToSelf",
        base,
        [
            *KEYS,
            *takes(f"product_{bench.product.hex}", held[2:], others),
            ("take", {"licenses": held[:3]}, {"LICENSES_NOT_AVAILABLE"}),
            ("details.firmName", "x" * 201, INVALID),
            *inns("details.inn"),
            *emails("details.email"),
        ],
    )
    await refused(
        world,
        gateway,
        partner,
        "showCodes",
        {"licenses": held[:2]},
        [
            ("licenses", [], INVALID),
            ("licenses", [held[0], held[0]], INVALID),
            ("licenses", [f"license_{n:032x}" for n in range(1001)], INVALID),
            ("licenses", [held[0], held[-1]], {"CODES_NOT_SHOWN"}),
            ("licenses", [held[0], others[0]], MISSING),
            ("licenses", others[:1], MISSING),
            *(("licenses", [text], MISSING) for text in MALFORMED),
            ("licenses", None, BAD),
        ],
    )


async def test_handing_codes_over(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    partner = bench.partner
    held, others = ids(await world.held(partner)), ids(await world.held(bench.company))
    query = "{ documents(filter: {kinds: [SALE_TO_PARTNER]}) { edges { node { id } } } }"
    (bought,) = (await gateway.ask(partner, query))["documents"]["edges"]
    document = bought["node"]["id"]
    takes: Wrong = [
        ("take", {}, BAD),
        ("take", None, BAD),
        ("take", ..., BAD),
        ("take", {"document": None}, BAD),
        ("take", {"licenses": None}, BAD),
        ("take", {"document": document, "licenses": held[:1]}, BAD),
        ("take", {"licenses": [None]}, BAD),
        ("take", {"licenses": ["\0"]}, BAD),
        ("take", {"licenses": []}, INVALID),
        ("take", {"licenses": [held[0], held[0]]}, INVALID),
        ("take", {"licenses": [f"license_{n:032x}" for n in range(1001)]}, INVALID),
        ("take", {"licenses": [held[0], held[-1]]}, {"CODES_NOT_SHOWN"}),
        ("take", {"licenses": [held[0], others[0]]}, MISSING),
        ("take", {"licenses": others[:1]}, MISSING),
        *(("take", {"licenses": [held[0], text]}, MISSING) for text in MALFORMED),
        *(("take", {"document": text}, MISSING) for text in MALFORMED),
        ("take", {"document": f"document_{UNKNOWN}"}, MISSING),
        ("take", {"document": held[0]}, MISSING),
        ("reason", "x" * 501, INVALID),
        ("reason", "a\nb", INVALID),
        ("reason", "\0", BAD),
        ("reason", 5, BAD),
    ]
    base = {"idempotencyKey": "k", "take": {"licenses": held[:2]}, "to": "a@example.com"}
    await refused(
        world,
        gateway,
        partner,
        "emailLicenses",
        base,
        [
            *KEYS,
            *takes,
            *emails("to"),
            ("to", "", INVALID),
            ("to", "a@example.com, b@example.com", INVALID),
            ("to", "a@example.com\nBcc: b@example.com", INVALID),
            ("to", '"a b"@example.com', INVALID),
            ("to", None, BAD),
            ("to", ["a@example.com"], BAD),
        ],
    )
    await refused(world, gateway, partner, "printLicenses", {"take": {"licenses": held[:2]}}, takes)
