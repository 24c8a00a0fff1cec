"""Where questions are handed in: to whatever answers fastest, and to the executor alone."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from gateway.exchange import Exchange
from gateway.execution import FAILED
from gateway.metrics import Metrics
from gateway.settings import Settings
from persistence import audit
from persistence.catalogue import NOUNS
from persistence.database import Unit
from resolvers.context import Tools
from schema.nodes import node_types
from schema.projection import project
from schema.root import build_schema
from tests.client import Gateway
from tests.kits import Who, capabilities_of
from tests.reading.differential.answers import Told
from tests.reading.switching import executor_only

NOT_PLANNED = {"executor", "none"}
"""What answers when no plan does; `none` is who refuses before anything is executed."""
PATIENCE = 10
"""How often a question is repeated on whose errors the answers differ."""


@dataclass(frozen=True)
class Question:
    """One operation of a document, with its variables, as it is sent."""

    text: str
    name: str | None
    variables: dict[str, Any]

    def body(self) -> dict[str, Any]:
        named = {} if self.name is None else {"operationName": self.name}
        return {"query": self.text, "variables": self.variables, **named}


@dataclass(frozen=True)
class Answers:
    """The answers to one question: at first, when it is known, and by the executor alone."""

    first: Told
    again: Told
    slow: Told
    way: str
    """What answered when the question was known."""
    left: dict[str, str]
    """What plans left to the executor, with reasons."""

    @property
    def agree(self) -> bool:
        return self.first == self.slow == self.again

    @property
    def broken(self) -> bool:
        """Whether a resolver or a plan failed in a way that nobody expected."""
        return self.slow.failed or FAILED in self.left.values()

    @property
    def only_errors_differ(self) -> bool:
        fast, slow = (self.first, self.again), self.slow
        return all((one.status, one.data) == (slow.status, slow.data) for one in fast)

    @property
    def planned(self) -> bool:
        return self.way not in NOT_PLANNED


class Desk:
    """Sends questions of a world that nobody changes any more."""

    def __init__(
        self,
        runner: asyncio.Runner,
        tools: Tools,
        settings: Settings,
        tokens: dict[Who, list[str | None]],
    ) -> None:
        self.database = settings.database_url.partition("+")[0]
        self.tokens = tokens
        self.ids: list[str] = []
        self.schemas = {who: project(build_schema(), capabilities_of(who)) for who in tokens}
        self._runner = runner
        self._tools = tools
        self._settings = settings
        self._gateway = Gateway(tools, settings)
        self._seen = Exchange(request_id="none")
        self._watching = ExitStack()

    def begin(self) -> None:
        """Note every object there is, and watch what answers."""
        self.ids = self._runner.run(self._tools.database.carry_out(_all_ids))

        def observe(_: Metrics, exchange: Exchange, _seconds: float) -> None:
            self._seen = exchange

        async def leave_no_trace(*_: Any, **__: Any) -> None:
            """Else support would ask of the audit and change it by asking."""

        self._watching.enter_context(patch.object(Metrics, "observe", observe))
        self._watching.enter_context(patch.object(audit, "record", leave_no_trace))

    def renew(self) -> None:
        """Start a gateway that knows no document and no plan."""
        self._runner.run(self._gateway.http.aclose())
        self._gateway = Gateway(self._tools, self._settings)

    def end(self) -> None:
        self._watching.close()
        self._runner.run(self._gateway.http.aclose())

    def ask(self, token: str | None, question: Question) -> Answers:
        """Ask as clients do, once more, and then the executor.

        Of several refused fields that make the same object null, the executor tells the one that
        it came to first, which is a matter of luck: then it is asked again.
        """
        answers = self._ask(token, question)
        for _ in range(PATIENCE):
            if answers.agree or not answers.only_errors_differ or not answers.slow.errors:
                break
            answers = self._ask(token, question)
        return answers

    def _ask(self, token: str | None, question: Question) -> Answers:
        first = self._send(token, question)
        again, seen = self._send(token, question), self._seen
        with executor_only():
            slow = self._send(token, question)
        assert self._seen.way in NOT_PLANNED, self._seen.way
        return Answers(first, again, slow, seen.way, dict(seen.left))

    def _send(self, token: str | None, question: Question) -> Told:
        headers = {"accept": "application/graphql-response+json", "accept-language": "en"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        response = self._runner.run(
            self._gateway.http.post("/graphql", json=question.body(), headers=headers)
        )
        return Told.of(response)


async def _all_ids(unit: Unit) -> list[str]:
    found: list[str] = []
    for prefix, kind in node_types().items():
        reads = NOUNS[kind.noun]
        keys = await unit.connection.scalars(select(reads.key).select_from(reads.source))
        found += sorted(f"{prefix}_{key.hex}" for key in keys)
    return found
