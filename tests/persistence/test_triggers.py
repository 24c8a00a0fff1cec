from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from domain.licenses import LicenseEventKind, LicenseState
from persistence.keys import new_key
from persistence.tables import METADATA
from persistence.tables.documents import documents
from persistence.tables.licenses import license_events, licenses
from persistence.triggers import FROZEN
from resolvers.licenses import show_codes
from tests.pos import device_of
from tests.world import Cabinet, World

NOT_THIS_WAY = "is not changed this way"
NOT_CONTINUED = "license events do not continue their licenses"


@dataclass(frozen=True)
class Stock:
    world: World
    partner: Cabinet
    revealed: UUID
    sealed: UUID
    document: UUID
    device: UUID
    company: UUID

    async def refused(self, statement: Executable, why: str) -> None:
        before = await self.world.dump()
        with pytest.raises(DBAPIError, match=why):
            await self.world.change(statement)
        assert await self.world.dump() == before

    def event(self, license_: UUID, seq: int, **values: Any) -> dict[str, Any]:
        return {
            "license_id": license_,
            "seq": seq,
            "kind": LicenseEventKind.REVEALED,
            "at": self.world.tools.database.clock.now(),
            "document_id": self.document,
            "holder_id": self.partner.id,
            "state": LicenseState.REVEALED,
        } | values

    def on_device(self, license_: UUID, seq: int, kind: str, **values: Any) -> dict[str, Any]:
        """Return an event of a POS; the device is the company's, and so is the license."""
        own = {"document_id": None, "device_id": self.device, "holder_id": self.company}
        return self.event(license_, seq, kind=LicenseEventKind(kind)) | own | values

    async def change(self, event: dict[str, Any]) -> None:
        await self.world.change(insert(license_events).values(event))

    async def row(self, license_: UUID) -> Any:
        [row] = await self.world.rows(select(licenses).where(licenses.c.id == license_))
        return row


@pytest.fixture
async def stock(world: World) -> Stock:
    """A partner with a revealed license, whose third event that was, and a sealed one."""
    partner = await world.partner()
    product = await world.stocked(partner, 2)
    document = await world.reveal(partner, product, 1)
    context = world.context(partner)
    await context.database.carry_out(
        lambda unit: context.audit(unit, "looked", [(document, partner.id)])
    )
    revealed, sealed = await world.held(partner)
    await show_codes(context, [revealed])
    company = await world.company()
    device = await device_of(world, company)
    return Stock(world, partner, revealed, sealed, document, device.id, company.id)


async def test_a_license_is_what_its_events_say(stock: Stock) -> None:
    [row] = await stock.world.rows(select(licenses).where(licenses.c.id == stock.revealed))
    assert (row.holder_id, row.state, row.event_count) == (stock.partner.id, "REVEALED", 3)
    assert row.document_id == stock.document
    assert row.created_at < row.held_since
    assert row.sold_document_id is None


async def test_a_license_is_changed_by_events_only(stock: Stock) -> None:
    changes = {
        "holder_id": new_key(),
        "state": LicenseState.SEALED,
        "firm_id": new_key(),
        "document_id": new_key(),
        "sold_document_id": new_key(),
        "held_since": licenses.c.created_at,
        "event_count": licenses.c.event_count + 1,
        "device_id": stock.device,
        "activated_at": licenses.c.created_at,
        "first_activated_at": licenses.c.created_at,
        "id": new_key(),
        "product_id": new_key(),
        "created_at": licenses.c.held_since,
    }
    for column, value in changes.items():
        await stock.refused(update(licenses).values({column: value}), NOT_THIS_WAY)


async def test_the_code_of_a_license_can_be_sealed_again(stock: Stock) -> None:
    values = {"code_cipher": b"again", "code_key": "new"}
    await stock.world.change(update(licenses).values(values))
    assert await stock.world.rows(select(licenses.c.code_key).distinct()) == [("new",)]


async def test_a_license_is_never_removed(stock: Stock) -> None:
    await stock.refused(delete(licenses), NOT_THIS_WAY)


