"""License events: each continues the one before, as its document says; see `activation`, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, literal, null, or_, select

from domain.licenses import ON_DEVICES, OPENING, LicenseEventKind, LicenseState
from domain.sales import EVENTS
from persistence.tables.documents import documents
from persistence.tables.licenses import license_events, licenses
from persistence.verification.faults import Rule

if TYPE_CHECKING:
    from sqlalchemy import Select

_event = license_events.alias("event")
_before = license_events.alias("before")
_kind = _event.c.kind

_BUYER = _kind.in_([LicenseEventKind.SOLD_TO_PARTNER, LicenseEventKind.SOLD_TO_COMPANY])
_OPENS = _kind.in_(OPENING)
_FIRST = _kind == LicenseEventKind.ISSUED

_document_kind = case(
    *((_kind == event, literal(kind, documents.c.kind.type)) for kind, event in EVENTS.items())
)
_state = case(
    (_OPENS, literal(LicenseState.REVEALED, _event.c.state.type)),
    else_=literal(LicenseState.SEALED, _event.c.state.type),
)
_holder = case(
    (_FIRST, documents.c.issuer_id), (_BUYER, documents.c.buyer_id), else_=_before.c.holder_id
)
_firm = case((_FIRST, null()), (_BUYER, documents.c.buyer_firm_id), else_=_before.c.firm_id)


def _breaking(
    found: ColumnElement[Any], expected: ColumnElement[Any], condition: ColumnElement[bool]
) -> Select[Any]:
    """Select events with their documents and the events before, where there are such."""
    return (
        select(_event.c.license_id, _event.c.seq, found, expected)
        .join_from(_event, documents, documents.c.id == _event.c.document_id)
        .join(
            _before,
            (_before.c.license_id == _event.c.license_id) & (_before.c.seq == _event.c.seq - 1),
            isouter=True,
        )
        .where(condition)
    )


_placed = or_(_FIRST, _BUYER, _before.c.seq.is_not(None))

RULES = [
    Rule(
        "an event belongs to a license",
        "license_events",
        select(_event.c.license_id, _event.c.seq, literal("no license"), literal("one"))
        .join_from(_event, licenses, licenses.c.id == _event.c.license_id, isouter=True)
        .where(licenses.c.id.is_(None)),
    ),
    Rule(
        "an event belongs to a document",
        "license_events",
        select(_event.c.license_id, _event.c.seq, literal("no document"), literal("one"))
        .join_from(_event, documents, documents.c.id == _event.c.document_id, isouter=True)
        .where(documents.c.id.is_(None), _event.c.kind.not_in(ON_DEVICES)),
    ),
    Rule(
        "the first event and no other is ISSUED",
        "license_events",
        select(
            _event.c.license_id,
            _event.c.seq,
            _kind,
            case((_event.c.seq == 1, "ISSUED"), else_="another kind"),
        ).where((_event.c.seq == 1) != _FIRST),
    ),
    Rule(
        "REVEALED never becomes SEALED",
        "license_events",
        _breaking(
            _event.c.state,
            _before.c.state,
            (_before.c.state == LicenseState.REVEALED) & (_event.c.state == LicenseState.SEALED),
        ),
    ),
    Rule(
        "the state is that of the event's kind",
        "license_events",
        _breaking(_event.c.state, _state, _event.c.state != _state),
    ),
    Rule(
        "the document is of the event's kind",
        "license_events",
        _breaking(documents.c.kind, _document_kind, documents.c.kind != _document_kind),
    ),
    Rule(
        "the new holder is the buyer, else the old one",
        "license_events",
        _breaking(_event.c.holder_id, _holder, _placed & (_event.c.holder_id != _holder)),
    ),
    Rule(
        "the new firm is the buyer's, else the old one",
        "license_events",
        _breaking(_event.c.firm_id, _firm, _placed & _event.c.firm_id.is_distinct_from(_firm)),
    ),
    Rule(
        "the issuer of the document held the license",
        "license_events",
        _breaking(
            documents.c.issuer_id,
            _before.c.holder_id,
            documents.c.issuer_id != _before.c.holder_id,
        ),
    ),
]
