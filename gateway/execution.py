"""The engine: executes an operation in the schema of its caller's role."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphql import OperationType, execute

from domain.access import GRANTS, Capability, grants_of
from gateway.documents import Documents
from gateway.endpoint import Answer
from gateway.errors import field_errors, raise_fatal, request_errors
from gateway.plans import planned
from gateway.requests import BadRequest, MutationOverGet, variables_key
from persistence.reader import Reader
from resolvers.accounts import Identities
from resolvers.context import Context, Tools
from resolvers.reading.reading import QueryCache, Reading
from schema.projection import check_roots, project
from schema.root import build_schema

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode

    from domain.access import Actor, Caller
    from gateway.documents import Prepared
    from gateway.exchange import Exchange
    from gateway.requests import OperationRequest
    from gateway.settings import Settings

MOST_SCHEMAS = 64
"""How many projections are kept; the roles' own are made at start."""


@lru_cache(maxsize=MOST_SCHEMAS)
def _projected(whole: GraphQLSchema, capabilities: frozenset[Capability]) -> GraphQLSchema:
    return project(whole, capabilities)


class Schemas:
    """A schema with its documents for each set of capabilities."""

    def __init__(self, settings: Settings) -> None:
        self._whole: GraphQLSchema = build_schema()
        self._settings = settings
        check_roots(self._whole)
        self._known: OrderedDict[frozenset[Capability], Documents] = OrderedDict()
        for capabilities in GRANTS.values():
            self.of(capabilities)

    def of(self, capabilities: frozenset[Capability]) -> Documents:
        """Return the documents of the schema that these capabilities see."""
        documents = self._known.get(capabilities)
        if documents is None:
            documents = Documents(_projected(self._whole, capabilities), self._settings)
            self._known[capabilities] = documents
            while len(self._known) > MOST_SCHEMAS:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(capabilities)
        return documents


class GraphQLEngine:
    """Fulfils `gateway.endpoint.Engine`."""

    def __init__(self, tools: Tools, settings: Settings) -> None:
        self._tools = tools
        self._settings = settings
        self._schemas = Schemas(settings)
        self._identities = Identities(tools.database)
        self._queries = QueryCache(self._reader)

    @property
    def _reader(self) -> Reader:
        return self._tools.database.reader

    async def identify(self, token: str) -> Actor | None:
        """Return whose token it is; `None` when it is unknown, expired or revoked."""
        return await self._identities.identify(token)

    async def answer(self, request: OperationRequest, caller: Caller, exchange: Exchange) -> Answer:
        """Execute the operation; raises what fails the request as a whole."""
        documents = self._schemas.of(grants_of(caller))
        prepared = await documents.prepare(request.query)
        if prepared.errors:
            return Answer(errors=request_errors(prepared.errors, prepared.code), executed=False)
        operation = prepared.operation(request.operation_name)
        if operation is None:
            raise BadRequest(400, "OPERATION_NOT_FOUND", "Name one of the document's operations.")
        exchange.operation_kind = operation.operation.value
        exchange.operation_name = operation.name.value if operation.name else None
        if request.only_queries and operation.operation is not OperationType.QUERY:
            raise MutationOverGet
        key = variables_key(request.variables)
        self._refuse_costly(prepared, operation, request, key)
        now = self._tools.database.clock.now()
        reading = Reading(self._reader, self._queries, caller, now)
        context = Context(
            caller=caller,
            tools=self._tools,
            reading=reading,
            exchange=exchange,
            types=documents.schema.type_map,
        )
        if prepared.plans is not None:
            data = await planned(prepared.plans, operation, request.variables or {}, key, context)
            if data is not None:
                exchange.way = "plan"
                return Answer(data=data)
        exchange.way = "executor"
        result = await self._execute(documents.schema, prepared, request, context)
        await self._audit_foreign_looks(context)
        return _answer(result, exchange)

    def _refuse_costly(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        request: OperationRequest,
        key: bytes,
    ) -> None:
        limit = self._settings.cost_limit
        cost = prepared.cost(operation, request.variables or {}, key, self._settings.page_limit)
        if cost > limit:
            raise BadRequest(
                400, "TOO_COSTLY", f"The operation costs up to {cost}; the limit is {limit}."
            )

    async def _execute(
        self,
        schema: GraphQLSchema,
        prepared: Prepared,
        request: OperationRequest,
        context: Context,
    ) -> ExecutionResult:
        if prepared.document is None:
            raise AssertionError
        result: Any = execute(
            schema,
            prepared.document,
            context_value=context,
            variable_values=request.variables,
            operation_name=request.operation_name,
        )
        if hasattr(result, "__await__"):
            awaitable: Awaitable[ExecutionResult] = result
            return await awaitable
        return result  # type: ignore[no-any-return]

    async def _audit_foreign_looks(self, context: Context) -> None:
        """Commit who was looked at before any row leaves, when support looked [ruling]."""
        actor = context.caller
        if actor is None or not actor.may(Capability.READ_ALL_TENANTS):
            return
        foreign = context.reading.owners - {actor.tenant}
        if not foreign:
            return
        looks = [(None, owner) for owner in sorted(foreign)]
        await self._tools.database.carry_out(lambda unit: context.audit(unit, "look", looks))


def _answer(result: ExecutionResult, exchange: Exchange) -> Answer:
    errors = result.errors or []
    # What a mutation has committed must be told, whatever failed beside it.
    if not result.data or not any(value is not None for value in result.data.values()):
        raise_fatal(errors)
    if result.data is None and errors and not any(error.path for error in errors):
        return Answer(errors=request_errors(errors, "BAD_USER_INPUT"), executed=False)
    return Answer(data=result.data, errors=field_errors(errors, exchange))
