"""Licenses: moved set-wise through their event log; the rows themselves are a projection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
)

from domain.access import Actor, Capability, TenantKind
from domain.activation import LicenseActivation
from domain.licenses import OPENING, SHOWN_DIGITS, LicenseEventKind, LicenseState, Standing
from persistence.columns import KEY, TEXT, choice
from persistence.dialects import among_keys
from persistence.documents import visible_documents
from persistence.reads import (
    TENANT,
    Reads,
    ToMany,
    ToOne,
    everything,
    linked_companies,
    nothing,
    of_allowed_product,
    reads_all,
    sells,
)
from persistence.tables.documents import documents
from persistence.tables.licenses import license_events, licenses
from persistence.tables.showings import code_showings
from persistence.tables.tenants import companies, partners

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from domain.licenses import Take
    from domain.ports import SealedCode
    from persistence.database import Unit


def visible_licenses(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: what the cabinet holds, and a seller's linked companies' licenses."""
    if reads_all(actor):
        return everything()
    if not actor.may(Capability.READ_LICENSES):
        return nothing()
    own = licenses.c.holder_id == TENANT
    allowed = of_allowed_product(actor, licenses.c.product_id)
    if sells(actor) and actor.may(Capability.READ_COMPANIES):
        return or_(own, licenses.c.holder_id.in_(linked_companies())) & allowed
    if sells(actor) or actor.kind is TenantKind.COMPANY:
        return own & allowed
    return nothing()


MOST_PARAMETERS = 10_000
"""Both databases refuse statements with more than 32,766 parameters."""


def _in_document(actor: Actor) -> ColumnElement[bool]:
    document = bindparam("document", type_=KEY)
    return licenses.c.id.in_(
        select(license_events.c.license_id)
        .join_from(license_events, documents, documents.c.id == license_events.c.document_id)
        .where(license_events.c.document_id == document, visible_documents(actor))
    )


_ACTIVATION = case(
    (licenses.c.device_id.is_(None), LicenseActivation.FREE.value),
    else_=LicenseActivation.ACTIVATED.value,
).cast(choice(LicenseActivation, "activation"))

READS = Reads(
    source=licenses,
    key=licenses.c.id,
    owner=licenses.c.holder_id,
    visible=visible_licenses,
    columns={
        "code_tail": licenses.c.code_tail,
        "state": licenses.c.state,
        "issued_at": licenses.c.created_at,
        "held_since": licenses.c.held_since,
        "sold": licenses.c.sold_document_id.is_not(None),
        "activation": _ACTIVATION,
        "activated_at": licenses.c.activated_at,
        "first_activated_at": licenses.c.first_activated_at,
        "printed_at": licenses.c.printed_at,
        "sent_at": licenses.c.sent_at,
    },
    ones={
        "product": ToOne("products", licenses.c.product_id),
        "holder": ToOne("tenants", licenses.c.holder_id),
        "company": ToOne("companies", licenses.c.holder_id),
        "firm": ToOne("firms", licenses.c.firm_id),
        "document": ToOne("documents", licenses.c.document_id),
        "device": ToOne("devices", licenses.c.device_id),
        "printed_by": ToOne("users", licenses.c.printed_by),
        "sent_by": ToOne("users", licenses.c.sent_by),
    },
    manys={"showings": ToMany("showings", code_showings.c.license_id)},
    filters={
        "own": licenses.c.holder_id == TENANT,
        "partner": licenses.c.holder_id.in_(
            select(partners.c.id).where(partners.c.id == bindparam("holder", type_=KEY))
        ),
        "company": licenses.c.holder_id.in_(
            select(companies.c.id).where(companies.c.id == bindparam("holder", type_=KEY))
        ),
        "state": licenses.c.state == bindparam("state", type_=licenses.c.state.type),
        "product": licenses.c.product_id == bindparam("product", type_=KEY),
        "document": _in_document,
        "sold": licenses.c.sold_document_id.is_not(None),
        "unsold": licenses.c.sold_document_id.is_(None),
        "activated": licenses.c.device_id.is_not(None),
        "free": licenses.c.device_id.is_(None),
        "printed": licenses.c.printed_at.is_not(None),
        "unprinted": licenses.c.printed_at.is_(None),
        "sent": licenses.c.sent_at.is_not(None),
        "unsent": licenses.c.sent_at.is_(None),
        "code_tail": licenses.c.code_tail == bindparam("code_tail", type_=TEXT),
    },
    orders={"ISSUED": ()},
)


async def add_licenses(
    unit: Unit,
    product: UUID,
    holder: UUID,
    codes: Iterable[tuple[UUID, str, SealedCode]],
) -> None:
    """Add licenses, sealed and held by `holder`; their ISSUED event must follow in this unit."""
    rows = [
        {
            "id": key,
            "product_id": product,
            "code_cipher": sealed.cipher,
            "code_lookup": sealed.lookup,
            "code_key": sealed.key_name,
            "code_tail": code[-SHOWN_DIGITS:],
            "created_at": unit.now,
            "holder_id": holder,
            "state": LicenseState.SEALED,
            "held_since": unit.now,
            "event_count": 0,
        }
        for key, code, sealed in codes
    ]
    await unit.connection.execute(insert(licenses), rows)


