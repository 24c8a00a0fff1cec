"""The plans of a document, and what is left of an operation for the ordinary executor."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
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

from resolvers.reading.plan import Plan
from resolvers.reading.selection import Selection
from schema.projection import needs

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from graphql import GraphQLSchema

    from domain.access import Capabilities
    from resolvers.reading.shelves import Shelves

DOCUMENT = 6
"""How many characters of a document take as much memory as a part of a plan."""
MOST_SWITCHES = 4
"""With more variables in `@skip` and `@include` there would be too many plans of one document."""


_NUMBERS = count()


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
    size: int
    """How long the document is, in characters."""
    _number: int = field(default_factory=_NUMBERS.__next__)
    _fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    _switches: list[str] = field(default_factory=list)

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
        key = (self._number, name, capabilities, *values.values())
        plan: Plan | None = self.shelves.plans.get(key)
        if plan is None:
            plan = self._plan(operation, values, capabilities)
            # A plan keeps the nodes of its document, and with them all of it.
            self.shelves.plans.put(key, plan, plan.parts + self.size // DOCUMENT)
        # Where nothing is left to answer, nothing would tell that the variables do not fit.
        return plan if plan.nodes else None

    def _plan(
        self,
        operation: OperationDefinitionNode,
        switches: Mapping[str, bool],
        capabilities: Capabilities,
    ) -> Plan:
        selection = Selection(
            self.schema,
            self._fragments,
            switches,
            may=lambda field: needs(field) <= capabilities,
        )
        return Plan(selection, operation, self.shelves)

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
