"""Letters as mail programs take them: from a sealed row to a message with headers."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

from gateway.mailing.failures import Stage, Undelivered
from persistence.letters import facts_of

if TYPE_CHECKING:
    from uuid import UUID

    from domain.ports import LetterCipher
    from gateway.mailing.rendering import Templates
    from persistence.mailing import Claimed

_ASCII = SMTP.clone(cte_type="7bit")
"""Every server takes what is all in ASCII."""
_UTF8 = SMTPUTF8.clone(cte_type="7bit")
"""For addresses that are not: only headers, then, are in UTF-8."""


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """A message ready to go; addresses are as they stand in the envelope."""

    id: UUID
    sender: str
    recipient: str
    message: EmailMessage

    def as_bytes(self) -> bytes:
        """Return it as it goes over the wire."""
        return self.message.as_bytes(policy=_ASCII if self.recipient.isascii() else _UTF8)


class Writer:
    """Writes the message of a claimed letter."""

    def __init__(self, templates: Templates, cipher: LetterCipher, sender: str) -> None:
        """Take what to write with; `sender` is an address, or a name with one."""
        self._templates = templates
        self._cipher = cipher
        self._name, self._address = parseaddr(sender)

    @property
    def domain(self) -> str:
        """The domain that letters come from."""
        return self._address.rpartition("@")[2]

    def write(self, letter: Claimed) -> Mail:
        """Return the message; the same letter gives the same one, whoever writes it, and when.

        `Undelivered` when the body does not open with any known key.
        """
        try:
            facts = facts_of(letter.id, letter.body, letter.body_key, self._cipher)
        except ValueError:
            # The operator may have dropped a key too early; the letter waits for it.
            raise Undelivered(f"{Stage.GATEWAY}: no key opens it", ours=True) from None
        rendered = self._templates.render(letter.kind, letter.language, facts)
        recipient = _in_envelope(letter.recipient)
        message = EmailMessage(policy=_UTF8)
        message["From"] = _address(self._address, self._name)
        message["To"] = _address(recipient)
        message["Subject"] = rendered.subject
        message["Date"] = format_datetime(letter.created_at)
        # Of a letter that came twice the receiver can tell it is one.
        message["Message-ID"] = f"<letter.{letter.id.hex}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(rendered.text)
        message.add_alternative(rendered.html, subtype="html")
        message["Content-Language"] = letter.language
        return Mail(letter.id, self._address, recipient, message)


def _in_envelope(address: str) -> str:
    """Return an address with its domain in ASCII: every server understands it so."""
    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{domain.encode('idna').decode()}"


def _address(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)
