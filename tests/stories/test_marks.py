"""What is told of codes that were shown, printed or sent: marks, and who has seen them [000]."""

from __future__ import annotations

import re

from sqlalchemy import select

from persistence.tables.audit import audit_records
from persistence.tables.licenses import licenses as license_table
from persistence.tables.showings import code_showings
from tests.client import Gateway
from tests.stories.orders import (
    email_licenses,
    exactly,
    ids,
    print_licenses,
    show_codes,
)
from tests.stories.test_hand_overs import (
    MARKS,
    codes,
    of,
    sold_outside,
)
from tests.world import World


async def test_marks_tell_when_and_who_and_can_be_filtered_by(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    _, (first, second, third) = await sold_outside(world, gateway, partner)

    await email_licenses(gateway, partner, exactly([first]))
    await print_licenses(gateway, partner, exactly([first]))
    await print_licenses(gateway, partner, exactly([second]))

    async def found(**filter_: bool) -> list[str]:
        answer = await gateway.ask(partner, MARKS, filter_)
        return sorted(edge["node"]["id"] for edge in answer["licenses"]["edges"])

    assert await found(printed=True) == ids([first, second])
    assert await found(printed=False) == ids([third])
    assert await found(sent=True) == ids([first])
    assert await found(sent=False) == ids([second, third])
    assert await found(printed=True, sent=False) == ids([second])
    nodes = {
        edge["node"]["id"]: edge["node"]
        for edge in (await gateway.ask(partner, MARKS))["licenses"]["edges"]
    }
    admin = nodes[ids([first])[0]]
    assert admin["printedAt"] > admin["sentAt"]
    assert admin["printedBy"] == admin["sentBy"] != {"name": None}
    assert nodes[ids([third])[0]] == {
        "id": ids([third])[0],
        "printedAt": None,
        "printedBy": None,
        "sentAt": None,
        "sentBy": None,
    }


async def test_a_look_at_ones_own_screen_is_recorded_and_is_no_hand_over(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    _, held = await sold_outside(world, gateway, partner)
    await show_codes(gateway, partner, held[:1])
    await email_licenses(gateway, partner, exactly(held[:1]), "a@example.com")

    query = """query ($id: ID!) { license(id: $id) { showings { totalCount edges { node {
      kind recipient reason user { id } document { id } } } } } }"""
    seen = (await gateway.ask(partner, query, {"id": ids(held)[0]}))["license"]["showings"]

    user = {"id": f"user_{partner.admin.hex}"}
    assert seen["totalCount"] == 2
    assert [edge["node"] for edge in seen["edges"]] == [
        {"kind": kind, "recipient": recipient, "reason": None, "user": user, "document": None}
        for kind, recipient in (("SHOWN", None), ("SENT", "a@example.com"))
    ]


async def test_no_list_and_no_card_holds_a_code_after_it_left(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    document, held = await sold_outside(world, gateway, partner)
    known = await codes(gateway, partner, held)
    await email_licenses(gateway, partner, of(document))
    card = """query ($id: ID!) { document(id: $id) { openCodeCount licenses { edges { node {
      maskedCode printedAt sentAt showings { edges { node { kind recipient reason } } } } } } } }"""

    response = await gateway.send(partner, card, {"id": document})

    assert response.json()["data"]["document"]["openCodeCount"] == 3
    assert not re.search(r"(?<![0-9a-f.])\d{12}(?![0-9a-f])", response.text)
    stored = await world.rows(select(code_showings)) + await world.rows(select(audit_records))
    assert not any(code in str(row) for code in known for row in stored)


async def test_a_license_is_found_by_the_end_of_its_code(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    _, held = await sold_outside(world, gateway, partner)
    [[tail]] = await world.rows(
        select(license_table.c.code_tail).where(license_table.c.id == held[1])
    )
    query = """query ($tail: String) { licenses(filter: {codeEndsWith: $tail}) {
      edges { node { id } } totalCount } }"""

    found = (await gateway.ask(partner, query, {"tail": f" {tail} "}))["licenses"]

    assert ids([held[1]])[0] in {edge["node"]["id"] for edge in found["edges"]}
    assert found["totalCount"] == len(found["edges"])
    for wrong in ("", "123", "12345", "12a4", "１２３４"):
        (error,) = (await gateway.send(partner, query, {"tail": wrong})).json()["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["extensions"]["field"] == "filter.codeEndsWith"
