"""Blocking the cabinets of partners and companies."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from domain.refusals import NotFound as Unknown
from domain.text import line
from resolvers import blocking
from schema.access import MayBlockTenants
from schema.companies import Company, OtherCompany
from schema.ids import split_id
from schema.nodes import Node, look_up
from schema.partners import Partner
from schema.problems import InvalidInput, NotFound

_KINDS: dict[str, type[Node]] = {kind.prefix: kind for kind in (Partner, Company, OtherCompany)}


@strawberry.input(description="Which cabinet to block, and why.")
class BlockTenantInput:
    """The input of `blockTenant`."""

    tenant: strawberry.ID = strawberry.field(
        description="A partner, a company, or a company of another partner."
    )
    reason: str = strawberry.field(
        description="Kept in the audit, which the cabinet's admin reads too; up to 500 characters."
    )


@strawberry.input(description="Which cabinet to unblock, and why.")
class UnblockTenantInput:
    """The input of `unblockTenant`."""

    tenant: strawberry.ID = strawberry.field(
        description="A partner, a company, or a company of another partner."
    )
    reason: str = strawberry.field(
        description="Kept in the audit, which the cabinet's admin reads too; up to 500 characters."
    )


@strawberry.type(description="The cabinet as it stands now.")
class BlockingSuccess:
    """The success of `blockTenant` and `unblockTenant`."""

    tenant: Node | None = strawberry.field(
        description="Null if it has just become another partner's company, or the caller's own."
    )


BlockingResult = Annotated[
    BlockingSuccess | InvalidInput | NotFound, strawberry.union("BlockingResult")
]


def _target(text: str) -> tuple[type[Node], UUID]:
    prefix, key = split_id(text) or ("", None)
    kind = _KINDS.get(prefix)
    if kind is None or key is None:
        raise Unknown("tenant")
    return kind, key


async def _success(info: Info, kind: type[Node], key: UUID) -> BlockingSuccess:
    return BlockingSuccess(tenant=await look_up(info, kind, key))


@strawberry.type
class BlockingMutations:
    """Orders about cabinets."""

    @strawberry.mutation(
        permission_classes=[MayBlockTenants],
        description="Block a cabinet: its sessions and tokens end at once, what it holds stays.",
    )
    async def block_tenant(self, info: Info, input: BlockTenantInput) -> BlockingResult:
        """Block a partner or company; one that is blocked stays so."""
        kind, key = _target(input.tenant)
        await blocking.block_tenant(info.context, kind.noun, key, line(input.reason, "reason"))
        return await _success(info, kind, key)

    @strawberry.mutation(
        permission_classes=[MayBlockTenants], description="Unblock a cabinet: it can sign in again."
    )
    async def unblock_tenant(self, info: Info, input: UnblockTenantInput) -> BlockingResult:
        """Unblock a partner or company."""
        kind, key = _target(input.tenant)
        await blocking.unblock_tenant(info.context, kind.noun, key, line(input.reason, "reason"))
        return await _success(info, kind, key)
