"""The letters by which registrations are confirmed: once, while they are good [000]."""

from __future__ import annotations

from datetime import timedelta

from domain.accounts import MOST_CABINETS
from domain.letters import TicketPurpose
from domain.registrations import CONFIRMATION_LIFETIME
from tests.client import Gateway
from tests.clock import Clock
from tests.stories.orders import PROBLEM, order
from tests.stories.test_registrations import (
    NEW_PARTNER,
    REGISTERED,
    SENT,
    _confirm,
    _register,
)
from tests.world import World


async def test_a_letter_opens_one_account_once_and_only_while_it_is_good(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    await _register(gateway)
    ((_, _, facts),) = await world.letters()
    clock.turn(CONFIRMATION_LIFETIME + timedelta(seconds=1))
    assert (await _confirm(gateway, facts["ticket"]))["code"] == "TICKET_EXPIRED"
    clock.turn(-timedelta(seconds=2))
    assert (await _confirm(gateway, facts["ticket"]))["__typename"] == "ConfirmAccountSuccess"
    assert (await _confirm(gateway, facts["ticket"]))["code"] == "TICKET_EXPIRED"
    assert (await _confirm(gateway, "x"))["code"] == "TICKET_EXPIRED"


async def test_a_ticket_for_something_else_opens_no_account(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    invited = await world.member(partner, invited=True)
    for purpose in (TicketPurpose.PASSWORD_RESET, TicketPurpose.EMAIL_CHANGE):
        ticket = await world.ticket(invited, purpose)
        assert (await _confirm(gateway, ticket))["code"] == "TICKET_EXPIRED"
    working = await world.member(partner)
    ticket = await world.ticket(working, TicketPurpose.INVITATION)
    assert (await _confirm(gateway, ticket))["code"] == "TICKET_EXPIRED"


async def test_a_letter_is_sent_again_and_the_one_before_opens_nothing(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    id_ = (await _register(gateway, partner))["registration"]["id"]
    again = await order(gateway, partner, "resendConfirmation", SENT, registration=id_)
    assert again["sentTo"] == "anna@example.com"

    first, second = [facts["ticket"] for _, _, facts in await world.letters()]
    assert (await _confirm(gateway, first))["code"] == "TICKET_EXPIRED"
    assert (await _confirm(gateway, second))["__typename"] == "ConfirmAccountSuccess"
    again = await order(gateway, partner, "resendConfirmation", SENT, registration=id_)
    assert again["code"] == "NOT_FOUND"


async def test_the_licensor_corrects_the_address_of_a_partner_not_confirmed_yet(
    world: World, gateway: Gateway
) -> None:
    created = await order(gateway, world.licensor, "createPartner", REGISTERED, **NEW_PARTNER)
    corrected = {"registration": created["registration"]["id"], "email": "right@mail.ru"}
    again = await order(gateway, world.licensor, "resendConfirmation", SENT, **corrected)
    assert again["sentTo"] == "right@mail.ru"

    wrong, right = await world.letters()
    assert right[1] == "right@mail.ru"
    assert (await _confirm(gateway, wrong[2]["ticket"]))["code"] == "TICKET_EXPIRED"
    assert (await _confirm(gateway, right[2]["ticket"]))["login"] == "right@mail.ru"


async def test_a_cancelled_registration_leaves_nothing_but_its_audit(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    before = await world.dump(but=("sessions", "attempts", "audit_records", "letters"))
    id_ = (await _register(gateway, partner))["registration"]["id"]
    ((_, _, facts),) = await world.letters()
    done = PROBLEM + " ... on CancelRegistrationSuccess { registration }"
    answer = await order(gateway, partner, "cancelRegistration", done, registration=id_)
    assert answer["registration"] == id_

    assert (await _confirm(gateway, facts["ticket"]))["code"] == "TICKET_EXPIRED"
    assert await world.dump(but=("sessions", "attempts", "audit_records", "letters")) == before
    answer = await order(gateway, partner, "cancelRegistration", done, registration=id_)
    assert answer["code"] == "NOT_FOUND"


async def test_one_address_opens_no_more_cabinets_than_a_login_may(
    world: World, gateway: Gateway
) -> None:
    for number in range(MOST_CABINETS):
        await world.company(name=f"Компания {number}", email="ANNA@example.com")
    await _register(gateway)
    facts = (await world.letters())[-1][2]
    before = await world.dump()
    assert (await _confirm(gateway, facts["ticket"]))["code"] == "TOO_MANY_CABINETS"
    assert await world.dump() == before
