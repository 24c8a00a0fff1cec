"""GraphQL documents made ready for a schema: parsed, bounded and validated once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from gateway.cost import Measure
from gateway.plans import Plans
from gateway.requests import BadRequest

if TYPE_CHECKING:
    from gateway.settings import Settings

MOST_TEXT = 8_000_000
"""How many characters of query text a cache may hold."""

MOST_COSTS = 256


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document and, for each of its operations, its measure; or what is wrong with it."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]
    operations: tuple[OperationDefinitionNode, ...] = ()
    measure: Measure | None = None
    plans: Plans | None = None
    _costs: dict[Any, int] = field(default_factory=dict)

    def cost(
        self, operation: OperationDefinitionNode, variables: dict[str, Any], largest: int
    ) -> int:
        """Return what an operation may cost with these variables."""
        if self.measure is None:
            return 0
        key = (operation.name and operation.name.value, orjson.dumps(variables))
        cost = self._costs.get(key)
        if cost is None:
            if len(self._costs) >= MOST_COSTS:
                self._costs.clear()
            cost = self._costs[key] = self.measure.cost(operation, variables, largest)
        return cost

    code: str = ""

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation asked for: the only one, or the one of this name."""
        if name is None:
            return self.operations[0] if len(self.operations) == 1 else None
        named = (o for o in self.operations if o.name is not None and o.name.value == name)
        return next(named, None)


class Documents:
    """Prepared documents of one schema, the least recently used forgotten first."""

    def __init__(self, schema: GraphQLSchema, settings: Settings) -> None:
        self.schema = schema
        self._settings = settings
        self._known: OrderedDict[str, Prepared] = OrderedDict()
        self._text = 0

    def prepare(self, query: str) -> Prepared:
        """Return the document of a query, ready to be executed or with its errors."""
        prepared = self._known.get(query)
        if prepared is not None:
            self._known.move_to_end(query)
            return prepared
        prepared = self._prepare(query)
        self._known[query] = prepared
        self._text += len(query)
        while self._text > MOST_TEXT:
            forgotten, _ = self._known.popitem(last=False)
            self._text -= len(forgotten)
        return prepared

    def _prepare(self, query: str) -> Prepared:
        try:
            document = parse(query, max_tokens=self._settings.token_limit)
        except GraphQLSyntaxError as error:
            return Prepared(None, (error,), code="GRAPHQL_PARSE_FAILED")
        operations = tuple(
            node for node in document.definitions if isinstance(node, OperationDefinitionNode)
        )
        measure = Measure(document)
        limit = self._settings.depth_limit
        try:
            if any(measure.depth(operation) > limit for operation in operations):
                raise BadRequest(
                    400, "TOO_DEEP", f"Fields are nested more than {limit} levels deep."
                )
            errors = validate(self.schema, document)
        except RecursionError:
            raise BadRequest(400, "TOO_DEEP", "The document is nested too deeply.") from None
        if errors:
            return Prepared(None, tuple(errors), code="GRAPHQL_VALIDATION_FAILED")
        return Prepared(document, (), operations, measure, Plans(self.schema, document))
