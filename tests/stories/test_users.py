"""The people of a cabinet: invited, changed, blocked, removed; the last admin stays [000]."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from domain.access import Right
from domain.letters import LetterKind
from persistence.tables.accounts import users
from tests.client import Gateway
from tests.stories.orders import PROBLEM, order
from tests.world import PASSWORD, Cabinet, World

USER = PROBLEM + " ... on UserSuccess { user { id name email phone right isContact state } }"
REMOVED = PROBLEM + " ... on RemoveUserSuccess { user }"
OPENED = PROBLEM + " ... on ConfirmAccountSuccess { name login }"
LIST = "query ($s: UserState) { users(state: $s) { edges { node { id name state } } } }"
VIEWER = "{ viewer { user { id name } } }"


async def _invite(gateway: Gateway, who: Any, **changed: Any) -> Any:
    facts = {"name": "Иванов Пётр", "email": "petr@example.com", "right": "MANAGER", **changed}
    return await order(gateway, who, "inviteUser", USER, **facts)


async def _open(gateway: Gateway, ticket: str, password: str = PASSWORD) -> Any:
    facts = {"ticket": ticket, "password": password}
    return await order(gateway, None, "confirmAccount", OPENED, **facts)


async def _sign_in(gateway: Gateway, login: str) -> Any:
    facts = PROBLEM + " ... on SignInSuccess { token }"
    return await order(gateway, None, "signIn", facts, login=login, password=PASSWORD)


@pytest.mark.parametrize("kind", ["licensor", "partner", "company"])
async def test_an_admin_invites_a_user_who_sets_his_own_password(
    world: World, gateway: Gateway, kind: str
) -> None:
    cabinet = world.licensor if kind == "licensor" else await getattr(world, kind)()
    invited = (await _invite(gateway, cabinet))["user"]
    assert (invited["state"], invited["right"]) == ("INVITED", "MANAGER")
    ((letter, recipient, facts),) = await world.letters()
    assert (letter, recipient) == (LetterKind.INVITATION, "petr@example.com")
    assert (await _sign_in(gateway, "petr@example.com"))["code"] == "INVALID_CREDENTIALS"

    assert (await _open(gateway, facts["ticket"]))["login"] == "petr@example.com"
    token = (await _sign_in(gateway, "petr@example.com"))["token"]
    assert (await gateway.ask(token, VIEWER))["viewer"]["user"]["id"] == invited["id"]
    listed = (await gateway.ask(cabinet, LIST))["users"]["edges"]
    assert {"id": invited["id"], "name": "Иванов Пётр", "state": "ACTIVE"} in [
        edge["node"] for edge in listed
    ]


async def test_an_address_has_one_user_in_a_cabinet_and_may_have_others_elsewhere(
    world: World, gateway: Gateway
) -> None:
    partner, rival = await world.partner(), await world.partner()
    await _invite(gateway, partner)
    before = await world.dump()
    assert (await _invite(gateway, partner, email="PETR@example.com"))["code"] == "EMAIL_TAKEN"
    assert await world.dump() == before
    assert (await _invite(gateway, rival))["__typename"] == "UserSuccess"


async def test_only_the_licensor_has_support(world: World, gateway: Gateway) -> None:
    refused = await _invite(gateway, await world.partner(), right="SUPPORT")
    assert refused["code"] == "INVALID_INPUT"
    invited = await _invite(gateway, world.licensor, right="SUPPORT")
    assert invited["user"]["right"] == "SUPPORT"


async def test_managers_have_no_way_to_manage_users(world: World, gateway: Gateway) -> None:
    manager = await world.user(await world.partner(), Right.MANAGER)
    query = 'mutation { blockUser(input: {user: "x"}) { __typename } }'
    answer = (await gateway.send(manager, query)).json()
    assert "Cannot query field 'blockUser'" in answer["errors"][0]["message"]


async def test_a_user_is_changed_and_the_audit_tells_what_was(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    id_ = f"user_{(await world.member(partner)).hex}"
    changes = {"name": "Петрова Анна", "phone": None, "right": "ADMIN", "isContact": False}
    changed = (await order(gateway, partner, "changeUser", USER, user=id_, **changes))["user"]
    assert (changed["name"], changed["phone"]) == ("Петрова Анна", None)
    assert (changed["right"], changed["isContact"]) == ("ADMIN", False)
    again = (await order(gateway, partner, "changeUser", USER, user=id_))["user"]
    assert again == changed


async def test_a_changed_right_counts_at_the_next_request(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    key = await world.member(partner, Right.ADMIN)
    token = await world.token(key)
    query = "{ users { totalCount } }"
    assert (await gateway.ask(token, query))["users"]["totalCount"] == 2
    id_ = f"user_{key.hex}"
    await order(gateway, partner, "changeUser", USER, user=id_, right="MANAGER")
    assert (await gateway.send(token, query)).status_code == 400
    assert (await gateway.ask(token, VIEWER))["viewer"]["user"]["id"] == id_


async def _user_of(cabinet: Cabinet) -> str:
    return f"user_{cabinet.admin.hex}"


@pytest.mark.parametrize(
    ("mutation", "more"),
    [("changeUser", {"right": "MANAGER"}), ("blockUser", {}), ("removeUser", {})],
)
async def test_the_last_admin_stays(
    world: World, gateway: Gateway, mutation: str, more: dict[str, Any]
) -> None:
    partner = await world.partner()
    await world.member(partner)
    await _invite(gateway, partner, right="ADMIN")
    before = await world.dump()
    facts = REMOVED if mutation == "removeUser" else USER
    own = await _user_of(partner)
    refused = await order(gateway, partner, mutation, facts, user=own, **more)
    assert refused["code"] == "LAST_ADMIN"
    assert await world.dump() == before


async def test_of_two_admins_who_remove_each_other_one_stays(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    other = await world.member(partner, Right.ADMIN)
    token = await world.token(other)
    answers = await asyncio.gather(
        order(gateway, partner, "removeUser", REMOVED, user=f"user_{other.hex}"),
        gateway.send(
            token,
            "mutation ($u: ID!) { result: removeUser(input: {user: $u}) {"
            " __typename ... on Problem { code } } }",
            {"u": await _user_of(partner)},
        ),
    )
    rows = await world.rows(select(users).where(users.c.tenant_id == partner.id))
    assert [row.removed_at is None for row in rows].count(True) == 1, answers


@pytest.mark.parametrize("mutation", ["blockUser", "removeUser"])
async def test_who_is_blocked_or_removed_is_out_at_once(
    world: World, gateway: Gateway, mutation: str
) -> None:
    partner = await world.partner()
    key = await world.member(partner)
    token, id_ = await world.token(key), f"user_{key.hex}"
    assert (await gateway.send(token, VIEWER)).status_code == 200
    assert (await gateway.send(token, VIEWER)).status_code == 200
    facts = REMOVED if mutation == "removeUser" else USER
    await order(gateway, partner, mutation, facts, user=id_)
    assert (await gateway.send(token, VIEWER)).status_code == 401

    shown = [edge["node"] for edge in (await gateway.ask(partner, LIST))["users"]["edges"]]
    states = {user["id"]: user["state"] for user in shown}
    assert states.get(id_) == ("BLOCKED" if mutation == "blockUser" else None)
    if mutation == "blockUser":
        await order(gateway, partner, "unblockUser", USER, user=id_)
        assert (await gateway.send(token, VIEWER)).status_code == 401
        assert (await gateway.send(await world.token(key), VIEWER)).status_code == 200
    else:
        again = await order(gateway, partner, "unblockUser", USER, user=id_)
        assert again["code"] == "NOT_FOUND"


async def test_a_removed_users_address_is_free_and_his_documents_name_him(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 1)
    invited = (await _invite(gateway, partner))["user"]["id"]
    ((_, _, facts),) = await world.letters()
    await _open(gateway, facts["ticket"])
    token = (await _sign_in(gateway, "petr@example.com"))["token"]
    take = {"quantity": {"product": f"product_{product.hex}", "quantity": 1}}
    written = PROBLEM + " ... on DocumentSuccess { document { id } }"
    key = {"idempotencyKey": "k", "take": take}
    document = (await order(gateway, token, "revealToSelf", written, **key))["document"]["id"]
    await order(gateway, partner, "removeUser", REMOVED, user=invited)

    query = "query ($id: ID!) { document(id: $id) { user { id name state } } }"
    assert (await gateway.ask(partner, query, {"id": document}))["document"]["user"] == {
        "id": invited,
        "name": "Иванов Пётр",
        "state": "REMOVED",
    }
    removed = (await gateway.ask(partner, LIST, {"s": "REMOVED"}))["users"]["edges"]
    assert [edge["node"]["id"] for edge in removed] == [invited]
    assert (await _invite(gateway, partner))["__typename"] == "UserSuccess"


async def test_an_invitation_is_sent_again_only_while_it_waits(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    id_ = (await _invite(gateway, partner))["user"]["id"]
    await order(gateway, partner, "resendInvitation", USER, user=id_)
    first, second = [facts["ticket"] for _, _, facts in await world.letters()]
    assert (await _open(gateway, first))["code"] == "TICKET_EXPIRED"
    assert (await _open(gateway, second))["__typename"] == "ConfirmAccountSuccess"
    again = await order(gateway, partner, "resendInvitation", USER, user=id_)
    assert again["code"] == "NOT_FOUND"


async def test_one_changes_ones_own_details(world: World, gateway: Gateway) -> None:
    manager = await world.user(await world.partner(), Right.MANAGER)
    changed = PROBLEM + " ... on UserSuccess { user { name phone } }"
    details = {"name": "Новое Имя", "phone": "+7 495 765-43-21", "language": "EN"}
    done = await order(gateway, manager, "changeOwnDetails", changed, **details)
    assert done["user"] == {"name": "Новое Имя", "phone": "+74957654321"}
    wrong = await order(gateway, manager, "changeOwnDetails", changed, name="")
    assert wrong["code"] == "INVALID_INPUT"


async def test_the_licensor_corrects_a_partners_user(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    key = await world.member(partner, invited=True)
    correction = {"user": f"user_{key.hex}", "name": "Верное Имя", "email": "right@example.com"}
    done = await order(gateway, world.licensor, "correctUser", USER, **correction)
    assert (done["user"]["name"], done["user"]["email"]) == ("Верное Имя", "right@example.com")
    ((kind, recipient, facts),) = await world.letters()
    assert (kind, recipient) == (LetterKind.INVITATION, "right@example.com")
    assert (await _open(gateway, facts["ticket"]))["login"] == "right@example.com"


async def test_a_corrected_address_of_a_working_user_is_confirmed_there_first(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner(email="wrong@example.com")
    correction = {"user": await _user_of(partner), "email": "right@example.com"}
    done = await order(gateway, world.licensor, "correctUser", USER, **correction)
    assert done["user"]["email"] == "wrong@example.com"
    ((kind, recipient, facts),) = await world.letters()
    assert (kind, recipient) == (LetterKind.CONFIRM_EMAIL, "right@example.com")

    changed = PROBLEM + " ... on EmailSuccess { changed }"
    done = await order(gateway, None, "confirmEmail", changed, ticket=facts["ticket"])
    assert done["changed"]
    kind, recipient, _ = (await world.letters())[-1]
    assert (kind, recipient) == (LetterKind.EMAIL_CHANGED, "wrong@example.com")
    assert (await _sign_in(gateway, "wrong@example.com"))["code"] == "INVALID_CREDENTIALS"
    assert (await _sign_in(gateway, "right@example.com"))["token"]


async def test_users_of_companies_are_nobody_the_licensor_corrects(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    before = await world.dump()
    correction = {"user": await _user_of(company), "email": "right@example.com"}
    done = await order(gateway, world.licensor, "correctUser", USER, **correction)
    assert done["code"] == "NOT_FOUND"
    assert await world.dump() == before
