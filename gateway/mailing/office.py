"""The parts of mailing put together, and the mailer as a process of its own."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from gateway.mailing.folder import Folder
from gateway.mailing.mailer import Mailer, Pace
from gateway.mailing.pages import TICKET_PAGE, LetterPages
from gateway.mailing.rendering import Templates
from gateway.mailing.smtp import SmtpTransport
from gateway.mailing.writing import Writer
from gateway.settings import PREFIX, SettingsRefused

if TYPE_CHECKING:
    from starlette.routing import Route

    from domain.ports import LetterCipher
    from gateway.settings import Settings
    from persistence.database import Database

_DEVELOPMENT_SENDER = "MyPOS <no-reply@example.com>"

_log = structlog.get_logger("gateway.mailer")


def check_mail(settings: Settings) -> None:
    """Raise `SettingsRefused` when letters could not be sent in earnest."""
    missing = settings.missing_mail() if settings.production else []
    if missing:
        names = ", ".join(f"{PREFIX}{name.upper()}" for name in missing)
        raise SettingsRefused(
            f"{names}: required in production to send letters; a gateway that leaves it to others "
            f"has {PREFIX}MAILER=none"
        )


def make_mailer(settings: Settings, database: Database, cipher: LetterCipher) -> Mailer:
    """Return a mailer; without a mail server, in development, letters land in the folder."""
    here = f"http://{settings.host}:{settings.port}{TICKET_PAGE}"
    templates = Templates(settings.cabinet_url or here)
    writer = Writer(templates, cipher, settings.sender or _DEVELOPMENT_SENDER)
    transport = (
        Folder(Path(settings.letters_folder))
        if settings.smtp_host is None
        else SmtpTransport(settings, writer.domain)
    )
    return Mailer(database, writer, transport, Pace.of(settings))


def letter_routes(settings: Settings, documents: Path) -> list[Route]:
    """Return the pages that show letters, in development; in production there are none."""
    if settings.production:
        return []
    folder = Folder(Path(settings.letters_folder))
    return LetterPages(folder, documents, settings.smtp_host).routes()


async def send_until_stopped(mailer: Mailer, patience: float) -> None:
    """Send letters until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, mailer.stop, patience)
    _log.info("mailing")
    await mailer.run()
    _log.info("mailer stopped", **mailer.outcomes)
