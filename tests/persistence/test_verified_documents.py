from __future__ import annotations

from sqlalchemy import delete, text, update

from gateway.ciphers import AesCodeCipher
from gateway.code_keys import CodeKeys, new_key
from persistence.links import add_link, add_request
from persistence.regions import bind
from persistence.tables.documents import document_counters, document_lines, documents
from persistence.tables.idempotency import idempotency_keys
from persistence.tables.licenses import licenses
from persistence.tables.links import partner_links
from persistence.tables.tenants import firms
from persistence.verification import Fault, verify
from tests.persistence.trade import Trade, of
from tests.world import INN, OTHER_INN


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


async def test_an_unconfirmed_company_has_no_partner_yet(trade: Trade) -> None:
    company = await trade.world.registered(trade.partner)
    assert await trade.faults() == []
    database, partner = trade.world.tools.database, trade.partner.id
    await database.carry_out(lambda unit: add_link(unit, company, partner))
    rule = "a company that nobody has confirmed has no link"
    assert await trade.faults() == [Fault(rule, "companies", str(company), "1", "0")]


async def test_companies_without_a_main_firm_are_found(trade: Trade) -> None:
    rule, key = "a company has one main firm, which is not removed", str(trade.company.id)
    of_company = update(firms).where(firms.c.company_id == trade.company.id)
    now = trade.world.tools.database.clock.now()
    await trade.plant(of_company.values(removed_at=now))
    assert await trade.faults() == [Fault(rule, "companies", key, "0", "1")]
    await trade.plant(of_company.values(removed_at=None, is_main=False))
    assert await trade.faults() == [Fault(rule, "companies", key, "0", "1")]


async def test_a_regional_client_with_another_inn_is_found(trade: Trade) -> None:
    mrc, company = await trade.world.mrc(), trade.company.id
    database = trade.world.tools.database
    await database.carry_out(lambda unit: bind(unit, mrc.id, company))
    assert await trade.faults() == []
    main = update(firms).where(firms.c.company_id == company)
    await trade.plant(main.values(inn=OTHER_INN))
    rule = "the main firm of a regional client has the INN of its MRC"
    assert await trade.faults() == [Fault(rule, "companies", str(company), OTHER_INN, INN)]


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
    assert fault.rule == "an idempotency key stands for something that its tenant ordered"
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
