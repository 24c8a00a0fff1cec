"""From a question both ways disagree on to a small one they still disagree on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    SelectionSetNode,
    parse,
    print_ast,
)

from tests.reading.differential.desk import Question
from tests.reading.differential.documents import changed, tidy

MOST_TRIES = 400
NEEDED = {SelectionSetNode, DocumentNode}
"""What must keep at least one member."""


def shrink(question: Question, differs: Callable[[Question], bool]) -> Question:
    """Return a question that differs as well and has nothing that could be left out."""
    tries = 0
    found = True
    while found:
        found = False
        for smaller in _smaller(question):
            tries += 1
            if tries > MOST_TRIES:
                return question
            if differs(smaller):
                question, found = smaller, True
                break
    return question


def _smaller(question: Question) -> Iterator[Question]:
    document = parse(question.text)
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    for variant in _variants(document, fragments):
        yield replace(question, text=print_ast(tidy(variant)))
    for name in question.variables:
        left = {key: value for key, value in question.variables.items() if key != name}
        yield replace(question, variables=left)


def _variants(node: Any, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[Any]:
    """Yield copies of a tree, each with one thing less."""
    if isinstance(node, FieldNode) and node.alias is not None:
        yield changed(node, alias=None)
    for key in node.keys:
        value = getattr(node, key)
        if isinstance(value, tuple):
            for members in _fewer(node, value, fragments):
                yield changed(node, **{key: members})
        elif isinstance(value, Node):
            for variant in _variants(value, fragments):
                yield changed(node, **{key: variant})


def _fewer(
    node: Any, members: tuple[Any, ...], fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[tuple[Any, ...]]:
    for place, member in enumerate(members):
        before, after = members[:place], members[place + 1 :]
        if not isinstance(node, DirectiveNode) and (type(node) not in NEEDED or before or after):
            yield before + after
        if isinstance(member, InlineFragmentNode):
            yield before + member.selection_set.selections + after
        if isinstance(member, FragmentSpreadNode) and member.name.value in fragments:
            fragment = fragments[member.name.value]
            inline = InlineFragmentNode(
                type_condition=fragment.type_condition, selection_set=fragment.selection_set
            )
            yield (*before, inline, *after)
        if isinstance(member, Node):
            for variant in _variants(member, fragments):
                yield (*before, variant, *after)
