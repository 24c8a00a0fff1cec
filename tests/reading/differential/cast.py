"""One rich world for all questions: everything twice, ties in every order, nulls and no nulls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from domain.access import Right, Role
from domain.accounts import FirmDetails, OutletDetails, Person
from domain.cashiers import CashierDetails
from domain.documents import BuyerDetails, unregistered_buyer
from domain.licenses import LicenseState, Take
from persistence.companies import RegionalDetails
from persistence.database import Unit
from persistence.firms import add_firm
from persistence.outlets import add_outlet
from persistence.tables.licenses import licenses
from persistence.tables.links import link_requests
from persistence.tables.tenants import tenants
from persistence.users import add_user
from resolvers.activation import activate_license, deactivate_license
from resolvers.cashiers import create_cashier, pull_cashiers
from resolvers.devices import request_load
from resolvers.firms import remove_firm, set_main_firm
from resolvers.links import (
    approve_link,
    cancel_link_request,
    end_link,
    reject_link,
    request_partner_link,
)
from resolvers.regions import bind_regional_client
from resolvers.reveals import reveal_to_self
from resolvers.sales import ToFirm, ToUnregistered, sell_licenses
from tests.kits import ALL, Who
from tests.pos import code_of, device_at, keyed_outlet
from tests.world import Cabinet, World

PROGRAMS = [kit for kit in ALL if kit.limited]
"""API tokens of some products, with every scope that there is for them."""
UMBRELLA, RIVAL = "7702070139", "7744000912"
PLACES = [("Южный край", "Юг"), ("южный край", "Юг"), ("Ёлкино", "Север"), ('Край "Я"', "север")]


@dataclass
class Cast:
    """The tenants of the world and the tokens by which each role calls."""

    world: World
    tokens: dict[Who, list[str | None]] = field(default_factory=dict)
    products: list[UUID] = field(default_factory=list)

    async def gather(self) -> Cast:
        world, licensor = self.world, self.world.licensor
        near, far = (
            await world.partner('Вектор "Плюс"'),
            await world.partner("Орбита", "7706107510"),
        )
        blocked = await world.partner("Глыба", "7710140679")
        unconfirmed = await world.partner("Орбита", "7736050003")
        names = ("Ромашка", "Ромашка", "Ёжик \\ сын", "ежик и Ко", "Ели'сей & <b>", "Ольха 😀")
        ours = [await world.company(near, name, "3519003320") for name in names]
        others = [await world.company(far, name, "7707083893") for name in ("Клён", "Клён", "Ива")]
        direct = [await world.company(None, name, "5008009854") for name in ("Пион", "Мак")]
        umbrella, rival = await world.mrc("Зонт «Ё»", UMBRELLA), await world.mrc("Купол", RIVAL)
        await self._regions(umbrella, rival, near, far)
        for company in (*ours[:4], others[0], direct[0]):
            await self._furnish(company)
        self.products = [
            await world.product(name) for name in ("Касса", "Склад", 'касса "2"', "Ёмкость")
        ]
        await self._trade(licensor, {near: ours, far: others, licensor: direct})
        for company in (ours[2], ours[4]):
            await world.sell(near, company, self.products[0], 1)
        await self._links(near, far, ours, others, direct)
        for seller, company in ((near, ours[0]), (far, others[0]), (licensor, direct[0])):
            await self._close_a_firm(seller, company)
        for company in (ours[0], ours[3], others[0]):
            await self._install(company)
        now = world.tools.database.clock.now()
        await self._later(blocked, blocked_at=now)
        await self._later(ours[5], blocked_at=now)
        await self._later(unconfirmed, confirmed_at=None)
        await self._callers([licensor], [near, far], [ours[0], others[0], direct[0], ours[3]])
        self.tokens[Role.MRC_ADMIN] = [umbrella.token, rival.token]
        makers = {Role.PARTNER_ADMIN: [near, far], Role.COMPANY_ADMIN: [ours[0], others[0]]}
        for kit in PROGRAMS:
            self.tokens[kit] = [
                await world.api_token(cabinet, *kit.scopes, products=self.products[:2])
                for cabinet in makers[kit.role]
            ]
        return self

    async def _callers(
        self, licensors: list[Cabinet], partners: list[Cabinet], companies: list[Cabinet]
    ) -> None:
        self.tokens[Role.ANONYMOUS] = [None]
        self.tokens[Role.LICENSOR_SUPPORT] = [await self.world.user(licensors[0], Right.SUPPORT)]
        for kind, cabinets in (
            ("LICENSOR", licensors),
            ("PARTNER", partners),
            ("COMPANY", companies),
        ):
            self.tokens[Role(f"{kind}_ADMIN")] = [cabinet.token for cabinet in cabinets]
            self.tokens[Role(f"{kind}_MANAGER")] = [
                await self.world.user(cabinet, Right.MANAGER) for cabinet in cabinets
            ]

    async def _regions(self, umbrella: Cabinet, rival: Cabinet, *partners: Cabinet) -> None:
        for number in range(12):
            mrc = rival if number % 4 == 3 else umbrella
            region, macroregion = PLACES[number % len(PLACES)]
            digits = f"74950000{number:03}"
            place = RegionalDetails(f"Л-{number // 2}", digits, "Всё", region, macroregion)
            inn = UMBRELLA if mrc is umbrella else RIVAL
            name = f"Филиал {number // 3}"
            await self.world.company(partners[number % 2], name, inn, regional=place)
            if number < 11:
                await bind_regional_client(self.world.context(mrc), digits)

    async def _furnish(self, company: Cabinet) -> None:
        """Add firms, outlets and users, with and without what may be null."""
        hashed = await self.world.password_hash()
        firms = [
            FirmDetails('ООО "Вторая"', "7743013902", "two@example.com", "+79990000001", "Тверь"),
            FirmDetails("ИП Ёлкин", "500100732259"),
        ]
        outlets = [
            OutletDetails("Дальний", "ул. Мира, 1", "Asia/Vladivostok"),
            OutletDetails("Ближний", None, "Europe/Moscow"),
        ]
        people = [
            Person("Тихий", f"quiet-{company.id.hex}@example.com", is_contact=False),
            Person("О'Нил", f"loud-{company.id.hex}@example.com", phone="+79990000002"),
        ]

        async def work(unit: Unit) -> None:
            for firm in firms:
                await add_firm(unit, company.id, firm, is_main=False)
            for outlet in outlets:
                await add_outlet(unit, company.id, outlet)
            for person in people:
                await add_user(unit, company.id, person, Right.MANAGER, hashed)

        await self.world.tools.database.carry_out(work)

    async def _trade(self, licensor: Cabinet, sellers: dict[Cabinet, list[Cabinet]]) -> None:
        """Leave every holder with licenses in each state, through every kind of document."""
        world = self.world
        for number, product in enumerate(self.products):
            await world.issue(product, 70)
            for seller, companies in sellers.items():
                if seller is not licensor:
                    await world.sell(licensor, seller, product, 14 + number)
                for company in companies[: 4 - number]:
                    await world.sell(seller, company, product, 2)
        for seller, companies in sellers.items():
            held = await world.held(seller)
            assert companies[0].firm is not None
            await self._sell(seller, ToFirm(companies[0].firm), [held[0], held[-1], held[-9]])
            for number, address in enumerate(('Тверь, "Я"', None), start=1):
                buyer = unregistered_buyer("Прохожий", UMBRELLA, "p@example.com", None, address)
                mixed = [held[number], held[-number - 1]]
                await self._sell(seller, ToUnregistered(buyer), mixed)
            for holder in (seller, *companies[:2]):
                await world.reveal(holder, self.products[0], 1)
            details = BuyerDetails(name="Имя", inn=UMBRELLA, email="i@example.com")
            take = Take.oldest(self.products[1], 1)
            await reveal_to_self(world.context(seller), world.key(), {}, take, details)

    async def _sell(
        self, seller: Cabinet, destination: ToFirm | ToUnregistered, licenses: list[UUID]
    ) -> None:
        take = Take.exactly(licenses)
        context = self.world.context(seller)
        await sell_licenses(context, self.world.key(), {}, destination, take)

    async def _close_a_firm(self, seller: Cabinet, company: Cabinet) -> None:
        """Let a firm that bought a license be removed, and another one be the main firm."""
        closed = await self.world.firm(company, "Закрытая")
        one, context = Take.oldest(self.products[3], 1), self.world.context(seller)
        await sell_licenses(context, self.world.key(), {}, ToFirm(closed), one)
        await remove_firm(self.world.context(company), closed)
        main = await self.world.firm(company, "Новая основная")
        await set_main_firm(self.world.context(company), main)

    async def _install(self, company: Cabinet) -> None:
        """Register devices, with and without what may be null, and leave licenses on them."""
        world = self.world
        outlet = await keyed_outlet(world, company)
        names = ("Ёлочная", "елочная 2", 'Касса "Я"')
        devices = [await device_at(world, outlet, name) for name in names]
        first = devices[0].context(world)
        for number, device in enumerate(devices):
            details = CashierDetails(
                f"О'Нил {number}", str(number) if number else None, (devices[0].id,)
            )
            await create_cashier(world.context(company), details)
            await create_cashier(world.context(company), CashierDetails("Ёжик", None, ()))
            if number:
                await request_load(world.context(company), device.id)
        await pull_cashiers(devices[1].context(world))
        await world.reveal(world.licensor, self.products[0], 3)
        keys = await self._open(world.licensor)
        for key in keys[-3:]:
            await activate_license(first, await code_of(world, key))
        await deactivate_license(first, await code_of(world, keys[-1]))

    async def _open(self, holder: Cabinet) -> list[UUID]:
        open_ = (licenses.c.holder_id == holder.id) & (licenses.c.state == LicenseState.REVEALED)
        unsold = licenses.c.sold_document_id.is_(None)
        found = select(licenses.c.id).where(open_, unsold).order_by(licenses.c.id)
        return [row.id for row in await self.world.rows(found)]

    async def _links(
        self,
        near: Cabinet,
        far: Cabinet,
        ours: list[Cabinet],
        others: list[Cabinet],
        direct: list[Cabinet],
    ) -> None:
        """End links both ways, and leave a request in every state."""
        context = self.world.context
        moved = await request_partner_link(context(ours[2]), far.id)
        await approve_link(context(far), moved)
        await end_link(context(near), ours[4].id)
        for company, partner in ((ours[0], far), (others[0], near), (direct[0], near)):
            asked = await request_partner_link(context(company), partner.id)
            await reject_link(context(partner), asked)
            withdrawn = await request_partner_link(context(company), partner.id)
            await cancel_link_request(context(company), withdrawn)
            await request_partner_link(context(company), partner.id)
        late = await request_partner_link(context(ours[3]), self.world.licensor.id)
        past = self.world.tools.database.clock.now() - timedelta(days=1)
        statement = update(link_requests).where(link_requests.c.id == late)
        await self.world.change(statement.values(expires_at=past))

    async def _later(self, cabinet: Cabinet, **values: object) -> None:
        """Set what no use case sets yet."""
        statement = update(tenants).where(tenants.c.id == cabinet.id)
        await self.world.change(statement.values(values))
