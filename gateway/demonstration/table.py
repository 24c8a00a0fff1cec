"""What one can sign in with, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.access import Right, Role, TenantKind
from gateway.demonstration.companies import POLAR_BREAD
from gateway.demonstration.devices import DEMO_KEY
from gateway.demonstration.regions import MRC
from gateway.demonstration.sellers import CTO, LICENSOR, NEVA, ORLOVA, SIDOROV
from gateway.demonstration.shapes import Password

if TYPE_CHECKING:
    from gateway.demonstration.shapes import Member


@dataclass(frozen=True, slots=True)
class SignIn:
    """What is typed to sign in, and the roles and cabinet it opens; several roles are a choice."""

    roles: tuple[Role, ...]
    login: str
    password: str
    cabinet: str


def _of(kind: TenantKind, cabinet: str, members: tuple[Member, ...]) -> list[SignIn]:
    """Return the first member of each right."""
    firsts: dict[Right, Member] = {}
    for member in members:
        firsts.setdefault(member.right, member)
    return [
        SignIn((Role.of(kind, right),), member.login or member.email, member.password, cabinet)
        for right, member in firsts.items()
    ]


SIGN_INS = (
    *_of(TenantKind.LICENSOR, LICENSOR.name, LICENSOR.members),
    *_of(TenantKind.PARTNER, CTO.name, CTO.members),
    *_of(TenantKind.COMPANY, POLAR_BREAD.name, POLAR_BREAD.members),
    *_of(TenantKind.MRC, MRC.name, MRC.members),
    SignIn((Role.COMPANY_ADMIN,), SIDOROV.email, Password.COMPANY, CTO.name),
    SignIn((Role.PARTNER_ADMIN, Role.COMPANY_ADMIN), ORLOVA.email, ORLOVA.password, NEVA.name),
)


def _words(roles: tuple[Role, ...]) -> str:
    return " or ".join(role.value.replace("_", " ").lower() for role in roles)


def print_sign_ins(address: str) -> None:
    """Print the addresses of the gateway at `address`, and who can sign in to it."""
    console = Console(highlight=False)
    table = Table(title="Demonstration sign-ins", title_justify="left")
    for header in ("Role", "E-mail or login", "Password", "Cabinet"):
        # What is typed must not be broken over lines.
        typed = header in {"E-mail or login", "Password"}
        table.add_column(header, no_wrap=typed, overflow="fold")
    for each in SIGN_INS:
        table.add_row(
            *(Text(cell) for cell in (_words(each.roles), each.login, each.password, each.cabinet))
        )
    console.print(table)
    console.print(
        f"{SIDOROV.email} has two cabinets: the password decides which one opens.\n"
        f"{ORLOVA.email} has two under one password: the answer is a choice of cabinets.\n"
        f"A POS registers at {POLAR_BREAD.outlets[0].name} with the sync key {DEMO_KEY}.\n\n"
        f"GraphiQL  {address}/graphiql\n"
        f"Endpoint  {address}/graphql",
        soft_wrap=True,
    )
