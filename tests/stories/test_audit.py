"""The audit: who did what to which object, acting for whom, from where, with before and after."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from domain.access import Right
from domain.tokens import Scope
from persistence.companies import RegionalDetails
from persistence.tables.accounts import sessions, users
from persistence.tables.audit import audit_records
from tests.client import Gateway
from tests.clock import Clock
from tests.schema.bench import NUMBER
from tests.stories.orders import (
    STRANGER,
    decide,
    end_link,
    ids,
    issue,
    order,
    relink,
    request_link,
    reveal,
    sell,
    show_codes,
    some,
)
from tests.world import PASSWORD, World

FACTS = """at action user { id } userName viaToken device tenant { kind name }
  owner { kind name } object address requestId before after"""
ASKED = f"""query ($filter: AuditFilter) {{ audit(first: 100, filter: $filter) {{ totalCount
  edges {{ node {{ id {FACTS} }} }} }} }}"""
SIGN_IN = "__typename ... on SignInSuccess { token }"
SECRET = re.compile(r"argon2|[A-Za-z0-9_-]{30,}|\b\d{12}\b")
HARMLESS = re.compile(r"[\w.+-]+@[\w.-]+|[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
"""Addresses and keys, which may look like secrets."""


async def audit(gateway: Gateway, who: Any, **filter_: Any) -> list[dict[str, Any]]:
    """Return the records one sees, newest first."""
    found = (await gateway.ask(who, ASKED, {"filter": filter_}))["audit"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def latest(gateway: Gateway, who: Any, **filter_: Any) -> dict[str, Any]:
    return (await audit(gateway, who, **filter_))[0]


def change(record: dict[str, Any]) -> tuple[Any, Any]:
    """Return what was before and after."""
    before, after = record["before"], record["after"]
    return before and json.loads(before), after and json.loads(after)


async def test_orders_on_licenses_are_told_with_their_documents(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.product()
    issued = await issue(gateway, world.licensor, product, 9)
    told = await latest(gateway, world.licensor)
    assert (told["action"], told["object"]) == ("issueLicenses", issued["document"]["id"])
    assert change(told) == (None, {"number": 1, "kind": "ISSUE", "quantity": 9})
    sold = await sell(gateway, world.licensor, {"partner": partner.node()}, some(product, 5))
    told = await latest(gateway, world.licensor)
    assert (told["action"], told["object"]) == ("sellLicenses", sold["document"]["id"])
    assert change(told)[1]["kind"] == "SALE_TO_PARTNER"
    await sell(gateway, partner, {"firm": company.firm_node}, some(product, 2))
    told = await latest(gateway, partner)
    facts = change(told)[1]
    assert (facts["quantity"], facts["number"]) == (2, 1)
    assert facts["buyer"].startswith("Фирма")
    assert told["user"] == {"id": f"user_{partner.admin.hex}"}
    assert (told["tenant"]["kind"], told["owner"]["kind"]) == ("PARTNER", "PARTNER")
    await reveal(gateway, partner, some(product, 1))
    assert (await latest(gateway, partner))["action"] == "revealToSelf"
    shown = (await world.held(partner))[0]
    await show_codes(gateway, partner, [shown])
    told = await latest(gateway, partner)
    assert (told["action"], told["object"]) == ("showCodes", ids([shown])[0])
    assert (told["userName"], told["viaToken"]) == (f"Админ {partner.email[5]}", None)


async def test_decisions_on_links_are_told_to_both_sides(world: World, gateway: Gateway) -> None:
    partner, company = await world.partner("Альфа"), await world.company()
    asked = await request_link(gateway, company, partner)
    request = asked["request"]["id"]
    told = await latest(gateway, company)
    assert (told["action"], told["object"]) == ("requestPartnerLink", request)
    assert change(told)[1]["state"] == "PENDING"
    await decide(gateway, partner, "approveLink", request)
    ours = await latest(gateway, partner)
    assert (ours["action"], ours["object"]) == ("approveLink", request)
    assert change(ours) == ({"state": "PENDING"}, {"state": "APPROVED"})
    (theirs,) = await audit(gateway, company, side="OTHERS")
    assert theirs["id"] == ours["id"]
    assert theirs["tenant"] == {"kind": "PARTNER", "name": "Альфа"}
    assert {theirs[name] for name in ("user", "userName", "address", "viaToken")} == {None}
    await end_link(gateway, partner, company)
    told = await latest(gateway, company, side="OTHERS")
    assert (told["action"], told["object"]) == ("endLink", company.node())
    assert change(told) == ({"linked": True}, {"linked": False, "reason": "ENDED_BY_PARTNER"})
    for mutation, state in (("rejectLink", "REJECTED"), ("cancelLinkRequest", "CANCELLED")):
        asked = await request_link(gateway, company, partner)
        who = partner if mutation == "rejectLink" else company
        await decide(gateway, who, mutation, asked["request"]["id"])
        told = await latest(gateway, who, action=mutation)
        assert change(told) == ({"state": "PENDING"}, {"state": state})


async def test_bindings_are_told(world: World, gateway: Gateway) -> None:
    mrc = await world.mrc()
    client = await world.company(regional=RegionalDetails(multichannel_number=NUMBER))
    await order(gateway, mrc, "bindRegionalClient", "__typename", multichannelNumber=NUMBER)
    told = await latest(gateway, mrc)
    assert (told["action"], told["object"]) == ("bindRegionalClient", f"client_{client.id.hex}")
    assert change(told) == ({"bound": False}, {"bound": True})
    theirs = await latest(gateway, client, side="OTHERS")
    assert (theirs["object"], theirs["user"]) == (client.node(), None)
    node = f"client_{client.id.hex}"
    await order(gateway, mrc, "unbindRegionalClient", "__typename", client=node)
    assert change(await latest(gateway, mrc)) == ({"bound": True}, {"bound": False})


async def test_signing_in_and_out_is_told_and_failing_to_is_not(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    login = {"login": partner.email, "password": PASSWORD}
    token = (await order(gateway, None, "signIn", SIGN_IN, **login))["token"]
    (told,) = await audit(gateway, token)
    assert (told["action"], told["object"]) == ("signIn", f"user_{partner.admin.hex}")
    assert told["address"] == "127.0.0.1"
    assert await world.rows(select(sessions.c.address).where(sessions.c.address.is_not(None))) == [
        ("127.0.0.1",)
    ]
    await order(gateway, None, "signIn", SIGN_IN, **{**login, "password": "wrong"})
    await gateway.ask(token, "mutation { signOut { signedOut } }")
    actions = [record["action"] for record in await audit(gateway, partner)]
    assert actions == ["signOut", "signIn"]


async def test_what_a_token_did_is_told_with_its_name_and_its_creator(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner)
    token = await world.api_token(partner, Scope.SELL)
    await sell(gateway, token, {"unregistered": STRANGER}, some(product, 1))
    sold, made = await audit(gateway, partner)
    assert (sold["action"], sold["viaToken"]) == ("sellLicenses", "Программа")
    assert sold["user"] == {"id": f"user_{partner.admin.hex}"}
    assert made["action"] == "createApiToken"
    assert change(made)[1] == {
        "name": "Программа",
        "scopes": ["SELL"],
        "products": "all",
        "expiresAt": change(made)[1]["expiresAt"],
    }
    await order(gateway, partner, "revokeApiToken", "__typename", token=made["object"])
    revoked = await latest(gateway, partner, object=made["object"])
    assert change(revoked) == (
        {"name": "Программа", "revoked": False},
        {"name": "Программа", "revoked": True},
    )


async def test_a_cabinet_reads_its_own_audit_and_only_its_admins_do(
    world: World, gateway: Gateway
) -> None:
    one, other = await world.partner(), await world.partner()
    for partner in (one, other):
        await show_codes(gateway, partner, [])
        await reveal(gateway, partner, some(await world.stocked(partner), 1))
    for partner in (one, other):
        (told,) = await audit(gateway, partner)
        assert told["user"] == {"id": f"user_{partner.admin.hex}"}
        assert await audit(gateway, partner, side="OTHERS") == []
    manager = await world.user(one, Right.MANAGER)
    asked = "{ audit { totalCount } }"
    for who in (manager, await world.user(world.licensor, Right.MANAGER), None):
        answer = (await gateway.send(who, asked)).json()
        assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_support_reads_all_and_leaves_a_record_of_it(world: World, gateway: Gateway) -> None:
    partner = await world.partner("Бета")
    support = await world.user(world.licensor, Right.SUPPORT)
    await reveal(gateway, partner, some(await world.stocked(partner), 1))
    (told,) = await audit(gateway, support, tenant=partner.node(), action="revealToSelf")
    assert told["userName"].startswith("Админ")
    assert told["user"] == {"id": f"user_{partner.admin.hex}"}
    (look, *_) = await audit(gateway, partner, side="OTHERS")
    assert (look["action"], look["object"]) == ("look", None)
    assert look["tenant"] == {"kind": "LICENSOR", "name": "MyPOS"}
    assert {look[name] for name in ("user", "userName", "address")} == {None}
    own = await latest(gateway, world.licensor, action="look")
    assert own["userName"].startswith("Сотрудник")
    assert own["owner"] == {"kind": "PARTNER", "name": "Бета"}
    assert own["address"] == "127.0.0.1"
    on_it = await audit(gateway, support, tenant=partner.node(), side="OTHERS")
    assert {record["action"] for record in on_it} == {"look"}
    assert await audit(gateway, support, tenant="partner_" + "0" * 32) == []


async def test_records_are_found_by_user_action_object_and_time(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner)
    first = (await reveal(gateway, partner, some(product, 1)))["document"]["id"]
    clock.turn(timedelta(hours=1))
    colleague = await world.user(partner, Right.MANAGER)
    middle = clock.now().isoformat()
    second = (await reveal(gateway, colleague, some(product, 1)))["document"]["id"]
    await show_codes(gateway, colleague, (await world.held(partner))[:1])

    async def objects(**filter_: Any) -> list[str]:
        return [record["object"] for record in await audit(gateway, partner, **filter_)]

    code = ids((await world.held(partner))[:1])
    assert await objects() == [*code, second, first]
    assert await objects(user=f"user_{partner.admin.hex}") == [first]
    assert await objects(action="revealToSelf") == [second, first]
    assert await objects(action="nothing of the kind") == []
    assert await objects(object=first) == [first]
    assert await objects(object=code[0], action="revealToSelf") == []
    assert await objects(since=middle) == [*code, second]
    assert await objects(until=middle) == [first]
    stranger = await world.partner()
    for wrong in (f"user_{stranger.admin.hex}", "user_" + "0" * 32, "x", first):
        assert await objects(user=wrong) == []
    for wrong in (stranger.node(), "document_" + "0" * 32, "x", "auditrecord_" + "0" * 32):
        assert await objects(object=wrong) == []


async def test_what_has_left_is_told_of_and_not_asked_for(world: World, gateway: Gateway) -> None:
    """The record stays; a license that is another's now filters like one that never was."""
    partner, rival = await world.partner(), await world.partner()
    company = await world.company(partner)
    await relink(gateway, company, rival)
    await world.rows(select(audit_records))
    product = await world.stocked(rival)
    await world.reveal(rival, product, 1)
    shown = (await world.held(rival))[0]
    await show_codes(gateway, rival, [shown])
    await end_link(gateway, rival, company)
    told = await latest(gateway, rival)
    assert (told["action"], told["object"]) == ("endLink", company.node())
    assert await audit(gateway, rival, object=company.node()) == []
    assert len(await audit(gateway, company, object=company.node(), side="OTHERS")) == 1


async def test_who_has_left_is_named(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    colleague = await world.user(partner, Right.MANAGER)
    await reveal(gateway, colleague, some(await world.stocked(partner), 1))
    now = world.tools.database.clock.now()
    await world.change(
        update(users)
        .where(users.c.tenant_id == partner.id, users.c.id != partner.admin)
        .values(removed_at=now)
    )
    told = await latest(gateway, partner)
    assert told["userName"].startswith("Сотрудник")
