"""One position, many values: one question that differs from another in nothing but ids."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, get_named_type

from tests.security.atlas import Place, roots
from tests.security.walking import asked


@dataclass(frozen=True)
class Asker:
    """Asks at one position in one schema; `slowly` in a way that no plan understands."""

    schema: GraphQLSchema
    place: Place
    base: dict[str, Any]
    slowly: bool = False

    def question(self, values: list[Any]) -> tuple[str, dict[str, Any]]:
        """Return query and variables that put each value at the position, under an alias."""
        field: Any = dict(roots(self.schema))[self.place.operation].fields[self.place.field]
        argument = self.place.path[0]
        kind = field.args[argument].type
        below = asked(self.schema, get_named_type(field.type), 1, lists=False)
        heading = ", ".join(f"$v{n}: {kind}" for n in range(len(values)))
        call = self.place.field
        parts = [f"a{n}: {call}({argument}: $v{n}) {{ ...B }}" for n in range(len(values))]
        if self.slowly:
            parts.append("__schema { queryType { name } }")
        fragment = f"fragment B on {get_named_type(field.type)} {{ {below} }}"
        query = f"{self.place.operation} ({heading}) {{ {' '.join(parts)} }} {fragment}"
        return query, {f"v{n}": self._given(kind, value) for n, value in enumerate(values)}

    def _given(self, kind: Any, value: Any) -> Any:
        """Return the value of the argument: the base with `value` at the end of the path."""
        path = self.place.path[1:]
        if not path:
            return value
        given: dict[str, Any] = deepcopy(self.base)
        here, named = given, get_named_type(kind)
        for step in path[:-1]:
            inner = here.get(step)
            self._only(here, named, step)
            here[step] = here = inner if isinstance(inner, dict) else {}
            named = get_named_type(named.fields[step].type)
        self._only(here, named, path[-1])
        here[path[-1]] = value
        return given

    @staticmethod
    def _only(here: dict[str, Any], named: Any, step: str) -> None:
        """Make room for the one member of a one-of."""
        if named.is_one_of:
            for other in set(here) - {step}:
                del here[other]
