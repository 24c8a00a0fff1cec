"""Handing letters to a mail server, over connections that are kept while there are letters."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected

from gateway.mailing.failures import Stage, Undelivered, broken, refused, sanitized

if TYPE_CHECKING:
    from gateway.mail_settings import MailSettings
    from gateway.mailing.writing import Mail

_GOODBYE_SECONDS = 2.0
_CLOSING = 421


class SmtpTransport:
    """One mail server."""

    def __init__(self, settings: MailSettings, name: str) -> None:
        """Take where the server is; `name` is what the gateway calls itself there."""
        self._settings = settings
        self._name = name
        self._idle: list[SMTP] = []

    async def deliver(self, mail: Mail) -> None:
        """Hand a letter over; `Undelivered` unless the server has taken it on."""
        talk = _Talk()
        try:
            async with asyncio.timeout(self._settings.smtp_timeout_seconds):
                await self._hand_over(talk, mail)
        except BaseException as error:
            # In the middle of a letter no other one can begin.
            talk.hang_up()
            failure = _failure(talk.stage, error)
            if failure is None:
                raise
            raise failure from None
        if talk.server is not None:
            self._idle.append(talk.server)

    async def _hand_over(self, talk: _Talk, mail: Mail) -> None:
        server = await self._begin(talk, mail)
        encoding = "ascii" if mail.recipient.isascii() else "utf-8"
        talk.stage = Stage.RECIPIENT
        await server.rcpt(mail.recipient, encoding=encoding)
        talk.stage = Stage.TEXT
        await server.data(await asyncio.to_thread(mail.as_bytes))

    async def _begin(self, talk: _Talk, mail: Mail) -> SMTP:
        """Return a server that waits for the recipient of this letter."""
        while self._idle:
            talk.server, talk.stage = self._idle.pop(), Stage.SENDER
            try:
                await _name_sender(talk.server, mail)
            except (SMTPException, OSError) as error:
                # It may have hung up while nobody was talking: that says nothing of the letter.
                talk.hang_up()
                if not isinstance(error, SMTPServerDisconnected) and _code(error) != _CLOSING:
                    raise
            else:
                return talk.server
        talk.stage = Stage.CONNECT
        talk.server = server = self._server()
        await server.connect()
        if self._settings.smtp_user is not None and self._settings.smtp_password is not None:
            talk.stage = Stage.LOGIN
            await server.login(
                self._settings.smtp_user, self._settings.smtp_password.get_secret_value()
            )
        talk.stage = Stage.SENDER
        await _name_sender(server, mail)
        return server

    def _server(self) -> SMTP:
        return SMTP(
            hostname=self._settings.smtp_host,
            port=self._settings.port_of_smtp,
            local_hostname=self._name,
            timeout=self._settings.smtp_timeout_seconds,
            use_tls=self._settings.smtp_tls == "tls",
            start_tls=self._settings.smtp_tls == "starttls",
        )

    async def rest(self) -> None:
        """Let the connections go, as there is nothing to send."""
        idle, self._idle = self._idle, []
        for server in idle:
            try:
                await server.quit(timeout=_GOODBYE_SECONDS)
            except (SMTPException, OSError):
                server.close()


class _Talk:
    """A conversation: with whom, and how far it got."""

    def __init__(self) -> None:
        self.stage = Stage.CONNECT
        self.server: SMTP | None = None

    def hang_up(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None


async def _name_sender(server: SMTP, mail: Mail) -> None:
    if mail.recipient.isascii():
        await server.mail(mail.sender)
        return
    if server.is_ehlo_or_helo_needed:
        await server.ehlo()
    if not server.supports_extension("smtputf8"):
        raise Undelivered("recipient: the mail server knows only addresses in ASCII", hopeless=True)
    await server.mail(mail.sender, options=["SMTPUTF8"], encoding="utf-8")


def _code(error: BaseException) -> int | None:
    return error.code if isinstance(error, SMTPResponseException) else None


def _failure(stage: Stage, error: BaseException) -> Undelivered | None:
    """Return what an error means for the letter; `None` when it is none of the conversation's."""
    if isinstance(error, Undelivered):
        return error
    if isinstance(error, SMTPResponseException):
        return refused(stage, error.code, error.message)
    if isinstance(error, TimeoutError):
        return broken(stage, "took too long")
    if isinstance(error, SMTPServerDisconnected):
        return broken(stage, "the mail server hung up")
    if isinstance(error, (SMTPException, OSError)):
        return broken(stage, sanitized(str(error)))
    return None
