"""What no document may exceed, told before it is validated: one walk, linear in the document.

Each fragment is walked once, however often it is spread; fragments that spread themselves are
left to validation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OperationType,
)

from gateway.bad_requests import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from graphql import DocumentNode, SelectionNode, SelectionSetNode

    from gateway.settings import Settings

MOST_NESTED = 200
"""How deep selections may be nested, fragments included: validation walks them recursively."""


class LimitExceeded(BadRequest):
    """A document exceeds a limit, which its error names."""

    def __init__(self, code: str, message: str, limit: int, **facts: int) -> None:
        super().__init__(400, code, message, facts={**facts, "limit": limit})


@dataclass(slots=True)
class _Part:
    """What was counted in one operation or fragment, without the fragments it spreads."""

    aliases: int = 0
    directives: int = 0
    crowd: int = 0
    """The most directives at one place."""
    fields: int = 0
    """How deep fields are nested."""
    nested: int = 0
    """How deep selection sets are nested."""
    roots: set[str] = field(default_factory=set)
    """The names of its outermost fields in the answer."""
    spread_roots: set[str] = field(default_factory=set)
    spreads: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The fragments it spreads: below how many fields and selection sets at the deepest."""


def refuse_excess(document: DocumentNode, settings: Settings) -> None:
    """Raise `LimitExceeded` for a document with too much of anything."""
    parts: dict[str, _Part] = {}
    operations = []
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            # The first of its name counts; validation refuses the others.
            parts.setdefault(node.name.value, _part(node))
        elif isinstance(node, OperationDefinitionNode):
            operations.append((node.operation, _part(node)))
    every = [*parts.values(), *(part for _, part in operations)]
    _refuse_wide(every, settings)
    fields = _deepest(parts, lambda part: part.fields, 0)
    nested = _deepest(parts, lambda part: part.nested, 1)
    roots = _known_roots(parts, max(settings.root_limit, settings.order_limit) + 1)
    for kind, part in operations:
        if _depth(part.fields, part, fields, 0) > settings.depth_limit:
            limit = settings.depth_limit
            raise LimitExceeded(
                "TOO_DEEP", f"Fields are nested more than {limit} levels deep.", limit
            )
        _refuse_roots(kind, len(_roots(part, roots)), settings)
    if any(_depth(part.nested, part, nested, 1) > MOST_NESTED for part in every):
        raise LimitExceeded(
            "TOO_DEEP", f"Selections are nested more than {MOST_NESTED} levels deep.", MOST_NESTED
        )


def _refuse_wide(parts: list[_Part], settings: Settings) -> None:
    limit = settings.alias_limit
    if sum(part.aliases for part in parts) > limit:
        raise LimitExceeded(
            "TOO_MANY_ALIASES", f"The document has more than {limit} aliases.", limit
        )
    limit = settings.directive_limit
    if sum(part.directives for part in parts) > limit:
        raise LimitExceeded(
            "TOO_MANY_DIRECTIVES", f"The document has more than {limit} directives.", limit
        )
    limit = settings.directive_place_limit
    if any(part.crowd > limit for part in parts):
        raise LimitExceeded(
            "TOO_MANY_DIRECTIVES", f"There are more than {limit} directives at one place.", limit
        )


def _refuse_roots(kind: OperationType, roots: int, settings: Settings) -> None:
    limit = settings.root_limit if kind is OperationType.QUERY else settings.order_limit
    if roots <= limit:
        return
    if kind is OperationType.QUERY:
        raise LimitExceeded(
            "TOO_MANY_ROOT_FIELDS", f"A query has at most {limit} root fields.", limit
        )
    raise LimitExceeded("TOO_MANY_ORDERS", f"A mutation has at most {limit} root fields.", limit)


def _part(definition: OperationDefinitionNode | FragmentDefinitionNode) -> _Part:
    part = _Part()
    _count_directives(part, definition, *(definition.variable_definitions or ()))
    pending = [(definition.selection_set, 0, 1)]
    while pending:
        selections, fields, nested = pending.pop()
        part.nested = max(part.nested, nested)
        for node in selections.selections:
            _count_directives(part, node)
            below = _select(part, node, fields, nested)
            if below is not None:
                pending.append(below)
    return part


def _select(
    part: _Part, node: SelectionNode, fields: int, nested: int
) -> tuple[SelectionSetNode, int, int] | None:
    """Count one selection; return what is selected below it, with its depths."""
    if isinstance(node, FragmentSpreadNode):
        name = node.name.value
        known = part.spreads.get(name, (0, 0))
        part.spreads[name] = (max(known[0], fields), max(known[1], nested))
        if not fields:
            part.spread_roots.add(name)
        return None
    if isinstance(node, FieldNode):
        part.aliases += node.alias is not None
        if not fields:
            part.roots.add((node.alias or node.name).value)
        fields += 1
        part.fields = max(part.fields, fields)
    below: SelectionSetNode | None = getattr(node, "selection_set", None)
    return None if below is None else (below, fields, nested + 1)


def _count_directives(part: _Part, *nodes: object) -> None:
    for node in nodes:
        count = len(getattr(node, "directives", None) or ())
        part.directives += count
        part.crowd = max(part.crowd, count)


def _deepest(parts: Mapping[str, _Part], own: Callable[[_Part], int], which: int) -> dict[str, int]:
    """Return how deep each fragment is with all it spreads; a step in a circle adds nothing."""
    known: dict[str, int] = {}
    for name in _leaves_first(parts):
        known[name] = _depth(own(parts[name]), parts[name], known, which)
    return known


def _depth(own: int, part: _Part, known: Mapping[str, int], which: int) -> int:
    spread = (depths[which] + known.get(name, 0) for name, depths in part.spreads.items())
    return max(own, *spread) if part.spreads else own


def _leaves_first(parts: Mapping[str, _Part]) -> Iterator[str]:
    """Walk the fragments so that each comes after those it spreads, without recursion."""
    begun: set[str] = set()
    for start in parts:
        if start in begun:
            continue
        begun.add(start)
        path = [(start, iter(parts[start].spreads))]
        while path:
            name, spreads = path[-1]
            below = next((other for other in spreads if other in parts and other not in begun), "")
            if below:
                begun.add(below)
                path.append((below, iter(parts[below].spreads)))
            else:
                path.pop()
                yield name


def _known_roots(parts: Mapping[str, _Part], most: int) -> dict[str, set[str]]:
    """Return the root fields of each fragment, also of those it spreads; no more than `most`."""
    known: dict[str, set[str]] = {}
    for name in _leaves_first(parts):
        roots = _roots(parts[name], known)
        known[name] = roots if len(roots) <= most else set(islice(roots, most))
    return known


def _roots(part: _Part, known: Mapping[str, set[str]]) -> set[str]:
    return part.roots.union(*(known.get(name, ()) for name in part.spread_roots))