async def known_codes(unit: Unit, lookups: list[bytes]) -> set[bytes]:
    """Return which of these keyed hashes belong to licenses already."""
    known: set[bytes] = set()
    for start in range(0, len(lookups), MOST_PARAMETERS):
        batch = lookups[start : start + MOST_PARAMETERS]
        known.update(
            await unit.connection.scalars(
                select(licenses.c.code_lookup).where(licenses.c.code_lookup.in_(batch))
            )
        )
    return known


def _chosen(actor: Actor, take: Take, *, revealed_too: bool) -> Select[Any]:
    """Select the licenses a document takes from the actor's stock, locked, oldest first."""
    stock = select(
        licenses.c.id, licenses.c.event_count, licenses.c.holder_id, licenses.c.firm_id
    ).where(licenses.c.holder_id == actor.tenant)
    sealed = licenses.c.state == LicenseState.SEALED
    unsold = licenses.c.sold_document_id.is_(None)
    if take.product is None:
        fit = unsold if revealed_too else sealed
        allowed = of_allowed_product(actor, licenses.c.product_id)
        stock = stock.where(among_keys(licenses.c.id, "ids"), fit, allowed)
    else:
        # Not asked of each row, so that the index is still taken in the order of the stock.
        allowed = of_allowed_product(actor, literal(take.product, KEY))
        stock = stock.where(sealed, licenses.c.product_id == take.product, allowed)
    return stock.order_by(licenses.c.id).limit(take.quantity).with_for_update()


async def log_events(
    unit: Unit,
    kind: LicenseEventKind,
    document: UUID,
    *,
    actor: Actor,
    take: Take,
    revealed_too: bool,
    holder: UUID | None,
    firm: UUID | None = None,
) -> int:
    """Log one event for each license taken from the stock of the actor's cabinet; return how many.

    The licenses are locked, chosen and moved by one statement; the database projects the events
    on them. Fewer than `take.quantity` means the stock held no more: the caller refuses and
    the unit leaves nothing behind.
    """
    chosen = _chosen(actor, take, revealed_too=revealed_too).subquery("chosen")
    state = LicenseState.REVEALED if kind in OPENING else LicenseState.SEALED
    events = insert(license_events).from_select(
        ["license_id", "seq", "kind", "at", "document_id", "holder_id", "state", "firm_id"],
        select(
            chosen.c.id,
            chosen.c.event_count + 1,
            literal(kind, license_events.c.kind.type),
            literal(unit.now, license_events.c.at.type),
            literal(document, KEY),
            chosen.c.holder_id if holder is None else literal(holder, KEY),
            literal(state, license_events.c.state.type),
            chosen.c.firm_id if holder is None else literal(firm, KEY),
        ),
    )
    values: dict[str, Any] = {"ids": list(take.licenses)} if take.product is None else {}
    values |= _asking(actor)
    result = await unit.connection.execute(
        events, values, execution_options={"preserve_rowcount": True}
    )
    return int(result.rowcount)


async def held_among(unit: Unit, actor: Actor, keys: tuple[UUID, ...]) -> dict[UUID, Standing]:
    """Return those of the licenses that the actor's cabinet holds, and how each stands.

    What an API token must not know of is not among them.
    """
    rows = await unit.connection.execute(
        select(licenses.c.id, licenses.c.state, licenses.c.sold_document_id).where(
            licenses.c.holder_id == actor.tenant,
            among_keys(licenses.c.id, "ids"),
            of_allowed_product(actor, licenses.c.product_id),
        ),
        {"ids": list(keys), **_asking(actor)},
    )
    return {
        row.id: Standing(
            revealed=row.state is LicenseState.REVEALED, sold=row.sold_document_id is not None
        )
        for row in rows
    }


def _asking(actor: Actor) -> dict[str, UUID]:
    """Return what a statement binds whose rows are narrowed to a token's products."""
    return {} if actor.may(Capability.EVERY_PRODUCT) else {"_session": actor.session}


async def sees(unit: Unit, actor: Actor, key: UUID) -> bool:
    """Whether the license exists for the actor."""
    found = await unit.connection.scalar(
        select(licenses.c.id).where(licenses.c.id == key, visible_licenses(actor)),
        {"_tenant": actor.tenant, **_asking(actor)},
    )
    return found is not None


async def quantities(unit: Unit, document: UUID) -> dict[UUID, int]:
    """Return how many licenses of each product a document took."""
    rows = await unit.connection.execute(
        select(licenses.c.product_id, func.count())
        .join_from(license_events, licenses, licenses.c.id == license_events.c.license_id)
        .where(license_events.c.document_id == document)
        .group_by(licenses.c.product_id)
    )
    return {product: count for product, count in rows}  # noqa: C416 - rows are not pairs to mypy


async def open_codes(
    unit: Unit, actor: Actor, keys: tuple[UUID, ...]
) -> list[tuple[UUID, bytes, str]]:
    """Return key, cipher and key name of those licenses the actor's cabinet holds revealed."""
    rows = await unit.connection.execute(
        select(licenses.c.id, licenses.c.code_cipher, licenses.c.code_key)
        .where(
            and_(licenses.c.holder_id == actor.tenant, licenses.c.state == LicenseState.REVEALED),
            among_keys(licenses.c.id, "ids"),
            of_allowed_product(actor, licenses.c.product_id),
        )
        .order_by(licenses.c.id),
        {"ids": list(keys), **_asking(actor)},
    )
    return [(row.id, row.code_cipher, row.code_key) for row in rows]
