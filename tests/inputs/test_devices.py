"""Wrong values in the orders of outlets, devices, cashiers and the POS."""

from __future__ import annotations

from tests.client import Gateway
from tests.inputs.tables import (
    BAD,
    INVALID,
    KEYS,
    MALFORMED,
    MISSING,
    UNKNOWN,
    Wrong,
    lines,
    refused,
)
from tests.pos import Device, device_of
from tests.world import World

ZONES: Wrong = [
    ("outlet.timeZone", "", INVALID),
    ("outlet.timeZone", "Mars/Base", INVALID),
    ("outlet.timeZone", "../etc/passwd", INVALID),
    ("outlet.timeZone", "europe/moscow", INVALID),
    ("outlet.timeZone", None, BAD),
]
OUTLET = {"name": "Лавка", "address": "Тверь", "timeZone": "Europe/Moscow"}


def ids(path: str, kind: str, *foreign: str) -> Wrong:
    """Wrong values of an id."""
    return [
        (path, f"{kind}_{UNKNOWN}", MISSING),
        *((path, text, MISSING) for text in (*MALFORMED, *foreign)),
        (path, None, BAD),
        (path, "\0", BAD),
    ]


async def pair(world: World) -> tuple[Device, Device]:
    """Return a device, and one of another company."""
    return (
        await device_of(world, await world.company()),
        await device_of(world, await world.company()),
    )


async def test_outlets(world: World, gateway: Gateway) -> None:
    device, stranger = await pair(world)
    outlet, company = device.outlet, device.company
    details: Wrong = [
        *lines("outlet.name", 200),
        ("outlet.address", "x" * 501, INVALID),
        *ZONES,
        ("outlet", None, BAD),
    ]
    await refused(world, gateway, company, "createOutlet", {"outlet": OUTLET}, details)
    foreign = (stranger.outlet.node, device.node)
    await refused(
        world,
        gateway,
        company,
        "changeOutlet",
        {"id": outlet.node, "outlet": OUTLET},
        [*details, *ids("id", "outlet", *foreign)],
    )
    base = {"outlet": outlet.node}
    wrong = ids("outlet", "outlet", *foreign)
    await refused(world, gateway, company, "rotateSyncKey", base, wrong)


async def test_devices(world: World, gateway: Gateway) -> None:
    device, stranger = await pair(world)
    company, outlet = device.company, device.outlet
    wrong = ids("device", "device", stranger.node, outlet.node)
    for mutation in ("requestLoad", "removeDevice"):
        base = {"device": device.node}
        await refused(world, gateway, company, mutation, base, wrong, kind="DeviceInput")
    await refused(
        world,
        gateway,
        company,
        "changeDevice",
        {"device": device.node, "name": "Касса", "outlet": outlet.node},
        [
            *wrong,
            *lines("name", 200),
            *ids("outlet", "outlet", stranger.outlet.node),
        ],
    )


async def test_cashiers(world: World, gateway: Gateway) -> None:
    device, stranger = await pair(world)
    company = device.company
    base = {"name": "Иванова", "number": "7", "devices": [device.node]}
    details: Wrong = [
        *lines("name", 200),
        ("number", "1" * 21, INVALID),
        ("number", "a\nb", INVALID),
        ("number", 7, BAD),
        ("devices", [stranger.node], MISSING),
        ("devices", [device.node, stranger.node], MISSING),
        ("devices", [f"device_{UNKNOWN}"], MISSING),
        *(("devices", [text], MISSING) for text in MALFORMED),
        ("devices", [None], BAD),
        ("devices", [f"device_{n:032x}" for n in range(1001)], INVALID),
    ]
    await refused(world, gateway, company, "createCashier", base, details)
    change = {**base, "cashier": f"cashier_{UNKNOWN}"}
    await refused(world, gateway, company, "changeCashier", change, [
        ("cashier", text, MISSING) for text in (*MALFORMED, f"cashier_{UNKNOWN}", device.node)
    ])  # fmt: skip
    await refused(
        world, gateway, company, "removeCashier", {"cashier": "x"}, ids("cashier", "cashier")
    )


async def test_a_pos(world: World, gateway: Gateway) -> None:
    device, _ = await pair(world)
    base = {"idempotencyKey": "k", "name": "Касса", "model": "М", "owner": "О"}
    wrong: Wrong = [
        *KEYS,
        *lines("name", 200),
        ("model", "x" * 201, INVALID),
        ("owner", "a\x1bb", INVALID),
    ]
    await refused(world, gateway, device.outlet.sync_key, "registerDevice", base, wrong)
    texts = ("", " ", "x", "1" * 13, "1" * 9999, "%", "１２３４５６７８９０１２")
    for verb in ("activate", "deactivate"):
        if verb == "deactivate":
            device, _ = await pair(world)
        codes: Wrong = [
            *(("code", text, {"CODE_NOT_ACCEPTED"}) for text in texts),
            ("code", None, BAD),
            ("code", 123456789012, BAD),
            ("code", "\ud800", BAD),
        ]
        await refused(
            world, gateway, device.token, f"{verb}License", {"code": "1"}, codes, kind="CodeInput"
        )


async def test_releases(world: World, gateway: Gateway) -> None:
    product = await world.product()
    await world.issue(product, 1)
    (own,) = await world.held(world.licensor)
    base = {"license": f"license_{own.hex}", "reason": "Утонуло"}
    await refused(
        world,
        gateway,
        world.licensor,
        "releaseLicense",
        base,
        [
            ("license", f"license_{own.hex}", {"LICENSE_NOT_ACTIVATED"}),
            *ids("license", "license"),
            *lines("reason", 500),
        ],
    )
