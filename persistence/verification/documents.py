"""Documents: numbered without gaps, and with as many licenses as they say."""

from __future__ import annotations

from sqlalchemy import Text, cast, func, literal, or_, select

from persistence.tables.devices import devices
from persistence.tables.documents import document_counters, document_lines, documents
from persistence.tables.idempotency import idempotency_keys
from persistence.tables.licenses import license_events, licenses
from persistence.tables.tenants import tenants
from persistence.tables.tokens import api_tokens
from persistence.verification.faults import Rule

_numbers = (
    select(
        documents.c.issuer_id,
        func.count().label("documents"),
        func.max(documents.c.number).label("last"),
    )
    .group_by(documents.c.issuer_id)
    .subquery("numbers")
)
_counted = func.coalesce(_numbers.c.documents, 0)
_last = func.coalesce(_numbers.c.last, 0)

_taken = (
    select(license_events.c.document_id, func.count().label("licenses"))
    .group_by(license_events.c.document_id)
    .subquery("taken")
)
_lines = (
    select(document_lines.c.document_id, func.sum(document_lines.c.quantity).label("quantity"))
    .group_by(document_lines.c.document_id)
    .subquery("lines")
)
_products = (
    select(license_events.c.document_id, licenses.c.product_id, func.count().label("licenses"))
    .join_from(license_events, licenses, licenses.c.id == license_events.c.license_id)
    .group_by(license_events.c.document_id, licenses.c.product_id)
    .subquery("products_taken")
)

_made_for = func.coalesce(documents.c.issuer_id, devices.c.company_id, api_tokens.c.tenant_id)

# A number is positive and occurs once per issuer, as the database itself sees to; so n documents
# with the greatest number n have the numbers from 1 to n.
RULES = [
    Rule(
        "documents are numbered from 1 without gaps",
        "document_counters",
        select(
            tenants.c.id,
            cast(_counted, Text) + literal(" documents up to number ") + cast(_last, Text),
            literal("as many as the counter's ")
            + func.coalesce(cast(document_counters.c.last_number, Text), "nothing"),
        )
        .join_from(tenants, _numbers, _numbers.c.issuer_id == tenants.c.id, isouter=True)
        .join(document_counters, document_counters.c.tenant_id == tenants.c.id, isouter=True)
        .where(
            or_(
                _counted != _last,
                document_counters.c.last_number.is_distinct_from(_last),
            )
        ),
    ),
    Rule(
        "a document has an event for each license",
        "documents",
        select(documents.c.id, func.coalesce(_taken.c.licenses, 0), documents.c.quantity)
        .join_from(documents, _taken, _taken.c.document_id == documents.c.id, isouter=True)
        .where(func.coalesce(_taken.c.licenses, 0) != documents.c.quantity),
    ),
    Rule(
        "the lines of a document sum up to it",
        "documents",
        select(documents.c.id, func.coalesce(_lines.c.quantity, 0), documents.c.quantity)
        .join_from(documents, _lines, _lines.c.document_id == documents.c.id, isouter=True)
        .where(func.coalesce(_lines.c.quantity, 0) != documents.c.quantity),
    ),
    Rule(
        "a line counts the licenses of its product",
        "document_lines",
        select(
            document_lines.c.document_id,
            document_lines.c.product_id,
            document_lines.c.quantity,
            func.coalesce(_products.c.licenses, 0),
        )
        .join_from(
            document_lines,
            _products,
            (_products.c.document_id == document_lines.c.document_id)
            & (_products.c.product_id == document_lines.c.product_id),
            isouter=True,
        )
        .where(func.coalesce(_products.c.licenses, 0) != document_lines.c.quantity),
    ),
    Rule(
        "an idempotency key stands for a document, a device or an API token of its tenant",
        "idempotency_keys",
        select(
            idempotency_keys.c.tenant_id,
            idempotency_keys.c.key,
            _made_for,
            idempotency_keys.c.tenant_id,
        )
        .join_from(
            idempotency_keys,
            documents,
            documents.c.id == idempotency_keys.c.result_id,
            isouter=True,
        )
        .join(devices, devices.c.id == idempotency_keys.c.result_id, isouter=True)
        .join(api_tokens, api_tokens.c.id == idempotency_keys.c.result_id, isouter=True)
        .where(_made_for.is_distinct_from(idempotency_keys.c.tenant_id)),
    ),
]
