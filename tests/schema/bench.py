"""Sensible variables for the committed operations, each with what it needs in the world."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from graphql import OperationDefinitionNode
from sqlalchemy import select

from domain.access import Right, Role, TenantKind
from domain.accounts import OutletDetails
from domain.cashiers import CashierDetails
from domain.letters import TicketPurpose
from domain.tokens import Scope
from persistence.companies import RegionalDetails
from persistence.outlets import add_outlet
from persistence.tables.licenses import licenses
from resolvers.activation import activate_license
from resolvers.cashiers import create_cashier
from tests import letters
from tests.client import Gateway
from tests.pos import code_of, device_at, keyed_outlet
from tests.stories.orders import STRANGER, ids, order, request_link, some
from tests.world import INN, PASSWORD, Cabinet, World

NUMBER = "7700-220-00-70"
EMAIL = "both@example.com"
_FIXED: dict[str, Any] = {
    "first": 5,
    "after": None,
    "filter": None,
    "search": "т",
    "state": None,
    "sold": False,
    "activation": None,
    "printed": None,
    "sent": None,
    "codeEndsWith": None,
    "to": "buyer@example.com",
    "quantity": 2,
    "buyer": STRANGER,
    "password": PASSWORD,
    "old": PASSWORD,
    "new": "another password",
    "agreed": True,
    "phone": "+7 495 123-45-67",
    "language": "EN",
    "right": "ADMIN",
    "isContact": True,
    "userState": None,
    "tokenState": None,
    "ofTenant": None,
    "scopes": ["READ_STOCK", "REVEAL"],
    "products": None,
    "expiresInDays": 90,
    "by": None,
    "action": None,
    "about": None,
    "since": None,
    "until": "2099-01-01T00:00:00Z",
    "inn": "7788990011",
    "address": "Москва",
    "head": "Фёдоров Иван",
    "userName": "Сидоров Николай",
    "account": {"name": "Анна", "email": "anna@example.com"},
    "outlet": {"name": "Главный"},
    "draft": {"company": {"name": ""}, "firm": {"name": "Ф", "inn": "1"}},
    "timeZone": "Europe/Samara",
    "number": "7",
    "model": "Sunmi V2",
    "owner": "Иванов",
    "reason": "Утонуло",
}
_DEFAULTED = {"order", "side", "scope", "descending", "carrier"}


class Bench:
    """A small world in which every committed operation has something to do."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._opened: dict[Role, str | None] = {}

    async def begin(self) -> Bench:
        world = self._world
        self.partner = await world.partner("ЦТО", email=EMAIL)
        self.company = await world.company(self.partner, name="Тест", email=EMAIL)
        self.direct = await world.company(name="Прямая")
        self.mrc = await world.mrc()
        self.client = await world.company(
            name="Клиент", regional=RegionalDetails(multichannel_number=NUMBER)
        )
        self.product = await world.product("Касса")
        await world.issue(self.product, 90)
        await world.sell(world.licensor, self.partner, self.product, 60)
        await world.sell(self.partner, self.company, self.product, 20)
        for holder in (world.licensor, self.partner, self.company):
            await world.reveal(holder, self.product, 2)
        self.outlet = await keyed_outlet(world, self.company)
        self.device = await device_at(world, self.outlet)
        return self

    def cabinet(self, role: Role) -> Cabinet | None:
        kinds = {
            "LICENSOR": self._world.licensor,
            "PARTNER": self.partner,
            "COMPANY": self.company,
            "MRC": self.mrc,
            "POS": self.company,
        }
        return kinds.get(role.partition("_")[0])

    def seller(self, cabinet: Cabinet) -> Cabinet:
        """Return who sells to a cabinet."""
        return self.partner if cabinet is self.company else self._world.licensor

    async def token(self, role: Role) -> str | None:
        """Open a session of the role, new each time, because one of the operations ends it."""
        if role in self._opened:
            return self._opened.pop(role)
        cabinet = self.cabinet(role)
        if cabinet is None:
            return None
        if role is Role.POS_OUTLET:
            return self.outlet.sync_key
        if role is Role.POS_DEVICE:
            return self.device.token
        return await self._world.user(cabinet, Right(role.rpartition("_")[2]))

    async def variables(self, definition: OperationDefinitionNode, role: Role) -> dict[str, Any]:
        self._asking = self._opened[role] = await self.token(role)
        names = [node.variable.name.value for node in definition.variable_definitions or ()]
        root = definition.selection_set.selections[0].name.value  # type: ignore[attr-defined]
        return {
            name: await self._value(name, root, self.cabinet(role))
            for name in names
            if name not in _DEFAULTED
        }

    async def _value(self, name: str, root: str, cabinet: Cabinet | None) -> Any:
        if name in _FIXED:
            return _FIXED[name]
        value = await getattr(self, f"_{name}")(cabinet or self._world.licensor, root)
        assert value is not None, name
        return value

    async def _idempotencyKey(self, *_: Any) -> str:  # noqa: N802 - named like the variable
        return uuid4().hex

    async def _product(self, *_: Any) -> str:
        return f"product_{self.product.hex}"

    async def _take(self, cabinet: Cabinet, root: str) -> Any:
        if root in {"emailLicenses", "printLicenses"}:
            return {"licenses": await self._licenses(cabinet, root)}
        return some(self.product, 1)

    async def _linked(self, cabinet: Cabinet) -> Cabinet:
        return self.direct if cabinet.kind is TenantKind.LICENSOR else self.company

    async def _firm(self, cabinet: Cabinet, root: str) -> Any:
        if root == "registerCompany":
            return {"name": "Фирма", "inn": INN}
        if root in {"changeFirm", "setMainFirm", "removeFirm"}:
            return f"firm_{(await self._world.firm(cabinet, uuid4().hex)).hex}"
        return (await self._linked(cabinet)).firm_node

    async def _details(self, _cabinet: Cabinet, root: str) -> Any:
        if root == "revealToSelf":
            return {"firmName": "Кто-то"}
        contact = {"address": "Тверь", "phone": "+78003330014"}
        details = {"name": uuid4().hex, "inn": INN, **contact}
        return {**details, "head": "Глава"} if root == "changePartner" else details

    async def _name(self, *_: Any) -> str:
        return f"Иванова {uuid4().hex[:8]}"

    async def _target(self, *_: Any) -> str:
        return (await self._world.partner()).node()

    async def _company(self, cabinet: Cabinet, root: str) -> Any:
        if root == "registerCompany":
            return {"name": "Новая"}
        if root == "endLink":
            return (await self._world.company(cabinet)).node()
        return (await self._linked(cabinet)).node()

    async def _partner(self, _cabinet: Cabinet, root: str) -> str:
        return (await self._world.partner()).node() if root != "node" else self.partner.node()

    async def _outletId(self, _cabinet: Cabinet, root: str) -> str:  # noqa: N802 - named like the variable
        if root == "rotateSyncKey":
            details, company = OutletDetails("Новый", None, "Europe/Moscow"), self.company.id
            key = await self._world.tools.database.carry_out(
                lambda unit: add_outlet(unit, company, details)
            )
            return f"outlet_{key.hex}"
        return self.outlet.node

    async def _device(self, _cabinet: Cabinet, root: str) -> str:
        if root == "removeDevice":
            return (await device_at(self._world, self.outlet)).node
        return self.device.node

    async def _devices(self, *_: Any) -> list[str]:
        return [self.device.node]

    async def _cashier(self, *_: Any) -> str:
        details = CashierDetails("Кассир", None, (self.device.id,))
        key = await create_cashier(self._world.context(self.company), details)
        return f"cashier_{key.hex}"

    async def _activated(self) -> UUID:
        """Have a license activated on the device, and return it."""
        world = self._world
        await world.reveal(world.licensor, self.product, 1)
        open_ = (licenses.c.holder_id == world.licensor.id) & (licenses.c.state == "REVEALED")
        rows = await world.rows(select(licenses.c.id).where(open_).order_by(licenses.c.id))
        key: UUID = rows[-1].id
        await activate_license(self.device.context(world), await code_of(world, key))
        return key

    async def _code(self, *_: Any) -> str:
        return await code_of(self._world, await self._activated())

    async def _license(self, cabinet: Cabinet, root: str) -> str:
        if root == "releaseLicense":
            return ids([await self._activated()])[0]
        return ids(await self._world.held(cabinet))[0]

    async def _licenses(self, cabinet: Cabinet, _root: str) -> list[str]:
        return ids((await self._world.held(cabinet))[:2])

    async def _document(self, cabinet: Cabinet, _root: str) -> str:
        query = "{ documents(first: 1) { edges { node { id } } } }"
        found = await self._gateway.ask(cabinet, query)
        id_: str = found["documents"]["edges"][0]["node"]["id"]
        return id_

    async def _request(self, cabinet: Cabinet, root: str) -> str:
        asking = await self._world.company(await self._world.partner())
        if root == "cancelLinkRequest":
            asking, cabinet = cabinet, await self._world.partner()
            await self._withdraw(asking)
        asked = await request_link(self._gateway, asking, cabinet)
        id_: str = asked["request"]["id"]
        return id_

    async def _withdraw(self, company: Cabinet) -> None:
        query = "{ linkRequests(state: PENDING) { edges { node { id } } } }"
        cancel = "mutation ($id: ID!) { cancelLinkRequest(input: {request: $id}) { __typename } }"
        for edge in (await self._gateway.ask(company, query))["linkRequests"]["edges"]:
            await self._gateway.ask(company, cancel, {"id": edge["node"]["id"]})

    async def _letter(self, *_: Any) -> str:
        return f"letter_{(await letters.dead(self._world, self.partner.id)).hex}"

    async def _multichannelNumber(self, *_: Any) -> str:  # noqa: N802 - named like the variable
        return NUMBER

    async def _client(self, *_: Any) -> str:
        number = {"multichannelNumber": NUMBER}
        await order(self._gateway, self.mrc, "bindRegionalClient", "__typename", **number)
        return f"client_{self.client.id.hex}"

    async def _apiToken(self, cabinet: Cabinet, _root: str) -> str:  # noqa: N802 - named like the variable
        await self._world.api_token(cabinet, Scope.READ_STOCK)
        found = await self._gateway.ask(
            cabinet, "{ apiTokens(first: 1) { edges { node { id } } } }"
        )
        id_: str = found["apiTokens"]["edges"][0]["node"]["id"]
        return id_

    async def _email(self, *_: Any) -> str:
        return f"new{uuid4().hex}@example.com"

    async def _userEmail(self, *_: Any) -> str:  # noqa: N802 - named like the variable
        return await self._email()

    async def _session(self, *_: Any) -> str:
        query = "{ sessions(first: 1) { edges { node { id } } } }"
        found = await self._gateway.ask(self._asking, query)
        id_: str = found["sessions"]["edges"][0]["node"]["id"]
        return id_

    async def _user(self, cabinet: Cabinet, root: str) -> str:
        if root == "correctUser":
            cabinet = self.partner
        key = await self._world.member(cabinet, invited=root == "resendInvitation")
        return f"user_{key.hex}"

    async def _registration(self, cabinet: Cabinet, _root: str) -> str:
        key = await self._world.registered(cabinet)
        return f"registration_{key.hex}"

    async def _ticket(self, _cabinet: Cabinet, root: str) -> str:
        purpose = {
            "confirmAccount": TicketPurpose.INVITATION,
            "resetPassword": TicketPurpose.PASSWORD_RESET,
            "confirmEmail": TicketPurpose.EMAIL_CHANGE,
            "ticket": TicketPurpose.INVITATION,
        }[root]
        user = await self._world.member(self.partner, invited=root in {"confirmAccount", "ticket"})
        return await self._world.ticket(user, purpose)

    async def _login(self, *_: Any) -> str:
        return self._world.licensor.email

    async def _offer(self) -> Any:
        facts = "... on CabinetChoice { choice cabinets { id } }"
        login = {"login": EMAIL, "password": PASSWORD}
        return await order(self._gateway, None, "signIn", facts, **login)

    async def _choice(self, *_: Any) -> str:
        choice: str = (await self._offer())["choice"]
        return choice

    async def _cabinet(self, *_: Any) -> str:
        return f"cabinet_{self.partner.id.hex}"
