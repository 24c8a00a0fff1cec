"""The plans of a document, and what is left of an operation for the ordinary executor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    Visitor,
    visit,
)

from resolvers.reading.parts import NotCompilable
from resolvers.reading.plan import Plan
from resolvers.reading.selection import Selection
from schema.projection import needs

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from graphql import GraphQLSchema

    from domain.access import Capabilities
    from resolvers.reading.shelves import Shelves

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
    shelves: Shelves
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

    def plan(
        self,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        capabilities: Capabilities,
    ) -> Plan | None:
        """Return the plan of a query; `None` when the ordinary executor must answer it all.

        What the capabilities do not allow has no plan, although the schema should have hidden it.
        """
        if operation.operation is not OperationType.QUERY or len(self._switches) > MOST_SWITCHES:
            return None
        values = self._values(operation, variables) if self._switches else {}
        if values is None:
            return None
        name = operation.name.value if operation.name else None
        key = (name, capabilities, *values.values())
        if key not in self._known:
            try:
                self._known[key] = Plan(
                    Selection(
                        self.schema,
                        self._fragments,
                        values,
                        may=lambda field: needs(field) <= capabilities,
                    ),
                    operation,
                    self.shelves,
                )
            except NotCompilable:
                self._known[key] = None
        plan = self._known[key]
        # Where nothing is left to answer, nothing would tell that the variables do not fit.
        return plan if plan is not None and plan.nodes else None

    def _values(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> dict[str, bool] | None:
        """Return the values of the switches; `None` unless all are true or false."""
        defaults = {
            node.variable.name.value: node.default_value.value
            for node in operation.variable_definitions or ()
            if isinstance(node.default_value, BooleanValueNode)
        }
        declared = {node.variable.name.value for node in operation.variable_definitions or ()}
        # The switches of other operations of the document are nobody's here.
        values = {
            name: variables.get(name, defaults.get(name))
            for name in self._switches
            if name in declared
        }
        return values if all(isinstance(value, bool) for value in values.values()) else None

    def left(
        self, operation: OperationDefinitionNode, plan: Plan, responses: Container[str]
    ) -> DocumentNode:
        """Return a document of the operation with those root fields only."""
        nodes = tuple(
            node for key, parts in plan.nodes.items() if key in responses for node in parts
        )
        rest = OperationDefinitionNode(
            operation=operation.operation,
            name=operation.name,
            variable_definitions=operation.variable_definitions,
            directives=operation.directives,
            selection_set=SelectionSetNode(selections=nodes),
        )
        return DocumentNode(definitions=(rest, *self._fragments.values()))
