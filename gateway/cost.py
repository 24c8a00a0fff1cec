"""What an operation may cost at most, known before any work: page sizes × fields.

Linear in the document: the cost of a fragment is computed once, however often it is spread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from resolvers.reading.windows import DEFAULT_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZES = ("first", "last")


class Measure:
    """Depth and cost of the operations of one valid document."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def roots(self, operation: OperationDefinitionNode) -> int:
        """Return how many fields an operation has at its root, through fragments too."""
        known: dict[str, int] = {}

        def of(selections: SelectionSetNode | None, open_: frozenset[str]) -> int:
            total = 0
            for node in selections.selections if selections else ():
                if isinstance(node, FieldNode):
                    total += 1
                elif isinstance(node, FragmentSpreadNode):
                    name = node.name.value
                    fragment = self._fragments.get(name)
                    if name not in known and fragment is not None and name not in open_:
                        known[name] = of(fragment.selection_set, open_ | {name})
                    total += known.get(name, 0)
                else:
                    total += of(getattr(node, "selection_set", None), open_)
            return total

        return of(operation.selection_set, frozenset())

    def depth(self, operation: OperationDefinitionNode) -> int:
        """Return how deep fields are nested; fragments that spread themselves count as endless."""
        known: dict[str, int] = {}

        def of(selections: SelectionSetNode | None, open_: frozenset[str]) -> int:
            deepest = 0
            for node in selections.selections if selections else ():
                if isinstance(node, FragmentSpreadNode):
                    name = node.name.value
                    fragment = self._fragments.get(name)
                    if name in open_:
                        return 10**9
                    if name not in known and fragment is not None:
                        known[name] = of(fragment.selection_set, open_ | {name})
                    deepest = max(deepest, known.get(name, 0))
                else:
                    inner = of(getattr(node, "selection_set", None), open_)
                    deepest = max(deepest, inner + isinstance(node, FieldNode))
            return deepest

        return of(operation.selection_set, frozenset())

    def cost(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any], largest: int
    ) -> int:
        """Return how many field values the answer may hold; `largest` bounds every page."""
        known: dict[str, int] = {}
        given = {**_defaults(operation), **variables}

        def of(selections: SelectionSetNode | None) -> int:
            total = 0
            for node in selections.selections if selections else ():
                if isinstance(node, FieldNode):
                    size = self._size(node, given, largest)
                    total += 1 + size * of(node.selection_set)
                elif isinstance(node, FragmentSpreadNode):
                    name = node.name.value
                    if name not in known:
                        known[name] = of(self._fragments[name].selection_set)
                    total += known[name]
                else:
                    total += of(getattr(node, "selection_set", None))
            return total

        return of(operation.selection_set)

    def _size(self, field: FieldNode, variables: Mapping[str, Any], largest: int) -> int:
        """Return how often what is below a field may occur: the page size of a connection."""
        for argument in field.arguments or ():
            if argument.name.value in SIZES:
                value: Any = argument.value
                if isinstance(value, VariableNode):
                    size = variables.get(value.name.value)
                else:
                    size = int(value.value) if isinstance(value, IntValueNode) else None
                if size is not None:
                    # What is no number here fails later; until then it counts as the most.
                    number = int(size) if isinstance(size, int | float) else largest
                    return max(1, min(number, largest))
        pages = self._selects(field.selection_set, "edges", set())
        return min(DEFAULT_SIZE, largest) if pages else 1

    def _selects(self, selections: SelectionSetNode | None, name: str, seen: set[str]) -> bool:
        """Whether a field of this name is selected, directly or through fragments."""
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                if node.name.value == name:
                    return True
            elif isinstance(node, FragmentSpreadNode):
                spread = node.name.value
                if spread not in seen:
                    seen.add(spread)
                    if self._selects(self._fragments[spread].selection_set, name, seen):
                        return True
            elif self._selects(getattr(node, "selection_set", None), name, seen):
                return True
        return False


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        node.variable.name.value: int(node.default_value.value)
        for node in operation.variable_definitions or ()
        if isinstance(node.default_value, IntValueNode)
    }
