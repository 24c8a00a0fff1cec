"""A world with two of everything: what one cabinet must not learn of another is all there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from domain.access import Right, Role
from domain.accounts import Person
from domain.cashiers import CashierDetails
from domain.documents import unregistered_buyer
from domain.licenses import LicenseState, Take
from persistence.companies import RegionalDetails
from persistence.sessions import add_choice, new_token
from persistence.tables.licenses import licenses
from persistence.tables.links import link_requests
from persistence.tables.tenants import tenants
from persistence.users import add_user
from resolvers.accounts import Identities
from resolvers.activation import activate_license, deactivate_license
from resolvers.cashiers import create_cashier, remove_cashier
from resolvers.devices import remove_device
from resolvers.firms import remove_firm
from resolvers.hand_overs import Named, email_licenses
from resolvers.licenses import show_codes
from resolvers.links import approve_link, cancel_link_request, reject_link, request_partner_link
from resolvers.printing import print_licenses
from resolvers.regions import bind_regional_client
from resolvers.sales import ToFirm, ToUnregistered, sell_licenses
from tests import letters
from tests.kits import KITS, Kit, Who, open_to
from tests.pos import Device, code_of, device_at, keyed_outlet
from tests.world import Cabinet, World


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: his role, his cabinet and his token."""

    role: Role
    cabinet: Cabinet | None
    token: str | None
    user: UUID | None = None
    kit: Kit | None = None
    """What he may do, if he is an API token of somebody of the role."""
    session: UUID | None = None
    products: frozenset[UUID] | None = None
    """All that he sees; `None` stands for every product."""

    @property
    def who(self) -> Who:
        """Whose schema he has."""
        return self.kit or self.role

    @property
    def tenant(self) -> UUID | None:
        return self.cabinet.id if self.cabinet else None


