"""Drafts of sales: a buyer's details as the document would record them, were it written now."""

from __future__ import annotations

from sqlalchemy import ColumnElement, cast, null

from domain.access import Actor, Capability, TenantKind
from persistence.columns import KEY, TEXT
from persistence.firms import visible_firms
from persistence.partners import visible_partners
from persistence.reads import Reads, ToOne, nothing, sells
from persistence.tables.tenants import firms, partners, tenants

_NO_KEY = cast(null(), KEY)


def visible_firm_drafts(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the firms a seller may sell to."""
    if actor.may(Capability.SELL_LICENSES) and sells(actor):
        return visible_firms(actor)
    return nothing()


def visible_partner_drafts(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the confirmed partners, for who may sell to partners; not the licensor."""
    if actor.may(Capability.SELL_TO_PARTNERS):
        sold_to = (tenants.c.kind == TenantKind.PARTNER) & tenants.c.confirmed_at.is_not(None)
        return visible_partners(actor) & sold_to
    return nothing()


FIRMS = Reads(
    source=firms.join(tenants, tenants.c.id == firms.c.company_id),
    key=firms.c.id,
    owner=firms.c.company_id,
    visible=visible_firm_drafts,
    columns={
        "name": firms.c.name,
        "inn": firms.c.inn,
        "email": firms.c.email,
        "phone": firms.c.phone,
        "address": firms.c.address,
        "sellable": tenants.c.blocked_at.is_(None),
    },
    ones={
        "firm": ToOne("firms", firms.c.id),
        "company": ToOne("companies", firms.c.company_id),
        "partner": ToOne("partners", _NO_KEY),
    },
)

PARTNERS = Reads(
    source=partners.join(tenants, tenants.c.id == partners.c.id),
    key=partners.c.id,
    owner=partners.c.id,
    visible=visible_partner_drafts,
    columns={
        "name": tenants.c.name,
        "inn": partners.c.inn,
        "email": cast(null(), TEXT),
        "phone": partners.c.phone,
        "address": partners.c.address,
        "sellable": tenants.c.blocked_at.is_(None),
    },
    ones={
        "firm": ToOne("firms", _NO_KEY),
        "company": ToOne("companies", _NO_KEY),
        "partner": ToOne("partners", partners.c.id),
    },
)
