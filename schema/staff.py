"""Orders about the users of a cabinet: theirs who manage it, and everybody's about himself."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Right
from domain.accounts import Person
from domain.emails import parse_email
from domain.phones import parse_phone
from domain.text import title
from resolvers import corrections, users
from schema.access import MayCorrectUsers, MayManageSelf, MayManageUsers
from schema.ids import required_key
from schema.nodes import look_up
from schema.problems import EmailTaken, InvalidInput, LastAdmin, NotFound, TryAgainLater
from schema.users import User


@strawberry.enum(description="A language of letters and messages.")
class Language(StrEnum):
    """Russian or English."""

    RU = "ru"
    EN = "en"


@strawberry.input(description="Whom to invite.")
class InviteUserInput:
    """The input of `inviteUser`."""

    name: str = strawberry.field(description="Last and first name.")
    email: str = strawberry.field(description="Where the letter goes; he signs in with it.")
    right: Right
    phone: str | None = None
    is_contact: bool = strawberry.field(
        default=False, description="Whether he is responsible for MyPOS."
    )

    def person(self) -> Person:
        """Return the person, checked."""
        return Person.parse(self.name, self.email, self.phone, is_contact=self.is_contact)


@strawberry.input(description="Which user.")
class UserInput:
    """The input of orders about one user."""

    user: strawberry.ID


@strawberry.input(description="What to change of a user; what is left out stays.")
class ChangeUserInput:
    """The input of `changeUser`."""

    user: strawberry.ID
    name: str | None = strawberry.UNSET
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="null: none.")
    right: Right | None = strawberry.UNSET
    is_contact: bool | None = strawberry.UNSET


@strawberry.input(description="What to change of oneself; what is left out stays.")
class ChangeOwnDetailsInput:
    """The input of `changeOwnDetails`."""

    name: str | None = strawberry.UNSET
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="null: none.")
    language: Language | None = strawberry.field(
        default=strawberry.UNSET, description="The language of letters."
    )


@strawberry.input(description="What to correct of a partner's user; what is left out stays.")
class CorrectUserInput:
    """The input of `correctUser`."""

    user: strawberry.ID
    name: str | None = strawberry.UNSET
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="null: none.")
    email: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Counts when it is confirmed there; whoever was only invited is invited anew.",
    )


@strawberry.type(description="The user as he is now.")
class UserSuccess:
    """The success of orders about a user."""

    user: User


@strawberry.type(description="The user is removed.")
class RemoveUserSuccess:
    """The success of `removeUser`."""

    user: strawberry.ID


InviteUserResult = Annotated[
    UserSuccess | EmailTaken | InvalidInput | TryAgainLater, strawberry.union("InviteUserResult")
]
ResendInvitationResult = Annotated[
    UserSuccess | NotFound | TryAgainLater, strawberry.union("ResendInvitationResult")
]
ChangeUserResult = Annotated[
    UserSuccess | LastAdmin | NotFound | InvalidInput, strawberry.union("ChangeUserResult")
]
BlockUserResult = Annotated[UserSuccess | LastAdmin | NotFound, strawberry.union("BlockUserResult")]
UnblockUserResult = Annotated[UserSuccess | NotFound, strawberry.union("UnblockUserResult")]
RemoveUserResult = Annotated[
    RemoveUserSuccess | LastAdmin | NotFound, strawberry.union("RemoveUserResult")
]
ChangeOwnDetailsResult = Annotated[
    UserSuccess | InvalidInput, strawberry.union("ChangeOwnDetailsResult")
]
CorrectUserResult = Annotated[
    UserSuccess | EmailTaken | NotFound | InvalidInput | TryAgainLater,
    strawberry.union("CorrectUserResult"),
]


def _changes(input: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the inputs above
    """Return what was given, checked, by column; null clears only what may be empty."""
    changes: dict[str, Any] = {}
    if isinstance(input.name, str):
        changes["name"] = title(input.name, "name")
    if input.phone is not strawberry.UNSET:
        changes["phone"] = parse_phone(input.phone, "phone") if input.phone else None
    for name in ("right", "is_contact", "language"):
        value = getattr(input, name, None)
        if value is not None and value is not strawberry.UNSET:
            changes[name] = value.value if isinstance(value, Language) else value
    return changes


async def _success(info: Info, key: Any) -> UserSuccess:  # noqa: ANN401 - a key
    user = await look_up(info, User, key)
    if user is None:
        raise LookupError(key)
    return UserSuccess(user=user)


@strawberry.type
class StaffMutations:
    """Orders about users."""

    @strawberry.mutation(
        permission_classes=[MayManageUsers],
        description="Add a user to the caller's cabinet; he sets his password by a letter [000].",
    )
    async def invite_user(self, info: Info, input: InviteUserInput) -> InviteUserResult:
        """Invite somebody."""
        person = input.person()
        return await _success(info, await users.invite_user(info.context, person, input.right))

    @strawberry.mutation(
        permission_classes=[MayManageUsers],
        description="Send an invited user his letter again; the one before opens nothing.",
    )
    async def resend_invitation(self, info: Info, input: UserInput) -> ResendInvitationResult:
        """Send the letter again."""
        key = required_key("user", input.user, "user")
        return await _success(info, await users.resend_invitation(info.context, key))

    @strawberry.mutation(
        permission_classes=[MayManageUsers],
        description="Change a user of the caller's cabinet [000]; it keeps an admin.",
    )
    async def change_user(self, info: Info, input: ChangeUserInput) -> ChangeUserResult:
        """Change a user."""
        key = required_key("user", input.user, "user")
        return await _success(info, await users.change_user(info.context, key, _changes(input)))

    @strawberry.mutation(
        permission_classes=[MayManageUsers],
        description="Block a user: his sessions and tokens end at once.",
    )
    async def block_user(self, info: Info, input: UserInput) -> BlockUserResult:
        """Block a user."""
        key = required_key("user", input.user, "user")
        return await _success(info, await users.block_user(info.context, key))

    @strawberry.mutation(
        permission_classes=[MayManageUsers], description="Let a blocked user in again."
    )
    async def unblock_user(self, info: Info, input: UserInput) -> UnblockUserResult:
        """Let a user in again."""
        key = required_key("user", input.user, "user")
        return await _success(info, await users.unblock_user(info.context, key))

    @strawberry.mutation(
        permission_classes=[MayManageUsers],
        description="Remove a user: his sessions and tokens end at once, documents still name him.",
    )
    async def remove_user(self, info: Info, input: UserInput) -> RemoveUserResult:
        """Remove a user."""
        await users.remove_user(info.context, required_key("user", input.user, "user"))
        return RemoveUserSuccess(user=input.user)

    @strawberry.mutation(
        permission_classes=[MayManageSelf], description="Change one's own details [000]."
    )
    async def change_own_details(
        self, info: Info, input: ChangeOwnDetailsInput
    ) -> ChangeOwnDetailsResult:
        """Change oneself."""
        return await _success(info, await users.change_own_details(info.context, _changes(input)))

    @strawberry.mutation(
        permission_classes=[MayCorrectUsers],
        description="Correct a user of a partner, above all an e-mail typed wrong [000].",
    )
    async def correct_user(self, info: Info, input: CorrectUserInput) -> CorrectUserResult:
        """Correct a partner's user."""
        key = required_key("user", input.user, "user")
        email = parse_email(input.email, "email") if isinstance(input.email, str) else None
        changes = _changes(input)
        return await _success(
            info, await corrections.correct_user(info.context, key, changes, email)
        )
