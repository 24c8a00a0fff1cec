"""Codes leave by e-mail and on paper: which ones, to whom, and what is kept of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from domain.letters import LetterKind
from gateway.mailing.rendering import Templates
from persistence.tables.audit import audit_records
from persistence.tables.letters import letters
from persistence.tables.showings import code_showings, hand_overs
from persistence.tables.tenants import tenants
from persistence.verification import verify
from tests.client import Gateway
from tests.stories.activating import activate
from tests.stories.orders import (
    STRANGER,
    email_licenses,
    exactly,
    ids,
    print_licenses,
    reveal,
    sell,
    show_codes,
    some,
)
from tests.world import Cabinet, World

MARKS = """query ($printed: Boolean, $sent: Boolean) {
  licenses(filter: {state: REVEALED, printed: $printed, sent: $sent}) { edges { node {
    id printedAt printedBy { name } sentAt sentBy { name } } } } }"""


def of(document: str) -> dict[str, Any]:
    return {"document": document}


async def sold_outside(
    world: World, gateway: Gateway, seller: Cabinet, quantity: int = 3, **buyer: Any
) -> tuple[str, list[UUID]]:
    """Sell licenses to a passer-by; return the document and the licenses."""
    product = await world.stocked(seller, quantity)
    before = set(await world.held(seller))
    details = {**STRANGER, **buyer}
    answer = await sell(gateway, seller, {"unregistered": details}, some(product, quantity))
    held = [key for key in await world.held(seller) if key in before]
    return answer["document"]["id"], held[-quantity:]


async def promised(world: World) -> list[tuple[Any, dict[str, Any]]]:
    """Return the letters that are on their way, with what they say."""
    rows = await world.rows(select(letters).order_by(letters.c.id))
    envelopes = world.tools.envelopes
    return [
        (row, json.loads(envelopes.open(row.id, row.body_cipher, row.body_key))) for row in rows
    ]


async def codes(gateway: Gateway, who: Any, held: list[UUID]) -> list[str]:
    answer = await show_codes(gateway, who, held)
    return [shown["code"] for shown in answer["codes"]]


async def handed(world: World) -> list[Any]:
    """Return the hand-overs that were recorded, without looks at one's own screen."""
    statement = select(code_showings).where(code_showings.c.recipient_key.is_not(None))
    return await world.rows(statement.order_by(code_showings.c.id))


async def test_the_licenses_of_a_document_go_out_by_e_mail(world: World, gateway: Gateway) -> None:
    partner = await world.partner("ЦТО")
    document, held = await sold_outside(world, gateway, partner)
    known = await codes(gateway, partner, held)

    answer = await email_licenses(gateway, partner, of(document))

    assert answer == {
        "__typename": "EmailLicensesSuccess",
        "recipient": "buyer@example.com",
        "quantity": 3,
        "leftOut": 0,
    }
    ((letter, facts),) = await promised(world)
    assert (letter.kind, letter.recipient, letter.language) == (
        "LICENSES",
        "buyer@example.com",
        "en",
    )
    assert facts["seller"] == "ЦТО"
    assert [one["code"] for one in facts["licenses"]] == known
    assert {(one["document"], one["buyer"]) for one in facts["licenses"]} == {
        ("1", "ООО «Прохожий»")
    }
    assert not any(code.encode() in letter.body_cipher for code in known)
    written = Templates("https://cabinet.example.com").render(LetterKind.LICENSES, "ru", facts)
    for code in known:
        assert f"{code[:4]} {code[4:8]} {code[8:]}" in written.text
    assert "Документ № 1" in written.text
    shown = await handed(world)
    assert [row.license_id for row in shown] == held
    assert {(r.kind, r.recipient, r.tenant_id, r.user_id, r.reason) for r in shown} == {
        ("SENT", "buyer@example.com", partner.id, partner.admin, None)
    }
    audited = select(audit_records.c.object_id).where(audit_records.c.action == "emailLicenses")
    assert sorted(row.object_id for row in await world.rows(audited)) == held


