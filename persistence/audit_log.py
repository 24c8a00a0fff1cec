"""Reading the audit: what a cabinet's people did, and what others did to what is the cabinet's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select

from domain.access import Actor, Capability, Right
from persistence import (
    cashiers,
    companies,
    devices,
    documents,
    firms,
    letters,
    licenses,
    links,
    other_companies,
    outlets,
    partners,
    products,
    regions,
    registrations,
    sessions,
    tokens,
    users,
)
from persistence.columns import KEY, TEXT, TIME
from persistence.reads import TENANT, Gate, Reads, ToOne, everything, nothing, reads_all
from persistence.tables.accounts import users as user_table
from persistence.tables.audit import audit_records
from persistence.tables.devices import devices as device_table
from persistence.tables.tokens import api_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN = audit_records.c.tenant_id == TENANT
_FOREIGN = audit_records.c.owner_id != audit_records.c.tenant_id


def visible_audit(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: what one's own people did, and what others did to one's own."""
    if not actor.may(Capability.READ_AUDIT):
        return nothing()
    if reads_all(actor):
        return everything()
    return or_(_OWN, audit_records.c.owner_id == TENANT)


# A person is known to his own cabinet; others learn which cabinet he is of, and no more.
_KNOWN = or_(_OWN, bindparam("_right", type_=TEXT) == Right.SUPPORT.value)


def _known(column: Any) -> ColumnElement[Any]:  # noqa: ANN401 - any column
    return case((_KNOWN, column), else_=None)


def _named(column: Any, condition: ColumnElement[bool]) -> ColumnElement[Any]:  # noqa: ANN401 - any column
    return _known(select(column).where(condition).scalar_subquery())


def _of_user(actor: Actor) -> ColumnElement[bool]:
    user = bindparam("user", type_=KEY)
    seen = select(user_table.c.id).where(user_table.c.id == user, users.visible_users(actor))
    # The condition on the row itself comes first: it has the index.
    return and_(audit_records.c.user_id == user, audit_records.c.user_id.in_(seen), _KNOWN)


ABOUT: Mapping[str, Reads] = {
    "api_tokens": tokens.READS,
    "cashiers": cashiers.READS,
    "companies": companies.READS,
    "devices": devices.READS,
    "documents": documents.READS,
    "firms": firms.READS,
    "letters": letters.READS,
    "licenses": licenses.READS,
    "link_requests": links.REQUESTS,
    "links": links.LINKS,
    "other_companies": other_companies.READS,
    "outlets": outlets.READS,
    "partners": partners.READS,
    "products": products.READS,
    "regional_clients": regions.CLIENTS,
    "registrations": registrations.READS,
    "sessions": sessions.READS,
    "users": users.READS,
}
"""The nouns of what an action is done to."""


def about(noun: str) -> str:
    """Return the name of the filter by an object of a noun."""
    return f"about {noun}"


def _about(reads: Reads) -> Gate:
    """Return the filter by an object, which must be one that the actor sees."""

    def condition(actor: Actor) -> ColumnElement[bool]:
        key = bindparam("object", type_=KEY)
        seen = (
            select(reads.key)
            .select_from(reads.source)
            .where(reads.key == key, reads.visible(actor))
        )
        return and_(audit_records.c.object_id == key, audit_records.c.object_id.in_(seen))

    return condition


READS = Reads(
    source=audit_records,
    key=audit_records.c.id,
    owner=audit_records.c.tenant_id,
    visible=visible_audit,
    columns={
        "at": audit_records.c.at,
        "action": audit_records.c.action,
        "object_key": audit_records.c.object_id,
        "request_id": audit_records.c.request_id,
        "before": audit_records.c.before,
        "after": audit_records.c.after,
        "address": _known(audit_records.c.address),
        "user_name": _named(user_table.c.name, user_table.c.id == audit_records.c.user_id),
        "via_token": _named(api_tokens.c.name, api_tokens.c.id == audit_records.c.session_id),
        "device": _named(device_table.c.name, device_table.c.id == audit_records.c.device_id),
    },
    ones={
        "user": ToOne("users", _known(audit_records.c.user_id)),
        "tenant": ToOne("tenants", audit_records.c.tenant_id),
        "object_owner": ToOne("tenants", audit_records.c.owner_id),
    },
    filters={
        "own": _OWN,
        "others": and_(audit_records.c.owner_id == TENANT, _FOREIGN),
        "by_tenant": audit_records.c.tenant_id == bindparam("tenant", type_=KEY),
        "on_tenant": and_(audit_records.c.owner_id == bindparam("tenant", type_=KEY), _FOREIGN),
        "user": _of_user,
        "action": audit_records.c.action == bindparam("action", type_=TEXT),
        "since": audit_records.c.at >= bindparam("since", type_=TIME),
        "until": audit_records.c.at < bindparam("until", type_=TIME),
        "none": nothing(),
        **{about(noun): _about(reads) for noun, reads in ABOUT.items()},
    },
    orders={"AT": ()},
)
