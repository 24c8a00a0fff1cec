"""Companies and partners, from the form to the confirmed account [000]."""

from __future__ import annotations

from typing import Any

import pytest

from domain.letters import LetterKind
from domain.registrations import AGREEMENT
from tests.client import Gateway
from tests.stories.orders import PROBLEM, order
from tests.world import PASSWORD, World

FORM: dict[str, Any] = {
    "account": {"name": "Светлова Анна", "email": "anna@example.com", "phone": "8 495 123-45-67"},
    "company": {"name": "Светлячок"},
    "firm": {"name": "ООО «Светлячок»", "inn": "3519003320", "email": "firm@example.com"},
    "outlet": {"name": "Магазин", "address": "Вологда", "timeZone": "Europe/Moscow"},
    "agreed": True,
}
SENT = PROBLEM + " ... on RegistrationSuccess { sentTo }"
REGISTERED = SENT + " ... on RegistrationSuccess { registration { id name kind } }"
OPENED = PROBLEM + " ... on ConfirmAccountSuccess { cabinet kind name login }"
CHECK = """query ($draft: RegistrationDraftInput!) {
  registrationCheck(draft: $draft) { problems { field message code } warnings } }"""
COMPANIES = "{ companies { edges { node { name } } totalCount } }"
WAITING = "{ registrations { edges { node { id name kind } } } }"
NEW_PARTNER = {
    "name": "ООО «ЦТО ККТ»",
    "inn": "7788990011",
    "address": "105122, г. Москва, Щелковское шоссе",
    "head": "Фёдоров Иван Иванович",
    "phone": "8(800) 333-00-14",
    "userName": "Сидоров Николай",
    "userEmail": "test@mail.ru",
}


async def _register(gateway: Gateway, who: Any = None, **changed: Any) -> Any:
    facts = SENT if who is None else REGISTERED
    return await order(gateway, who, "registerCompany", facts, **{**FORM, **changed})


async def _confirm(gateway: Gateway, ticket: str, password: str = PASSWORD, **more: Any) -> Any:
    facts = {"ticket": ticket, "password": password, "agreed": True, **more}
    return await order(gateway, None, "confirmAccount", OPENED, **facts)


async def _sign_in(gateway: Gateway, login: str, password: str = PASSWORD) -> Any:
    facts = PROBLEM + " ... on SignInSuccess { token }"
    return await order(gateway, None, "signIn", facts, login=login, password=password)


async def test_a_company_registers_itself_and_works_after_its_confirmation(
    world: World, gateway: Gateway
) -> None:
    assert await _register(gateway) == {
        "__typename": "RegistrationSuccess",
        "sentTo": "anna@example.com",
    }

    ((kind, recipient, facts),) = await world.letters()
    assert (kind, recipient) == (LetterKind.CONFIRM_COMPANY, "anna@example.com")
    assert facts["registered_by"] == ""
    assert (await gateway.ask(world.licensor, COMPANIES))["companies"]["totalCount"] == 0
    assert (await _sign_in(gateway, "anna@example.com"))["code"] == "INVALID_CREDENTIALS"

    shown = "query ($t: String!) { ticket(ticket: $t) { purpose cabinet email agreement } }"
    assert (await gateway.ask(None, shown, {"t": facts["ticket"]}))["ticket"] == {
        "purpose": "CONFIRMATION",
        "cabinet": "Светлячок",
        "email": "anna@example.com",
        "agreement": AGREEMENT,
    }
    opened = await _confirm(gateway, facts["ticket"])
    assert (await gateway.ask(None, shown, {"t": facts["ticket"]}))["ticket"] is None
    assert (opened["kind"], opened["name"], opened["login"]) == (
        "COMPANY",
        "Светлячок",
        "anna@example.com",
    )
    token = (await _sign_in(gateway, "anna@example.com"))["token"]
    viewer = """{ viewer { user { name phone right } company { name partner { isLicensor }
        firms { edges { node { name inn isMain } } }
        outlets { edges { node { name timeZone } } } } } }"""
    assert (await gateway.ask(token, viewer))["viewer"] == {
        "user": {"name": "Светлова Анна", "phone": "+74951234567", "right": "ADMIN"},
        "company": {
            "name": "Светлячок",
            "partner": {"isLicensor": True},
            "firms": {
                "edges": [
                    {"node": {"name": "ООО «Светлячок»", "inn": "3519003320", "isMain": True}}
                ]
            },
            "outlets": {"edges": [{"node": {"name": "Магазин", "timeZone": "Europe/Moscow"}}]},
        },
    }
    found = (await gateway.ask(world.licensor, COMPANIES))["companies"]
    assert [edge["node"]["name"] for edge in found["edges"]] == ["Светлячок"]


