"""Fields that cost a look elsewhere: read only when asked for, for all rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resolvers.reading import statements
from resolvers.reading.binding import KEYS
from resolvers.reading.parts import BehindPart, Missing, NotCompilable, Place
from resolvers.reading.selection import leaf_writer

if TYPE_CHECKING:
    from persistence.queries import Template
    from resolvers.reading.compiler import Compiler
    from resolvers.reading.parts import Asked
    from resolvers.reading.selection import Selection
    from resolvers.reading.steps import Run


@dataclass(frozen=True, slots=True)
class Counted(Place):
    """A column that costs a look elsewhere."""

    name: str

    def ask(self, asked: Asked, selection: Selection) -> Count:  # noqa: ARG002 - a leaf has no selection
        """Return the column."""
        if leaf_writer(asked) is not None:
            raise NotCompilable(asked.name)
        return Count(self.name, asked.required)


@dataclass(frozen=True, slots=True)
class Count(BehindPart):
    """A costly column that is asked for."""

    name: str
    required: bool

    def under(self, compiler: Compiler, noun: str) -> CountStep:
        """Return what reads it."""
        actor = compiler.actor
        query = compiler.shape(
            ("count", noun, self.name),
            lambda: compiler.query(statements.counted_by_keys(noun, self.name, actor)),
        )
        return CountStep(query.template({}), query.columns[1][1], self.required)


@dataclass(frozen=True, slots=True)
class CountStep:
    """Reads a costly column of many rows."""

    template: Template
    process: Callable[[Any], Any] | None
    required: bool

    async def under(self, run: Run, keys: list[Any]) -> Mapping[Any, Any]:
        """Return the column of each row."""
        process = self.process
        found = {
            key: value if process is None or value is None else process(value)
            for key, value in await run.fetch(self.template, **{KEYS: keys})
        }
        if self.required and any(found.get(key) is None for key in keys):
            raise Missing("null")
        return {key: found.get(key) for key in keys}
