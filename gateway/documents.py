"""GraphQL documents made ready for a schema: bounded, parsed and validated once."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
)

from gateway.bad_requests import BadRequest
from gateway.characters import bad_literal
from gateway.cost import Cost, Costs
from gateway.limits import LimitExceeded, refuse_excess
from gateway.plans import Plans
from gateway.validation import Validation
from resolvers.reading.shelves import Shelf, Shelves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.settings import Settings

LONG_DIGITS = re.compile(r"\d{500}")
SHORT = 1_500
"""Longer documents, in characters, are prepared away from the event loop."""
MEMORY = 64_000_000
"""How many bytes the documents of one `Memory` may take, estimated by `_weight`."""
_TOO_MANY_TOKENS = "Syntax Error: Document contains more than"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with the costs and plans of its operations; or what is wrong with it."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    code: str = ""
    operations: tuple[OperationDefinitionNode, ...] = ()
    costs: Costs | None = None
    plans: Plans | None = None

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation asked for: the only one, or the one of this name."""
        if name is None:
            return self.operations[0] if len(self.operations) == 1 else None
        named = (o for o in self.operations if o.name is not None and o.name.value == name)
        return next(named, None)

    def cost(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Cost:
        """Return what an operation may cost with these variables."""
        if self.costs is None:
            raise AssertionError
        return self.costs.cost(operation, variables)


_NUMBERS = count()


class Memory:
    """What documents and their plans may take, of one schema or of several together."""

    def __init__(self) -> None:
        self.documents = Shelf(MEMORY)
        self.shelves = Shelves()
        self.long = asyncio.Lock()


class Documents:
    """Prepared documents of one schema, the least recently used forgotten first."""

    def __init__(
        self, schema: GraphQLSchema, settings: Settings, memory: Memory | None = None
    ) -> None:
        self.schema = schema
        self.memory = Memory() if memory is None else memory
        self._settings = settings
        self._validation = Validation(schema, settings.comparison_limit)
        self._number = next(_NUMBERS)

    def known(self, query: str) -> Prepared | None:
        """Return the document of a query that was prepared before."""
        prepared: Prepared | None = self.memory.documents.get((self._number, query))
        return prepared

    async def prepare(self, query: str) -> Prepared:
        """Return the document of a query, ready to be executed or with its errors."""
        prepared = self.known(query)
        if prepared is not None:
            return prepared
        if len(query) <= SHORT:
            prepared = self._prepare(query)
        else:
            # That takes up to a tenth of a second for what some people send: one at a time, and
            # everybody else's queries go on beside it.
            async with self.memory.long:
                prepared = await asyncio.to_thread(self._prepare, query)
        if not prepared.errors and self.known(query) is None:
            self.memory.documents.put((self._number, query), prepared, _weight(query))
        return prepared

    def _prepare(self, query: str) -> Prepared:
        try:
            document = self._parsed(query)
        except GraphQLSyntaxError as error:
            return Prepared(None, (error,), "GRAPHQL_PARSE_FAILED")
        refuse_excess(document, self._settings)
        errors = self._validation.errors(document)
        if errors:
            return Prepared(None, tuple(errors), "GRAPHQL_VALIDATION_FAILED")
        return Prepared(
            document,
            operations=tuple(
                node for node in document.definitions if isinstance(node, OperationDefinitionNode)
            ),
            costs=Costs(
                document, limit=self._settings.cost_limit, largest=self._settings.page_limit
            ),
            plans=Plans(self.schema, document, self.memory.shelves, len(query)),
        )

    def _parsed(self, query: str) -> DocumentNode:
        limit = self._settings.query_limit
        if len(query) > limit:
            raise LimitExceeded(
                "TOO_LONG", f"The document is longer than {limit} characters.", limit
            )
        if LONG_DIGITS.search(query):
            raise BadRequest(400, "BAD_USER_INPUT", "A number has too many digits.", at="query")
        limit = self._settings.token_limit
        try:
            document = parse(query, max_lexical_tokens=limit, max_comments=limit)
        except GraphQLSyntaxError as error:
            if not error.message.startswith(_TOO_MANY_TOKENS):
                raise
            raise LimitExceeded(
                "TOO_MANY_TOKENS", f"The document has more than {limit} tokens or comments.", limit
            ) from None
        place = bad_literal(document)
        if place is not None:
            raise BadRequest(
                400, "BAD_USER_INPUT", f"query holds U+0000 in the literal at {place}.", at="query"
            )
        return document


def _weight(query: str) -> int:
    """Return about how many bytes a prepared document takes: its tree is far larger than it."""
    return 4_000 + 80 * len(query)
