"""API tokens that generated tests visit as: sets of scopes, some limited to one product."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import GRANTS, Capabilities, Capability, Role
from domain.tokens import SCOPES, Scope, token_capabilities, written_scopes

MAKERS = [role for role in Role if Capability.MANAGE_TOKENS in GRANTS[role]]


@dataclass(frozen=True)
class Kit:
    """What a token of a role's may do; a limited one sees the first product only."""

    role: Role
    scopes: tuple[Scope, ...]
    limited: bool = False

    @property
    def capabilities(self) -> Capabilities:
        scopes = written_scopes(self.scopes)
        return token_capabilities(self.role, scopes, every_product=not self.limited)

    def __str__(self) -> str:
        only = " of one product" if self.limited else ""
        return f"{self.role}: {' '.join(self.scopes)}{only}"


Who = Role | Kit
"""Whoever has a schema of his own."""


def open_to(role: Role) -> tuple[Scope, ...]:
    """Return the scopes that somebody of a role can give."""
    return tuple(scope for scope in Scope if SCOPES[scope] <= GRANTS[role])


ALONE = [
    Kit(role, (scope,), limited)
    for scope in Scope
    for role in [next(role for role in MAKERS if scope in open_to(role))]
    for limited in (False, True)
]
"""Each scope by itself: a new one is visited as soon as there is one."""
ALL = [Kit(role, open_to(role), limited) for role in MAKERS for limited in (False, True)]
KITS = [*ALONE, *ALL]


def capabilities_of(who: Who) -> Capabilities:
    return who.capabilities if isinstance(who, Kit) else GRANTS[who]
