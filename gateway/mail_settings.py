"""What an operator decides about letters; part of `gateway.settings`."""

from email.utils import parseaddr
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator
from pydantic import model_validator as whole
from pydantic_settings import BaseSettings

_PORTS = {"none": 25, "starttls": 587, "tls": 465}


class MailSettings(BaseSettings):
    """The settings of letters."""

    mailer: Literal["inside", "none"] = Field(
        default="inside",
        description="`inside`: `serve` sends letters too; `none`: only `python -m gateway mailer` "
        "does.",
    )
    mailer_lanes: int = Field(
        default=4, ge=1, le=100, description="Letters that one mailer sends at the same time."
    )
    mailer_poll_seconds: float = Field(
        default=5,
        gt=0,
        le=3600,
        description="How often a mailer looks for letters that others staged, seconds.",
    )
    mailer_claim_seconds: float = Field(
        default=120,
        gt=0,
        description="After how long the letters of a mailer that was killed are sent by another, "
        "seconds; must be longer than `GATEWAY_SMTP_TIMEOUT_SECONDS`.",
    )
    smtp_host: str | None = Field(
        default=None,
        description="The mail server. Required in production where letters are sent; in "
        "development they land in `GATEWAY_LETTERS_FOLDER` without it.",
    )
    smtp_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="Its port. Default: 587, 465 or 25 with `starttls`, `tls` or `none`.",
    )
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection to it is encrypted."
    )
    smtp_user: str | None = Field(default=None, description="Name to log in to it with, if any.")
    smtp_password: SecretStr | None = Field(default=None, description="Password of that name.")
    smtp_timeout_seconds: float = Field(
        default=60, gt=0, description="Longest time to hand one letter over, seconds."
    )
    sender: str | None = Field(
        default=None,
        description="Whom letters come from: `no-reply@example.com` or `Name <address>`. Required "
        "in production where letters are sent.",
    )
    cabinet_url: str | None = Field(
        default=None,
        description="Where the cabinets are: letters link to `<this>/confirm?ticket=…` and to "
        "`/invitation`, `/reset`, `/email`. Required in production where letters are sent; in "
        "development by default a page of the gateway.",
    )
    letter_attempts: int = Field(
        default=16,
        ge=1,
        description="After how many attempts a letter that the mail server does not take is dead. "
        "Attempts that never got to the letter (no connection, login refused) do not end it.",
    )
    letter_retry_seconds: float = Field(
        default=30,
        gt=0,
        description="After how long a letter is tried again, seconds; doubled each time.",
    )
    letter_retry_limit_seconds: float = Field(
        default=14_400, gt=0, description="Longest time between two attempts, seconds."
    )
    dead_letter_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="After how many days the text of a dead letter is purged; it cannot be sent "
        "again then.",
    )
    letters_folder: str = Field(
        default="data/letters", description="Where letters land in development."
    )

    @property
    def port_of_smtp(self) -> int:
        """The port of the mail server."""
        return self.smtp_port or _PORTS[self.smtp_tls]

    def missing_mail(self) -> list[str]:
        """Return the names of settings without which no letter is sent in production."""
        needed = ("smtp_host", "sender", "cabinet_url")
        return [name for name in needed if getattr(self, name) is None]

    @field_validator("sender")
    @classmethod
    def _address(cls, sender: str | None) -> str | None:
        if sender is None:
            return None
        name, address = parseaddr(sender)
        local, separator, domain = address.rpartition("@")
        if not (local and separator and domain and address.isascii() and sender.isprintable()):
            raise ValueError("an address is name@domain or Name <name@domain>")
        return sender if name else address

    @field_validator("cabinet_url")
    @classmethod
    def _url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        scheme, separator, rest = url.partition("://")
        if scheme not in {"http", "https"} or not separator or not rest.strip("/"):
            raise ValueError("must begin with http:// or https://")
        if not url.isascii() or not url.isprintable() or set(url) & set(' ?#"<>'):
            raise ValueError("must be a plain address, without a query")
        return url.rstrip("/")

    @whole(mode="after")
    def _mail_fits(self) -> Self:
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("GATEWAY_SMTP_USER and GATEWAY_SMTP_PASSWORD belong together")
        if self.mailer_claim_seconds <= self.smtp_timeout_seconds:
            raise ValueError(
                "GATEWAY_MAILER_CLAIM_SECONDS must be longer than GATEWAY_SMTP_TIMEOUT_SECONDS, or "
                "a letter could be sent by two"
            )
        return self
