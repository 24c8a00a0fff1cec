"""Documents: numbered without gaps per issuer, immutable once written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from domain.access import Actor, Capability
from domain.documents import BuyerDetails, DocumentCard
from domain.licenses import LicenseState
from domain.text import search_text
from persistence.columns import KEY, TIME
from persistence.companies import visible_companies
from persistence.dialects import among_texts, contains
from persistence.partners import visible_partners
from persistence.reads import (
    TENANT,
    Reads,
    ToMany,
    ToOne,
    everything,
    nothing,
    of_allowed_product,
    reads_all,
)
from persistence.tables.accounts import users
from persistence.tables.documents import document_counters, document_lines, documents, products
from persistence.tables.licenses import license_events, licenses
from persistence.tables.tenants import companies, partners, tenants
from persistence.users import visible_users

if TYPE_CHECKING:
    from uuid import UUID

    from domain.documents import DocumentKind
    from persistence.database import Unit


_of_other = document_lines.alias("of_other")


def visible_documents(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: what the cabinet issued, and what it bought by."""
    if reads_all(actor):
        return everything()
    if not actor.may(Capability.READ_DOCUMENTS):
        return nothing()
    own = or_(documents.c.issuer_id == TENANT, documents.c.buyer_id == TENANT)
    if actor.may(Capability.EVERY_PRODUCT):
        return own
    # Half a document would be no document: one with a line of another product does not exist.
    other = ~of_allowed_product(actor, _of_other.c.product_id)
    return own & ~exists().where(_of_other.c.document_id == documents.c.id, other)


