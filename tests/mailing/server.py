"""A real mail server that misbehaves on demand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

DROP, HANG = "drop", "hang"
STAGES = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "ANSWER")
"""Where trouble can come; `ANSWER` is after the whole text, when the letter is kept already."""


@dataclass
class Trouble:
    """What happens at a stage: an answer, `DROP` or `HANG`; so many times, or always."""

    stage: str
    what: str
    times: int | None = None


@dataclass
class Received:
    """A letter that the server took on, or was about to."""

    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, EmailMessage, policy=default)

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    def part(self, kind: str) -> str:
        found = self.message.get_body((kind,))
        assert found is not None
        return str(found.get_content())


@dataclass
class MailServer:
    troubles: list[Trouble] = field(default_factory=list)
    letters: list[Received] = field(default_factory=list)
    connections: int = 0
    delay: float = 0
    slowness: float = 0
    """How long after a letter is kept that is told, seconds."""
    user: tuple[str, str] | None = None
    port: int = 0
    utf8: bool = True
    talking: set[asyncio.WriteTransport] = field(default_factory=set)

    @property
    def ids(self) -> Counter[str]:
        return Counter(letter.id for letter in self.letters)

    def trouble(self, stage: str) -> str | None:
        for trouble in self.troubles:
            if trouble.stage == stage and trouble.times != 0:
                if trouble.times is not None:
                    trouble.times -= 1
                return trouble.what
        return None

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        if self.delay:
            await asyncio.sleep(self.delay)
        assert isinstance(envelope.content, bytes)
        self.letters.append(Received(envelope.rcpt_tos[0], envelope.content))
        if self.slowness:
            await asyncio.sleep(self.slowness)
        trouble = await server.meet("ANSWER")
        if trouble is not None:
            del self.letters[-1]
        return trouble or "250 taken on"


class _Conversation(SMTP):
    """One connection."""

    def __init__(self, mail: MailServer) -> None:
        self.mail = mail
        options: dict[str, Any] = {}
        if mail.user is not None:
            options = {
                "authenticator": self._knows,
                "auth_require_tls": False,
            }
        super().__init__(
            mail,
            hostname="mail.test",
            loop=asyncio.get_running_loop(),
            enable_SMTPUTF8=mail.utf8,
            **options,
        )

    def _knows(self, _server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> Any:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.mail.user, handled=False)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.mail.connections += 1
        assert isinstance(transport, asyncio.WriteTransport)
        self.mail.talking.add(transport)
        super().connection_made(transport)

    async def _handle_client(self) -> None:
        answer = await self.meet("CONNECT")
        if answer is not None:
            await self.push(answer)
            self._hang_up()
            return
        await super()._handle_client()

    def _hang_up(self) -> None:
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.close()

    async def meet(self, stage: str) -> str | None:
        """Return the answer to give in place of the usual one, if any."""
        what = self.mail.trouble(stage)
        if what == HANG:
            await asyncio.sleep(3600)
        if what == DROP:
            self._hang_up()
            await asyncio.sleep(3600)
        return what

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - the library's name
        answer = await self.meet("EHLO")
        await (self.push(answer) if answer else super().smtp_EHLO(hostname))

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - the library's name
        answer = await self.meet("MAIL")
        await (self.push(answer) if answer else super().smtp_MAIL(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - the library's name
        answer = await self.meet("RCPT")
        await (self.push(answer) if answer else super().smtp_RCPT(arg))

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library's name
        answer = await self.meet("DATA")
        await (self.push(answer) if answer else super().smtp_DATA(arg))


@asynccontextmanager
async def mail_server(mail: MailServer | None = None) -> AsyncIterator[MailServer]:
    """Run a server in this very loop."""
    running = mail or MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Conversation(running), "127.0.0.1", running.port)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        for transport in running.talking:
            transport.abort()
        await asyncio.sleep(0.02)
