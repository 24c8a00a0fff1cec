"""Companies of other partners, as the licensor sees them: a line each with three counters [000]."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from domain.access import Actor, Capability, TenantKind
from persistence.companies import COUNTED, CURRENT_PARTNER, MAIN_INN, SOURCE
from persistence.dialects import contains
from persistence.reads import Reads, ToOne, linked_companies, nothing
from persistence.tables.tenants import companies, tenants


def visible_other_companies(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the licensor sees other partners' companies, with counters only [000]."""
    if actor.kind is TenantKind.LICENSOR and actor.may(Capability.READ_OTHER_COMPANIES):
        return companies.c.id.not_in(linked_companies()) & tenants.c.confirmed_at.is_not(None)
    return nothing()


READS = Reads(
    source=SOURCE,
    key=companies.c.id,
    owner=companies.c.id,
    visible=visible_other_companies,
    columns={
        "name": tenants.c.name,
        "inn": MAIN_INN,
        "blocked_at": tenants.c.blocked_at,
    },
    counted=COUNTED,
    ones={"partner": ToOne("partners", CURRENT_PARTNER)},
    filters={"search": contains(tenants.c.search, "search")},
    orders={"NAME": (tenants.c.name_key,)},
)