@pytest.mark.parametrize(
    "values",
    [
        {"state": LicenseState.REVEALED},
        {"event_count": 1},
        {"sold_document_id": new_key()},
        {"device_id": new_key()},
        {"first_activated_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
    ids=["revealed", "with events", "sold", "on a device", "activated once"],
)
async def test_a_license_is_born_sealed_and_without_past(
    stock: Stock, values: dict[str, Any]
) -> None:
    [row] = await stock.world.rows(select(licenses).where(licenses.c.id == stock.sealed))
    born = {
        **row._mapping,
        "id": new_key(),
        "code_lookup": b"other",
        "event_count": 0,
        "sold_document_id": None,
    }
    await stock.refused(insert(licenses).values(born | values), NOT_THIS_WAY)
    await stock.world.change(insert(licenses).values(born))


async def test_the_past_is_not_rewritten(stock: Stock) -> None:
    for name in FROZEN:
        table = METADATA.tables[name]
        assert await stock.world.rows(select(table))
        last = list(table.columns)[-1]
        await stock.refused(update(table).values({last.name: last}), NOT_THIS_WAY)
        await stock.refused(delete(table), NOT_THIS_WAY)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_past_is_not_emptied(stock: Stock) -> None:
    for name in ("licenses", *FROZEN):
        await stock.refused(text(f"TRUNCATE {name} CASCADE"), NOT_THIS_WAY)


async def test_a_revealed_license_is_never_sealed_again(stock: Stock) -> None:
    kind = LicenseEventKind.SOLD_TO_PARTNER
    event = stock.event(stock.revealed, 4, kind=kind, state=LicenseState.SEALED)
    await stock.refused(insert(license_events).values(event), NOT_CONTINUED)


async def test_an_event_has_the_next_number(stock: Stock) -> None:
    reasons = {0: "(?i)check|not continue", 1: "(?i)check", 2: "(?i)unique", 4: NOT_CONTINUED}
    for seq, why in reasons.items():
        event = stock.event(stock.sealed, seq)
        await stock.refused(insert(license_events).values(event), why)


async def test_of_many_events_all_are_projected_or_none(stock: Stock) -> None:
    events = [stock.event(stock.sealed, 3), stock.event(stock.revealed, 5)]
    await stock.refused(insert(license_events).values(events), NOT_CONTINUED)


async def test_an_event_needs_a_license(stock: Stock) -> None:
    event = stock.event(new_key(), 2)
    await stock.refused(insert(license_events).values(event), "(?i)foreign key|do not continue")


@pytest.mark.parametrize(
    "values",
    [
        {"seq": 1},
        {"seq": 4, "kind": LicenseEventKind.ISSUED},
        {"seq": 4, "state": LicenseState.SEALED},
    ],
    ids=["first", "issued again", "sealed by a reveal"],
)
async def test_an_event_is_of_its_kind(stock: Stock, values: dict[str, Any]) -> None:
    event = stock.event(stock.revealed, 4) | values
    await stock.refused(insert(license_events).values(event), "(?i)check|unique")


async def test_documents_share_no_number(stock: Stock) -> None:
    [row] = await stock.world.rows(select(documents).where(documents.c.id == stock.document))
    twin = {**row._mapping, "id": new_key()}
    await stock.refused(insert(documents).values(twin), "(?i)unique")


async def test_a_sale_outside_is_remembered_through_later_events(stock: Stock) -> None:
    kind = LicenseEventKind.SOLD_OUTSIDE
    await stock.world.change(insert(license_events).values(stock.event(stock.sealed, 3, kind=kind)))
    later = await stock.world.reveal(stock.partner, await stock.world.stocked(stock.partner), 1)
    event = stock.event(stock.sealed, 4, document_id=later)
    await stock.world.change(insert(license_events).values(event))
    [row] = await stock.world.rows(select(licenses).where(licenses.c.id == stock.sealed))
    assert (row.sold_document_id, row.document_id) == (stock.document, later)


async def test_activation_and_what_frees_it_are_projected(stock: Stock) -> None:
    kind, world = LicenseEventKind.SOLD_OUTSIDE, stock.world
    await stock.change(stock.event(stock.revealed, 4, kind=kind))
    await stock.change(stock.on_device(stock.revealed, 5, "ACTIVATED"))
    on = await stock.row(stock.revealed)
    assert (on.holder_id, on.device_id) == (stock.company, stock.device)
    assert on.activated_at == on.first_activated_at == on.held_since
    assert (on.sold_document_id, on.document_id) == (None, stock.document)
    for seq, freed in ((6, "DEACTIVATED"), (8, "RELEASED")):
        at = world.tools.database.clock.now()
        await stock.change(stock.on_device(stock.revealed, seq, freed))
        off = await stock.row(stock.revealed)
        assert (off.device_id, off.activated_at) == (None, None)
        assert (off.first_activated_at, off.holder_id) == (on.first_activated_at, stock.company)
        await stock.change(stock.on_device(stock.revealed, seq + 1, "ACTIVATED"))
        again = await stock.row(stock.revealed)
        assert (again.device_id, again.first_activated_at) == (stock.device, on.first_activated_at)
        assert again.activated_at > at


async def test_a_license_on_a_device_is_only_freed_from_that_device(stock: Stock) -> None:
    await stock.change(stock.on_device(stock.revealed, 4, "ACTIVATED"))
    other = (await device_of(stock.world, await stock.world.company())).id
    for event in (
        stock.on_device(stock.revealed, 5, "ACTIVATED"),
        stock.on_device(stock.revealed, 5, "ACTIVATED", device_id=other),
        stock.on_device(stock.revealed, 5, "DEACTIVATED", device_id=other),
        stock.on_device(stock.revealed, 5, "RELEASED", device_id=other),
        stock.event(stock.revealed, 5),
        stock.event(stock.revealed, 5, kind=LicenseEventKind.SOLD_OUTSIDE),
    ):
        await stock.refused(insert(license_events).values(event), NOT_CONTINUED)


async def test_a_sealed_or_free_license_has_nothing_to_do_with_devices(stock: Stock) -> None:
    for event in (
        stock.on_device(stock.sealed, 3, "ACTIVATED"),
        stock.on_device(stock.revealed, 4, "DEACTIVATED"),
        stock.on_device(stock.revealed, 4, "RELEASED"),
    ):
        await stock.refused(insert(license_events).values(event), NOT_CONTINUED)


async def test_an_event_has_either_a_document_or_a_device(stock: Stock) -> None:
    for event in (
        stock.on_device(stock.revealed, 4, "ACTIVATED", document_id=stock.document),
        stock.on_device(stock.revealed, 4, "ACTIVATED", device_id=None),
        stock.event(stock.sealed, 3, device_id=stock.device),
        stock.event(stock.sealed, 3, document_id=None),
        stock.on_device(stock.revealed, 4, "ACTIVATED", state=LicenseState.SEALED),
    ):
        await stock.refused(insert(license_events).values(event), "(?i)check")
