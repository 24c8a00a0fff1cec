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

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PAGE = 20
SIZES = ("first", "last")


class Measure:
    """Depth and cost of the operations of one valid document."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

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

        def of(selections: SelectionSetNode | None) -> int:
            total = 0
            for node in selections.selections if selections else ():
                if isinstance(node, FieldNode):
                    total += 1 + _size(node, variables, largest) * of(node.selection_set)
                elif isinstance(node, FragmentSpreadNode):
                    name = node.name.value
                    if name not in known:
                        known[name] = of(self._fragments[name].selection_set)
                    total += known[name]
                else:
                    total += of(getattr(node, "selection_set", None))
            return total

        return of(operation.selection_set)


def _size(field: FieldNode, variables: Mapping[str, Any], largest: int) -> int:
    """Return how many times what is below a field may occur: the page size of a connection."""
    for argument in field.arguments or ():
        if argument.name.value in SIZES:
            value: Any = argument.value
            if isinstance(value, IntValueNode):
                size: Any = int(value.value)
            elif isinstance(value, VariableNode):
                size = variables.get(value.name.value)
            else:
                continue
            if isinstance(size, int):
                return max(1, min(size, largest))
    selections = field.selection_set.selections if field.selection_set else ()
    pages = any(isinstance(s, FieldNode) and s.name.value == "edges" for s in selections)
    return min(DEFAULT_PAGE, largest) if pages else 1
