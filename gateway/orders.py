"""One operation in a schema, ready to be carried out, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.access import grants_of
from gateway.engine import Answer
from gateway.errors import field_errors, raise_fatal, request_errors

if TYPE_CHECKING:
    from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode

    from domain.access import Caller
    from gateway.cost import Cost
    from gateway.documents import Prepared
    from gateway.exchange import Exchange
    from gateway.requests import OperationRequest
    from resolvers.reading.plan import Plan


@dataclass(slots=True)
class Order:
    """One operation, ready to be carried out in a schema."""

    caller: Caller
    schema: GraphQLSchema
    prepared: Prepared
    operation: OperationDefinitionNode
    request: OperationRequest
    cost: Cost


def plan_of(order: Order) -> Plan | None:
    """Return the plan of a query; `None` when the ordinary executor must answer it all.

    Plans ask for the caller's session, and a POS has none.
    """
    pos = order.caller is not None and order.caller.is_pos
    if order.prepared.plans is None or pos:
        return None
    variables = order.request.variables or {}
    return order.prepared.plans.plan(order.operation, variables, grants_of(order.caller))


def order_of(
    caller: Caller,
    schema: GraphQLSchema,
    prepared: Prepared,
    operation: OperationDefinitionNode,
    request: OperationRequest,
) -> Order:
    """Return the operation with what it may cost."""
    cost = prepared.cost(operation, request.variables or {})
    return Order(caller, schema, prepared, operation, request, cost)


def told_of(operation: OperationDefinitionNode) -> tuple[str, str | None]:
    """Return what log and metrics are told of an operation: its kind and name."""
    return operation.operation.value, operation.name.value if operation.name else None


def answer_of(result: ExecutionResult, exchange: Exchange, cost: Cost) -> Answer:
    """Return the answer that a result becomes; raises what fails the request as a whole."""
    errors = result.errors or []
    committed = exchange.operation_kind == "mutation" and any((result.data or {}).values())
    # What a mutation has committed must be told, whatever failed beside it.
    if not committed:
        raise_fatal(errors)
    if result.data is None and errors and not any(error.path for error in errors):
        return Answer(errors=request_errors(errors, "BAD_USER_INPUT"), executed=False)
    told = field_errors(errors, exchange)
    return Answer(data=result.data, errors=told, extensions=cost.extensions)
