"""The shapes of the demonstration's data: who there is, before anything has a key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.access import Right
from persistence.companies import RegionalDetails


class Password(StrEnum):
    """The passwords of the demonstration; everybody may know them, so each is hashed once."""

    LICENSOR = "demo-licensor"
    PARTNER = "demo-partner"
    COMPANY = "demo-company"
    MRC = "demo-regions"
    BOTH_CABINETS = "demo-both"


@dataclass(frozen=True, slots=True)
class Member:
    """A user of a cabinet."""

    name: str
    email: str
    right: Right = Right.ADMIN
    password: Password = Password.COMPANY
    phone: str | None = None
    login: str | None = None
    is_contact: bool = True


@dataclass(frozen=True, slots=True)
class Seller:
    """The licensor or a partner; the first member is the admin who registers it."""

    key: str
    name: str
    inn: str
    address: str
    head: str
    phone: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Firm:
    """A legal or natural person of a company."""

    name: str
    inn: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """A point of sale."""

    name: str
    time_zone: str = "Europe/Moscow"
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A company; the first firm is the main one, the first member registers it.

    `partner` is the seller that registers it; a company that registers itself has none and is
    linked to the licensor.
    """

    key: str
    name: str
    firms: tuple[Firm, ...]
    outlets: tuple[Outlet, ...]
    members: tuple[Member, ...]
    partner: str | None = None
    place: RegionalDetails | None = None


@dataclass(frozen=True, slots=True)
class MultiRegional:
    """A multi-regional company with its administrators."""

    name: str
    inn: str
    members: tuple[Member, ...]
