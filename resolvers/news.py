"""What a use case tells others when its unit is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.news import NOBODY, News, Topic

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit


def tell_request(unit: Unit, request: UUID, *sides: UUID) -> None:
    """Tell both sides of a link request that it was made or decided."""
    unit.tell(*(News(Topic.LINKS, side, request) for side in sides))


def tell_links(unit: Unit, *tenants: UUID) -> None:
    """Tell tenants that their links changed otherwise."""
    unit.tell(*(News(Topic.LINKS, tenant) for tenant in tenants))


def tell_stock(unit: Unit, *holders: UUID) -> None:
    """Tell holders that what they hold has changed."""
    unit.tell(*(News(Topic.STOCK, holder) for holder in holders))


def tell_activation(unit: Unit, license: UUID, *tenants: UUID) -> None:
    """Tell those who look after a license that it was activated; who may not see it learns nothing.

    Call it with every tenant that should hear of it: the holder, and its partner. Their stock is a
    matter of its own.
    """
    unit.tell(*(News(Topic.ACTIVATIONS, tenant, license) for tenant in tenants))


def tell_ended(unit: Unit, key: UUID) -> None:
    """Tell every gateway that a session, or the sessions of a user or a tenant, may have ended.

    Whatever ends sessions or changes rights through `persistence.sessions` and `persistence.users`
    is told by these.
    """
    unit.tell(News(Topic.SESSIONS, NOBODY, key))
