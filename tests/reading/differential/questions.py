"""Whole documents: operations, their fragments and variables, and how they are sent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from graphql import GraphQLSchema, parse, print_ast

from tests.reading.differential.desk import Question
from tests.reading.differential.documents import tidy
from tests.reading.differential.values import Values
from tests.reading.differential.writing import Writer

DEPTHS = [4, 6, 8, 8, 10, 12, 17]


class Questionnaire:
    """A document and the variables it may be sent with, again and again."""

    def __init__(self, text: str, names: list[str | None], writer: Writer, values: Values) -> None:
        self.text = text
        self.places = writer.places
        self._names = names
        self._variables = writer.variables
        self._values = values

    @property
    def varies(self) -> bool:
        """Whether it is worth to be sent again."""
        return bool(self._variables.known) or len(self._names) > 1

    def question(self) -> Question:
        """Return an operation of the document with new values for its variables."""
        name: Any = self._values.pick(self._names)
        if self._values.chance(0.005):
            name = "Nobody"
        return Question(self.text, name, self._variables.given())


def write(schema: GraphQLSchema, values: Values, uses: Counter[str]) -> Questionnaire:
    """Return a new document of random operations."""
    writer = Writer(schema, values, uses)
    count = values.pick([1] * 9 + [2, 3])
    kind = schema.query_type
    bodies = [writer.selections(kind, values.pick(DEPTHS), 1) for _ in range(count)]
    declared = ", ".join(one.declaration() for one in writer.variables.known)
    declared = f"({declared})" if declared else ""
    names: list[str | None] = [f"Op{number}" for number in range(count)]
    if count == 1 and values.chance(0.5):
        names = [None]
    operations = [
        f"query {name or ''}{declared} {body}" for name, body in zip(names, bodies, strict=True)
    ]
    fragments = [f"fragment {one.name} on {one.kind.name} {one.text}" for one in writer.fragments]
    document = tidy(parse("\n".join([*operations, *fragments])))
    return Questionnaire(print_ast(document), names, writer, values)
