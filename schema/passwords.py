"""Passwords and what letters are opened for: accounts, resets, e-mail addresses."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.access import TenantKind
from domain.emails import parse_email
from resolvers import emails, passwords, registrations
from schema.access import MayManageSelf, MayUseTickets
from schema.ids import node_id
from schema.problems import (
    AgreementNotAccepted,
    EmailTaken,
    InvalidInput,
    TicketExpired,
    TooManyCabinets,
    TryAgainLater,
    WrongPassword,
)


@strawberry.input(description="What opens an account.")
class ConfirmAccountInput:
    """The input of `confirmAccount`."""

    ticket: str = strawberry.field(description="The ticket of the letter.")
    password: str = strawberry.field(description="The first password, 8 to 128 characters.")
    agreed: bool = strawberry.field(
        default=False,
        description="Whether the user agreement is accepted; a company's first user must.",
    )


@strawberry.input(description="Whose password is forgotten.")
class RequestPasswordResetInput:
    """The input of `requestPasswordReset`."""

    email: str


@strawberry.input(description="A new password for who holds the ticket.")
class ResetPasswordInput:
    """The input of `resetPassword`."""

    ticket: str = strawberry.field(description="The ticket of the letter.")
    password: str = strawberry.field(description="8 to 128 characters.")


@strawberry.input(description="The old password and the new one.")
class ChangePasswordInput:
    """The input of `changePassword`; the form compares what is typed twice [000]."""

    old: str
    new: str = strawberry.field(description="8 to 128 characters.")


@strawberry.input(description="A new e-mail address.")
class ChangeOwnEmailInput:
    """The input of `changeOwnEmail`."""

    email: str
    password: str = strawberry.field(description="The caller's password: it is he who asks.")


@strawberry.input(description="The ticket of a letter.")
class TicketInput:
    """The input of `confirmEmail`."""

    ticket: str


@strawberry.type(description="The account is open: sign in with the password.")
class ConfirmAccountSuccess:
    """The success of `confirmAccount`."""

    cabinet: strawberry.ID
    kind: TenantKind
    name: str = strawberry.field(description="The name of the organisation.")
    login: str = strawberry.field(description="What to sign in with.")


@strawberry.type(description="If the address has cabinets, a letter is on its way.")
class PasswordResetRequestSuccess:
    """The one answer of `requestPasswordReset`."""

    requested: bool = True


@strawberry.type(description="The password is changed; the other sessions have ended.")
class PasswordSuccess:
    """The success of everything that changes a password [000]."""

    changed: bool = True


@strawberry.type(
    description="A letter is on its way to the new address, which counts once confirmed."
)
class EmailRequestSuccess:
    """The success of `changeOwnEmail`."""

    sent_to: str


@strawberry.type(description="The e-mail address is changed.")
class EmailSuccess:
    """The success of `confirmEmail`."""

    changed: bool = True


ConfirmAccountResult = Annotated[
    ConfirmAccountSuccess
    | TicketExpired
    | AgreementNotAccepted
    | TooManyCabinets
    | InvalidInput
    | TryAgainLater,
    strawberry.union("ConfirmAccountResult"),
]
RequestPasswordResetResult = Annotated[
    PasswordResetRequestSuccess | TryAgainLater, strawberry.union("RequestPasswordResetResult")
]
ResetPasswordResult = Annotated[
    PasswordSuccess | TicketExpired | InvalidInput | TryAgainLater,
    strawberry.union("ResetPasswordResult"),
]
ChangePasswordResult = Annotated[
    PasswordSuccess | WrongPassword | InvalidInput | TryAgainLater,
    strawberry.union("ChangePasswordResult"),
]
ChangeOwnEmailResult = Annotated[
    EmailRequestSuccess | WrongPassword | EmailTaken | InvalidInput | TryAgainLater,
    strawberry.union("ChangeOwnEmailResult"),
]
ConfirmEmailResult = Annotated[
    EmailSuccess | TicketExpired | EmailTaken | TooManyCabinets | TryAgainLater,
    strawberry.union("ConfirmEmailResult"),
]


@strawberry.type
class PasswordMutations:
    """Orders about passwords, and those that the tickets of letters open."""

    @strawberry.mutation(
        permission_classes=[MayUseTickets],
        description="Open the account a letter was sent for; with the first one its cabinet [000].",
    )
    async def confirm_account(self, info: Info, input: ConfirmAccountInput) -> ConfirmAccountResult:
        """Open an account."""
        opened = await registrations.confirm_account(
            info.context, input.ticket, input.password, agreed=input.agreed
        )
        return ConfirmAccountSuccess(
            cabinet=strawberry.ID(node_id("cabinet", opened.tenant)),
            kind=opened.kind,
            name=opened.cabinet,
            login=opened.login,
        )

    @strawberry.mutation(
        permission_classes=[MayUseTickets],
        description="Have a letter sent with a link for each cabinet of an e-mail address [000]. "
        "The answer does not tell whether there are any.",
    )
    async def request_password_reset(
        self, info: Info, input: RequestPasswordResetInput
    ) -> RequestPasswordResetResult:
        """Have a letter sent."""
        await passwords.request_password_reset(info.context, input.email)
        return PasswordResetRequestSuccess()

    @strawberry.mutation(
        permission_classes=[MayUseTickets],
        description="Set a new password by the ticket of a letter; the account's sessions end.",
    )
    async def reset_password(self, info: Info, input: ResetPasswordInput) -> ResetPasswordResult:
        """Set a new password."""
        await passwords.reset_password(info.context, input.ticket, input.password)
        return PasswordSuccess()

    @strawberry.mutation(
        permission_classes=[MayUseTickets],
        description="Confirm an e-mail address by the ticket that was sent to it.",
    )
    async def confirm_email(self, info: Info, input: TicketInput) -> ConfirmEmailResult:
        """Confirm an address."""
        await emails.confirm_email(info.context, input.ticket)
        return EmailSuccess()

    @strawberry.mutation(
        permission_classes=[MayManageSelf],
        description="Change one's own password; one's other sessions end [000].",
    )
    async def change_password(self, info: Info, input: ChangePasswordInput) -> ChangePasswordResult:
        """Change the password."""
        await passwords.change_password(info.context, input.old, input.new)
        return PasswordSuccess()

    @strawberry.mutation(
        permission_classes=[MayManageSelf],
        description="Change one's own e-mail address; it counts when it is confirmed there.",
    )
    async def change_own_email(
        self, info: Info, input: ChangeOwnEmailInput
    ) -> ChangeOwnEmailResult:
        """Change the address."""
        email = parse_email(input.email, "email")
        await emails.change_own_email(info.context, email, input.password)
        return EmailRequestSuccess(sent_to=email)
