from __future__ import annotations

from persistence.companies import RegionalDetails
from tests.client import Gateway
from tests.inputs.tables import BAD, MALFORMED, MISSING, UNKNOWN, Wrong, refused
from tests.schema.bench import NUMBER, Bench
from tests.stories.orders import request_link
from tests.world import PASSWORD, World

REQUESTS: Wrong = [
    ("request", f"linkrequest_{UNKNOWN}", MISSING),
    ("request", f"link_{UNKNOWN}", MISSING),
    *(("request", text, MISSING) for text in MALFORMED),
    ("request", None, BAD),
    ("request", ..., BAD),
    ("request", ["x", "y"], BAD),
    ("request", "\0", BAD),
    ("request", "\ud800", BAD),
    ("other", 1, BAD),
]


async def test_decisions_on_requests(world: World, gateway: Gateway) -> None:
    partner, rival = await world.partner(), await world.partner()
    asking, other = await world.company(rival), await world.company()
    request = (await request_link(gateway, asking, partner))["request"]["id"]
    foreign = (await request_link(gateway, other, rival))["request"]["id"]
    base = {"request": request}

    for who, mutation in (
        (partner, "approveLink"),
        (partner, "rejectLink"),
        (asking, "cancelLinkRequest"),
    ):
        wrong = [*REQUESTS, ("request", foreign, MISSING)]
        await refused(world, gateway, who, mutation, base, wrong, kind="LinkRequestInput")


async def test_requests_for_a_link(world: World, gateway: Gateway) -> None:
    company, partner = await world.company(), await world.partner()

    await refused(
        world,
        gateway,
        company,
        "requestPartnerLink",
        {"partner": partner.node()},
        [
            ("partner", f"partner_{UNKNOWN}", MISSING),
            ("partner", company.node(), MISSING),
            ("partner", f"partner_{company.id.hex}", MISSING),
            ("partner", world.licensor.node(), {"ALREADY_LINKED"}),
            *(("partner", text, MISSING) for text in MALFORMED),
            ("partner", None, BAD),
            ("partner", {}, BAD),
        ],
    )


async def test_ends_of_links(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    own, foreign = await world.company(partner), await world.company()

    await refused(
        world,
        gateway,
        partner,
        "endLink",
        {"company": own.node()},
        [
            ("company", f"company_{UNKNOWN}", MISSING),
            ("company", foreign.node(), MISSING),
            ("company", partner.node(), MISSING),
            ("company", own.firm_node, MISSING),
            *(("company", text, MISSING) for text in MALFORMED),
        ],
    )
    await refused(
        world,
        gateway,
        world.licensor,
        "endLink",
        {"company": own.node()},
        [("company", own.node(), MISSING), ("company", foreign.node(), {"DEFAULT_LINK_STAYS"})],
    )


async def test_bindings_of_regional_clients(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    unbound = await world.company(
        name="Другой", regional=RegionalDetails(multichannel_number="7700-220-00-71")
    )
    refusal = {"CLIENT_NOT_BINDABLE"}
    texts = ("", " ", "x", "7" * 100_000, "7700220007", "٧٧٠٠٢٢٠٠٠٧٠", "%", "7700-220-00-7_")

    await refused(
        world,
        gateway,
        bench.mrc,
        "bindRegionalClient",
        {"multichannelNumber": NUMBER},
        [
            *(("multichannelNumber", text, refusal) for text in texts),
            ("multichannelNumber", None, BAD),
            ("multichannelNumber", 77002200070, BAD),
            ("multichannelNumber", "\0", BAD),
        ],
    )
    await refused(
        world,
        gateway,
        bench.mrc,
        "unbindRegionalClient",
        {"client": f"client_{unbound.id.hex}"},
        [
            ("client", f"client_{unbound.id.hex}", MISSING),
            ("client", f"client_{UNKNOWN}", MISSING),
            ("client", unbound.node(), MISSING),
            *(("client", text, MISSING) for text in MALFORMED),
        ],
    )


async def test_signing_in(world: World, gateway: Gateway) -> None:
    base = {"login": world.licensor.email, "password": PASSWORD}
    refusal = {"INVALID_CREDENTIALS"}

    await refused(
        world,
        gateway,
        None,
        "signIn",
        base,
        [
            *(("login", text, refusal) for text in ("", " ", "x" * 500_000, "ё", "a@b\n@c", "%")),
            *(("password", text, refusal) for text in ("", " ", "x" * 500_000, "п" * 129)),
            ("login", "\0", BAD),
            ("password", "\ud800", BAD),
            ("password", "\0", BAD),
            ("login", None, BAD),
            ("carrier", "PIGEON", BAD),
            ("carrier", None, BAD),
            ("carrier", "COOKIE", {"COOKIE_NOT_ALLOWED"}),
        ],
    )
    await refused(
        world,
        gateway,
        None,
        "chooseCabinet",
        {"choice": "x", "cabinet": f"cabinet_{world.licensor.id.hex}"},
        [
            *(("choice", text, {"CHOICE_EXPIRED"}) for text in ("", "x", "x" * 500_000, "ё")),
            *(("cabinet", text, {"CHOICE_EXPIRED"}) for text in MALFORMED),
            ("choice", "\ud800", BAD),
            ("cabinet", None, BAD),
        ],
    )
