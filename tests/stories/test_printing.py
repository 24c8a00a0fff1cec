"""The address of a printed page opens once, not for long, and for nobody who may not."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, update

from gateway.logs import configure_logs
from gateway.settings import Settings
from persistence.connections import PoolExhausted
from persistence.tables.accounts import sessions, users
from persistence.tables.showings import print_page_licenses, print_pages
from tests.client import Gateway
from tests.clock import Clock
from tests.stories.activating import activate
from tests.stories.orders import exactly, order, print_licenses, show_codes
from tests.stories.test_hand_overs import of, sold_outside
from tests.world import Cabinet, World

ACCEPTED = {"accept-language": "ru"}


async def ordered(
    world: World, gateway: Gateway, seller: Cabinet, quantity: int = 3
) -> tuple[str, list[UUID]]:
    """Print a new document; return the address of the page and its licenses."""
    document, held = await sold_outside(world, gateway, seller, quantity)
    answer = await print_licenses(gateway, seller, of(document))
    return answer["address"], held


async def visit(gateway: Gateway, address: str, **headers: str) -> httpx.Response:
    return await gateway.http.get(address, headers={**ACCEPTED, **headers})


def codes_of(page: str) -> list[str]:
    return [code.replace(" ", "") for code in re.findall(r">(\d{4} \d{4} \d{4})<", page)]


async def unknown(gateway: Gateway) -> tuple[int, str, dict[str, str]]:
    return told(await visit(gateway, "/print/" + "x" * 43))


def told(response: httpx.Response) -> tuple[int, str, dict[str, str]]:
    headers = {name: value for name, value in response.headers.items() if name != "x-request-id"}
    return response.status_code, response.text, headers


async def test_a_page_shows_codes_document_and_buyer(world: World, gateway: Gateway) -> None:
    partner = await world.partner("ООО <b>ЦТО</b>")
    address, held = await ordered(world, gateway, partner)
    answer = await show_codes(gateway, partner, held)

    response = await visit(gateway, address)

    assert response.status_code == 200
    page = response.text
    assert codes_of(page) == [shown["code"] for shown in answer["codes"]]
    assert re.search(r"<h1>Документ № 1 от \d\d\.\d\d\.\d{4}</h1>", page)
    assert "Покупатель: ООО «Прохожий» ИНН 6722012609" in re.sub(r"\s+", " ", page)
    assert "ООО &lt;b&gt;ЦТО&lt;/b&gt;" in page
    assert page.count("<svg") == 3
    assert '<html lang="ru">' in page
    assert not re.search(r"""(src|href)=["'](?!data:,)""", page)
    assert "<script" not in page
    headers = response.headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in headers["content-security-policy"]


async def test_a_page_comes_in_english_too(world: World, gateway: Gateway) -> None:
    address, _ = await ordered(world, gateway, await world.partner())

    page = (await gateway.http.get(address, headers={"accept-language": "en-GB, ru;q=0.5"})).text

    assert '<html lang="en">' in page
    assert "Document № 1 of" in page


async def test_a_page_opens_once(world: World, gateway: Gateway) -> None:
    address, _ = await ordered(world, gateway, await world.partner())

    first, second = await visit(gateway, address), await visit(gateway, address)

    assert first.status_code == 200
    assert told(second) == await unknown(gateway)
    assert second.status_code == 404
    assert "Страница не найдена" in second.text


