"""API tokens: what a program of a partner or company may do, never more than who made it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.access import GRANTS, Capability
from domain.refusals import InvalidInput, ScopesNotGranted
from domain.text import title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta
    from uuid import UUID

    from domain.access import Capabilities, Role

PREFIX = "token_"
"""How every token begins, so that those who look for leaked secrets know one."""
HINT_CHARACTERS = 4
MOST_TOKENS = 50
"""How many tokens of one cabinet may live at a time [ruling]."""
MOST_PRODUCTS = 100


class Scope(StrEnum):
    """What an API token is for; it may have several."""

    READ_STOCK = "READ_STOCK"
    READ_DOCUMENTS = "READ_DOCUMENTS"
    READ_COMPANIES = "READ_COMPANIES"
    SELL = "SELL"
    REVEAL = "REVEAL"
    SHOW_CODES = "SHOW_CODES"


C = Capability

_DOCUMENTS = frozenset({C.READ_DOCUMENTS, C.READ_LICENSES})

SCOPES: dict[Scope, frozenset[Capability]] = {
    Scope.READ_STOCK: frozenset({C.READ_STOCK, C.READ_LICENSES}),
    Scope.READ_DOCUMENTS: _DOCUMENTS,
    Scope.READ_COMPANIES: frozenset({C.READ_COMPANIES}),
    # An order answers with its document, so who orders reads documents as well.
    Scope.SELL: _DOCUMENTS | {C.SELL_LICENSES},
    Scope.REVEAL: _DOCUMENTS | {C.REVEAL_LICENSES},
    Scope.SHOW_CODES: frozenset({C.SHOW_CODES}),
}
"""What each scope grants; whoever makes a token must hold all of it himself."""

ALONG: dict[Capability, frozenset[Capability]] = {
    # Else there would be kinds of documents without a name.
    C.READ_DOCUMENTS: frozenset({C.READ_SALES, C.READ_ISSUES}),
}
"""What comes along with a capability where the role of the token's creator has it."""

EVERY_TOKEN = frozenset({C.VIEW_TOKEN})
"""What every token may, and no user: to see itself."""

NEVER = frozenset(
    {
        # Sessions, accounts and tickets are people's.
        C.SIGN_OUT,
        C.VIEW_SELF,
        C.MANAGE_SELF,
        C.USE_TICKETS,
        C.READ_USERS,
        C.MANAGE_USERS,
        C.MANAGE_TOKENS,
        C.READ_AUDIT,
        # Whom a code is handed to is answered for by a person [ruling].
        C.HAND_OVER_CODES,
        # So are contracts, and whom one takes on.
        C.REGISTER_COMPANIES,
        C.READ_REGISTRATIONS,
        C.READ_LINKS,
        C.REQUEST_LINKS,
        C.DECIDE_LINKS,
        C.READ_PARTNERS,
        # One's own cabinet is known to who runs the program.
        C.READ_OWN_PARTNER,
        C.READ_OWN_COMPANY,
        C.CHANGE_OWN_PARTNER,
        C.CHANGE_OWN_COMPANY,
        C.MANAGE_FIRMS,
        C.READ_PARTNER_DETAILS,
        C.READ_OUTLETS,
        # What stands in a shop is looked after by who stands beside it.
        C.MANAGE_OUTLETS,
        C.READ_DEVICES,
        C.MANAGE_DEVICES,
        C.MANAGE_CASHIERS,
    }
)
"""What roles that make tokens hold, and give to none."""


class TokenState(StrEnum):
    """Whether a token is accepted now."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class TokenOrder:
    """A token to be made: `products` are all it ever sees, `None` stands for every product."""

    name: str
    scopes: tuple[Scope, ...]
    products: tuple[UUID, ...] | None
    days: int

    @classmethod
    def parse(
        cls,
        name: str,
        scopes: Sequence[Scope],
        products: Sequence[UUID] | None,
        days: int,
        longest: timedelta,
    ) -> TokenOrder:
        """Return the order, or raise `InvalidInput` for the first field that is wrong."""
        named = title(name, "name")
        if not scopes:
            raise InvalidInput("scopes", russian="не указано ни одного", english="names none")
        if products is not None and not 1 <= len(set(products)) <= MOST_PRODUCTS:
            raise InvalidInput(
                "products",
                russian=f"от 1 до {MOST_PRODUCTS} продуктов; не указывайте вовсе для всех",
                english=f"must name from 1 to {MOST_PRODUCTS} products; leave it out for all",
            )
        if not 1 <= days <= longest.days:
            raise InvalidInput(
                "expiresInDays",
                russian=f"от 1 до {longest.days}",
                english=f"must be from 1 to {longest.days}",
            )
        chosen = None if products is None else tuple(sorted(set(products)))
        return cls(named, tuple(sorted(set(scopes))), chosen, days)


def granted(scopes: Iterable[Scope], capabilities: Capabilities) -> None:
    """Raise `ScopesNotGranted` for scopes above what the creator may do himself."""
    above = sorted(scope for scope in scopes if not SCOPES[scope] <= capabilities)
    if above:
        raise ScopesNotGranted(above)


def token_capabilities(role: Role, scopes: str, *, every_product: bool) -> Capabilities:
    """Return what a token may do now: its stored scopes within what its creator's role grants."""
    wanted: set[Capability] = set()
    for scope in parse_scopes(scopes):
        wanted |= SCOPES[scope]
    for capability in list(wanted):
        wanted |= ALONG.get(capability, frozenset())
    if every_product:
        wanted.add(C.EVERY_PRODUCT)
    return (GRANTS[role] & wanted) | EVERY_TOKEN


def written_scopes(scopes: Iterable[Scope]) -> str:
    """Return scopes as they are stored."""
    return " ".join(scopes)


def parse_scopes(text: str) -> list[Scope]:
    """Return stored scopes; one that is no more grants nothing."""
    return [Scope(word) for word in text.split() if word in Scope.__members__]


def hint(token: str) -> str:
    """Return what may be shown of a token for good: enough to tell it from others."""
    return token[-HINT_CHARACTERS:]
