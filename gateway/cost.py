"""What an operation may cost at most, known before any work: page sizes × fields.

Linear in the document: each fragment is added up once, however often it is spread. What depends
on no variable is added up when the document is prepared; the rest is a formula in the sizes of
its pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
)

from resolvers.reading.windows import DEFAULT_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, SelectionSetNode

SIZES = ("first", "last")
INTROSPECTION = ("__schema", "__type")
LISTS = {"types": 80, "directives": 8, "fields": 4}
"""How many members the lists of the introspection have on average, where more than one."""
LARGEST = 2**53 - 1
"""The largest number that every client reads as it is."""
MOST_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Cost:
    """What an operation may cost, and the `extensions` that tell it."""

    requested: int
    extensions: dict[str, dict[str, int]]

    @classmethod
    def of(cls, requested: int, limit: int) -> Cost:
        """Return the cost with the limit it is held against."""
        requested = min(requested, LARGEST)
        return cls(requested, {"cost": {"requested": requested, "limit": limit}})


@dataclass(slots=True)
class _Sum:
    """A number, pages times what is on them, and fragments that hold pages in turn."""

    fixed: int = 0
    pages: list[tuple[_Page, _Sum]] = field(default_factory=list)
    fragments: list[_Sum] = field(default_factory=list)

    def value(self, sizes: Mapping[str, int | None], known: dict[int, int]) -> int:
        found = known.get(id(self))
        if found is None:
            found = self.fixed
            found += sum(page.size(sizes) * each.value(sizes, known) for page, each in self.pages)
            found += sum(fragment.value(sizes, known) for fragment in self.fragments)
            known[id(self)] = found
        return found

    @property
    def is_fixed(self) -> bool:
        return not self.pages and not self.fragments


@dataclass(frozen=True, slots=True)
class _Page:
    """How many rows a connection gives: the variables that say it, else a number."""

    variables: tuple[str, ...]
    otherwise: int

    def size(self, sizes: Mapping[str, int | None]) -> int:
        given = [size for name in self.variables if (size := sizes[name]) is not None]
        return max(given) if given else self.otherwise


class Costs:
    """The costs of the operations of one valid document.

    `limit` is what they are held against, `largest` bounds every page.
    """

    def __init__(self, document: DocumentNode, *, limit: int, largest: int) -> None:
        self._limit = limit
        self._largest = largest
        self._definitions = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._fragments: dict[str, tuple[_Sum, bool]] = {}
        self._operations: dict[str | None, tuple[_Sum, dict[str, int | None]]] = {}
        self._known: dict[tuple[Any, ...], Cost] = {}

    def cost(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Cost:
        """Return how many field values the answer may hold with these variables."""
        name = operation.name.value if operation.name else None
        formula = self._operations.get(name)
        if formula is None:
            formula = self._operations[name] = self._formula(operation)
        total, defaults = formula
        given = {size: variables.get(size, default) for size, default in defaults.items()}
        sizes = {
            size: None if value is None else self._bounded(value) for size, value in given.items()
        }
        key = (name, *sizes.values())
        cost = self._known.get(key)
        if cost is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            cost = self._known[key] = Cost.of(total.value(sizes, {}), self._limit)
        return cost

    def _bounded(self, size: object) -> int:
        # What is no number here fails later; until then it counts as the most.
        number = size if isinstance(size, int | float) else self._largest
        return int(max(1, min(number, self._largest)))

    def _formula(self, node: OperationDefinitionNode) -> tuple[_Sum, dict[str, int | None]]:
        """Return the cost of an operation and the variables it depends on, with their defaults."""
        total, _ = self._add(node.selection_set, _Sum(), inside=False)
        names = _variables(total)
        defaults = {
            definition.variable.name.value: int(definition.default_value.value)
            for definition in node.variable_definitions or ()
            if isinstance(definition.default_value, IntValueNode)
        }
        return total, {name: defaults.get(name) for name in sorted(names)}

    def _add(
        self, selections: SelectionSetNode | None, total: _Sum, *, inside: bool
    ) -> tuple[_Sum, bool]:
        """Add up what is selected; also tell whether it has `edges`, so that it is a connection.

        `inside` the introspection other fields are lists.
        """
        pages = False
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                pages |= node.name.value == "edges"
                self._add_field(node, total, inside=inside)
            elif isinstance(node, FragmentSpreadNode):
                fragment, has_pages = self._fragment(node.name.value)
                pages |= has_pages
                total.fixed += fragment.fixed if fragment.is_fixed else 0
                total.fragments += () if fragment.is_fixed else (fragment,)
            else:
                pages |= self._add(getattr(node, "selection_set", None), total, inside=inside)[1]
        return total, pages

    def _fragment(self, name: str) -> tuple[_Sum, bool]:
        if name not in self._fragments:
            node = self._definitions[name]
            inside = node.type_condition.name.value.startswith("__")
            self._fragments[name] = self._add(node.selection_set, _Sum(), inside=inside)
        return self._fragments[name]

    def _add_field(self, node: FieldNode, total: _Sum, *, inside: bool) -> None:
        total.fixed += 1
        if node.selection_set is None:
            return
        name = node.name.value
        below, pages = self._add(node.selection_set, _Sum(), inside=inside or name in INTROSPECTION)
        page = self._page(node, pages=pages)
        if inside:
            page = _Page((), LISTS.get(name, 1))
        if page.variables or not below.is_fixed:
            total.pages.append((page, below))
        else:
            total.fixed += page.otherwise * below.fixed

    def _page(self, node: FieldNode, *, pages: bool) -> _Page:
        """Return how often what is below a field may occur."""
        values = [each.value for each in node.arguments or () if each.name.value in SIZES]
        names = tuple(value.name.value for value in values if isinstance(value, VariableNode))
        numbers = [int(value.value) for value in values if isinstance(value, IntValueNode)]
        if not numbers and not pages:
            return _Page(names, 1)
        return _Page(names, self._bounded(max(numbers, default=DEFAULT_SIZE)))


def _variables(total: _Sum) -> set[str]:
    """Return the variables a sum depends on."""
    names: set[str] = set()
    seen: set[int] = set()
    pending = [total]
    while pending:
        part = pending.pop()
        if id(part) not in seen:
            seen.add(id(part))
            names.update(*(page.variables for page, _ in part.pages))
            pending += [each for _, each in part.pages]
            pending += part.fragments
    return names
