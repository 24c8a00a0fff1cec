from __future__ import annotations

from tests.client import Gateway
from tests.stories.orders import sell, some
from tests.world import World

TYPED: dict[str, tuple[str, list[str]]] = {
    "7788990011": ("7788990011", ["INN_CHECKSUM"]),
    "6722012609": ("6722012609", []),
    "6321062257": ("6321062257", []),
    "3519003320": ("3519003320", []),
    " 67 2201 2609 ": ("6722012609", []),
    "0123456789": ("0123456789", ["INN_CHECKSUM"]),
    "500100732259": ("500100732259", []),
    "500100732258": ("500100732258", ["INN_CHECKSUM"]),
}


async def test_a_failed_checksum_of_an_inn_is_a_warning_and_no_more(
    world: World, gateway: Gateway
) -> None:
    product = await world.product()
    await world.issue(product, len(TYPED))
    answers = {}

    for typed in TYPED:
        buyer = {"unregistered": {"name": "Покупатель", "inn": typed}}
        answer = await sell(gateway, world.licensor, buyer, some(product, 1))
        answers[typed] = (answer["document"]["buyerInn"], answer["warnings"])

    assert answers == TYPED


async def test_an_inn_of_wrong_length_or_with_other_characters_is_refused(
    world: World, gateway: Gateway
) -> None:
    product = await world.product()
    await world.issue(product, 1)
    before = await world.dump()

    for typed in (
        "",
        " ",
        "778899001",
        "77889900111",
        "7788990011223",
        "77889900x1",
        "7788-990011",
        "٧٧٨٨٩٩٠٠١١",
        "7" * 5000,
    ):
        buyer = {"unregistered": {"name": "Покупатель", "inn": typed}}
        answer = await sell(gateway, world.licensor, buyer, some(product, 1))
        assert answer["code"] == "INVALID_INPUT", typed
        assert answer["field"] == "buyer.unregistered.inn"
    assert await world.dump() == before


async def test_partner_and_company_may_share_name_inn_and_email(
    world: World, gateway: Gateway
) -> None:
    email = "same@example.com"
    partner = await world.partner("Одно имя", inn="7788990011", email=email)
    await world.company(partner, name="Одно имя", inn="7788990011", email=email)
    await world.company(partner, name="Одно имя", inn="7788990011", email=email)

    companies = await gateway.ask(partner, "{ companies { totalCount } }")

    assert companies["companies"]["totalCount"] == 2
