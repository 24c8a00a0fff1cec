"""From a form to an open cabinet through the letter alone, as a person in development does it."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.logs import configure_logs
from gateway.mailing.folder import Folder
from gateway.mailing.office import make_mailer
from gateway.settings import Settings
from resolvers.context import Tools
from tests.client import Gateway
from tests.mailing.sending import all_sent, running, until
from tests.mailing.test_folder import pages
from tests.stories.orders import PROBLEM, order
from tests.stories.test_registrations import FORM
from tests.world import World

_PRE = re.compile(r"<pre>(.*?)</pre>", re.DOTALL)
_LINK = re.compile(r"https?://\S+\?ticket=\S+")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "letters")


@pytest.fixture
def settings(settings: Settings, folder: Folder) -> Settings:
    return settings.model_copy(
        update={"letters_folder": str(folder.path), "mailer_poll_seconds": 0.05}
    )


async def landed(tools: Tools, settings: Settings, folder: Folder) -> list[str]:
    """Let everything that waits land; return the links of the newest letter."""
    async with running(make_mailer(settings, tools.database, tools.envelopes)):
        await until(tools, all_sent)
    return _LINK.findall(folder.newest()[0].text)


async def followed(settings: Settings, link: str) -> tuple[str, dict[str, Any]]:
    """Open a link; return the operation and variables that its page shows."""
    async with pages(settings, Path("nowhere")) as client:
        page = await client.get(httpx.URL(link).raw_path.decode())
    operation, variables = (html.unescape(part) for part in _PRE.findall(page.text))
    return operation, json.loads(variables)


async def test_a_registration_is_finished_with_the_page_of_its_link(
    world: World, gateway: Gateway, settings: Settings, folder: Folder
) -> None:
    await order(gateway, None, "registerCompany", PROBLEM, **FORM)
    (link,) = await landed(world.tools, settings, folder)
    operation, variables = await followed(settings, link)
    opened = await gateway.ask(None, operation, variables)
    assert opened["confirmAccount"]["__typename"] == "ConfirmAccountSuccess"
    login = {"login": FORM["account"]["email"], "password": variables["password"]}
    signed_in = await order(gateway, None, "signIn", PROBLEM, **login)
    assert signed_in["__typename"] == "SignInSuccess"


async def test_one_letter_resets_each_cabinet_and_no_log_holds_a_ticket(
    world: World,
    gateway: Gateway,
    settings: Settings,
    folder: Folder,
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logs(Settings(log_format="json"))
    email = "both@example.com"
    await world.company(await world.partner(email=email), email=email)
    woken: list[int] = []
    tools = replace(world.tools, posted=lambda: woken.append(1))
    async with Gateway(tools, settings) as telling:
        await order(telling, None, "requestPasswordReset", "__typename", email=email)
        await order(telling, None, "requestPasswordReset", "__typename", email="no@example.com")
    # Whether the address is known wakes nobody more or less.
    assert woken == [1, 1]
    links = await landed(world.tools, settings, folder)
    assert len(links) == 2
    for link in links:
        operation, variables = await followed(settings, link)
        reset = await gateway.ask(None, operation, variables)
        assert reset["resetPassword"]["__typename"] == "PasswordSuccess"
        again = await gateway.ask(None, operation, variables)
        assert again["resetPassword"]["__typename"] == "TicketExpired"
    tickets = [httpx.URL(link).params["ticket"] for link in links]
    logged = "".join(capfd.readouterr())
    assert "letter landed" in logged
    assert not [ticket for ticket in tickets if ticket in logged]
    assert email not in logged
