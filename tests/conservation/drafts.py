"""Drafts: orders in small numbers, which become orders when it is known what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

from domain.access import Role
from persistence.tables.documents import document_counters
from resolvers.accounts import Identities
from tests.conservation.orders import (
    AnyPartner,
    Approve,
    Ask,
    Cancel,
    Enter,
    Exactly,
    FirmOf,
    Issue,
    Oldest,
    Order,
    Outsider,
    Part,
    Reject,
    Release,
    Reveal,
    Sell,
    Taking,
)
from tests.conservation.projection import Projection, projected
from tests.kits import open_to
from tests.pos import device_at, keyed_outlet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.access import Actor
    from persistence.database import Unit
    from tests.conservation.model import Model
    from tests.pos import Device
    from tests.world import Cabinet, World

T = TypeVar("T")


def pick(among: Sequence[T], number: int) -> T:
    return among[number % len(among)]


@dataclass(frozen=True)
class Cast:
    """The tenants and products of one example: two partners, a company each, and a third."""

    world: World
    partners: list[Cabinet]
    companies: list[Cabinet]
    products: list[UUID]
    pos: list[Device]
    """Two devices of each company."""
    programs: dict[UUID, Actor]
    """An API token of each partner and company, which sees the first product only."""

    @classmethod
    async def gather(cls, world: World) -> Cast:
        first, second = await world.partner(), await world.partner()
        companies = [await world.company(first), await world.company(second)]
        companies.append(await world.company())
        pos = []
        for number, company in enumerate(companies):
            outlet = await keyed_outlet(world, company)
            pos += [await device_at(world, outlet, f"{number}{name}") for name in "аб"]
        products = [await world.product(), await world.product()]
        identities, programs = Identities(world.tools.database), {}
        for cabinet, role in (
            *((partner, Role.PARTNER_ADMIN) for partner in (first, second)),
            *((company, Role.COMPANY_ADMIN) for company in companies),
        ):
            token = await world.api_token(cabinet, *open_to(role), products=products[:1])
            actor = await identities.identify(token)
            assert actor
            programs[cabinet.id] = actor
        return cls(world, [first, second], companies, products, pos, programs)

    def only(self, holder: UUID, *, program: bool) -> UUID | None:
        """Return the product that an order of the holder's is limited to."""
        return self.products[0] if program and holder in self.programs else None

    @property
    def cabinets(self) -> dict[UUID, Cabinet]:
        return {one.id: one for one in (*self.sellers, *self.companies)}

    @property
    def sellers(self) -> list[Cabinet]:
        return [*self.partners, self.world.licensor]

    @property
    def devices(self) -> dict[UUID, Device]:
        return {one.id: one for one in self.pos}

    @property
    def links(self) -> dict[UUID, UUID]:
        return {
            company.id: seller.id
            for company, seller in zip(self.companies, self.sellers, strict=True)
        }

    async def projection(self) -> Projection:
        tenants = list(self.cabinets)
        return await projected(self.world.tools.database, tenants, self.products)

    async def licensor_number(self) -> int:
        counter = document_counters.c

        async def work(unit: Unit) -> int:
            number = await unit.connection.scalar(
                document_counters.select()
                .with_only_columns(counter.last_number)
                .where(counter.tenant_id == self.world.licensor.id)
            )
            return int(number or 0)

        return await self.world.tools.database.carry_out(work)

    def stocking(self, key: str, quantity: int, product: int = 0) -> Order:
        return Issue(self.world.licensor.id, key, Oldest(self.products[product], quantity))

    def supply(self, key: str, quantity: int, product: int = 0) -> Order:
        partner, take = AnyPartner(self.partners[0].id), Oldest(self.products[product], quantity)
        return Sell(self.world.licensor.id, key, partner, take)


