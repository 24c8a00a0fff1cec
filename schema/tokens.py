"""API tokens: what programs of a partner or company act with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from domain.tokens import Scope, TokenOrder, TokenState, parse_scopes
from resolvers import tokens
from resolvers.reading.listings import Listing
from schema.access import MayManageTokens, MayReadLicenses, MayViewToken
from schema.connections import Connection
from schema.fields import listed, own, paged, related, stored
from schema.ids import required_key, required_keys
from schema.nodes import Node, look_up
from schema.orders import order_of
from schema.problems import (
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    ScopesNotGranted,
    TooManyTokens,
)
from schema.products import Product
from schema.users import User

strawberry.enum(TokenState, description="Whether an API token is accepted now.")


@strawberry.type(description="What a program acts with; never more than its creator may do.")
class ApiToken(Node):
    """See `persistence.tokens`."""

    noun = "api_tokens"
    prefix = "apitoken"

    name: str = stored("name", "What it was named.")
    hint: str = stored("hint", "Its last characters, to tell it from others.")
    scopes: list[Scope] = stored("scopes", "What it is for.", through=parse_scopes)
    every_product: bool = stored("every_product", "Whether it sees every product.")
    products: Connection[Product] = listed(
        "products",
        "The only products it sees; none are named when it sees every product.",
        needs=[MayReadLicenses],
    )
    created_at: datetime = stored("created_at", "When it was made.")
    expires_at: datetime = stored("expires_at", "Until when it is accepted.")
    last_used_at: datetime | None = stored("last_used_at", "When it was used last, about a minute.")
    ended_at: datetime | None = stored("ended_at", "When it was revoked.")
    state: TokenState = stored("state", "Whether it is accepted now.")
    creator: User | None = related("creator", "Who made it.", needs=[MayManageTokens])


def _api_tokens(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    state: TokenState | None = None,
) -> tuple[Listing, dict[str, Any]]:
    values: dict[str, Any] = {} if state is None else {"state": state}
    return Listing("api_tokens", "CREATED", descending=True, filters=tuple(values)), values


@strawberry.type
class TokenQueries:
    """Questions about API tokens."""

    api_tokens: Connection[ApiToken] = paged(
        _api_tokens,
        "The API tokens of the caller's cabinet, newest first.",
        needs=[MayManageTokens],
    )
    api_token: ApiToken | None = own("session", "The API token that asks.", needs=[MayViewToken])


@strawberry.input(description="What is made.")
class CreateApiTokenInput:
    """The input of `createApiToken`."""

    idempotency_key: str = strawberry.field(
        description="Repeating the order under the same key answers with the same API token, "
        "without the secret."
    )
    name: str
    scopes: list[Scope]
    products: list[strawberry.ID] | None = strawberry.field(
        default=None, description="All that it shall see, up to 100; every product if left out."
    )
    expires_in_days: int = strawberry.field(description="From 1; the largest is a setting.")


@strawberry.input(description="Which API token.")
class RevokeApiTokenInput:
    """The input of `revokeApiToken`."""

    token: strawberry.ID


@strawberry.type(description="The API token that was made, now or at the first try.")
class CreateApiTokenSuccess:
    """The success of `createApiToken`."""

    api_token: ApiToken
    token: str | None = strawberry.field(
        description="To be sent as `Authorization: Bearer …`. Shown once: null when the order is "
        "repeated."
    )


@strawberry.type(description="The API token as it stands now.")
class RevokeApiTokenSuccess:
    """The success of `revokeApiToken`."""

    api_token: ApiToken


CreateApiTokenResult = Annotated[
    CreateApiTokenSuccess
    | ScopesNotGranted
    | TooManyTokens
    | NotFound
    | InvalidInput
    | IdempotencyKeyReused,
    strawberry.union("CreateApiTokenResult"),
]
RevokeApiTokenResult = Annotated[
    RevokeApiTokenSuccess | NotFound, strawberry.union("RevokeApiTokenResult")
]


async def _api_token(info: Info, key: Any) -> ApiToken:  # noqa: ANN401 - a key
    token = await look_up(info, ApiToken, key)
    if token is None:
        raise LookupError(key)
    return token


@strawberry.type
class TokenMutations:
    """Orders about API tokens."""

    @strawberry.mutation(
        permission_classes=[MayManageTokens],
        description="Make an API token for a program; the secret is shown this once.",
    )
    async def create_api_token(
        self, info: Info, input: CreateApiTokenInput
    ) -> CreateApiTokenResult:
        """Make a token of the caller's."""
        named = input.products
        wanted = TokenOrder.parse(
            input.name,
            input.scopes,
            None if named is None else required_keys("product", named, "products"),
            input.expires_in_days,
            info.context.tools.rules.longest_token,
        )
        key, token = await tokens.create_api_token(
            info.context, input.idempotency_key, order_of(input), wanted
        )
        return CreateApiTokenSuccess(api_token=await _api_token(info, key), token=token)

    @strawberry.mutation(
        permission_classes=[MayManageTokens],
        description="Revoke an API token; it is refused from the next request on.",
    )
    async def revoke_api_token(
        self, info: Info, input: RevokeApiTokenInput
    ) -> RevokeApiTokenResult:
        """Revoke a token of the caller's cabinet."""
        key = required_key("apitoken", input.token, "token")
        await tokens.revoke_api_token(info.context, key)
        return RevokeApiTokenSuccess(api_token=await _api_token(info, key))
