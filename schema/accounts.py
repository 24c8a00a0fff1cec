"""Accounts: signing in and out, and who one is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.access import TenantKind
from resolvers import accounts
from schema.access import (
    MayReadOwnCompany,
    MayReadOwnMrc,
    MayReadOwnPartner,
    MaySignIn,
    MaySignOut,
    MayViewSelf,
)
from schema.companies import Company
from schema.fields import grouped, own, told
from schema.ids import node_id, split_id
from schema.partners import Partner
from schema.problems import (
    ChoiceExpired,
    CookieNotAllowed,
    InvalidCredentials,
    TryAgainLater,
)
from schema.regions import MultiRegionalCompany
from schema.users import User

CABINET_PREFIX = "cabinet"


@strawberry.enum(description="How the session is carried.")
class SessionCarrier(StrEnum):
    """A token for programs, a cookie for browsers."""

    TOKEN = "TOKEN"  # noqa: S105 - a word, not a secret
    COOKIE = "COOKIE"


@strawberry.input(description="What to sign in with.")
class SignInInput:
    """The input of `signIn`."""

    login: str = strawberry.field(
        description="The e-mail address; for an administrator of an MRC, the login."
    )
    password: str
    carrier: SessionCarrier = strawberry.field(
        default=SessionCarrier.TOKEN,
        description="`COOKIE` needs the header GraphQL-Require-Preflight.",
    )


@strawberry.input(description="Which of the offered cabinets to open.")
class ChooseCabinetInput:
    """The input of `chooseCabinet`."""

    choice: str = strawberry.field(description="The token of the choice; good for five minutes.")
    cabinet: strawberry.ID
    carrier: SessionCarrier = SessionCarrier.TOKEN


@strawberry.type(description="A session was opened.")
class SignInSuccess:
    """The success of signing in."""

    token: str | None = strawberry.field(
        description="To be sent as `Authorization: Bearer …`; null when it went into the cookie."
    )
    expires_at: datetime


@strawberry.type(description="A cabinet the password fits.")
class Cabinet:
    """One button of the choice [001]."""

    id: strawberry.ID
    kind: TenantKind
    name: str


@strawberry.type(description="The password fits several cabinets: choose one [001].")
class CabinetChoice:
    """The answer to a password that fits several cabinets."""

    choice: str
    cabinets: list[Cabinet]


@strawberry.type(description="The session has ended.")
class SignOutSuccess:
    """The success of `signOut`."""

    signed_out: bool = True


SignInResult = Annotated[
    SignInSuccess | CabinetChoice | InvalidCredentials | CookieNotAllowed | TryAgainLater,
    strawberry.union("SignInResult"),
]
ChooseCabinetResult = Annotated[
    SignInSuccess | ChoiceExpired | CookieNotAllowed, strawberry.union("ChooseCabinetResult")
]


@strawberry.type(description="Who is signed in.")
class Viewer:
    """The caller, his account and his cabinet."""

    user: User | None = own("user", "The caller's account.")
    kind: TenantKind = told(lambda caller: caller.kind, "What kind of cabinet it is.")
    partner: Partner | None = own(
        "tenant", "The caller's cabinet as a partner.", needs=[MayReadOwnPartner]
    )
    company: Company | None = own(
        "tenant", "The caller's cabinet as a company.", needs=[MayReadOwnCompany]
    )
    multi_regional_company: MultiRegionalCompany | None = own(
        "tenant", "The caller's multi-regional company.", needs=[MayReadOwnMrc]
    )


@strawberry.type
class AccountQueries:
    """Questions about oneself."""

    signed_in: bool = told(
        lambda caller: caller is not None, "Whether anybody is signed in.", needs=[MaySignIn]
    )
    viewer: Viewer = grouped(Viewer, "Who is signed in.", needs=[MayViewSelf])


def _signed_in(result: accounts.SignedIn) -> SignInSuccess:
    return SignInSuccess(token=result.token, expires_at=result.expires_at)


@strawberry.type
class AccountMutations:
    """Orders about sessions."""

    @strawberry.mutation(
        permission_classes=[MaySignIn],
        description="Open the cabinet whose password this is, or offer those it fits [001].",
    )
    async def sign_in(self, info: Info, input: SignInInput) -> SignInResult:
        """Sign in."""
        cookie = input.carrier is SessionCarrier.COOKIE
        result = await accounts.sign_in(info.context, input.login, input.password, cookie=cookie)
        if isinstance(result, accounts.SignedIn):
            return _signed_in(result)
        cabinets = [
            Cabinet(
                id=strawberry.ID(node_id(CABINET_PREFIX, account.tenant)),
                kind=account.kind,
                name=account.tenant_name,
            )
            for account in result.accounts
        ]
        return CabinetChoice(choice=result.token, cabinets=cabinets)

    @strawberry.mutation(
        permission_classes=[MaySignIn], description="Open one of the offered cabinets."
    )
    async def choose_cabinet(self, info: Info, input: ChooseCabinetInput) -> ChooseCabinetResult:
        """Open an offered cabinet."""
        parts = split_id(input.cabinet)
        tenant = parts[1] if parts and parts[0] == CABINET_PREFIX else None
        cookie = input.carrier is SessionCarrier.COOKIE
        result = await accounts.choose_cabinet(info.context, input.choice, tenant, cookie=cookie)
        return _signed_in(result)

    @strawberry.mutation(permission_classes=[MaySignOut], description="End this session.")
    async def sign_out(self, info: Info) -> SignOutSuccess:
        """Sign out."""
        await accounts.sign_out(info.context)
        return SignOutSuccess()
