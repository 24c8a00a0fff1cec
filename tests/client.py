"""The gateway as a client meets it: through HTTP, in the same process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

from gateway.app import create_app
from gateway.composition import DOCUMENTS, FAILURES
from gateway.execution import GraphQLEngine
from gateway.printing.route import PrintedPages
from gateway.trusted import load

if TYPE_CHECKING:
    from gateway.settings import Settings
    from resolvers.context import Tools
    from tests.world import Cabinet


async def _ready() -> list[str]:
    return []


class Gateway:
    def __init__(self, tools: Tools, settings: Settings) -> None:
        self.settings = settings
        self.engine = GraphQLEngine(tools, settings)
        self.app = create_app(
            settings,
            self.engine,
            _ready,
            Path("nowhere"),
            failures=FAILURES,
            trusted=load(DOCUMENTS),
            routes=[PrintedPages(lambda: tools, self.engine.identify).route()],
        )
        transport = httpx.ASGITransport(app=self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://gateway.test")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def send(
        self,
        who: Cabinet | str | None,
        query: str,
        variables: dict[str, Any] | None = None,
        **headers: str,
    ) -> httpx.Response:
        token = who if isinstance(who, str) or who is None else who.token
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        headers.setdefault("accept", "application/graphql-response+json")
        headers.setdefault("accept-language", "en")
        body = {"query": query, "variables": variables or {}}
        return await self.http.post("/graphql", json=body, headers=headers)

    async def ask(
        self, who: Cabinet | str | None, query: str, variables: dict[str, Any] | None = None
    ) -> Any:
        """Return the data of an answer without errors."""
        response = await self.send(who, query, variables)
        answer = response.json()
        assert "errors" not in answer, answer
        assert response.status_code == 200
        return answer["data"]
