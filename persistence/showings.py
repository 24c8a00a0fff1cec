"""Showings: the append-only record of who has seen which code, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, insert, select

from domain.access import Actor, Capability
from domain.showings import HANDED_OVER, HandOver, Recipient
from persistence.dialects import among_keys
from persistence.keys import new_key
from persistence.reads import (
    TENANT,
    Reads,
    ToOne,
    everything,
    nothing,
    of_allowed_product,
    reads_all,
)
from persistence.tables.licenses import licenses
from persistence.tables.showings import code_showings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from domain.showings import ShowingKind
    from persistence.database import Unit


def visible_showings(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: a cabinet sees its own showings, whoever holds the license now."""
    if reads_all(actor):
        return everything()
    if not actor.may(Capability.READ_LICENSES):
        return nothing()
    own = code_showings.c.tenant_id == TENANT
    if actor.may(Capability.EVERY_PRODUCT):
        return own
    allowed = select(licenses.c.id).where(of_allowed_product(actor, licenses.c.product_id))
    return own & code_showings.c.license_id.in_(allowed)


READS = Reads(
    source=code_showings,
    key=code_showings.c.id,
    owner=code_showings.c.tenant_id,
    visible=visible_showings,
    columns={
        "kind": code_showings.c.kind,
        "at": code_showings.c.at,
        "recipient": code_showings.c.recipient,
        "reason": code_showings.c.reason,
    },
    ones={
        "user": ToOne("users", code_showings.c.user_id),
        "document": ToOne("documents", code_showings.c.document_id),
    },
)


async def add_showings(
    unit: Unit,
    actor: Actor,
    kind: ShowingKind,
    keys: Iterable[UUID],
    *,
    recipients: Mapping[UUID, Recipient] | None = None,
    document: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Record that the actor was shown, printed or sent the codes of these licenses."""
    known: Mapping[UUID, Recipient | None] = recipients or {}
    rows = [
        _row(unit, actor, kind, key, known.get(key), document_id=document, reason=reason)
        for key in keys
    ]
    if rows:
        await unit.connection.execute(insert(code_showings), rows)


def _row(
    unit: Unit,
    actor: Actor,
    kind: ShowingKind,
    license_: UUID,
    recipient: Recipient | None,
    **said: UUID | str | None,
) -> dict[str, Any]:
    return {
        "id": new_key(),
        "license_id": license_,
        "tenant_id": actor.tenant,
        "user_id": actor.user,
        "kind": kind,
        "at": unit.now,
        "recipient": None if recipient is None else recipient.name,
        "recipient_key": None if recipient is None else recipient.key,
        **said,
    }


async def earlier_hand_overs(unit: Unit, tenant: UUID, keys: Iterable[UUID]) -> list[HandOver]:
    """Return how the tenant handed these codes over before, earliest first."""
    rows = await unit.connection.execute(
        select(
            code_showings.c.license_id,
            code_showings.c.recipient,
            code_showings.c.recipient_key,
            code_showings.c.at,
        )
        .where(
            code_showings.c.tenant_id == tenant,
            code_showings.c.kind.in_(HANDED_OVER),
            code_showings.c.recipient_key.is_not(None),
            among_keys(code_showings.c.license_id, "ids"),
        )
        .order_by(code_showings.c.id),
        {"ids": list(keys)},
    )
    return [
        HandOver(row.license_id, Recipient(row.recipient, row.recipient_key), row.at)
        for row in rows
    ]
