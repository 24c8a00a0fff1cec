"""Selections of random operations over one role's schema, whatever types and fields it has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.utilities.type_comparators import do_types_overlap

from tests.reading.differential.arguments import Arguments
from tests.reading.differential.values import Values
from tests.reading.differential.variables import Variables

TYPENAME = "__typename"
LISTS = {"edges": "pageInfo", "node": "cursor"}
"""What lists and their edges are mostly asked for, and what is beside it."""


@dataclass(frozen=True)
class Fragment:
    """A named fragment that is written already."""

    name: str
    kind: Any
    text: str
    depth: int
    rows: int


class Writer:
    """Writes one document; `uses` counts what was asked before, so that all is asked in time."""

    def __init__(self, schema: GraphQLSchema, values: Values, uses: Counter[str]) -> None:
        self.fragments: list[Fragment] = []
        self.variables = Variables(values, eager=values.pick([0.0, 0.2, 0.2, 0.6]))
        self._schema = schema
        self._values = values
        self._uses = uses
        self._arguments = Arguments(values, self.variables, uses)
        self.places = self._arguments.places
        self._left = values.pick([6, 12, 20, 40])
        self._aim: Any = None
        self._known_news: dict[tuple[str, int], float] = {}
        self._fancy = values.pick([0.02, 0.05, 0.12])
        """How often fragments, aliases, directives and repetitions occur."""
        self._keys: dict[str, tuple[str, str, str]] = {}

    def selections(self, kind: Any, depth: int, rows: int) -> str:
        """Return a selection set at most `depth` fields deep that is answered `rows` times."""
        parts: list[str] = []
        parts += self._needed(kind, depth, rows)
        counts = [1, 1, 1, 2, 4] if kind is self._schema.query_type else [1, 2, 3, 5]
        counts = [0, 1, 1, 2] if parts else counts
        for _ in range(self._values.pick(counts) if self._left > 0 else 1):
            parts += self._selection(kind, depth, rows)
        if self._values.chance(self._fancy / 2):
            parts.append(self._values.pick(parts))
        return f"{{ {' '.join(parts)} }}"

    def _needed(self, kind: Any, depth: int, rows: int) -> list[str]:
        """Return what a list is mostly asked for."""
        name = _main(kind)
        if name is None or depth < len(LISTS) or self._values.chance(0.15):
            return []
        return self._field(kind, name, depth, rows)

    def _selection(self, kind: Any, depth: int, rows: int) -> list[str]:
        fancy, values = self._fancy, self._values
        if values.chance(fancy / 2):
            return [self._key(TYPENAME, "", "String!") + self._directives()]
        if is_abstract_type(kind) and values.chance(0.7):
            return [self._inline(self._member(kind), kind, depth, rows)]
        if self._left > 0 and values.chance(fancy):
            return [self._inline(self._wider(kind), kind, depth, rows)]
        if self._left > 0 and values.chance(fancy):
            return [self._spread(kind, depth, rows)]
        return self._field(kind, self._choose(kind, depth), depth, rows)

    def _member(self, kind: Any) -> Any:
        """Return a member of an abstract type, mostly the one that is looked up."""
        if self._aim is not None and self._values.chance(0.7):
            return self._aim
        return self._values.pick(self._schema.get_possible_types(kind))

    def _aimed(self, kind: Any) -> Any:
        """Choose what a field shall answer with, when its type leaves that open."""
        if not is_abstract_type(kind):
            return kind
        members = self._schema.get_possible_types(kind)
        weights = [1 + self._news(one) for one in members]
        self._aim = self._values.random.choices(members, weights)[0]
        return self._aim

    def _wider(self, kind: Any) -> Any:
        """Return a type of which a `kind` may be; `None` is no condition at all."""
        if is_abstract_type(kind):
            return self._values.pick([None, kind, self._member(kind)])
        return self._values.pick([None, kind, *kind.interfaces])

    def _inline(self, wider: Any, kind: Any, depth: int, rows: int) -> str:
        condition = "" if wider is None else f" on {wider.name}"
        inner = self.selections(wider or kind, depth, rows)
        return f"...{condition}{self._directives()} {inner}"

    def _spread(self, kind: Any, depth: int, rows: int) -> str:
        known = [
            one
            for one in self.fragments
            if do_types_overlap(self._schema, one.kind, kind)
            and one.depth <= depth
            and one.rows >= rows
        ]
        if known and self._values.chance(0.6):
            chosen = self._values.pick(known)
        else:
            wider = self._wider(kind) or kind
            text = self.selections(wider, depth, rows)
            chosen = Fragment(f"F{len(self.fragments)}", wider, text, depth, rows)
            self.fragments.append(chosen)
        return f"...{chosen.name}{self._directives()}"

    def _field(self, kind: Any, name: str, depth: int, rows: int) -> list[str]:
        """Return a field, now and then a second time with other things below it."""
        self._left -= 1
        if name == TYPENAME:
            return [self._key(TYPENAME, "", "String!")]
        field: GraphQLField = kind.fields[name]
        self._uses[f"{kind.name}.{name}"] += 1
        inner = get_named_type(field.type)
        place = f"{kind.name}.{name}"
        arguments, size = self._arguments.written(place, field, self._aimed(inner), rows)
        key = self._key(name, arguments, str(field.type))
        times = 2 if self._values.chance(self._fancy / 2) else 1
        if not is_composite_type(inner):
            return [key + self._directives() for _ in range(times)]
        return [
            f"{key}{self._directives()} {self.selections(inner, depth - 1, rows * size)}"
            for _ in range(times)
        ]

    def _choose(self, kind: Any, depth: int) -> str:
        """Return a field of a type: rather one that was asked seldom, rather deep ones of lists."""
        weights: dict[str, float] = {}
        for name, field in kind.fields.items():
            inner = get_named_type(field.type)
            below = is_composite_type(inner)
            spent = self._left <= 0 and name not in LISTS and name not in LISTS.values()
            if below and (depth < 2 or spent):
                continue
            uses = self._uses[f"{kind.name}.{name}"]
            weight = 1 / (1 + uses) ** 0.5 if uses else 4
            news = 3 + self._news(inner) if below else 1
            weights[name] = weight * news * (2 if _main(inner) else 1)
        if not weights:
            return TYPENAME
        unasked = [name for name in weights if not self._uses[f"{kind.name}.{name}"]]
        if unasked and self._values.chance(0.5):
            return self._values.pick(unasked)
        return self._values.random.choices(list(weights), list(weights.values()))[0]

    def _news(self, kind: Any, levels: int = 5) -> float:
        """Return how much of a type and of what is below it was never asked for."""
        if levels == 0 or not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            return 0
        key = (kind.name, levels)
        if key not in self._known_news:
            unasked = sum(not self._uses[f"{kind.name}.{name}"] for name in kind.fields)
            below = (get_named_type(field.type) for field in kind.fields.values())
            deeper = max(self._news(one, levels - 1) for one in below)
            self._known_news[key] = unasked + deeper / 1.5
        return self._known_news[key]

    def _key(self, name: str, arguments: str, kind: str) -> str:
        """Return a field's name and arguments under a response key that collides with no other."""
        wanted = (name, arguments, kind)
        alias = name
        if self._values.chance(self._fancy):
            alias = self._values.pick(["a", "id", "name", "Zz", "_1", "node", f"{name}_"])
        while self._keys.setdefault(alias, wanted) != wanted:
            alias = f"{alias}{self._values.below(10)}"
        return f"{name}{arguments}" if alias == name else f"{alias}: {name}{arguments}"

    def _directives(self) -> str:
        text = ""
        for name, keep in (("skip", False), ("include", True)):
            if self._values.chance(self._fancy / 2):
                literal = str(keep is self._values.chance(0.7)).lower()
                switch = self.variables.switch(keep=keep)
                text += f" @{name}(if: {self._values.pick([literal, switch, switch])})"
        return text


def _main(kind: Any) -> str | None:
    """Return the field that leads to a list's rows, if this is a list or an edge."""
    fields = getattr(kind, "fields", {})
    return next((name for name, beside in LISTS.items() if {name, beside} <= set(fields)), None)
