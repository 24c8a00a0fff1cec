"""The arguments of a field: given or not, as literals or variables, pages both ways."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from graphql import (
    GraphQLField,
    Undefined,
    get_named_type,
    is_required_argument,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from tests.reading.differential.values import Hint, Values
from tests.reading.differential.variables import Variables

BACKREF = GraphQLCoreConverter.DEFINITION_BACKREF
SIZES, CURSORS = {"first", "last"}, {"after", "before"}
MOST_ROWS = 120
"""How many rows a list may have in all, the lists around it included; larger ones are seldom."""
ORDINARY_PAGE, LARGEST_PAGE = 20, 100
WINDOWS: list[tuple[str, ...]] = [
    *[()] * 3,
    *[("first",)] * 3,
    *[("last",)] * 2,
    *[("first", "after")] * 2,
    *[("last", "before")] * 2,
    ("first", "before"),
    ("last", "after"),
    ("first", "after", "before"),
    ("last", "before", "after"),
    ("after",),
    ("before",),
]


class Arguments:
    """Chooses arguments; `uses` counts which were given before."""

    def __init__(self, values: Values, variables: Variables, uses: Counter[str]) -> None:
        self._values = values
        self._variables = variables
        self._uses = uses
        self.places: dict[str, set[str]] = defaultdict(set)
        """The lists that are asked for, by noun."""

    def written(self, place: str, field: GraphQLField, inner: Any, rows: int) -> tuple[str, int]:
        """Return the arguments' text and how many rows they let through.

        `inner` is what the field shall answer with, `rows` are around it.
        """
        connection = "edges" in getattr(inner, "fields", {})
        hints: dict[str, Hint] = {}
        size = 1
        if connection:
            noun = _noun(inner.fields["edges"].type)
            self.places[noun].add(place)
            hints, size = self._window((place, noun), rows)
        prefixes = tuple(_prefixes(inner))
        parts = []
        for name, argument in field.args.items():
            optional = argument.default_value is not Undefined
            hint = hints.get(name)
            if hint is None:
                if connection and name in SIZES | CURSORS:
                    continue
                if not is_required_argument(argument) and not self._values.chance(0.3):
                    continue
                hint = Hint(prefixes=prefixes)
            self._uses[f"{place}({name})"] += 1
            text = self._variables.written(argument.type, hint, optional=optional)
            parts.append(f"{name}: {text}")
        self._values.random.shuffle(parts)
        return (f"({', '.join(parts)})" if parts else ""), size

    def _window(self, which: tuple[str, str], rows: int) -> tuple[dict[str, Hint], int]:
        """Choose which part of a list is asked for, the smaller the more rows are around it."""
        values = self._values
        window = values.pick(WINDOWS) if not values.oddly(0.1) else ("first", "last")
        known = self._values.cursors(Hint(list=which))
        if not known and not values.oddly(0.3):
            window = tuple(name for name in window if name in SIZES)
        most = max(1, MOST_ROWS // rows) if not values.oddly(0.05) else LARGEST_PAGE
        if not SIZES & set(window) and most < ORDINARY_PAGE:
            window = ("first", *window)
        size = min(most, values.pick([2, 5, 20, LARGEST_PAGE]))
        hints = {name: Hint(size=size) if name in SIZES else Hint(list=which) for name in window}
        return hints, size if SIZES & set(window) else ORDINARY_PAGE


def _prefixes(kind: Any) -> list[str]:
    """Return whose ids a look-up of this type is given."""
    origin = getattr(kind.extensions.get(BACKREF), "origin", None)
    prefix = getattr(origin, "prefix", "")
    return [prefix] if prefix else []


def _noun(edges: Any) -> str:
    node = get_named_type(get_named_type(edges).fields["node"].type)
    return str(getattr(getattr(node.extensions.get(BACKREF), "origin", None), "noun", ""))
