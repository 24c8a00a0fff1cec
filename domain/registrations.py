"""Registrations: companies and partners, from the form to the confirmed account [000]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.refusals import AgreementNotAccepted

if TYPE_CHECKING:
    from domain.accounts import FirmDetails, OutletDetails, Person

AGREEMENT = "2026-11"
"""The edition of the user agreement that is accepted."""

CONFIRMATION_LIFETIME = timedelta(days=7)
"""How long the ticket of a confirmation or an invitation is good; another can be sent."""


@dataclass(frozen=True, slots=True)
class CompanyForm:
    """A company's registration: Account, Company, Firm and Outlet [000]."""

    admin: Person
    name: str
    firm: FirmDetails
    outlet: OutletDetails


def agree(*, agreed: bool) -> str:
    """Return the edition of the agreement; `AgreementNotAccepted` without consent [000]."""
    if not agreed:
        raise AgreementNotAccepted
    return AGREEMENT
