"""Making cabinets: each is registered through the use case of its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.access import GRANTS, Actor, Right, Role, TenantKind
from domain.accounts import FirmDetails, OutletDetails, PartnerDetails, Person
from gateway.exchange import Exchange
from persistence import firms, outlets, products, users
from persistence.keys import new_key
from persistence.tables import accounts as account_tables
from persistence.tables import tenants as tenant_tables
from resolvers.companies import register_company
from resolvers.context import Context
from resolvers.partners import found_licensor, register_partner
from resolvers.reading.loaders import QueryCache, Reading
from resolvers.regions import create_mrc

if TYPE_CHECKING:
    from uuid import UUID

    from gateway.demonstration.shapes import Company, Firm, Member, MultiRegional, Password, Seller
    from persistence.database import Unit
    from resolvers.context import Tools

REQUEST = "demonstration"
"""What the audit has for the id of a request."""


def _person(member: Member) -> Person:
    person = Person.parse(member.name, member.email, member.phone, member.login)
    return replace(person, is_contact=member.is_contact)


def _firm(firm: Firm) -> FirmDetails:
    return FirmDetails.parse(firm.name, firm.inn, firm.email, firm.phone, firm.address)


def _seller(seller: Seller) -> PartnerDetails:
    return PartnerDetails.parse(seller.name, seller.inn, seller.address, seller.head, seller.phone)


class World:
    """What was made, by the keys of the data; calls use cases on behalf of its users."""

    def __init__(self, tools: Tools, unit: Unit) -> None:
        """Make everything in `unit`, in which also the database of `tools` works."""
        self.tools = tools
        self._unit = unit
        self._queries = QueryCache(tools.database.reader)
        self._hashes: dict[Password, str] = {}
        self._kinds: dict[str, TenantKind] = {}
        self._users: dict[str, dict[Right, UUID]] = {}
        self._firms: dict[str, list[UUID]] = {}
        self.tenants: dict[str, UUID] = {}
        self.products: dict[str, UUID] = {}

    async def add_product(self, name: str) -> None:
        """Add a product."""
        self.products[name] = await products.add_product(self._unit, name)

    async def add_licensor(self, licensor: Seller) -> None:
        """Found the licensor."""
        first = licensor.members[0]
        tenant = await found_licensor(
            self._unit, _seller(licensor), _person(first), await self._hash(first.password)
        )
        await self._keep(licensor.key, TenantKind.LICENSOR, tenant, licensor.members)

    async def add_partner(self, partner: Seller) -> None:
        """Register a partner."""
        first = partner.members[0]
        tenant = await register_partner(
            self._unit, _seller(partner), _person(first), await self._hash(first.password)
        )
        await self._keep(partner.key, TenantKind.PARTNER, tenant, partner.members)

    async def add_company(self, company: Company) -> None:
        """Register a company, then add its other firms and outlets."""
        first = company.members[0]
        main, *more_firms = map(_firm, company.firms)
        outlet, *more_outlets = (
            OutletDetails.parse(each.name, each.address, each.time_zone) for each in company.outlets
        )
        tenant = await register_company(
            self._unit,
            company.name,
            _person(first),
            await self._hash(first.password),
            main,
            outlet,
            self.tenants[company.partner] if company.partner else None,
            company.place,
        )
        self._firms[company.key] = [
            await self._main_firm(tenant),
            *[await firms.add_firm(self._unit, tenant, firm, is_main=False) for firm in more_firms],
        ]
        for details in more_outlets:
            await outlets.add_outlet(self._unit, tenant, details)
        await self._keep(company.key, TenantKind.COMPANY, tenant, company.members)

    async def add_mrc(self, mrc: MultiRegional) -> None:
        """Register the multi-regional company."""
        first = mrc.members[0]
        tenant = await create_mrc(
            self._unit, mrc.name, mrc.inn, _person(first), await self._hash(first.password)
        )
        await self._keep(mrc.inn, TenantKind.MRC, tenant, mrc.members)

    def firm(self, company: str, number: int = 0) -> UUID:
        """Return a firm of a company, the main one by default."""
        return self._firms[company][number]

    def acting(self, key: str, right: Right = Right.ADMIN) -> Context:
        """Return the context of an operation that a user of this cabinet carries out.

        A cabinet without a user of this right acts by its admin.
        """
        kind, members = self._kinds[key], self._users[key]
        role = Role.of(kind, right if right in members else Right.ADMIN)
        user = members.get(right, members[Right.ADMIN])
        return self.acting_as(Actor(role, GRANTS[role], kind, self.tenants[key], user, new_key()))

    def acting_as(self, actor: Actor) -> Context:
        """Return the context of an operation that this actor carries out."""
        reader = self.tools.database.reader
        return Context(
            caller=actor,
            tools=self.tools,
            reading=Reading(reader, self._queries, actor, self.tools.database.clock.now()),
            exchange=Exchange(request_id=REQUEST),
            types=(),
        )

    async def _keep(
        self, key: str, kind: TenantKind, tenant: UUID, members: tuple[Member, ...]
    ) -> None:
        first, *others = members
        known = {first.right: await self._first_user(tenant)}
        for member in others:
            hashed = await self._hash(member.password)
            user = await users.add_user(self._unit, tenant, _person(member), member.right, hashed)
            known.setdefault(member.right, user)
        self.tenants[key], self._kinds[key], self._users[key] = tenant, kind, known

    async def _hash(self, password: Password) -> str:
        if password not in self._hashes:
            self._hashes[password] = await self.tools.passwords.hash(password.value)
        return self._hashes[password]

    async def _first_user(self, tenant: UUID) -> UUID:
        table = account_tables.users
        found = await self._unit.connection.execute(
            select(table.c.id).where(table.c.tenant_id == tenant)
        )
        user: UUID = found.scalar_one()
        return user

    async def _main_firm(self, company: UUID) -> UUID:
        table = tenant_tables.firms
        found = await self._unit.connection.execute(
            select(table.c.id).where(table.c.company_id == company)
        )
        firm: UUID = found.scalar_one()
        return firm
