from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from domain.documents import BuyerDetails
from domain.licenses import LicenseEventKind, LicenseState, Take
from gateway.ciphers import AesCodeCipher
from gateway.code_keys import CodeKeys, new_key
from persistence.keys import new_key as new_row
from persistence.links import add_link, add_request
from persistence.tables.documents import document_counters, document_lines, documents
from persistence.tables.idempotency import idempotency_keys
from persistence.tables.licenses import license_events, licenses
from persistence.tables.links import partner_links
from persistence.verification import Fault, verify
from resolvers.sales import ToUnregistered, sell_licenses
from tests.world import Cabinet, World

GUARDS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@dataclass(frozen=True)
class Trade:
    """A true world: licenses sealed, revealed and sold in every way."""

    world: World
    partner: Cabinet
    company: Cabinet
    product: UUID
    sale: UUID
    outside: UUID
    bought: UUID
    revealed: UUID
    left: UUID

    async def plant(self, *statements: Executable) -> None:
        """Carry out statements as the database would not let anybody."""
        engine = create_async_engine(self.world.tools.database.engine.url)
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SET session_replication_role = replica"))
            else:
                for name in (await connection.scalars(text(GUARDS))).all():
                    await connection.execute(text(f"DROP TRIGGER {name}"))
            for statement in statements:
                await connection.execute(statement)
        await engine.dispose()

    async def faults(self) -> list[Fault]:
        return await verify(self.world.tools.database, self.world.tools.cipher)

    def projected(self, column: str, found: object, expected: object) -> Fault:
        rule = f"{column} is what the log says"
        return Fault(rule, "licenses", str(self.bought), str(found), str(expected))


@pytest.fixture
async def trade(world: World) -> Trade:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 5)
    sale = await world.sell(partner, company, product, 2)
    await world.reveal(company, product, 1)
    revealed, bought = await world.held(company)
    outside = await sell_licenses(
        world.context(partner),
        world.key(),
        {},
        ToUnregistered(BuyerDetails(name="Сосед", inn="6722012609")),
        Take.oldest(product, 1),
    )
    left = (await world.held(partner))[-1]
    await world.tools.database.carry_out(
        lambda unit: add_request(unit, company.id, world.licensor.id, unit.now)
    )
    return Trade(world, partner, company, product, sale, outside, bought, revealed, left)


def of(key: UUID) -> Any:
    return licenses.c.id == key


async def test_a_true_world_has_no_faults(trade: Trade) -> None:
    assert await trade.faults() == []


async def test_a_fault_is_told_in_one_line() -> None:
    fault = Fault("the holder exists", "licenses", "1", "nobody", "a tenant")
    assert str(fault) == "the holder exists: licenses 1: nobody, expected a tenant"


async def test_a_stolen_license_is_found(trade: Trade) -> None:
    thief = trade.partner.id
    await trade.plant(update(licenses).where(of(trade.bought)).values(holder_id=thief))
    assert await trade.faults() == [trade.projected("holder_id", thief, trade.company.id)]


async def test_a_license_of_nobody_is_found(trade: Trade) -> None:
    nobody = new_row()
    await trade.plant(update(licenses).where(of(trade.bought)).values(holder_id=nobody))
    assert await trade.faults() == [
        Fault("the holder exists", "licenses", str(trade.bought), str(nobody), "a tenant"),
        Fault("all that was issued is held", "products", str(trade.product), "4", "5"),
        trade.projected("holder_id", nobody, trade.company.id),
    ]


async def test_every_projected_column_is_compared(trade: Trade) -> None:
    [before] = await trade.world.rows(select(licenses).where(of(trade.bought)))
    other = new_row()
    await trade.plant(
        update(licenses)
        .where(of(trade.bought))
        .values(
            state=LicenseState.REVEALED,
            firm_id=None,
            document_id=other,
            sold_document_id=other,
            held_since=before.created_at,
        )
    )
    assert await trade.faults() == [
        trade.projected("state", "REVEALED", "SEALED"),
        trade.projected("firm_id", "nothing", trade.company.firm),
        trade.projected("document_id", other, trade.sale),
        trade.projected("sold_document_id", other, "nothing"),
        trade.projected("held_since", before.created_at, before.held_since),
    ]


