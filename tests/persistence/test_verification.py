from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from domain.licenses import LicenseEventKind, LicenseState
from persistence.keys import new_key as new_row
from persistence.tables.licenses import license_events, licenses
from persistence.verification import Fault
from tests.persistence.trade import Trade, of


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
