"""Letters as support and the licensor's admin see them, and a dead one sent again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from domain.access import Right
from persistence.tables.audit import audit_records
from tests import letters
from tests.client import Gateway
from tests.letters import ERROR, TICKET
from tests.stories.orders import order
from tests.world import World

LIST = """query ($state: LetterState) { letters(filter: {state: $state}) { totalCount edges { node {
  id kind state recipient createdAt attempts nextAttemptAt sentAt deadAt lastError } } } }"""
RESENT = "__typename ... on ResendLetterSuccess { letter { id state attempts lastError } }"


async def listed(gateway: Gateway, token: str, state: str | None = None) -> list[dict[str, Any]]:
    found = (await gateway.ask(token, LIST, {"state": state}))["letters"]
    nodes = [edge["node"] for edge in found["edges"]]
    assert found["totalCount"] == len(nodes)
    return nodes


async def test_support_sees_where_each_letter_stands_and_never_what_it_says(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    waiting = await letters.waiting(world, company.id)
    sent = await letters.sent(world, company.id)
    dead = await letters.dead(world, world.licensor.id)
    support = await world.user(world.licensor, Right.SUPPORT)

    for token in (support, world.licensor.token):
        nodes = await listed(gateway, token)
        assert [node["id"] for node in nodes] == [f"letter_{k.hex}" for k in (dead, sent, waiting)]
        assert [node["state"] for node in nodes] == ["DEAD", "SENT", "WAITING"]
        gone, taken, open_ = nodes
        assert (gone["attempts"], gone["lastError"]) == (3, ERROR)
        assert gone["deadAt"] is not None
        assert (gone["sentAt"], gone["nextAttemptAt"]) == (None, None)
        assert (taken["attempts"], taken["deadAt"], taken["nextAttemptAt"]) == (1, None, None)
        assert taken["sentAt"] is not None
        assert (open_["attempts"], open_["sentAt"], open_["lastError"]) == (0, None, None)
        assert open_["nextAttemptAt"] is not None
        assert all(node["recipient"] == "anna@example.com" for node in nodes)
        assert TICKET not in str(nodes)
        for state, node in zip(("DEAD", "SENT", "WAITING"), nodes, strict=True):
            assert await listed(gateway, token, state) == [node]


async def test_supports_look_at_a_foreign_letter_is_audited(world: World, gateway: Gateway) -> None:
    company = await world.company()
    await letters.waiting(world, company.id)
    await letters.waiting(world, None)
    support = await world.user(world.licensor, Right.SUPPORT)
    before = len(await world.rows(select(audit_records)))

    await listed(gateway, support)

    looks = (await world.rows(select(audit_records).order_by(audit_records.c.id)))[before:]
    assert [(look.action, look.owner_id) for look in looks] == [("look", company.id)]


async def test_the_licensor_is_shown_letters_to_cabinets_he_works_with_only(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    shown = [await letters.waiting(world, key) for key in (partner.id, world.licensor.id)]
    await letters.waiting(world, (await world.company(partner)).id)
    await letters.waiting(world, None)
    nodes = await listed(gateway, world.licensor.token)
    assert {node["id"] for node in nodes} == {f"letter_{key.hex}" for key in shown}


async def test_nobody_else_knows_of_letters(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    letter = f"letter_{(await letters.dead(world, company.id)).hex}"
    manager = await world.user(world.licensor, Right.MANAGER)
    for token in (partner.token, company.token, manager):
        refused = await gateway.send(token, LIST)
        assert refused.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        node = await gateway.ask(token, "query ($id: ID!) { node(id: $id) { id } }", {"id": letter})
        assert node == {"node": None}


async def test_a_dead_letter_is_sent_again_as_it_was_written(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    key = await letters.dead(world, company.id)
    body = (await letters.rows(world.tools.database))[key].body_cipher

    answer = await resend(gateway, world, key.hex)

    assert answer.pop("__typename") == "ResendLetterSuccess"
    assert answer["letter"] == {
        "id": f"letter_{key.hex}",
        "state": "WAITING",
        "attempts": 0,
        "lastError": None,
    }
    row = (await letters.rows(world.tools.database))[key]
    assert row.body_cipher == body
    assert row.dead_at is None
    assert row.due_at is not None
    (record,) = await world.rows(
        select(audit_records).where(audit_records.c.action == "resendLetter")
    )
    assert (record.object_id, record.owner_id) == (key, company.id)
    assert record.user_id == world.licensor.admin


async def resend(gateway: Gateway, world: World, letter: str) -> Any:
    wanted = {"letter": f"letter_{letter}"}
    return await order(gateway, world.licensor, "resendLetter", RESENT, **wanted)


@pytest.mark.parametrize("state", ["waiting", "sent", "purged"])
async def test_only_a_dead_letter_with_its_text_is_sent_again(
    world: World, gateway: Gateway, state: str
) -> None:
    company = await world.company()
    if state == "purged":
        key = await letters.dead(world, company.id, purged=True)
    else:
        key = await getattr(letters, state)(world, company.id)
    before = await world.dump()

    answer = await resend(gateway, world, key.hex)

    assert answer["__typename"] == "NothingToResend"
    assert await world.dump() == before
    unknown = await resend(gateway, world, "0" * 32)
    assert unknown["__typename"] == "NotFound"


async def test_support_sends_nothing(world: World, gateway: Gateway) -> None:
    key = await letters.dead(world, None)
    support = await world.user(world.licensor, Right.SUPPORT)
    refused = await gateway.send(
        support,
        "mutation ($l: ID!) { resendLetter(input: {letter: $l}) { __typename } }",
        {"l": f"letter_{key.hex}"},
    )
    assert refused.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
