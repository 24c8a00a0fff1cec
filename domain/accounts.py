"""Accounts: users of tenants, how they sign in, and what a registration must hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from domain.emails import parse_email
from domain.forms import STRICT, Form
from domain.inn import parse_inn
from domain.phones import parse_phone
from domain.refusals import InvalidInput
from domain.text import line, optional_line, title, typed

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
        cls,
        name: str,
        email: str,
        phone: str | None = None,
        login: str | None = None,
        *,
        is_contact: bool = True,
        at: str = "user",
        form: Form = STRICT,
    ) -> Person:
        """Return the person; `form` gets the `InvalidInput` of each field that is wrong."""
        return cls(
            name=form.take(title, name, f"{at}.name"),
            email=form.take(parse_email, email, f"{at}.email"),
            phone=form.take(parse_phone, phone, f"{at}.phone") if typed(phone) else None,
            login=form.take(parse_login, login) if login else None,
            is_contact=is_contact,
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
        *,
        at: str = "firm",
        form: Form = STRICT,
    ) -> FirmDetails:
        """Return the firm; `form` gets the `InvalidInput` of each field that is wrong."""
        return cls(
            name=form.take(title, name, f"{at}.name"),
            inn=form.take(parse_inn, inn, f"{at}.inn"),
            email=form.take(parse_email, email, f"{at}.email") if typed(email) else None,
            phone=form.take(parse_phone, phone, f"{at}.phone") if typed(phone) else None,
            address=form.take(optional_line, address, f"{at}.address"),
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
    def parse(
        cls,
        name: str,
        inn: str,
        address: str,
        head: str,
        phone: str,
        *,
        at: str = "partner",
        form: Form = STRICT,
    ) -> PartnerDetails:
        """Return the details; `form` gets the `InvalidInput` of each field that is wrong."""
        return cls(
            name=form.take(title, name, f"{at}.name"),
            inn=form.take(parse_inn, inn, f"{at}.inn"),
            address=form.take(line, address, f"{at}.address"),
            head=form.take(title, head, f"{at}.head"),
            phone=form.take(parse_phone, phone, f"{at}.phone"),
        )


@dataclass(frozen=True, slots=True)
class OutletDetails:
    """A point of sale of a company; `time_zone` is an IANA name."""

    name: str
    address: str | None
    time_zone: str

    @classmethod
    def parse(
        cls, name: str, address: str | None, time_zone: str, *, form: Form = STRICT
    ) -> OutletDetails:
        """Return the outlet; `form` gets the `InvalidInput` of each field that is wrong."""
        return cls(
            name=form.take(title, name, "outlet.name"),
            address=form.take(optional_line, address, "outlet.address"),
            time_zone=form.take(parse_time_zone, time_zone, "outlet.timeZone"),
        )


def parse_time_zone(name: str, field: str) -> str:
    """Return the IANA name of a time zone; `InvalidInput` when there is none of this name."""
    if name not in available_timezones():
        raise InvalidInput(field, russian="нет такого часового пояса", english="no such time zone")
    return name


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
