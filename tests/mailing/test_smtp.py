"""What the mail server says, or fails to say, and what becomes of the letter by it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from domain.letters import LetterKind
from gateway.mailing.failures import Undelivered
from gateway.mailing.rendering import Templates
from gateway.mailing.smtp import SmtpTransport
from gateway.mailing.writing import Mail, Writer
from persistence.mailing import Claimed
from tests.letters import TICKET, a_letter
from tests.mailing.sending import settings_of
from tests.mailing.server import DROP, HANG, MailServer, Received, Trouble, mail_server

OURS, TRIED, HOPELESS = "ours", "tried so many times", "hopeless"


class Plain:
    """A cipher that hides nothing."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def open(self, *_: object) -> bytes:
        return self._body


def mail_to(recipient: str, kind: LetterKind = LetterKind.INVITATION, **facts: Any) -> Mail:
    letter = a_letter(kind=kind, recipient=recipient, **facts)
    body = json.dumps(letter.facts).encode()
    writer = Writer(Templates("https://cabinet.test"), Plain(body), "MyPOS <no@mypos.example>")  # type: ignore[arg-type]
    return writer.write(
        Claimed(
            id=uuid4(),
            kind=kind,
            recipient=recipient,
            language="ru",
            created_at=datetime.now(UTC),
            attempts=0,
            body=b"",
            body_key="",
            claim=uuid4(),
        )
    )


@pytest.fixture
async def transport(server: MailServer) -> AsyncIterator[SmtpTransport]:
    transport = SmtpTransport(settings_of(server), "mypos.example")
    yield transport
    await transport.rest()


def meaning(failure: Undelivered) -> str:
    assert not (failure.ours and failure.hopeless)
    return OURS if failure.ours else HOPELESS if failure.hopeless else TRIED


async def test_letters_go_over_one_connection(server: MailServer, transport: SmtpTransport) -> None:
    for n in range(3):
        await transport.deliver(mail_to(f"anna{n}@example.com"))
    assert [letter.recipient for letter in server.letters] == [
        "anna0@example.com",
        "anna1@example.com",
        "anna2@example.com",
    ]
    assert server.connections == 1
    await transport.rest()
    await transport.deliver(mail_to("anna@example.com"))
    assert server.connections == 2


@pytest.mark.parametrize(
    ("stage", "what", "means"),
    [
        ("CONNECT", "421 busy", OURS),
        ("CONNECT", "554 go away", OURS),
        ("CONNECT", DROP, OURS),
        ("EHLO", "421 closing", OURS),
        ("EHLO", DROP, OURS),
        ("MAIL", "451 not now", OURS),
        ("MAIL", "550 unknown sender", OURS),
        ("MAIL", "530 Authentication required", OURS),
        ("MAIL", DROP, OURS),
        ("RCPT", "451 greylisted", TRIED),
        ("RCPT", "421 closing", TRIED),
        ("RCPT", "550 no such mailbox", HOPELESS),
        ("RCPT", "550 5.1.1 no such mailbox", HOPELESS),
        ("RCPT", "550 5.7.1 relaying denied", TRIED),
        ("RCPT", "530 5.7.0 Authentication required", OURS),
        ("RCPT", DROP, TRIED),
        ("DATA", "452 no room", TRIED),
        ("DATA", "554 no", HOPELESS),
        ("DATA", DROP, TRIED),
        ("ANSWER", "451 not now", TRIED),
        ("ANSWER", "552 too large", HOPELESS),
        ("ANSWER", DROP, TRIED),
    ],
)
async def test_trouble_says_something_of_the_letter_or_of_the_server(
    server: MailServer, transport: SmtpTransport, stage: str, what: str, means: str
) -> None:
    server.troubles = [Trouble(stage, what, 1)]
    mail = mail_to("anna@example.com")
    with pytest.raises(Undelivered) as failed:
        await transport.deliver(mail)
    assert meaning(failed.value) == means, str(failed.value)
    kept = server.letters[:]
    assert len(kept) == (stage == "ANSWER" and what == DROP)

    await transport.deliver(mail)

    assert len(server.letters) == len(kept) + 1
    assert len(server.ids) == 1


@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "ANSWER"])
async def test_a_server_that_hangs_is_not_waited_for(server: MailServer, stage: str) -> None:
    server.troubles = [Trouble(stage, HANG)]
    transport = SmtpTransport(settings_of(server, smtp_timeout_seconds=0.3), "mypos.example")
    with pytest.raises(Undelivered, match="took too long") as failed:
        await transport.deliver(mail_to("anna@example.com"))
    assert failed.value.ours == (stage in {"CONNECT", "EHLO", "MAIL"})


