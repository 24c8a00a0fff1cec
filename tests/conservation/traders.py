"""Traders: clients who order under keys and repeat what was not answered."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from persistence.tables.idempotency import idempotency_keys
from tests.conservation.clients import oldest, post, sale
from tests.world import Cabinet, World

STOCK = 3_000
PATIENCE = 30
"""Seconds within which every order must have been answered once nothing is killed any more."""


@dataclass(frozen=True)
class Wish:
    who: Cabinet
    mutation: str
    input: dict[str, Any]


@dataclass
class Traders:
    """A licensor who issues, a partner who sells and reveals, and his company that reveals."""

    world: World
    seller: Cabinet
    company: Cabinet
    product: UUID
    answers: dict[str, str] = field(default_factory=dict)
    """The document of each key that was answered."""
    unanswered: dict[str, Wish] = field(default_factory=dict)
    answered: dict[str, Wish] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    before: frozenset[UUID] = frozenset()
    """The documents that brought the stock there."""
    _stopped: bool = False

    @classmethod
    async def gather(cls, world: World) -> Traders:
        seller = await world.partner()
        company = await world.company(seller)
        traders = cls(world, seller, company, await world.stocked(seller, STOCK))
        traders.before = frozenset(await traders._results())
        return traders

    def stop(self) -> None:
        self._stopped = True

    def wishes(self, trader: int) -> Any:
        """Yield what one trader wants, one after the other, each under a key of its own."""
        product = f"product_{self.product.hex}"
        for n in itertools.count():
            key = self.world.key()
            take = oldest(self.product, 1 + (n * 7 + trader) % 20)
            match trader % 4:
                case 0:
                    issued = {"idempotencyKey": key, "product": product, "quantity": 40}
                    yield key, Wish(self.world.licensor, "issueLicenses", issued)
                case 1 | 2:
                    buyer = self.company if n % 2 else None
                    yield key, Wish(self.seller, "sellLicenses", sale(key, buyer, take))
                case _:
                    revealed = {"idempotencyKey": key, "take": oldest(self.product, 5)}
                    yield key, Wish(self.seller, "revealToSelf", revealed)

    async def trade(self, url: str) -> None:
        """Order until the gateway is gone, or for good when told to stop."""
        async with httpx.AsyncClient(base_url=url, timeout=10) as http:
            await asyncio.gather(*(self._trade(http, trader) for trader in range(6)))

    async def _trade(self, http: httpx.AsyncClient, trader: int) -> None:
        for key, wish in self.wishes(trader):
            if self._stopped:
                return
            self.unanswered[key] = wish
            if not await self._try(http, key) and await self._gone(http):
                return

    async def _gone(self, http: httpx.AsyncClient) -> bool:
        try:
            await http.get("/healthz")
        except httpx.TransportError:
            return True
        return False

    async def _try(self, http: httpx.AsyncClient, key: str) -> bool:
        """Order once; whatever is no answer of the mutation leaves the order to be repeated."""
        wish = self.unanswered[key]
        try:
            response = await post(http, wish.who, wish.mutation, wish.input)
            answer = response.json()
        except httpx.TransportError as error:
            self.failures[type(error).__name__] += 1
            return False
        if "errors" in answer:
            self.failures[answer["errors"][0]["extensions"]["code"]] += 1
            return False
        result = answer["data"]["result"]
        del self.unanswered[key]
        if result["__typename"] == "NotEnoughLicenses":
            return True
        assert result["__typename"] == "DocumentSuccess", result
        self.answers[key] = result["document"]["id"]
        self.answered[key] = wish
        return True

    async def insist(self, url: str) -> None:
        """Repeat what was not answered until it is."""
        deadline = time.monotonic() + PATIENCE
        async with httpx.AsyncClient(base_url=url, timeout=10) as http:
            while self.unanswered and time.monotonic() < deadline:
                for key in list(self.unanswered):
                    await self._try(http, key)

    async def repeat_everything(self, url: str) -> None:
        """Give every order that was answered once more."""
        self.unanswered.update(self.answered)
        await self.insist(url)

    async def documents(self) -> set[str]:
        """Return the ids of the documents that exist since the trading began."""
        return {f"document_{key.hex}" for key in await self._results() - self.before}

    async def _results(self) -> set[UUID]:
        rows = await self.world.rows(select(idempotency_keys.c.result_id))
        return {row.result_id for row in rows}
