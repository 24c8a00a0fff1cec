"""Tables of wrong values: a path in a valid input, a value for it, and the codes expected."""

from __future__ import annotations

from typing import Any

from tests.client import Gateway
from tests.inputs.wrong import changed, order_codes
from tests.world import Cabinet, World

UNKNOWN = "0" * 32
MALFORMED = ("", " ", "x", "license_", f"license_{UNKNOWN[:-1]}", f"LICENSE_{UNKNOWN}", "1" * 9999)
INVALID, MISSING, BAD = {"INVALID_INPUT"}, {"NOT_FOUND"}, {"BAD_USER_INPUT"}
Wrong = list[tuple[str, Any, set[str]]]
KEYS: Wrong = [
    ("idempotencyKey", "", INVALID),
    ("idempotencyKey", "k" * 101, INVALID),
    ("idempotencyKey", "ключ", INVALID),
    ("idempotencyKey", "a\nb", INVALID),
    ("idempotencyKey", "a\x7f", INVALID),
    ("idempotencyKey", None, BAD),
    ("idempotencyKey", 5, BAD),
    ("idempotencyKey", ..., BAD),
    ("idempotencyKey", "\0", BAD),
    ("idempotencyKey", "\ud800", BAD),
]
QUANTITIES: list[tuple[Any, set[str]]] = [
    (0, INVALID),
    (-1, INVALID),
    (10_001, INVALID),
    (2**31 - 1, INVALID),
    (-(2**31), INVALID),
    (2**31, BAD),
    (10**30, BAD),
    (1.5, BAD),
    ("1", BAD),
    (True, BAD),
    (None, BAD),
    ([1], BAD),
]


async def refused(  # noqa: PLR0917 - who, what, and the table
    world: World,
    gateway: Gateway,
    who: Cabinet | str | None,
    mutation: str,
    base: Any,
    wrong: Wrong,
    *,
    kind: str = "",
) -> None:
    """Check that each wrong value is refused with its codes, and that nothing was changed."""
    kind = kind or mutation[0].upper() + mutation[1:] + "Input"
    before = await world.dump()

    for path, value, expected in wrong:
        found = await order_codes(gateway, who, mutation, kind, changed(base, path, value))
        assert found == expected, (path, repr(value)[:200])

    assert await world.dump() == before


def takes(product: str, held: list[str], foreign: list[str]) -> Wrong:
    quantity = {"quantity": {"product": product, "quantity": 1}}
    return [
        *(("take.quantity.quantity", value, expected) for value, expected in QUANTITIES),
        ("take.quantity.quantity", 61, {"NOT_ENOUGH_LICENSES"}),
        ("take.quantity.product", f"product_{UNKNOWN}", MISSING),
        *(("take.quantity.product", text, MISSING) for text in MALFORMED),
        ("take.quantity.product", None, BAD),
        ("take", {}, BAD),
        ("take", None, BAD),
        ("take", ..., BAD),
        ("take", {"quantity": None}, BAD),
        ("take", {"licenses": None}, BAD),
        ("take", {**quantity, "licenses": held[:1]}, BAD),
        ("take", {"licenses": [None]}, BAD),
        ("take", {"licenses": []}, INVALID),
        ("take", {"licenses": [held[0], held[0]]}, INVALID),
        ("take", {"licenses": [f"license_{n:032x}" for n in range(1001)]}, INVALID),
        ("take", {"licenses": [f"license_{UNKNOWN}"]}, MISSING),
        ("take", {"licenses": [held[0], foreign[0]]}, MISSING),
        ("take", {"licenses": foreign[:1]}, MISSING),
        *(("take", {"licenses": [held[0], text]}, MISSING) for text in MALFORMED),
        ("take", {"licenses": ["\0"]}, BAD),
    ]


def lines(path: str, longest: int) -> Wrong:
    """Wrong values of a line of text that must be filled in."""
    return [
        (path, "", INVALID),
        (path, "   ", INVALID),
        (path, "\u2003\u00a0", INVALID),
        (path, "x" * (longest + 1), INVALID),
        (path, "a\nb", INVALID),
        (path, "a\u202eb", INVALID),
        (path, "\0", BAD),
        (path, "\udfff", BAD),
        (path, 5, BAD),
        (path, None, BAD),
    ]


def emails(path: str) -> Wrong:
    wrong = ("x", "x@", "@x", "a b@example.com", "x" * 9999 + "@example.com", "a@b@c.com")
    return [(path, text, INVALID) for text in wrong]


def inns(path: str) -> Wrong:
    wrong = ("123", "1" * 11, "1" * 13, "77889900x1", "７７８８９９００１１")
    return [(path, text, INVALID) for text in wrong]
