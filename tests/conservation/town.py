"""A town that grows: one more of everything that a list or a nested field can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from domain.access import Right
from domain.accounts import FirmDetails, PartnerDetails, Person
from domain.documents import BuyerDetails, DocumentKind
from domain.licenses import Take, new_code
from domain.links import LinkEnd, LinkRequestState
from persistence import firms, licenses, links, outlets, products, regions, users
from persistence.companies import RegionalDetails
from persistence.keys import new_key
from resolvers.companies import register_company
from resolvers.documents import record
from resolvers.partners import register_partner
from tests.world import INN, OUTLET, Cabinet, World

if TYPE_CHECKING:
    from datetime import timedelta

    from persistence.database import Unit


@dataclass
class Town:
    world: World
    partner: Cabinet
    company: Cabinet
    mrc: Cabinet
    support: str
    size: int = 0

    @classmethod
    async def found(cls, world: World) -> Town:
        partner = await world.partner()
        company = await world.company(partner)
        support = await world.user(world.licensor, Right.SUPPORT)
        return cls(world, partner, company, await world.mrc(), support)

    async def grow(self, size: int) -> None:
        """Grow until there are `size` of everything, in one unit of work."""
        hashed = await self.world.password_hash()

        async def work(unit: Unit) -> None:
            for number in range(self.size, size):
                await self._one_more(unit, number, hashed)

        await self.world.tools.database.carry_out(work)
        self.size = size

    async def _one_more(self, unit: Unit, number: int, hashed: str) -> None:
        lifetime = self.world.tools.rules.link_request_lifetime
        partner = await self._new_partner(unit, number, hashed)
        linked, firm = await self._new_company(unit, number, hashed, self.partner.id)
        other, stranger = await self._new_company(unit, number + 1000, hashed, None)
        await regions.bind(unit, self.mrc.id, linked)
        await links.add_request(unit, linked, self.world.licensor.id, unit.now + lifetime)
        await links.add_request(unit, other, self.partner.id, unit.now + lifetime)
        await self._history(unit, partner, lifetime)
        await firms.add_firm(unit, self.company.id, _firm(f"Ещё {number}"), is_main=False)
        await outlets.add_outlet(unit, self.company.id, OUTLET)
        person = _person(number, "own")
        await users.add_user(unit, self.company.id, person, Right.MANAGER, hashed)
        await self._trade(unit, number, firm, stranger)

    async def _new_partner(self, unit: Unit, number: int, hashed: str) -> UUID:
        details = PartnerDetails(f"П {number}", "7788990011", "Москва", "Глава", "+78003330014")
        return await register_partner(unit, details, _person(number, "partner"), hashed)

    async def _new_company(
        self, unit: Unit, number: int, hashed: str, partner: UUID | None
    ) -> tuple[UUID, UUID]:
        regional = RegionalDetails(multichannel_number=f"7700-220-{number:04}")
        key = await register_company(
            unit,
            f"К {number}",
            _person(number, "company"),
            hashed,
            _firm(f"Ф {number}"),
            OUTLET,
            partner,
            regional,
        )
        return key, await firms.add_firm(unit, key, _firm(f"Вторая {number}"), is_main=False)

    async def _history(self, unit: Unit, partner: UUID, lifetime: timedelta) -> None:
        """Let the company go to the new partner and come back."""
        company = self.company.id
        request = await links.add_request(unit, company, partner, unit.now + lifetime)
        await links.decide_request(unit, request, LinkRequestState.APPROVED, unit.now)
        await links.relink(unit, company, partner, LinkEnd.RELINKED)
        await links.relink(unit, company, self.partner.id, LinkEnd.RELINKED)

    async def _trade(self, unit: Unit, number: int, firm: UUID, stranger: UUID) -> None:
        """Issue five licenses of a new product, and leave one with each holder."""
        world = self.world
        licensor = world.context(world.licensor).actor
        partner = world.context(self.partner).actor
        product = await products.add_product(unit, f"Продукт {number}")
        codes = [(new_key(), new_code()) for _ in range(5)]
        sealed = [(key, code, world.tools.cipher.seal(key, code)) for key, code in codes]
        await licenses.add_licenses(unit, product, licensor.tenant, sealed)
        kind = DocumentKind
        all_five = Take.exactly([key for key, _ in codes])
        await record(unit, new_key(), kind.ISSUE, licensor, all_five, BuyerDetails())
        to_partner = BuyerDetails(name="П", inn=INN, partner=self.partner.id)
        three = Take.oldest(product, 3)
        await record(unit, new_key(), kind.SALE_TO_PARTNER, licensor, three, to_partner)
        assert self.company.firm is not None
        sales = ((partner, firm), (partner, self.company.firm), (licensor, stranger))
        for seller, buying in sales:
            buyer = await firms.buying_firm(unit, buying)
            assert buyer is not None
            sale = kind.SALE_TO_REGISTERED_COMPANY
            one = Take.oldest(product, 1)
            await record(unit, new_key(), sale, seller, one, buyer.details)


def _firm(name: str) -> FirmDetails:
    return FirmDetails(name=name, inn=INN)


def _person(number: int, where: str) -> Person:
    return Person(name=f"Имя {number}", email=f"{where}{number}@example.com")
