"""A world for tests: tenants, users and licenses, made through the use cases."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, update

from domain.access import GRANTS, Actor, Right, Role, TenantKind
from domain.accounts import FirmDetails, OutletDetails, PartnerDetails, Person
from domain.documents import BuyerDetails
from domain.letters import TicketPurpose
from domain.licenses import LicenseState, Take
from domain.tokens import Scope, TokenOrder
from gateway.exchange import Exchange
from persistence import firms, products, sessions, tickets, users
from persistence.companies import RegionalDetails
from persistence.keys import new_key
from persistence.tables.accounts import users as users_table
from persistence.tables.licenses import licenses as licenses_table
from persistence.tables.tenants import firms as firms_table
from persistence.tables.tenants import tenants as tenant_table
from resolvers.companies import register_company
from resolvers.context import Context, Tools
from resolvers.licenses import issue_licenses
from resolvers.partners import found_licensor, register_partner
from resolvers.reading.loaders import QueryCache, Reading
from resolvers.regions import create_mrc
from resolvers.reveals import reveal_to_self
from resolvers.sales import Destination, ToFirm, ToPartner, sell_licenses
from resolvers.tokens import create_api_token
from tests.tables import Tables

if TYPE_CHECKING:
    from persistence.database import Unit

PASSWORD = "password for tests"
INN = "6722012609"
OTHER_INN = "6321062257"
OUTLET = OutletDetails(name="Главный", address=None, time_zone="Europe/Moscow")


@dataclass(frozen=True)
class Cabinet:
    """A tenant with its admin, and what calls as him."""

    id: UUID
    kind: TenantKind
    admin: UUID
    token: str
    email: str
    firm: UUID | None = None

    def node(self) -> str:
        prefix = {TenantKind.COMPANY: "company", TenantKind.MRC: "mrc"}.get(self.kind, "partner")
        return f"{prefix}_{self.id.hex}"

    @property
    def firm_node(self) -> str:
        assert self.firm is not None
        return f"firm_{self.firm.hex}"


class World(Tables):
    """Makes tenants in one database; every name is new unless one is given."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._numbers = itertools.count(1)
        self._hash: str | None = None
        self.licensor: Cabinet

    async def begin(self) -> World:
        details = PartnerDetails("MyPOS", "7700000000", "Москва", "Глава", "+78003330014")
        self.licensor = await self._cabinet(
            TenantKind.LICENSOR,
            lambda unit, person, hashed: found_licensor(unit, details, person, hashed),
        )
        return self

    async def password_hash(self) -> str:
        if self._hash is None:
            self._hash = await self.tools.passwords.hash(PASSWORD)
        return self._hash

    async def _cabinet(self, kind: TenantKind, make: Any, email: str | None = None) -> Cabinet:
        number = next(self._numbers)
        address = email or f"admin{number}@example.com"
        login = f"mrc{number}" if kind is TenantKind.MRC else None
        person = Person(name=f"Админ {number}", email=address, login=login)
        hashed = await self.password_hash()
        key = await self.tools.database.carry_out(lambda unit: make(unit, person, hashed))
        admin, firm = await self._first(key)
        token = await self.token(admin)
        return Cabinet(key, kind, admin, token, login or address, firm)

    async def _first(self, tenant: UUID) -> tuple[UUID, UUID | None]:
        async def work(unit: Unit) -> tuple[UUID, UUID | None]:
            user = await unit.connection.scalar(
                select(users_table.c.id).where(users_table.c.tenant_id == tenant)
            )
            firm = await unit.connection.scalar(
                select(firms_table.c.id).where(firms_table.c.company_id == tenant)
            )
            assert user is not None
            return user, firm

        return await self.tools.database.carry_out(work)

    async def partner(
        self, name: str | None = None, inn: str = "7788990011", email: str | None = None
    ) -> Cabinet:
        title = name or f"Партнёр {next(self._numbers)}"
        details = PartnerDetails(title, inn, "Москва, Тестовая, 1", "Глава", "+78003330014")
        return await self._cabinet(
            TenantKind.PARTNER,
            lambda unit, person, hashed: register_partner(unit, details, person, hashed),
            email,
        )

    async def company(
        self,
        partner: Cabinet | None = None,
        name: str | None = None,
        inn: str = INN,
        email: str | None = None,
        regional: RegionalDetails | None = None,
    ) -> Cabinet:
        title = name or f"Компания {next(self._numbers)}"
        firm = FirmDetails(name=f"Фирма {title}", inn=inn, email="firm@example.com")
        return await self._cabinet(
            TenantKind.COMPANY,
            lambda unit, person, hashed: register_company(
                unit, title, person, hashed, firm, OUTLET, partner.id if partner else None, regional
            ),
            email,
        )

    async def mrc(self, name: str = "ООО «ИПТ»", inn: str = INN) -> Cabinet:
        return await self._cabinet(
            TenantKind.MRC,
            lambda unit, person, hashed: create_mrc(unit, name, inn, person, hashed),
        )

    async def user(self, cabinet: Cabinet, right: Right) -> str:
        """Add a user and return a token of his."""
        return await self.token(await self.member(cabinet, right))

    async def member(
        self, cabinet: Cabinet, right: Right = Right.MANAGER, *, invited: bool = False
    ) -> UUID:
        """Add a user, who has opened his account or not, and return his key."""
        number = next(self._numbers)
        person = Person(name=f"Сотрудник {number}", email=f"member{number}@example.com")
        hashed = None if invited else await self.password_hash()
        return await self.tools.database.carry_out(
            lambda unit: users.add_user(unit, cabinet.id, person, right, hashed)
        )

    async def registered(self, by: Cabinet | None = None) -> UUID:
        """Register a company that nobody confirms, and return its key."""
        number = next(self._numbers)
        person = Person(name=f"Первый {number}", email=f"first{number}@example.com")
        firm = FirmDetails(name=f"Фирма {number}", inn=INN)
        registrar = by.id if by else None
        return await self.tools.database.carry_out(
            lambda unit: register_company(
                unit, f"Новая {number}", person, None, firm, OUTLET, registrar
            )
        )

    async def ticket(self, user: UUID, purpose: TicketPurpose, email: str = "") -> str:
        """Give a user a ticket, as his letter would have it."""
        address = email or f"ticket{next(self._numbers)}@example.com"
        return await self.tools.database.carry_out(
            lambda unit: tickets.add_ticket(unit, purpose, user, address, timedelta(days=1))
        )

    async def ticket_for_email(self, user: UUID, email: str) -> str:
        """Give a user the ticket that confirms a new address."""
        return await self.ticket(user, TicketPurpose.EMAIL_CHANGE, email)

    async def readdress(self, user: UUID, email: str) -> None:
        """Give a user another address."""
        await self.tools.database.carry_out(lambda unit: users.readdress(unit, user, email))

    async def token(self, user: UUID) -> str:
        token = sessions.new_token()
        lifetime = self.tools.rules.session_lifetime
        await self.tools.database.carry_out(
            lambda unit: sessions.add_session(unit, user, token, unit.now + lifetime, None)
        )
        return token

    async def api_token(
        self,
        cabinet: Cabinet,
        *scopes: Scope,
        products: Sequence[UUID] | None = None,
        days: int = 30,
    ) -> str:
        """Make an API token of the cabinet's admin."""
        only = None if products is None else tuple(products)
        wanted, key = TokenOrder("Программа", scopes, only, days), self.key()
        _, token = await create_api_token(self.context(cabinet), key, {"key": key}, wanted)
        assert token is not None
        return token

    async def firm(self, company: Cabinet, name: str, inn: str = OTHER_INN) -> UUID:
        details = FirmDetails(name=name, inn=inn)
        return await self.tools.database.carry_out(
            lambda unit: firms.add_firm(unit, company.id, details, is_main=False)
        )

    async def product(self, name: str | None = None) -> UUID:
        title = name or f"Продукт {next(self._numbers)}"
        return await self.tools.database.carry_out(lambda unit: products.add_product(unit, title))

    def context(
        self, cabinet: Cabinet, right: Right = Right.ADMIN, program: Actor | None = None
    ) -> Context:
        """Return what somebody of a cabinet orders in; perhaps through a program of his."""
        role = Role.of(cabinet.kind, right)
        user = Actor(role, GRANTS[role], cabinet.kind, cabinet.id, cabinet.admin, new_key())
        return self.acting(program or user)

    def acting(self, actor: Actor) -> Context:
        """Return a context in which this actor calls use cases."""
        reader = self.tools.database.reader
        return Context(
            caller=actor,
            tools=self.tools,
            reading=Reading(reader, QueryCache(reader), actor, self.tools.database.clock.now()),
            exchange=Exchange(request_id="test"),
            types=(),
        )

    async def issue(self, product: UUID, quantity: int) -> UUID:
        take = Take.oldest(product, quantity)
        return await issue_licenses(self.context(self.licensor), self.key(), {}, take)

    async def sell(self, seller: Cabinet, to: Cabinet, product: UUID, quantity: int) -> UUID:
        destination: Destination = ToPartner(to.id) if to.firm is None else ToFirm(to.firm)
        return await sell_licenses(
            self.context(seller), self.key(), {}, destination, Take.oldest(product, quantity)
        )

    async def reveal(self, holder: Cabinet, product: UUID, quantity: int) -> UUID:
        return await reveal_to_self(
            self.context(holder), self.key(), {}, Take.oldest(product, quantity), BuyerDetails()
        )

    async def stocked(self, partner: Cabinet, quantity: int = 10) -> UUID:
        """Give a partner sealed licenses of a new product and return the product."""
        product = await self.product()
        await self.issue(product, quantity)
        await self.sell(self.licensor, partner, product, quantity)
        return product

    async def held(self, holder: Cabinet) -> list[UUID]:
        """Return the keys of the licenses a tenant holds, oldest first."""
        rows = await self.rows(
            select(licenses_table.c.id)
            .where(licenses_table.c.holder_id == holder.id)
            .order_by(licenses_table.c.id)
        )
        return [row.id for row in rows]

    async def revealed(self, holder: Cabinet) -> list[UUID]:
        """Return the keys of the licenses whose codes are open to a tenant, oldest first."""
        rows = await self.rows(
            select(licenses_table.c.id)
            .where(
                licenses_table.c.holder_id == holder.id,
                licenses_table.c.state == LicenseState.REVEALED,
            )
            .order_by(licenses_table.c.id)
        )
        return [row.id for row in rows]

    def key(self) -> str:
        return f"key-{next(self._numbers)}"

    async def set_password(self, cabinet: Cabinet, password: str) -> None:
        """Give the cabinet's admin another password."""
        hashed = await self.tools.passwords.hash(password)
        await self.change(
            update(users_table)
            .where(users_table.c.id == cabinet.admin)
            .values(password_hash=hashed)
        )

    async def block(self, cabinet: Cabinet) -> None:
        now = self.tools.database.clock.now()
        await self.change(
            update(tenant_table).where(tenant_table.c.id == cabinet.id).values(blocked_at=now)
        )