def visible_document_lines(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the lines of the documents one sees."""
    return visible_documents(actor)


def _bought_by_company(actor: Actor) -> ColumnElement[bool]:
    company = bindparam("company", type_=KEY)
    seen = select(companies.c.id).where(companies.c.id == company, visible_companies(actor))
    return documents.c.buyer_id.in_(seen)


def _with_partner(actor: Actor) -> ColumnElement[bool]:
    partner = bindparam("partner", type_=KEY)
    seen = (
        select(partners.c.id)
        .join_from(partners, tenants, tenants.c.id == partners.c.id)
        .where(partners.c.id == partner, visible_partners(actor))
        .scalar_subquery()
    )
    return or_(documents.c.buyer_id == seen, documents.c.issuer_id == seen)


def _written_by(actor: Actor) -> ColumnElement[bool]:
    user = bindparam("user", type_=KEY)
    return documents.c.user_id.in_(
        select(users.c.id).where(users.c.id == user, visible_users(actor))
    )


_FOUND = contains(documents.c.search, "search")

_OPEN_CODES = (
    select(func.count())
    .select_from(license_events)
    .join(licenses, licenses.c.id == license_events.c.license_id)
    .where(
        license_events.c.document_id == documents.c.id,
        licenses.c.holder_id == TENANT,
        licenses.c.state == LicenseState.REVEALED,
    )
    .scalar_subquery()
)

READS = Reads(
    source=documents,
    key=documents.c.id,
    owner=documents.c.issuer_id,
    visible=visible_documents,
    columns={
        "number": documents.c.number,
        "kind": documents.c.kind,
        "created_at": documents.c.created_at,
        "issuer_name": documents.c.issuer_name,
        "buyer_name": documents.c.buyer_name,
        "buyer_inn": documents.c.buyer_inn,
        "buyer_email": documents.c.buyer_email,
        "buyer_phone": documents.c.buyer_phone,
        "buyer_address": documents.c.buyer_address,
        "quantity": documents.c.quantity,
    },
    counted={"open_code_count": _OPEN_CODES},
    ones={
        "issuer": ToOne("tenants", documents.c.issuer_id),
        "user": ToOne("users", documents.c.user_id),
        "partner": ToOne("partners", documents.c.buyer_id),
        "company": ToOne("companies", documents.c.buyer_id),
        "firm": ToOne("firms", documents.c.buyer_firm_id),
    },
    manys={
        "lines": ToMany("document_lines", document_lines.c.document_id),
        "licenses": ToMany(
            "licenses",
            license_events.c.document_id,
            via=(license_events, license_events.c.license_id == licenses.c.id),
        ),
    },
    filters={
        "company": _bought_by_company,
        "partner": _with_partner,
        "user": _written_by,
        "kinds": among_texts(documents.c.kind, "kinds"),
        "since": documents.c.created_at >= bindparam("since", type_=TIME),
        "until": documents.c.created_at < bindparam("until", type_=TIME),
        "search": _FOUND,
        "search_number": or_(_FOUND, documents.c.number == bindparam("number", type_=Integer())),
    },
    orders={"CREATED": ()},
)

LINES = Reads(
    source=document_lines.join(documents, documents.c.id == document_lines.c.document_id),
    key=document_lines.c.product_id,
    owner=documents.c.issuer_id,
    visible=visible_document_lines,
    columns={
        "product_name": document_lines.c.product_name,
        "quantity": document_lines.c.quantity,
    },
    ones={"product": ToOne("products", document_lines.c.product_id)},
)


async def is_hidden(unit: Unit, actor: Actor, key: UUID) -> bool:
    """Whether a document of the actor's cabinet is kept from him, by the products in it."""
    if actor.may(Capability.EVERY_PRODUCT):
        return False
    found = await unit.connection.scalar(
        select(documents.c.id).where(documents.c.id == key, ~visible_documents(actor)),
        {"_tenant": actor.tenant, "_session": actor.session},
    )
    return found is not None


async def next_number(unit: Unit, issuer: UUID) -> int:
    """Return the issuer's next number; its counter stays locked until the unit ends."""
    number = await unit.connection.scalar(
        update(document_counters)
        .where(document_counters.c.tenant_id == issuer)
        .values(last_number=document_counters.c.last_number + 1)
        .returning(document_counters.c.last_number)
    )
    if number is None:
        raise LookupError(issuer)
    return int(number)


async def add_document(
    unit: Unit,
    key: UUID,
    kind: DocumentKind,
    *,
    issuer: UUID,
    user: UUID,
    number: int,
    quantity: int,
    buyer: BuyerDetails,
) -> None:
    """Write a document with its buyer as a snapshot; its lines follow."""
    issuer_name = select(tenants.c.name).where(tenants.c.id == issuer).scalar_subquery()
    user_name = select(users.c.name).where(users.c.id == user).scalar_subquery()
    await unit.connection.execute(
        insert(documents).values(
            id=key,
            issuer_id=issuer,
            issuer_name=issuer_name,
            number=number,
            kind=kind,
            created_at=unit.now,
            user_id=user,
            user_name=user_name,
            buyer_id=buyer.tenant,
            buyer_firm_id=buyer.firm,
            buyer_name=buyer.name,
            buyer_inn=buyer.inn,
            buyer_email=buyer.email,
            buyer_phone=buyer.phone,
            buyer_address=buyer.address,
            quantity=quantity,
            search=search_text(buyer.name, buyer.inn),
        )
    )


async def find_document(unit: Unit, key: UUID, actor: Actor) -> DocumentCard | None:
    """Return a document that the actor sees."""
    row = (
        await unit.connection.execute(
            select(documents).where(documents.c.id == key, visible_documents(actor)),
            {"_tenant": actor.tenant},
        )
    ).one_or_none()
    return None if row is None else card_of(row)


async def document_card(unit: Unit, key: UUID) -> DocumentCard | None:
    """Return a document by its key, whoever may see it."""
    row = (
        await unit.connection.execute(select(documents).where(documents.c.id == key))
    ).one_or_none()
    return None if row is None else card_of(row)


def card_of(row: Any) -> DocumentCard:  # noqa: ANN401 - a row has no better type
    """Return a row of the table as the rules know it."""
    buyer = BuyerDetails(
        name=row.buyer_name,
        inn=row.buyer_inn,
        email=row.buyer_email,
        phone=row.buyer_phone,
        address=row.buyer_address,
    )
    return DocumentCard(
        id=row.id,
        issuer=row.issuer_id,
        number=row.number,
        created_at=row.created_at,
        quantity=row.quantity,
        buyer=buyer,
    )


async def add_lines(unit: Unit, document: UUID, quantities: dict[UUID, int]) -> None:
    """Write a line per product, with the product's name as it is today."""
    names = await unit.connection.execute(
        select(products.c.id, products.c.name).where(products.c.id.in_(quantities))
    )
    rows = [
        {
            "document_id": document,
            "product_id": row.id,
            "product_name": row.name,
            "quantity": quantities[row.id],
        }
        for row in names
    ]
    await unit.connection.execute(insert(document_lines), rows)
