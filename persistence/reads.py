"""The declaration of a noun for reading: its columns, relations, filters, orders and row gate.

Each noun's module has one `READS`. Lists, look-ups, loaders and compiled plans are all made
from it, so a row gate stated here holds on every path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, false, select, true

from domain.access import Actor, Capability, TenantKind
from persistence.columns import KEY
from persistence.tables.links import partner_links
from persistence.tables.tenants import tenants
from persistence.tables.tokens import api_token_products

TENANT = bindparam("_tenant", type_=KEY)
"""The actor's tenant, bound anew for each caller; the statement's text is shared.

Names of what is bound of the actor and the moment begin with `_`, those of filters do not.
"""

SESSION = bindparam("_session", type_=KEY)
"""The session that asks."""

Counter = Callable[[Actor], ColumnElement[Any]]
"""A column that counts what the actor may know of."""

Gate = Callable[[Actor], ColumnElement[bool]]
"""Which rows an actor may see. Every gate starts from `nothing`."""


@dataclass(frozen=True, slots=True)
class ToOne:
    """A relation to at most one row of `target`, whose key `key` is."""

    target: str
    key: ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class ToMany:
    """A relation to the rows of `target` whose `parent` is this row's key.

    `via` joins what `parent` lives in, when that is not the target's own table; `within` narrows
    the rows further.
    """

    target: str
    parent: ColumnElement[Any]
    via: tuple[FromClause, ColumnElement[bool]] | None = None
    within: ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class Reads:
    """How the rows of one noun are read.

    `counted` holds columns that cost a look elsewhere and are read only when asked for. A filter
    takes the bound value of its name; one that names another object is a gate as well, so that
    a foreign object filters like an unknown one. An order names its columns, the key comes last
    by itself. `owner` is the tenant a row belongs to, for the audit of foreign looks.
    """

    source: FromClause
    key: ColumnElement[Any]
    owner: ColumnElement[Any]
    visible: Gate
    columns: Mapping[str, ColumnElement[Any]]
    counted: Mapping[str, ColumnElement[Any] | Counter] = field(default_factory=dict)
    ones: Mapping[str, ToOne] = field(default_factory=dict)
    manys: Mapping[str, ToMany] = field(default_factory=dict)
    filters: Mapping[str, ColumnElement[bool] | Gate] = field(default_factory=dict)
    orders: Mapping[str, tuple[ColumnElement[Any], ...]] = field(default_factory=dict)

    def condition(self, name: str, actor: Actor) -> ColumnElement[bool]:
        """Return the filter of this name for an actor."""
        chosen = self.filters[name]
        return chosen if isinstance(chosen, ColumnElement) else chosen(actor)

    def count(self, name: str, actor: Actor) -> ColumnElement[Any]:
        """Return the costly column of this name for an actor."""
        chosen = self.counted[name]
        return chosen if isinstance(chosen, ColumnElement) else chosen(actor)


def nothing() -> ColumnElement[bool]:
    """Return the gate that lets no row through."""
    return false()


def everything() -> ColumnElement[bool]:
    """Return the gate of those who read all tenants."""
    return true()


def reads_all(actor: Actor) -> bool:
    """Whether the actor looks into every tenant (support)."""
    return actor.may(Capability.READ_ALL_TENANTS)


def sells(actor: Actor) -> bool:
    """Whether the actor works with companies linked to its tenant."""
    return actor.kind in {TenantKind.LICENSOR, TenantKind.PARTNER}


def linked_companies() -> Select[Any]:
    """Return the keys of the companies that are linked to the actor's tenant now."""
    return select(partner_links.c.company_id).where(
        partner_links.c.partner_id == TENANT, partner_links.c.ended_at.is_(None)
    )


def allowed_products() -> Select[Any]:
    """Return the keys of the products that the asking API token is limited to."""
    return select(api_token_products.c.product_id).where(api_token_products.c.token_id == SESSION)


def of_allowed_product(actor: Actor, product: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a product may be known to the actor: of an API token, one of its own."""
    if actor.may(Capability.EVERY_PRODUCT):
        return everything()
    return product.in_(allowed_products())


def confirmed_tenants() -> Select[Any]:
    """Return the keys of the confirmed tenants: no other one exists in any list or look-up."""
    return select(tenants.c.id).where(tenants.c.confirmed_at.is_not(None))