async def test_a_code_goes_to_nobody_else_without_a_reason(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    document, held = await sold_outside(world, gateway, partner)
    await email_licenses(gateway, partner, exactly(held[:2]), "First@Example.com")
    before = await world.dump()

    refused = await email_licenses(gateway, partner, of(document), "second@example.com")
    on_paper = await print_licenses(gateway, partner, of(document))

    assert refused["code"] == on_paper["code"] == "CODES_HANDED_OVER"
    assert refused["firstRecipient"] == "First@example.com"
    assert sorted(refused["licenses"]) == ids(held[:2])
    assert datetime.fromisoformat(refused["at"]) == (await handed(world))[0].at
    assert "First@example.com" in refused["message"]
    assert await world.dump() == before
    again = await email_licenses(gateway, partner, exactly(held[:2]), "first@EXAMPLE.com")
    assert again["__typename"] == "EmailLicensesSuccess"
    said = await email_licenses(
        gateway, partner, of(document), "second@example.com", reason="Первый отказался"
    )
    assert said["quantity"] == 3
    last = (await handed(world))[-3:]
    assert {(row.recipient, row.reason) for row in last} == {
        ("second@example.com", "Первый отказался")
    }
    # Both have it now: neither is a new one.
    for known in ("first@example.com", "second@example.com"):
        answer = await email_licenses(gateway, partner, exactly(held[:2]), known)
        assert answer["__typename"] == "EmailLicensesSuccess"


async def test_the_buyer_of_a_document_gets_paper_and_e_mail_as_one(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    document, _ = await sold_outside(world, gateway, partner, email="Buyer@example.com")

    printed = await print_licenses(gateway, partner, of(document))
    sent = await email_licenses(gateway, partner, of(document), "buyer@example.com")

    assert printed["__typename"] == "PrintLicensesSuccess"
    assert sent["__typename"] == "EmailLicensesSuccess"
    assert {row.recipient for row in await handed(world)} == {
        "ООО «Прохожий», 6722012609",
        "buyer@example.com",
    }


async def test_a_license_revealed_for_oneself_is_printed_for_oneself(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    product = await world.stocked(partner, 2)
    answer = await reveal(gateway, partner, some(product, 2))
    document = answer["document"]["id"]

    printed = await print_licenses(gateway, partner, of(document))
    sent = await email_licenses(gateway, partner, of(document), "anybody@example.com")

    assert printed["quantity"] == 2
    assert {row.recipient for row in await handed(world)} == {"ЦТО"}
    assert (sent["code"], sent["firstRecipient"]) == ("CODES_HANDED_OVER", "ЦТО")


async def test_the_same_key_sends_one_letter(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    document, held = await sold_outside(world, gateway, partner)
    await activate(world, company, held[0])

    answers = [
        await email_licenses(gateway, partner, of(document), key="the key") for _ in range(3)
    ]
    other = await email_licenses(gateway, partner, of(document), "c@example.com", key="the key")

    assert answers[0] == answers[1] == answers[2]
    assert (answers[0]["quantity"], answers[0]["leftOut"]) == (2, 1)
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert len(await promised(world)) == 1
    assert len(await handed(world)) == 2
    assert len(await world.rows(select(hand_overs))) == 1
    faults = await verify(world.tools.database, world.tools.cipher)
    assert not [fault for fault in faults if fault.table == "idempotency_keys"]
    # A refusal uses up no key.
    unknown = await email_licenses(gateway, partner, of("document_" + "0" * 32), key="new")
    assert unknown["code"] == "NOT_FOUND"
    fine = await email_licenses(gateway, partner, of(document), key="new")
    assert fine["__typename"] == "EmailLicensesSuccess"


async def test_no_more_than_a_thousand_codes_leave_at_once(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    document, held = await sold_outside(world, gateway, partner, 1001)

    refused = await email_licenses(gateway, partner, of(document))
    named = await email_licenses(gateway, partner, exactly(held))

    assert (refused["code"], refused["most"]) == ("TOO_MANY_LICENSES", 1000)
    assert (named["code"], named["field"]) == ("INVALID_INPUT", "licenses")
    assert await promised(world) == []
    most = await email_licenses(gateway, partner, exactly(held[:1000]))
    assert most["quantity"] == 1000


async def test_a_blocked_cabinet_hands_nothing_over(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    document, _ = await sold_outside(world, gateway, partner)
    await world.block(partner)

    response = await gateway.send(
        partner,
        "mutation ($i: PrintLicensesInput!) { printLicenses(input: $i) { __typename } }",
        {"i": {"take": of(document)}},
    )

    assert response.status_code == 401
    assert await handed(world) == []
    await world.change(update(tenants).values(blocked_at=None))
