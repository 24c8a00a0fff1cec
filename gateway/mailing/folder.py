"""In development letters land in a folder: as files that mail programs open, and as HTML."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from gateway.mailing.writing import Mail

_NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{32}")
_NEWEST = 200

_log = structlog.get_logger("gateway.mailer")


@dataclass(frozen=True, slots=True, repr=False)
class Landed:
    """A letter of the folder, as it can be read."""

    name: str
    recipient: str
    subject: str
    date: str
    text: str
    html: str


class Folder:
    """Fulfils `gateway.mailing.mailer.Transport`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def deliver(self, mail: Mail) -> None:
        """Write the letter into the folder; the same letter gets the same name."""
        await asyncio.to_thread(self._write, mail)
        _log.info("letter landed", letter=str(mail.id), folder=str(self.path))

    def _write(self, mail: Mail) -> None:
        # Letters hold tickets: they are nobody's but the developer's.
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        date = mail.message["Date"].datetime
        name = f"{date:%Y%m%d-%H%M%S}-{mail.id.hex}"
        html = mail.message.get_body(("html",))
        if html is not None:
            self._put(f"{name}.html", html.get_content().encode())
        self._put(f"{name}.eml", mail.as_bytes())

    def _put(self, name: str, content: bytes) -> None:
        """Put a whole file in place at once."""
        draft = self.path / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        draft.replace(self.path / name)

    async def rest(self) -> None:
        """Keep nothing between letters."""

    def newest(self) -> list[Landed]:
        """Return the newest letters, the last one first."""
        names = sorted((file.stem for file in self.path.glob("*.eml")), reverse=True)
        read = (self.letter(name) for name in names[:_NEWEST])
        return [letter for letter in read if letter is not None]

    def letter(self, name: str) -> Landed | None:
        """Return the letter of this name; `None` when there is none."""
        if not _NAME.fullmatch(name):
            return None
        try:
            content = (self.path / f"{name}.eml").read_bytes()
        except FileNotFoundError:
            return None
        message = message_from_bytes(content, EmailMessage, policy=default)
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        return Landed(
            name=name,
            recipient=str(message["To"]),
            subject=str(message["Subject"]),
            date=str(message["Date"]),
            text="" if text is None else text.get_content(),
            html="" if html is None else html.get_content(),
        )
