"""API tokens: making one for a program, and revoking it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.refusals import NotFound, TooManyTokens
from domain.tokens import MOST_TOKENS, PREFIX, granted, hint, written_scopes
from persistence import products, tokens
from persistence.sessions import new_token
from resolvers.documents import once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.tokens import TokenOrder
    from persistence.database import Unit
    from resolvers.context import Context


async def create_api_token(
    context: Context, key: str, order: Mapping[str, object], wanted: TokenOrder
) -> tuple[UUID, str | None]:
    """Make a token that may do no more than the caller; return its key and the token itself.

    Only its hash is kept, so whoever repeats the order gets `None` in its place.
    """
    actor = context.actor
    granted(wanted.scopes, actor.capabilities)
    token = PREFIX + new_token()
    made: list[UUID] = []

    async def work(unit: Unit, document: UUID) -> Mapping[str, object]:
        made.clear()
        if await tokens.lock_tokens(unit, actor.tenant) >= MOST_TOKENS:
            raise TooManyTokens(MOST_TOKENS)
        only = wanted.products
        if only is not None:
            known = await products.known_products(unit, actor, only)
            if len(known) < len(only):
                raise NotFound("products")
        expires_at = unit.now + timedelta(days=wanted.days)
        await tokens.add_api_token(
            unit,
            document,
            actor,
            token,
            name=wanted.name,
            hint=hint(token),
            scopes=written_scopes(wanted.scopes),
            products_only=only,
            expires_at=expires_at,
        )
        made.append(document)
        return {
            "name": wanted.name,
            "scopes": list(wanted.scopes),
            "products": "all" if only is None else len(only),
            "expiresAt": expires_at.isoformat(),
        }

    written = await once(context, "createApiToken", key, order, work)
    return written, token if made == [written] else None


async def revoke_api_token(context: Context, key: UUID) -> None:
    """Revoke a token of the caller's cabinet; it is refused from the next request on."""

    async def work(unit: Unit) -> None:
        name = await tokens.token_name(unit, key, context.actor.tenant)
        if name is None:
            raise NotFound("token")
        if await tokens.revoke_api_token(unit, key):
            await context.audit(
                unit,
                "revokeApiToken",
                [(key, context.actor.tenant)],
                before={"name": name, "revoked": False},
                after={"name": name, "revoked": True},
            )

    await context.carry_out(work)
