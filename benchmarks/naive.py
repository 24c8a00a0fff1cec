"""The "before": the same two queries as Strawberry's guides and SQLAlchemy's would have them.

ORM entities in a session per request, a loader for products, Strawberry's own ASGI application
with its caches of parsed and validated documents. The token is looked up at every request.
"""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import strawberry
from aiodataloader import DataLoader
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache

from persistence.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response


class Base(DeclarativeBase):
    metadata = METADATA


class LicenseRow(Base):
    __table__ = METADATA.tables["licenses"]


class ProductRow(Base):
    __table__ = METADATA.tables["products"]


class SessionRow(Base):
    __table__ = METADATA.tables["sessions"]


class UserRow(Base):
    __table__ = METADATA.tables["users"]


class TenantRow(Base):
    __table__ = METADATA.tables["tenants"]


engine = create_async_engine(
    os.environ["BENCH_URL"].replace("postgresql://", "postgresql+asyncpg://"), pool_size=10
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Products(DataLoader[UUID, Any]):
    def __init__(self, session: AsyncSession) -> None:
        super().__init__()
        self._session = session

    async def batch_load_fn(self, keys: list[UUID]) -> list[Any]:
        found = await self._session.scalars(select(ProductRow).where(ProductRow.id.in_(keys)))
        by_key = {row.id: row for row in found}
        return [by_key.get(key) for key in keys]


class Session(SchemaExtension):
    """Opens the database session of an operation and finds out who asks."""

    async def on_operation(self) -> AsyncIterator[None]:
        context = self.execution_context.context
        async with sessions() as session:
            context["session"] = session
            context["products"] = Products(session)
            context["tenant"] = await self._tenant(session, context["request"])
            yield

    @staticmethod
    async def _tenant(session: AsyncSession, request: Request) -> UUID:
        token = request.headers["authorization"].removeprefix("Bearer ")
        found = await session.scalar(
            select(UserRow)
            .join(SessionRow, SessionRow.user_id == UserRow.id)
            .join(TenantRow, TenantRow.id == UserRow.tenant_id)
            .where(
                SessionRow.token_hash == hashlib.sha256(token.encode()).digest(),
                SessionRow.ended_at.is_(None),
                SessionRow.expires_at > datetime.now(UTC),
                UserRow.blocked_at.is_(None),
                TenantRow.blocked_at.is_(None),
            )
        )
        if found is None:
            raise PermissionError("unauthenticated")
        return cast("UUID", found.tenant_id)


@strawberry.enum
class LicenseState(StrEnum):
    SEALED = "SEALED"
    REVEALED = "REVEALED"


@strawberry.type
class Product:
    id: strawberry.ID
    name: str


@strawberry.type
class License:
    row: strawberry.Private[Any]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"license_{self.row.id.hex}")

    @strawberry.field
    def masked_code(self) -> str:
        return f"••••••••{self.row.code_tail}"

    @strawberry.field
    def state(self) -> LicenseState:
        return LicenseState(self.row.state)

    @strawberry.field
    def issued_at(self) -> datetime:
        return cast("datetime", self.row.created_at)

    @strawberry.field
    async def product(self, info: strawberry.Info[dict[str, Any]]) -> Product:
        row = await info.context["products"].load(self.row.product_id)
        return Product(id=strawberry.ID(f"product_{row.id.hex}"), name=row.name)


@strawberry.type
class LicenseEdge:
    node: License


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class LicenseConnection:
    edges: list[LicenseEdge]
    page_info: PageInfo


@strawberry.input
class LicenseFilter:
    state: LicenseState | None = None


@strawberry.type
class Query:
    @strawberry.field
    async def licenses(
        self,
        info: strawberry.Info[dict[str, Any]],
        first: int,
        after: str | None = None,
        filter: LicenseFilter | None = None,  # noqa: A002 - as in GraphQL
    ) -> LicenseConnection:
        statement = (
            select(LicenseRow)
            .where(LicenseRow.holder_id == info.context["tenant"])
            .order_by(LicenseRow.id.desc())
            .limit(first + 1)
        )
        if filter and filter.state:
            statement = statement.where(LicenseRow.state == filter.state.value)
        if after:
            statement = statement.where(LicenseRow.id < UUID(bytes=urlsafe_b64decode(after)))
        rows = list(await info.context["session"].scalars(statement))
        more, rows = len(rows) > first, rows[:first]
        return LicenseConnection(
            edges=[LicenseEdge(node=License(row=row)) for row in rows],
            page_info=PageInfo(
                has_next_page=more,
                end_cursor=urlsafe_b64encode(rows[-1].id.bytes).decode() if rows else None,
            ),
        )

    @strawberry.field
    async def license(
        self,
        info: strawberry.Info[dict[str, Any]],
        id: strawberry.ID,  # noqa: A002 - as in GraphQL
    ) -> License | None:
        row = await info.context["session"].scalar(
            select(LicenseRow).where(
                LicenseRow.id == UUID(hex=id.removeprefix("license_")),
                LicenseRow.holder_id == info.context["tenant"],
            )
        )
        return None if row is None else License(row=row)


class Application(GraphQL[dict[str, Any], None]):
    async def get_context(self, request: Request, response: Response) -> dict[str, Any]:
        return {"request": request, "response": response}


schema = strawberry.Schema(Query, extensions=[ParserCache(), ValidationCache(), Session])
app = Application(schema, graphql_ide=None)
