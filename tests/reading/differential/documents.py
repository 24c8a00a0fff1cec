"""Documents as trees: what their operations use, and what nobody uses."""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)


class _Uses(Visitor):
    """The names of the variables and fragments below a node."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.fragments: set[str] = set()

    def enter_variable_definition(self, _node: VariableDefinitionNode, *_: object) -> Any:
        return False

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.variables.add(node.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.fragments.add(node.name.value)


def tidy(document: DocumentNode) -> DocumentNode:
    """Return the document without unused fragments, and variables only where they are used."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    kept: list[Any] = []
    spread: set[str] = set()
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        variables, below = _reached(node, fragments)
        spread |= below
        declared = [
            one for one in node.variable_definitions or () if one.variable.name.value in variables
        ]
        kept.append(changed(node, variable_definitions=tuple(declared)))
    kept += [node for name, node in fragments.items() if name in spread]
    return DocumentNode(definitions=tuple(kept))


def _reached(
    node: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> tuple[set[str], set[str]]:
    variables: set[str] = set()
    reached: set[str] = set()
    waiting: list[Any] = [node]
    while waiting:
        uses = _Uses()
        visit(waiting.pop(), uses)
        variables |= uses.variables
        fresh = uses.fragments - reached
        reached |= fresh
        waiting += [fragments[name] for name in fresh if name in fragments]
    return variables, reached


def changed(node: Any, **parts: Any) -> Any:
    """Return a copy of a node with other parts."""
    return type(node)(**{**{key: getattr(node, key) for key in node.keys}, **parts})