async def test_a_connection_that_broke_while_idle_is_replaced(
    server: MailServer, transport: SmtpTransport
) -> None:
    await transport.deliver(mail_to("anna@example.com"))
    server.troubles = [Trouble("MAIL", "421 you were idle for too long", 1)]
    await transport.deliver(mail_to("boris@example.com"))
    server.troubles = [Trouble("MAIL", DROP, 1)]
    await transport.deliver(mail_to("vera@example.com"))
    assert len(server.letters) == 3
    assert server.connections == 3


async def test_no_server_is_the_operators_trouble() -> None:
    async with mail_server() as server:
        pass
    transport = SmtpTransport(settings_of(server), "mypos.example")
    with pytest.raises(Undelivered, match="connect") as failed:
        await transport.deliver(mail_to("anna@example.com"))
    assert failed.value.ours
    nowhere = settings_of(server).model_copy(update={"smtp_host": "mail.invalid"})
    with pytest.raises(Undelivered, match="connect") as failed:
        await SmtpTransport(nowhere, "mypos.example").deliver(mail_to("anna@example.com"))
    assert failed.value.ours


async def test_it_logs_in_and_a_refused_login_is_the_operators_trouble() -> None:
    async with mail_server(MailServer(user=("gateway", "right"))) as server:
        for password, taken in (("wrong", 0), ("right", 1)):
            transport = SmtpTransport(
                settings_of(server, smtp_user="gateway", smtp_password=SecretStr(password)),
                "mypos.example",
            )
            if taken:
                await transport.deliver(mail_to("anna@example.com"))
            else:
                with pytest.raises(Undelivered, match="login: 535") as failed:
                    await transport.deliver(mail_to("anna@example.com"))
                assert failed.value.ours
                assert "wrong" not in str(failed.value)
            assert len(server.letters) == taken
            await transport.rest()


async def test_without_encryption_nothing_is_sent_that_should_be_encrypted(
    server: MailServer,
) -> None:
    transport = SmtpTransport(settings_of(server, smtp_tls="starttls"), "mypos.example")
    with pytest.raises(Undelivered, match="connect") as failed:
        await transport.deliver(mail_to("anna@example.com"))
    assert failed.value.ours
    assert server.letters == []


@pytest.mark.parametrize(
    "quoted",
    [
        f"https://cabinet.test/reset?ticket={TICKET}",
        TICKET,
        "123456789012",
        "1234 5678 9012",
        "<anna@example.com>",
    ],
)
async def test_what_the_server_quotes_is_not_kept(
    server: MailServer, transport: SmtpTransport, quoted: str
) -> None:
    server.troubles = [Trouble("ANSWER", f"554 5.6.0 rejected for {quoted} by rule 7")]
    with pytest.raises(Undelivered) as failed:
        await transport.deliver(mail_to("anna@example.com"))
    assert str(failed.value) == "text: 554 5.6.0 rejected for … by rule 7"


async def test_addresses_outside_ascii(server: MailServer, transport: SmtpTransport) -> None:
    await transport.deliver(mail_to("anna@почта.рф"))
    await transport.deliver(mail_to("анна@почта.рф"))
    assert [letter.recipient for letter in server.letters] == [
        "anna@xn--80a1acny.xn--p1ai",
        "анна@xn--80a1acny.xn--p1ai",
    ]
    assert server.letters[0].content.isascii()
    server.utf8 = False
    await transport.rest()
    with pytest.raises(Undelivered, match="only addresses in ASCII") as failed:
        await transport.deliver(mail_to("анна@почта.рф"))
    assert failed.value.hopeless


async def test_a_letter_is_whole_and_nothing_is_smuggled_into_its_head(
    server: MailServer, transport: SmtpTransport
) -> None:
    cabinet = 'ООО "Ромашка"\r\nBcc: thief@example.com\r\n\r\n<b>.\u2028\x00'
    await transport.deliver(mail_to("anna@example.com", cabinet=cabinet))
    (letter,) = server.letters
    assert letter.content.isascii()
    head, _, _ = letter.content.partition(b"\r\n\r\n")
    assert b"\r\nBcc" not in head
    message = letter.message
    assert set(message.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    }
    assert message["From"] == "MyPOS <no@mypos.example>"
    assert (
        message["Subject"] == 'Приглашение в кабинет «ООО "Ромашка" Bcc: thief@example.com <b>. »'
    )
    assert message["Auto-Submitted"] == "auto-generated"
    assert f"https://cabinet.test/invitation?ticket={TICKET}" in letter.part("plain")
    assert f'href="https://cabinet.test/invitation?ticket={TICKET}"' in letter.part("html")
    assert "<b>" not in letter.part("html")


async def test_lines_that_begin_with_a_dot_arrive(
    server: MailServer, transport: SmtpTransport
) -> None:
    await transport.deliver(mail_to("anna@example.com", person=".\r\n.\r\n..Анна"))
    assert "Здравствуйте, . . ..Анна!" in Received.part(server.letters[0], "plain")