@dataclass
class Estate:
    world: World
    viewers: dict[Role, Viewer] = field(default_factory=dict)
    programs: dict[Kit, Viewer] = field(default_factory=dict)
    products: list[UUID] = field(default_factory=list)
    choice: str = ""
    """A choice of cabinets that waits for its answer, and the cabinets it offers."""
    offered: list[UUID] = field(default_factory=list)
    expired: UUID | None = None
    devices: dict[Cabinet, Device] = field(default_factory=dict)

    async def build(self) -> Estate:
        world = self.world
        licensor = world.licensor
        near, far = await world.partner("Вектор"), await world.partner("Орбита", "7706107510")
        blocked = await world.partner("Глыба", "7710140679")
        unconfirmed = await world.partner("Росток", "7736050003")
        ours = await world.company(near, "Ромашка", "3519003320")
        sibling = await world.company(near, "Василёк", "6321062257")
        other = await world.company(far, "Кувшинка", "7707083893")
        leaver = await world.company(near, "Перекати-поле", "7728168971")
        direct = [await world.company(None, name, "5008009854") for name in ("Пион", "Мак")]
        self.products = [await world.product("Касса"), await world.product("Склад")]
        umbrella = await world.mrc("Зонт", "7702070139")
        rival = await world.mrc("Купол", "7744000912")
        await self._regional(umbrella, rival, near, far)
        for cabinet in (near, far, ours, other, direct[0], licensor):
            await world.user(cabinet, Right.MANAGER)
            await self._stranger(cabinet)
        for company in (ours, other, direct[0]):
            await world.firm(company, f"Вторая фирма {company.admin.hex}", "7743013902")
        await self._trade(licensor, [near, far], {near: [ours, sibling, leaver], far: [other]})
        await self._trade_direct(licensor, direct)
        await self._links(leaver, ours, sibling, other, direct[0], near, far)
        for company in (ours, sibling, other, direct[0]):
            await self._install(company)
        await self._later(blocked, blocked_at=world.tools.database.clock.now())
        await self._later(unconfirmed, confirmed_at=None)
        await world.registered()
        for seller, company in ((near, ours), (far, other), (licensor, direct[0])):
            await self._close_a_firm(seller, company)
        for cabinet in (licensor, near, far):
            await world.registered(cabinet)
            await world.member(cabinet, invited=True)
        await self._look(licensor, near, ours, umbrella)
        await self._programs({Role.PARTNER_ADMIN: near, Role.COMPANY_ADMIN: ours}, far)
        await self._choices(near, ours)
        await self._letters(near, ours, licensor)
        return self

    @property
    def everybody(self) -> list[Viewer]:
        """Whoever looks: somebody of each role, and the tokens."""
        return [*self.viewers.values(), *self.programs.values()]

    async def _programs(self, cabinets: dict[Role, Cabinet], stranger: Cabinet) -> None:
        world = self.world
        identify = Identities(world.tools.database).identify
        await world.api_token(stranger, *open_to(Role.PARTNER_ADMIN))
        for kit in KITS:
            cabinet = cabinets[kit.role]
            only = frozenset(self.products[:1]) if kit.limited else None
            token = await world.api_token(cabinet, *kit.scopes, products=[*only] if only else None)
            actor = await identify(token)
            assert actor
            self.programs[kit] = Viewer(
                kit.role, cabinet, token, cabinet.admin, kit, actor.session, only
            )

    async def _letters(self, *cabinets: Cabinet) -> None:
        """Leave a letter to each cabinet and to a stranger, in every state."""
        for cabinet in cabinets:
            for make in (letters.waiting, letters.sent, letters.dead):
                await make(self.world, cabinet.id)
        await letters.waiting(self.world, None)

    async def _regional(self, umbrella: Cabinet, rival: Cabinet, *partners: Cabinet) -> None:
        sides = [(umbrella, partners[0]), (rival, partners[1])]
        for number, (mrc, partner) in enumerate(sides * 2):
            inn = "7702070139" if mrc is umbrella else "7744000912"
            place = RegionalDetails(
                f"Л-{number}", f"7495000000{number}", "Всё", f"Край {number}", f"Округ {number}"
            )
            await self.world.company(partner, f"Филиал {number}", inn, regional=place)
            if number < 3:  # The last one is bound to nobody.
                await bind_regional_client(self.world.context(mrc), f"7495000000{number}")

    async def _stranger(self, cabinet: Cabinet) -> None:
        """Add a user whom nobody outside may turn to."""
        person = Person("Тихий", f"quiet-{cabinet.id.hex}@example.com", is_contact=False)
        hashed = await self.world.password_hash()
        await self.world.tools.database.carry_out(
            lambda unit: add_user(unit, cabinet.id, person, Right.MANAGER, hashed)
        )

    async def _trade(
        self, licensor: Cabinet, partners: list[Cabinet], buyers: dict[Cabinet, list[Cabinet]]
    ) -> None:
        """Leave every holder with licenses in each state, through every kind of document."""
        world = self.world
        for product in self.products:
            await world.issue(product, 30)
            for partner in partners:
                await world.sell(licensor, partner, product, 8)
                for company in buyers[partner]:
                    await world.sell(partner, company, product, 2)
        for holder in (licensor, *partners, *(c for known in buyers.values() for c in known)):
            await world.reveal(holder, self.products[0], 1)
        for seller in (licensor, *partners):
            await self.sell_outside(seller)
        for holder in (licensor, *partners, *(c for known in buyers.values() for c in known)):
            await self._hand_over(holder)

    async def _hand_over(self, holder: Cabinet) -> None:
        """Print one of its codes, send it, and look at it."""
        world = self.world
        context, (code, *_) = world.context(holder), await world.revealed(holder)
        await show_codes(context, [code])
        await print_licenses(context, Named.of([code]), "Для чужих глаз")
        to = f"codes-{holder.id.hex}@example.com"
        key = world.key()
        await email_licenses(context, key, {}, Named.of([code]), to, "Для чужих глаз")

    async def _close_a_firm(self, seller: Cabinet, company: Cabinet) -> None:
        """Leave a firm behind that a document and a license name, and nobody sees."""
        firm = await self.world.firm(company, f"Закрытая фирма {company.admin.hex}")
        take = Take.oldest(self.products[1], 1)
        context = self.world.context(seller)
        await sell_licenses(context, self.world.key(), {}, ToFirm(firm), take)
        await remove_firm(self.world.context(company), firm)

    async def _trade_direct(self, licensor: Cabinet, companies: list[Cabinet]) -> None:
        for company in companies:
            await self.world.sell(licensor, company, self.products[1], 1)

    async def sell_outside(self, seller: Cabinet, inn: str = "7788990011") -> UUID:
        buyer = unregistered_buyer("Прохожий", inn, "p@example.com", None, "Тверь")
        take = Take.oldest(self.products[1], 1)
        context = self.world.context(seller)
        return await sell_licenses(context, self.world.key(), {}, ToUnregistered(buyer), take)

    async def _links(  # noqa: PLR0917 - the cast
        self,
        leaver: Cabinet,
        ours: Cabinet,
        sibling: Cabinet,
        other: Cabinet,
        direct: Cabinet,
        near: Cabinet,
        far: Cabinet,
    ) -> None:
        """Move one company to another partner, and leave a request in every state."""
        context = self.world.context
        moved = await request_partner_link(context(leaver), far.id)
        await approve_link(context(far), moved)
        for company, partner in ((ours, far), (other, near)):
            await reject_link(
                context(partner), await request_partner_link(context(company), partner.id)
            )
            withdrawn = await request_partner_link(context(company), partner.id)
            await cancel_link_request(context(company), withdrawn)
            await request_partner_link(context(company), partner.id)
        for company, partner in ((direct, near), (sibling, self.world.licensor)):
            await request_partner_link(context(company), partner.id)
        self.expired = await request_partner_link(context(leaver), near.id)
        await self._expire(self.expired)

    async def _install(self, company: Cabinet) -> None:
        """Leave a device with licenses and cashiers, and of each one that was removed."""
        world = self.world
        outlet = await keyed_outlet(world, company)
        name = f"Касса {company.admin.hex}"
        device, gone = await device_at(world, outlet, name), await device_at(world, outlet, "Прочь")
        self.devices[company] = device
        context = world.context(company)
        for number, at in enumerate(((device.id, gone.id), (), ())):
            details = CashierDetails(f"Кассир {number} {company.admin.hex}", str(number), at)
            cashier = await create_cashier(context, details)
        await remove_cashier(context, cashier)
        await remove_device(context, gone.id)
        # Two are taken from the licensor, one of them is freed again.
        for _ in range(2):
            await world.reveal(world.licensor, self.products[0], 1)
            key = (await self._revealed(world.licensor))[-1]
            await activate_license(device.context(world), await code_of(world, key))
        await deactivate_license(device.context(world), await code_of(world, key))

    async def _revealed(self, holder: Cabinet) -> list[UUID]:
        open_ = (licenses.c.holder_id == holder.id) & (licenses.c.state == LicenseState.REVEALED)
        unsold = licenses.c.sold_document_id.is_(None) & licenses.c.device_id.is_(None)
        return [
            row.id
            for row in await self.world.rows(
                select(licenses.c.id).where(open_, unsold).order_by(licenses.c.id)
            )
        ]

    async def _expire(self, request: UUID) -> None:
        past = self.world.tools.database.clock.now() - timedelta(days=1)
        statement = update(link_requests).where(link_requests.c.id == request)
        await self.world.tools.database.carry_out(
            lambda unit: unit.connection.execute(statement.values(expires_at=past))
        )

    async def _later(self, cabinet: Cabinet, **values: Any) -> None:
        """Set what no use case sets yet."""
        statement = update(tenants).where(tenants.c.id == cabinet.id).values(values)
        await self.world.tools.database.carry_out(lambda unit: unit.connection.execute(statement))

    async def _look(
        self, licensor: Cabinet, partner: Cabinet, company: Cabinet, mrc: Cabinet
    ) -> None:
        cabinets = {"LICENSOR": licensor, "PARTNER": partner, "COMPANY": company, "MRC": mrc}
        for role in Role:
            kind, _, right = role.partition("_")
            cabinet = cabinets.get(kind)
            if kind == "POS":
                device = self.devices[company]
                token = device.token if role is Role.POS_DEVICE else device.outlet.sync_key
                self.viewers[role] = Viewer(role, company, token)
                continue
            if cabinet is None:
                self.viewers[role] = Viewer(role, None, None)
                continue
            admin = right == Right.ADMIN
            user = cabinet.admin if admin else await self.world.member(cabinet, Right(right))
            token = cabinet.token if admin else await self.world.token(user)
            self.viewers[role] = Viewer(role, cabinet, token, user)

    async def _choices(self, *cabinets: Cabinet) -> None:
        self.choice, self.offered = new_token(), [cabinet.id for cabinet in cabinets]
        users = [cabinet.admin for cabinet in cabinets]
        database = self.world.tools.database
        expires = database.clock.now() + timedelta(minutes=5)
        await database.carry_out(lambda unit: add_choice(unit, self.choice, users, expires))
