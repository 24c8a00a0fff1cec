"""Users: the people of a cabinet, whom its admins invite, change, block and remove [000]."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.access import Right, TenantKind
from domain.refusals import InvalidInput, LastAdmin

if TYPE_CHECKING:
    from uuid import UUID


class UserState(StrEnum):
    """Where a user stands; only an active one can sign in."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    REMOVED = "REMOVED"


@dataclass(frozen=True, slots=True)
class Member:
    """A user as the rules about his cabinet see him."""

    user: UUID
    tenant: UUID
    right: Right
    state: UserState
    name: str
    email: str
    language: str


def keep_an_admin(members: list[Member], changed: UUID) -> None:
    """Raise `LastAdmin` if no active admin but the changed user is left in the cabinet."""
    admins = {
        member.user
        for member in members
        if member.right is Right.ADMIN and member.state is UserState.ACTIVE
    }
    if admins == {changed}:
        raise LastAdmin


def grantable(kind: TenantKind, right: Right) -> Right:
    """Return the right; `InvalidInput` when users of such a cabinet cannot have it."""
    if right is Right.SUPPORT and kind is not TenantKind.LICENSOR:
        raise InvalidInput(
            "right",
            russian="поддержка есть только у лицензиара",
            english="only the licensor has support",
        )
    return right
