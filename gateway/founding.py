"""Founding: what a new installation begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts import PartnerDetails, Person, parse_password
from resolvers.partners import found_licensor

if TYPE_CHECKING:
    from uuid import UUID

    from resolvers.context import Tools


async def found(  # noqa: PLR0913, PLR0917 - the details of the form
    tools: Tools,
    name: str,
    inn: str,
    address: str,
    phone: str,
    admin: str,
    email: str,
    password: str,
) -> UUID:
    """Found the licensor with its first admin; raises `InvalidInput` for details that are wrong."""
    details = PartnerDetails.parse(name, inn, address, admin, phone)
    person = Person.parse(admin, email)
    hashed = await tools.passwords.hash(parse_password(password))
    return await tools.database.carry_out(
        lambda unit: found_licensor(unit, details, person, hashed)
    )
