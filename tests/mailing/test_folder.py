"""In development: letters land in a folder, and a page shows them and where their links lead."""

from __future__ import annotations

import asyncio
import html
import re
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from domain.letters import LetterKind
from gateway.app import create_app
from gateway.composition import DOCUMENTS
from gateway.logs import configure_logs
from gateway.mailing.folder import Folder
from gateway.mailing.mailer import Mailer
from gateway.mailing.office import letter_routes, make_mailer
from gateway.settings import Settings
from resolvers.context import Tools
from tests.gateway.standin import StandIn, ready
from tests.letters import TICKET, a_letter, stage
from tests.mailing.sending import all_sent, running, until
from tests.mailing.test_smtp import mail_to

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "data" / "letters")


@pytest.fixture
async def client(folder: Folder, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with pages(Settings(letters_folder=str(folder.path)), tmp_path) as client:
        yield client


def pages(settings: Settings, tmp_path: Path) -> httpx.AsyncClient:
    routes = letter_routes(settings, DOCUMENTS)
    app = create_app(settings, StandIn(), ready, tmp_path, routes=routes)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test")


async def test_letters_land_as_files_that_mail_programs_open(folder: Folder) -> None:
    mail = mail_to("anna@example.com", person=f"Анна {SCRIPT}")
    for _ in range(2):
        await folder.deliver(mail)
    names = sorted(file.name for file in folder.path.iterdir())
    assert [name.partition(".")[2] for name in names] == ["eml", "html"]
    for file in folder.path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    (letter,) = folder.newest()
    assert letter.recipient == "anna@example.com"
    assert letter.subject.startswith("Приглашение в кабинет")
    assert TICKET in letter.text
    page = (folder.path / f"{letter.name}.html").read_text()
    assert page.splitlines() == letter.html.splitlines()
    assert folder.letter("../../secret") is None
    assert folder.letter(f"20251122-120000-{uuid4().hex}") is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_a_mail_server_the_mailer_fills_the_folder(
    tools: Tools, folder: Folder, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs(Settings(log_format="json"))
    settings = Settings(letters_folder=str(folder.path), mailer_poll_seconds=0.05, port=8123)
    (key,) = await stage(tools, a_letter())
    mailer: Mailer = make_mailer(settings, tools.database, tools.envelopes)
    async with running(mailer):
        await until(tools, all_sent)
    (letter,) = folder.newest()
    assert key.hex in letter.name
    assert f"http://127.0.0.1:8123/letters/ticket/invitation?ticket={TICKET}" in letter.text
    logged = "".join(capfd.readouterr())
    assert "letter landed" in logged
    assert TICKET not in logged


async def test_the_pages_list_and_show_what_landed(
    client: httpx.AsyncClient, folder: Folder
) -> None:
    empty = await client.get("/letters")
    assert "There are none yet." in empty.text
    await folder.deliver(mail_to("anna@example.com", cabinet=f"Ромашка {SCRIPT}"))
    (landed,) = folder.newest()

    listed = await client.get("/letters")
    shown = await client.get(f"/letters/{landed.name}")
    letter = await client.get(f"/letters/{landed.name}/html")

    assert f'href="/letters/{landed.name}"' in listed.text
    assert "anna@example.com" in listed.text
    assert f'src="/letters/{landed.name}/html"' in shown.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown.text
    # Links of the text can be clicked as well.
    assert re.search(rf'<a href="[^"]+ticket={TICKET}" rel="noopener noreferrer"', shown.text)
    assert TICKET in letter.text
    for answer in (empty, listed, shown, letter):
        assert answer.status_code == 200
        assert SCRIPT not in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox allow-popups" in letter.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in letter.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/letters/nothing", "/letters/..%2f..%2fetc", "/letters/nothing/html"]
)
async def test_unknown_letters_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("page", ["confirm", "invitation", "reset", "email"])
async def test_a_link_shows_the_ticket_with_what_to_run(
    client: httpx.AsyncClient, page: str, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs(Settings(log_format="json"))
    answer = await client.get(f"/letters/ticket/{page}", params={"ticket": TICKET + SCRIPT})
    assert answer.status_code == 200
    assert SCRIPT not in answer.text
    assert TICKET in html.unescape(answer.text)
    logged = "".join(capfd.readouterr())
    assert f"/letters/ticket/{page}" in logged
    assert TICKET not in logged
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/letters/ticket", "/letters/ticket/reset", "/letters/ticket/x"])
async def test_a_link_without_a_ticket_leads_to_a_page(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "GraphiQL" in answer.text


@pytest.mark.parametrize("path", ["/letters", f"/letters/20251122-120000-{'0' * 32}"])
async def test_in_production_there_is_no_such_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Folder, path: str
) -> None:
    settings = Settings(letters_folder=str(folder.path)).model_copy(update={"production": True})
    await folder.deliver(mail_to("anna@example.com"))
    async with pages(settings, tmp_path) as client:
        assert (await client.get(path)).status_code == 404
        assert (await client.get("/letters/ticket/reset?ticket=x")).status_code == 404


async def test_half_a_letter_is_never_seen(folder: Folder) -> None:
    """Readers meet only whole files, however many write."""
    mails = [mail_to(f"u{n}@example.com", LetterKind.LICENSES) for n in range(20)]
    await asyncio.gather(*(folder.deliver(mail) for mail in mails))
    assert len(folder.newest()) == 20
    assert not [file for file in folder.path.iterdir() if file.name.startswith(".")]
