"""Which operations have a plan, and which take the ordinary way; the exchange tells which did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FragmentDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)

from domain.access import Capability
from gateway.errors import FATAL
from resolvers.reading.plan import Asking, Plan
from resolvers.reading.selection import NotCompilable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

    from domain.access import Actor
    from resolvers.context import Context

_log = structlog.get_logger("gateway.plans")

MOST_SWITCHES = 4
"""With more variables in `@skip` and `@include` there would be too many plans of one document."""


class _Switches(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)


@dataclass(slots=True)
class Plans:
    """The plans of one document in one schema, by operation and values of the switches."""

    schema: GraphQLSchema
    document: DocumentNode
    _fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    _switches: list[str] = field(default_factory=list)
    _known: dict[Any, Plan | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the fragments and the variables that switch fields on and off."""
        self._fragments = {
            node.name.value: node
            for node in self.document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        visitor = _Switches()
        visit(self.document, visitor)
        self._switches = sorted(visitor.names)

    def plan(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Plan | None:
        """Return the plan of a query; `None` when the ordinary executor must answer."""
        if operation.operation is not OperationType.QUERY or len(self._switches) > MOST_SWITCHES:
            return None
        defaults = {
            node.variable.name.value: node.default_value.value
            for node in operation.variable_definitions or ()
            if isinstance(node.default_value, BooleanValueNode)
        }
        values = {name: variables.get(name, defaults.get(name)) for name in self._switches}
        key = (operation.name.value if operation.name else None, *values.values())
        if any(not isinstance(value, bool) for value in values.values()):
            return None
        if key not in self._known:
            try:
                self._known[key] = Plan(self.schema, operation, self._fragments, values)
            except NotCompilable:
                self._known[key] = None
        return self._known[key]


async def planned(
    plans: Plans,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    variables_key: bytes,
    context: Context,
) -> dict[str, Any] | None:
    """Return the data of a query that has a plan; `None` when the executor must answer."""
    actor: Actor | None = context.caller
    # Looks of support are audited by the rows' owners, which plans do not select.
    if actor is None or actor.may(Capability.READ_ALL_TENANTS):
        return None
    plan = plans.plan(operation, variables)
    if plan is None:
        return None
    asking = Asking(
        reader=context.database.reader,
        actor=actor,
        variables=variables,
        variables_key=variables_key,
        window_of=context.window,
        now=context.database.clock.now(),
    )
    try:
        return await plan.answer(asking)
    except NotCompilable:
        return None
    except FATAL:
        raise
    except Exception as error:  # noqa: BLE001 - the executor tells it by path, or does better
        _log.warning("a plan failed", error=type(error).__name__)
        return None