async def test_a_partner_registers_a_company_which_is_linked_to_it_when_confirmed(
    world: World, gateway: Gateway
) -> None:
    partner, rival = await world.partner("Вектор"), await world.partner()
    registered = (await _register(gateway, partner))["registration"]
    assert registered["name"] == "Светлячок"
    assert (await gateway.ask(partner, COMPANIES))["companies"]["totalCount"] == 0
    for other in (rival, world.licensor):
        assert (await gateway.ask(other, WAITING))["registrations"]["edges"] == []
    assert (await gateway.ask(partner, WAITING))["registrations"]["edges"] == [{"node": registered}]

    ((_, _, facts),) = await world.letters()
    assert facts["registered_by"] == "Вектор"
    await _confirm(gateway, facts["ticket"])

    assert (await gateway.ask(partner, COMPANIES))["companies"]["totalCount"] == 1
    assert (await gateway.ask(partner, WAITING))["registrations"]["edges"] == []
    assert (await gateway.ask(world.licensor, COMPANIES))["companies"]["totalCount"] == 0


async def test_a_blocked_partners_registration_is_linked_to_the_licensor(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    await _register(gateway, partner)
    await world.block(partner)
    ((_, _, facts),) = await world.letters()
    await _confirm(gateway, facts["ticket"])

    assert (await gateway.ask(world.licensor, COMPANIES))["companies"]["totalCount"] == 1


async def test_without_the_agreement_nothing_is_registered_or_confirmed(
    world: World, gateway: Gateway
) -> None:
    before = await world.dump()
    refused = await _register(gateway, agreed=False)
    assert refused["code"] == "AGREEMENT_NOT_ACCEPTED"
    assert await world.dump() == before

    await _register(gateway)
    ((_, _, facts),) = await world.letters()
    before = await world.dump()
    refused = await _confirm(gateway, facts["ticket"], agreed=False)
    assert refused["code"] == "AGREEMENT_NOT_ACCEPTED"
    assert await world.dump() == before
    assert (await _confirm(gateway, facts["ticket"]))["name"] == "Светлячок"


async def test_every_problem_of_the_steps_is_told_at_once(gateway: Gateway) -> None:
    draft = {
        "account": {"name": " ", "email": "anna", "phone": "12"},
        "firm": {"name": "", "inn": "123"},
        "outlet": {"name": "x" * 201, "timeZone": "Москва"},
    }
    check = (await gateway.ask(None, CHECK, {"draft": draft}))["registrationCheck"]
    assert {problem["field"] for problem in check["problems"]} == {
        "account.name",
        "account.email",
        "account.phone",
        "firm.name",
        "firm.inn",
        "outlet.name",
        "outlet.timeZone",
    }
    assert {problem["code"] for problem in check["problems"]} == {"INVALID_INPUT"}


async def test_a_good_step_has_no_problem_and_a_wrong_check_digit_is_a_warning(
    gateway: Gateway,
) -> None:
    good = {name: FORM[name] for name in ("account", "company", "outlet")}
    draft = {**good, "firm": {"name": "ЦТО", "inn": "7788990011"}}
    check = (await gateway.ask(None, CHECK, {"draft": draft}))["registrationCheck"]
    assert check == {"problems": [], "warnings": ["INN_CHECKSUM"]}
    assert (await gateway.ask(None, CHECK, {"draft": {}}))["registrationCheck"] == {
        "problems": [],
        "warnings": [],
    }


async def test_the_licensor_registers_a_partner_who_works_as_its_admin(
    world: World, gateway: Gateway
) -> None:
    created = await order(gateway, world.licensor, "createPartner", REGISTERED, **NEW_PARTNER)
    assert created["sentTo"] == "test@mail.ru"
    assert created["registration"]["kind"] == "PARTNER"
    partners = "{ partners { edges { node { name } } } }"
    names = [
        edge["node"]["name"]
        for edge in (await gateway.ask(world.licensor, partners))["partners"]["edges"]
    ]

    ((kind, _, facts),) = await world.letters()
    assert kind is LetterKind.CONFIRM_PARTNER
    opened = await _confirm(gateway, facts["ticket"], agreed=False)
    assert opened["kind"] == "PARTNER"
    token = (await _sign_in(gateway, "test@mail.ru"))["token"]
    viewer = "{ viewer { user { name right } partner { name inn address head phone } } }"
    assert (await gateway.ask(token, viewer))["viewer"] == {
        "user": {"name": "Сидоров Николай", "right": "ADMIN"},
        "partner": {
            "name": "ООО «ЦТО ККТ»",
            "inn": "7788990011",
            "address": "105122, г. Москва, Щелковское шоссе",
            "head": "Фёдоров Иван Иванович",
            "phone": "+78003330014",
        },
    }
    assert "ООО «ЦТО ККТ»" not in names


async def test_letters_to_one_address_are_throttled(world: World, gateway: Gateway) -> None:
    codes = [(await _register(gateway)).get("code") for _ in range(11)]
    assert codes == [None] * 10 + ["TRY_AGAIN_LATER"]
    assert len(await world.letters()) == 10


@pytest.mark.parametrize("step", ["account", "company", "firm", "outlet"])
async def test_a_wrong_step_registers_nothing(world: World, gateway: Gateway, step: str) -> None:
    before = await world.dump()
    refused = await _register(gateway, **{step: {**FORM[step], "name": "\u0007"}})
    assert refused["code"] == "INVALID_INPUT"
    assert refused["message"].startswith(f"Field “{step}.name”")
    assert await world.dump() == before