async def test_a_removed_license_is_found(trade: Trade) -> None:
    await trade.plant(
        delete(license_events).where(license_events.c.license_id == trade.left),
        delete(licenses).where(of(trade.left)),
    )
    found = await trade.faults()
    assert found[0] == Fault(
        "all that was issued is held", "products", str(trade.product), "4", "5"
    )
    assert [fault.rule for fault in found[1:]] == [
        *["a document has an event for each license"] * 2,
        *["a line counts the licenses of its product"] * 2,
    ]


async def test_a_doubled_license_is_found(trade: Trade) -> None:
    [row] = await trade.world.rows(select(licenses).where(of(trade.left)))
    twin = new_row()
    await trade.plant(insert(licenses).values({**row._mapping, "id": twin, "code_lookup": b"twin"}))
    found = await trade.faults()
    assert found[:2] == [
        Fault("a license has events", "licenses", str(twin), "no event", "ISSUED"),
        Fault("all that was issued is held", "products", str(trade.product), "6", "5"),
    ]
    assert [fault.rule for fault in found[2:]] == ["the code opens"]


async def test_a_gap_in_the_log_is_found(trade: Trade) -> None:
    event = license_events.c
    await trade.plant(delete(license_events).where(event.license_id == trade.left, event.seq == 1))
    assert (await trade.faults())[0] == Fault(
        "events are numbered from 1 without gaps",
        "licenses",
        str(trade.left),
        "1 events from 2 to 2",
        "1 to 2",
    )


async def test_a_license_sealed_again_is_found(trade: Trade) -> None:
    event = license_events.c
    await trade.plant(
        update(license_events)
        .where(event.license_id == trade.revealed, event.seq == 3)
        .values(state=LicenseState.REVEALED),
        update(license_events)
        .where(event.license_id == trade.revealed, event.seq == 4)
        .values(state=LicenseState.SEALED),
        update(licenses).where(of(trade.revealed)).values(state=LicenseState.SEALED),
    )
    key = f"{trade.revealed}/"
    wrong = "the state is that of the event's kind"
    assert sorted(await trade.faults(), key=str) == [
        Fault("REVEALED never becomes SEALED", "license_events", f"{key}4", "SEALED", "REVEALED"),
        Fault(wrong, "license_events", f"{key}3", "REVEALED", "SEALED"),
        Fault(wrong, "license_events", f"{key}4", "SEALED", "REVEALED"),
    ]


async def test_an_event_that_its_document_does_not_tell_is_found(trade: Trade) -> None:
    event = license_events.c
    await trade.plant(
        update(license_events)
        .where(event.license_id == trade.left, event.seq == 1)
        .values(kind=LicenseEventKind.SOLD_TO_PARTNER),
        update(license_events)
        .where(event.license_id == trade.bought, event.seq == 3)
        .values(firm_id=None, holder_id=trade.partner.id),
        update(licenses).where(of(trade.bought)).values(holder_id=trade.partner.id, firm_id=None),
    )
    found = {(fault.rule, fault.key, fault.found) for fault in await trade.faults()}
    first, third = f"{trade.left}/1", f"{trade.bought}/3"
    assert found >= {
        ("the first event and no other is ISSUED", first, "SOLD_TO_PARTNER"),
        ("the document is of the event's kind", first, "ISSUE"),
        ("the new holder is the buyer, else the old one", third, str(trade.partner.id)),
        ("the new firm is the buyer's, else the old one", third, "nothing"),
    }


async def test_a_document_of_somebody_else_is_found(trade: Trade) -> None:
    await trade.plant(
        update(license_events)
        .where(
            license_events.c.license_id == trade.left,
            license_events.c.kind == LicenseEventKind.SOLD_TO_PARTNER,
        )
        .values(document_id=trade.outside)
    )
    rules = {fault.rule for fault in await trade.faults()}
    assert rules >= {
        "the issuer of the document held the license",
        "the document is of the event's kind",
        "a document has an event for each license",
        "document_id is what the log says",
    }