async def test_of_many_who_open_a_page_at_once_one_does(world: World, gateway: Gateway) -> None:
    address, _ = await ordered(world, gateway, await world.partner())

    answers = await asyncio.gather(*(visit(gateway, address) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200, *[404] * 7]


async def test_a_page_expires(world: World, gateway: Gateway, clock: Clock) -> None:
    partner = await world.partner()
    address, _ = await ordered(world, gateway, partner)
    clock.turn(timedelta(minutes=5))

    assert told(await visit(gateway, address)) == await unknown(gateway)

    await ordered(world, gateway, partner)
    # The next order forgets what has expired.
    for table in (print_pages, print_page_licenses):
        hashes = select(func.count(func.distinct(table.c.token_hash)))
        assert [tuple(row) for row in await world.rows(hashes)] == [(1,)]


async def test_what_only_asks_whether_there_is_a_page_does_not_use_it_up(
    world: World, gateway: Gateway
) -> None:
    address, _ = await ordered(world, gateway, await world.partner())

    assert (await visit(gateway, address, **{"sec-purpose": "prefetch"})).status_code == 503
    assert (await gateway.http.head(address)).status_code == 405
    assert (await gateway.http.post(address)).status_code == 405
    assert (await visit(gateway, address)).status_code == 200


async def test_a_page_is_unknown_to_who_is_signed_in_elsewhere(
    world: World, gateway: Gateway
) -> None:
    partner, rival = await world.partner(), await world.partner()
    address, _ = await ordered(world, gateway, partner)

    stranger = await visit(gateway, address, authorization=f"Bearer {rival.token}")
    by_cookie = await visit(gateway, address, cookie=f"gateway_session={rival.token}")

    assert told(stranger) == told(by_cookie) == await unknown(gateway)
    colleague = await visit(gateway, address, authorization=f"Bearer {partner.token}")
    assert colleague.status_code == 200


@pytest.mark.parametrize("cookie", ["gone", "not a token;", ""])
async def test_an_old_cookie_does_not_hinder(world: World, gateway: Gateway, cookie: str) -> None:
    address, _ = await ordered(world, gateway, await world.partner())

    response = await visit(gateway, address, cookie=f"gateway_session={cookie}")

    assert response.status_code == 200


@pytest.mark.parametrize("what", ["cabinet", "user", "session"])
async def test_a_page_dies_with_the_session_that_ordered_it(
    world: World, gateway: Gateway, clock: Clock, what: str
) -> None:
    partner = await world.partner()
    address, _ = await ordered(world, gateway, partner)
    if what == "cabinet":
        await world.block(partner)
    elif what == "user":
        blocked = update(users).where(users.c.id == partner.admin).values(blocked_at=clock.now())
        await world.change(blocked)
    else:
        ended = update(sessions).where(sessions.c.user_id == partner.admin)
        await world.change(ended.values(ended_at=clock.now()))

    assert told(await visit(gateway, address)) == await unknown(gateway)


async def test_a_page_shows_what_is_still_the_cabinets_when_it_is_opened(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    address, held = await ordered(world, gateway, partner)
    left = [shown["code"] for shown in (await show_codes(gateway, partner, held[1:]))["codes"]]
    await activate(world, company, held[0])

    page = (await visit(gateway, address)).text

    assert codes_of(page) == left
    assert "Лицензий, которых у вас уже нет: 1." in page
    address, held = await ordered(world, gateway, partner)
    await activate(world, company, *held)
    assert told(await visit(gateway, address)) == await unknown(gateway)


async def test_licenses_by_id_come_under_their_own_documents(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, "Ромашка")
    _, first = await sold_outside(world, gateway, partner, 2, name="Первый", email="1@example.com")
    _, second = await sold_outside(world, gateway, partner, 2, name="Второй", email="2@example.com")
    answer = await print_licenses(gateway, partner, exactly([second[0], first[0], second[1]]))

    page = (await visit(gateway, answer["address"])).text

    assert re.findall(r"<h1>Документ № (\d+)", page) == ["1", "2"]
    assert page.index("Первый") < page.index("Второй")
    await activate(world, company, second[0])
    answer = await print_licenses(gateway, company, exactly([second[0]]))
    page = (await visit(gateway, answer["address"])).text
    # What the seller wrote of his buyer is not the company's.
    assert "<h1>Лицензии</h1>" in page
    assert "Второй" not in page


async def test_a_page_that_cannot_be_looked_up_is_not_used_up(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = await ordered(world, gateway, await world.partner())
    with monkeypatch.context() as broken:

        async def exhausted(*_: object) -> None:
            raise PoolExhausted

        broken.setattr(world.tools.database, "carry_out", exhausted)
        assert (await visit(gateway, address)).status_code == 503

    assert (await visit(gateway, address)).status_code == 200


async def test_the_address_is_in_no_log(
    world: World,
    gateway: Gateway,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure_logs(Settings(log_format="json"))
    partner = await world.partner()
    document, held = await sold_outside(world, gateway, partner)
    codes = [shown["code"] for shown in (await show_codes(gateway, partner, held))["codes"]]
    facts = "__typename ... on EmailLicensesSuccess { quantity }"
    mail: dict[str, Any] = {"idempotencyKey": "k", "take": of(document), "to": "buyer@example.com"}
    sent = await order(gateway, partner, "emailLicenses", facts, **mail)
    assert sent["quantity"] == 3
    tokens = []
    for _ in range(2):
        answer = await print_licenses(gateway, partner, of(document))
        tokens.append(answer["address"].removeprefix("/print/"))
    await visit(gateway, f"/print/{tokens[0]}")
    await visit(gateway, f"/print/{tokens[0]}")
    await visit(gateway, f"/print/{tokens[0]}/more")
    await visit(gateway, f"http://gateway.test//print/{tokens[0]}?also={tokens[0]}")

    async def broken(*_: object) -> None:
        raise RuntimeError(len(tokens))

    monkeypatch.setattr(gateway.engine._tools.database, "carry_out", broken)
    with pytest.raises(RuntimeError):
        await visit(gateway, f"/print/{tokens[1]}")

    logged = "".join(capfd.readouterr())
    assert logged.count('"path":"/print/"') == 4
    assert logged.count('"path":"//print/"') == 1
    assert "unexpected" in logged
    for secret in (*tokens, *codes):
        assert secret not in logged
