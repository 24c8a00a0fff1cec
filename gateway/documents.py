"""GraphQL documents made ready for a schema: bounded, parsed and validated once."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from gateway.cost import Measure
from gateway.plans import Plans
from gateway.requests import BadRequest

if TYPE_CHECKING:
    from gateway.settings import Settings

MOST_ERRORS = 10
MOST_ORDERS = 10
"""How many root fields one mutation may have: each may verify passwords or take locks."""
LONG_DIGITS = re.compile(r"\d{500}")
SHORT = 1_500
"""Longer documents, in characters, are prepared away from the event loop."""
MEMORY = 64_000_000
"""How many bytes the documents of one schema may take, estimated by `_weight`."""
MOST_COSTS = 256
LONGEST_KEY = 1_000
"""Longer variables are not remembered: 256 of them for each document would be too many bytes."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document and, for each of its operations, its measure; or what is wrong with it."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    code: str = ""
    operations: tuple[OperationDefinitionNode, ...] = ()
    measure: Measure | None = None
    plans: Plans | None = None
    _costs: dict[Any, int] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation asked for: the only one, or the one of this name."""
        if name is None:
            return self.operations[0] if len(self.operations) == 1 else None
        named = (o for o in self.operations if o.name is not None and o.name.value == name)
        return next(named, None)

    def cost(
        self,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
        variables_key: bytes,
        largest: int,
    ) -> int:
        """Return what an operation may cost with these variables."""
        if self.measure is None:
            return 0
        key = (operation.name and operation.name.value, variables_key)
        cost = self._costs.get(key)
        if cost is None:
            cost = self.measure.cost(operation, variables, largest)
            if len(variables_key) <= LONGEST_KEY:
                if len(self._costs) >= MOST_COSTS:
                    self._costs.clear()
                self._costs[key] = cost
        return cost


class Documents:
    """Prepared documents of one schema, the least recently used forgotten first."""

    def __init__(self, schema: GraphQLSchema, settings: Settings) -> None:
        self.schema = schema
        self._settings = settings
        self._known: OrderedDict[str, Prepared] = OrderedDict()
        self._memory = 0
        self._long = asyncio.Lock()

    def known(self, query: str) -> Prepared | None:
        """Return the document of a query that was prepared before."""
        prepared = self._known.get(query)
        if prepared is not None:
            self._known.move_to_end(query)
        return prepared

    async def prepare(self, query: str) -> Prepared:
        """Return the document of a query, ready to be executed or with its errors."""
        prepared = self.known(query)
        if prepared is not None:
            return prepared
        if len(query) <= SHORT:
            prepared = self._prepare(query)
        else:
            # Validation takes up to a second for what some people send: one at a time, and
            # everybody else's queries go on beside it.
            async with self._long:
                prepared = await asyncio.to_thread(self._prepare, query)
        if not prepared.errors:
            self._remember(query, prepared)
        return prepared

    def _remember(self, query: str, prepared: Prepared) -> None:
        if query not in self._known:
            self._memory += _weight(query)
        self._known[query] = prepared
        while self._memory > MEMORY:
            forgotten, _ = self._known.popitem(last=False)
            self._memory -= _weight(forgotten)

    def _prepare(self, query: str) -> Prepared:
        limit = self._settings.query_limit
        if len(query) > limit:
            raise BadRequest(400, "TOO_LONG", f"The document is longer than {limit} characters.")
        if LONG_DIGITS.search(query):
            raise BadRequest(400, "BAD_USER_INPUT", "A number has too many digits.", at="query")
        try:
            document = parse(query, max_tokens=self._settings.token_limit)
        except GraphQLSyntaxError as error:
            return Prepared(None, (error,), "GRAPHQL_PARSE_FAILED")
        operations = tuple(
            node for node in document.definitions if isinstance(node, OperationDefinitionNode)
        )
        measure = Measure(document)
        try:
            self._check(measure, operations)
            errors = validate(self.schema, document, max_errors=MOST_ERRORS)
        except RecursionError:
            raise BadRequest(400, "TOO_DEEP", "The document is nested too deeply.") from None
        if errors:
            return Prepared(None, tuple(errors), "GRAPHQL_VALIDATION_FAILED")
        return Prepared(
            document,
            operations=operations,
            measure=measure,
            plans=Plans(self.schema, document),
        )

    def _check(self, measure: Measure, operations: tuple[OperationDefinitionNode, ...]) -> None:
        limit = self._settings.depth_limit
        for operation in operations:
            if measure.depth(operation) > limit:
                raise BadRequest(
                    400, "TOO_DEEP", f"Fields are nested more than {limit} levels deep."
                )
            orders = operation.operation is not OperationType.QUERY
            if orders and measure.roots(operation) > MOST_ORDERS:
                raise BadRequest(
                    400, "TOO_MANY_ORDERS", f"A mutation has at most {MOST_ORDERS} root fields."
                )


def _weight(query: str) -> int:
    """Return about how many bytes a prepared document takes: its tree is far larger than it."""
    return 4_000 + 80 * len(query)