async def test_a_missing_number_is_found(trade: Trade) -> None:
    await trade.plant(update(documents).where(documents.c.id == trade.outside).values(number=7))
    assert await trade.faults() == [
        Fault(
            "documents are numbered from 1 without gaps",
            "document_counters",
            str(trade.partner.id),
            "2 documents up to number 7",
            "as many as the counter's 2",
        )
    ]


async def test_a_lost_counter_is_found(trade: Trade) -> None:
    counter = document_counters.c.tenant_id
    await trade.plant(delete(document_counters).where(counter == trade.company.id))
    [fault] = await trade.faults()
    assert (fault.key, fault.expected) == (
        str(trade.company.id),
        "as many as the counter's nothing",
    )


async def test_quantities_that_do_not_agree_are_found(trade: Trade) -> None:
    line = document_lines.c.document_id == trade.sale
    await trade.plant(update(document_lines).where(line).values(quantity=3))
    assert await trade.faults() == [
        Fault("the lines of a document sum up to it", "documents", str(trade.sale), "3", "2"),
        Fault(
            "a line counts the licenses of its product",
            "document_lines",
            f"{trade.sale}/{trade.product}",
            "3",
            "2",
        ),
    ]


async def test_companies_with_no_or_two_partners_are_found(trade: Trade) -> None:
    database, company = trade.world.tools.database, trade.company.id
    await trade.plant(text("DROP INDEX uq_partner_links_active"))
    await database.carry_out(lambda unit: add_link(unit, company, trade.world.licensor.id))
    rule, key = "a company has one active link", str(company)
    assert await trade.faults() == [Fault(rule, "companies", key, "2", "1")]
    await trade.plant(delete(partner_links).where(partner_links.c.company_id == company))
    assert await trade.faults() == [Fault(rule, "companies", key, "0", "1")]


async def test_two_pending_requests_are_found(trade: Trade) -> None:
    company = trade.company.id
    await trade.plant(text("DROP INDEX uq_link_requests_pending"))
    await trade.world.tools.database.carry_out(
        lambda unit: add_request(unit, company, trade.partner.id, unit.now)
    )
    rule = "a company has at most one pending request"
    assert await trade.faults() == [Fault(rule, "companies", str(company), "2", "at most 1")]


async def test_a_key_that_stands_for_a_strangers_document_is_found(trade: Trade) -> None:
    used = idempotency_keys.c
    await trade.plant(
        update(idempotency_keys)
        .where(used.result_id == trade.sale)
        .values(tenant_id=trade.company.id)
    )
    [fault] = await trade.faults()
    assert fault.rule == "an idempotency key stands for a document of its tenant"
    assert (fault.found, fault.expected) == (str(trade.partner.id), str(trade.company.id))


async def test_codes_that_are_of_no_use_are_found(trade: Trade) -> None:
    cipher = trade.world.tools.cipher
    other = cipher.seal(trade.revealed, "000000000000")
    await trade.plant(
        update(licenses).where(of(trade.bought)).values(code_cipher=b"torn"),
        update(licenses).where(of(trade.left)).values(code_tail="none"),
        update(licenses).where(of(trade.revealed)).values(code_lookup=other.lookup),
    )
    found = await trade.faults()
    assert {(fault.rule, fault.key) for fault in found} == {
        ("the code opens", str(trade.bought)),
        ("the tail is the code's", str(trade.left)),
        ("the code is found", str(trade.revealed)),
    }
    assert await verify(trade.world.tools.database) == []


async def test_a_database_of_other_keys_is_told_code_by_code(trade: Trade) -> None:
    stranger = AesCodeCipher(CodeKeys.parse(new_key("stranger")))
    found = await verify(trade.world.tools.database, stranger)
    assert {fault.rule for fault in found} == {"the code opens"}
    assert len(found) == 5
