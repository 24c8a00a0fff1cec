"""Accounts: users of tenants, how they sign in, and what a registration must hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from domain.emails import parse_email
from domain.inn import parse_inn
from domain.phones import parse_phone
from domain.refusals import InvalidInput
from domain.text import NAME_LENGTH, line, optional_line

if TYPE_CHECKING:
    from uuid import UUID

    from domain.access import Right, TenantKind

MOST_CABINETS = 4
"""How many cabinets one login may open; every attempt verifies that many hashes [ruling]."""

CHOICE_LIFETIME = timedelta(minutes=5)
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
LONGEST_LOGIN = 20


@dataclass(frozen=True, slots=True)
class Account:
    """One user of one tenant, as sign-in sees him."""

    user: UUID
    tenant: UUID
    kind: TenantKind
    tenant_name: str
    right: Right
    password_hash: str


@dataclass(frozen=True, slots=True)
class Person:
    """The details of a user; `is_contact` marks one responsible for MyPOS [000]."""

    name: str
    email: str
    phone: str | None = None
    login: str | None = None
    is_contact: bool = True

    @classmethod
    def parse(
        cls, name: str, email: str, phone: str | None = None, login: str | None = None
    ) -> Person:
        """Return the person, or raise `InvalidInput` for the first field that is wrong."""
        return cls(
            name=line(name, "user.name", longest=NAME_LENGTH),
            email=parse_email(email, "user.email"),
            phone=parse_phone(phone, "user.phone") if phone else None,
            login=parse_login(login) if login else None,
        )


@dataclass(frozen=True, slots=True)
class FirmDetails:
    """A legal or natural person of a company; licenses are sold to a firm."""

    name: str
    inn: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None

    @classmethod
    def parse(
        cls,
        name: str,
        inn: str,
        email: str | None = None,
        phone: str | None = None,
        address: str | None = None,
    ) -> FirmDetails:
        """Return the firm, or raise `InvalidInput`."""
        return cls(
            name=line(name, "firm.name", longest=NAME_LENGTH),
            inn=parse_inn(inn, "firm.inn"),
            email=parse_email(email, "firm.email") if email else None,
            phone=parse_phone(phone, "firm.phone") if phone else None,
            address=optional_line(address, "firm.address"),
        )


@dataclass(frozen=True, slots=True)
class PartnerDetails:
    """What the form "new partner" holds [000]."""

    name: str
    inn: str
    address: str
    head: str
    phone: str

    @classmethod
    def parse(cls, name: str, inn: str, address: str, head: str, phone: str) -> PartnerDetails:
        """Return the details, or raise `InvalidInput`."""
        return cls(
            name=line(name, "partner.name", longest=NAME_LENGTH),
            inn=parse_inn(inn, "partner.inn"),
            address=line(address, "partner.address"),
            head=line(head, "partner.head", longest=NAME_LENGTH),
            phone=parse_phone(phone, "partner.phone"),
        )


@dataclass(frozen=True, slots=True)
class OutletDetails:
    """A point of sale of a company; `time_zone` is an IANA name."""

    name: str
    address: str | None
    time_zone: str

    @classmethod
    def parse(cls, name: str, address: str | None, time_zone: str) -> OutletDetails:
        """Return the outlet, or raise `InvalidInput`."""
        if time_zone not in available_timezones():
            raise InvalidInput(
                "outlet.timeZone", russian="нет такого часового пояса", english="no such time zone"
            )
        return cls(
            name=line(name, "outlet.name", longest=NAME_LENGTH),
            address=optional_line(address, "outlet.address"),
            time_zone=time_zone,
        )


def parse_login(text: str) -> str:
    """Return the login of an MRC administrator: Latin letters and digits, at most 20 [004]."""
    if not (text.isascii() and text.isalnum() and len(text) <= LONGEST_LOGIN):
        raise InvalidInput(
            "user.login",
            russian=f"до {LONGEST_LOGIN} латинских букв и цифр",
            english=f"must be up to {LONGEST_LOGIN} Latin letters and digits",
        )
    return text


def parse_password(password: str) -> str:
    """Return a new password; `InvalidInput` when it is too short or too long to hash."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInput(
            "password",
            russian=f"от {SHORTEST_PASSWORD} до {LONGEST_PASSWORD} символов",
            english=f"must be {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters long",
        )
    return password
