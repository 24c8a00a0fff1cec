"""The printed page in a real browser: on A4, whole, readable by people and machines, alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.async_api import Browser, Page
from sqlalchemy import update

from persistence.tables.documents import products
from tests.browser.papers import A4, Paper, papers
from tests.client import Gateway
from tests.stories.orders import exactly, print_licenses, show_codes
from tests.stories.test_hand_overs import of, sold_outside
from tests.world import Cabinet, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MARGIN = 11.5
"""What printers leave white, and a little less than the page does, millimetres."""
STYLED = "getComputedStyle(document.querySelector('.license')).display"


@dataclass
class Visit:
    """A page that was opened, and what the browser did and said meanwhile."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def paper(self) -> list[Paper]:
        """Return the pages as the browser prints them."""
        return papers(await self.page.pdf(prefer_css_page_size=True))


@pytest.fixture
async def origin(gateway: Gateway) -> AsyncIterator[str]:
    """The gateway behind a port of its own."""
    config = uvicorn.Config(
        gateway.app, host="127.0.0.1", port=0, lifespan="off", log_config=None, ws="none"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the library has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def partner(world: World) -> Cabinet:
    return await world.partner("ЦТО «Вектор»")


async def visit(browser: Browser, address: str, language: str = "ru-RU") -> Visit:
    context = await browser.new_context(locale=language)
    seen = Visit(await context.new_page())
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    await seen.page.goto(address, wait_until="networkidle")
    return seen


async def printed(
    world: World, gateway: Gateway, partner: Cabinet, quantity: int
) -> tuple[str, list[str]]:
    """Print a document of so many licenses; return the page's address and the codes."""
    document, held = await sold_outside(world, gateway, partner, quantity)
    shown = await show_codes(gateway, partner, held)
    answer = await print_licenses(gateway, partner, of(document))
    return answer["address"], [one["code"] for one in shown["codes"]]


def check(pages: list[Paper], codes: list[str]) -> None:
    """Check that each code is on one page, for people and as a whole QR code beside it."""
    for page in pages:
        assert page.size == pytest.approx(A4, abs=0.5)
        left, top, right, bottom = page.ink
        assert min(left, top, A4[0] - right) >= MARGIN
        # The number of the page stands in the lower margin.
        assert A4[1] - bottom >= MARGIN / 2
        assert sorted(page.scanned) == sorted(page.codes)
    assert [code for page in pages for code in page.codes] == codes


@pytest.mark.parametrize(("quantity", "count"), [(1, 1), (10, 1), (14, 1), (15, 2), (100, 7)])
async def test_every_code_is_on_paper_whole_and_can_be_scanned(  # noqa: PLR0917 - fixtures
    world: World,
    gateway: Gateway,
    browser: Browser,
    origin: str,
    partner: Cabinet,
    quantity: int,
    count: int,
) -> None:
    address, codes = await printed(world, gateway, partner, quantity)

    pages = await (await visit(browser, origin + address)).paper()

    assert len(pages) == count
    check(pages, codes)
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {count}" in page.text
    head = re.sub(r"\s+", " ", pages[0].text)
    assert re.search(r"Документ № 1 от \d\d\.\d\d\.\d{4}", head)
    assert "Покупатель: ООО «Прохожий» ИНН 6722012609" in head
    assert "ЦТО «Вектор»" in head
    # What is said to whoever looks at the screen is not on paper.
    assert "второй раз" not in head


async def test_names_of_any_length_cut_nothing_off(
    world: World, gateway: Gateway, browser: Browser, origin: str, partner: Cabinet
) -> None:
    endless = "Щ" * 200
    _, first = await sold_outside(world, gateway, partner, 20, name=endless)
    _, second = await sold_outside(world, gateway, partner, 3, name="О " * 99 + "О")
    await world.change(update(products).values(name=products.c.name + " " + endless))
    shown = await show_codes(gateway, partner, [*first, *second])
    answer = await print_licenses(gateway, partner, exactly([*first, *second]))

    pages = await (await visit(browser, origin + answer["address"])).paper()

    check(pages, [one["code"] for one in shown["codes"]])
    together = re.sub(r"\s", "", "".join(page.text for page in pages))
    assert endless in together


async def test_the_page_asks_for_nothing_but_itself(
    world: World, gateway: Gateway, browser: Browser, origin: str, partner: Cabinet
) -> None:
    address, _ = await printed(world, gateway, partner, 3)

    seen = await visit(browser, origin + address)

    assert [url for url in seen.requests if not url.startswith("data:")] == [origin + address]
    assert seen.complaints == []
    # The policy lets the style through, and nothing that somebody else writes.
    assert await seen.page.evaluate(STYLED) == "grid"
    injected = """() => { const style = document.createElement('style');
      style.textContent = '.license { display: none }'; document.head.append(style);
      return getComputedStyle(document.querySelector('.license')).display }"""
    assert await seen.page.evaluate(injected) == "grid"


async def test_a_second_look_finds_nothing(
    world: World, gateway: Gateway, browser: Browser, origin: str, partner: Cabinet
) -> None:
    address, codes = await printed(world, gateway, partner, 2)
    seen = await visit(browser, origin + address, "en-GB")
    assert "Print this page now" in await seen.page.inner_text("body")

    answer = await seen.page.reload()

    assert answer is not None
    assert answer.status == 404
    shown = await seen.page.inner_text("body")
    assert "Page not found" in shown
    assert not any(code in shown.replace(" ", "") for code in codes)
    assert await seen.page.go_back() is None