@dataclass(frozen=True)
class Draft:
    """What to do, by whom, to whom and with what: each number picks from what there is."""

    verb: str
    who: int
    whom: int
    product: int
    quantity: int
    picks: tuple[int, ...]
    program: bool
    """Whether a program orders, where its cabinet has one."""

    def order(self, cast: Cast, model: Model, key: str) -> Order:  # noqa: PLR0911 - one a verb
        if self.verb == "issue":
            take = Oldest(pick(cast.products, self.product), self.quantity)
            return Issue(cast.world.licensor.id, key, take)
        if self.verb == "reveal":
            holder = pick([*cast.companies, *cast.sellers], self.who)
            only = cast.only(holder.id, program=self.program)
            return Reveal(holder.id, key, self._take(cast, model, holder.id), only)
        if self.verb in {"sell", "sell outside", "sell to partner"}:
            return self._sale(cast, model, key)
        if self.verb == "ask":
            return Ask(pick(cast.companies, self.who).id, pick(cast.sellers, self.whom).id)
        if self.verb in {"activate", "deactivate", "release"}:
            return self._placing(cast, model)
        if self.verb == "part":
            return Part(pick(cast.sellers, self.who).id, pick(cast.companies, self.whom).id)
        return self._decision(cast, model)

    def _sale(self, cast: Cast, model: Model, key: str) -> Order:
        if self.verb == "sell to partner":
            seller = cast.world.licensor.id
            buyer = AnyPartner(pick(cast.partners, self.whom).id)
            return Sell(seller, key, buyer, self._take(cast, model, seller))
        if self.verb == "sell outside":
            seller = pick(cast.sellers, self.who).id
            only = cast.only(seller, program=self.program)
            return Sell(seller, key, Outsider(), self._take(cast, model, seller), only)
        company = pick(cast.companies, self.whom)
        assert company.firm is not None
        # Mostly the company's own partner, now and then somebody else.
        stranger = self.who == 0
        seller = pick(cast.sellers, self.product).id if stranger else model.links[company.id]
        firm = FirmOf(company.id, company.firm)
        only = cast.only(seller, program=self.program)
        return Sell(seller, key, firm, self._take(cast, model, seller), only)

    def _take(self, cast: Cast, model: Model, holder: UUID) -> Taking:
        own = model.held(holder)
        if not self.picks or not own:
            return Oldest(pick(cast.products, self.product), self.quantity)
        # Mostly one's own licenses, now and then anybody's.
        among = sorted(model.licenses) if self.who == 0 else own
        return Exactly(tuple(sorted({pick(among, number) for number in self.picks})))

    def _placing(self, cast: Cast, model: Model) -> Order:
        # Mostly a license that can be on a device, now and then any.
        open_ = sorted(key for key, one in model.licenses.items() if one.revealed)
        on = sorted(key for key, one in model.licenses.items() if one.device)
        among = {"activate": open_, "deactivate": on or open_, "release": on or open_}[self.verb]
        if not among or self.who == 0:
            among = sorted(model.licenses)
        license_ = pick(among, self.quantity)
        if self.verb == "release":
            return Release(cast.world.licensor.id, license_)
        off = self.verb == "deactivate"
        device = pick(cast.pos, self.whom)
        where = model.licenses[license_].device
        if off and where is not None and self.product == 0:
            device = cast.devices[where]
        return Enter(device.company.id, device.id, license_, off=off)

    def _decision(self, cast: Cast, model: Model) -> Order:
        if not model.requests:
            return Ask(pick(cast.companies, self.who).id, pick(cast.sellers, self.whom).id)
        # The newest requests are the interesting ones.
        key = list(model.requests)[-1 - min(self.product, len(model.requests) - 1)]
        request = model.requests[key]
        own_side = {"cancel": request.company}.get(self.verb, request.partner)
        by = pick(list(cast.cabinets), self.whom) if self.who == 0 else own_side
        is_company = by in model.links
        if is_company:
            return Cancel(by, key)
        return Approve(by, key) if self.verb == "approve" else Reject(by, key)


VERBS = [
    *("issue", "sell", "sell outside", "sell to partner", "reveal"),
    *("ask", "part", "approve", "approve", "reject", "cancel"),
    *("activate", "activate", "activate", "deactivate", "release"),
]

DRAFTS = st.builds(
    Draft,
    verb=st.sampled_from(VERBS),
    who=st.integers(0, 9),
    whom=st.integers(0, 9),
    product=st.sampled_from([0, 0, 0, 1]),
    quantity=st.integers(1, 7),
    picks=st.lists(st.integers(0, 20), max_size=3).map(tuple),
    program=st.sampled_from([False, False, True]),
)
