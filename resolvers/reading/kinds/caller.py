"""Fields that are known of the caller without a look at any row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resolvers.reading.parts import Place
from resolvers.reading.selection import leaf_writer

if TYPE_CHECKING:
    from resolvers.reading.compiler import Compiler
    from resolvers.reading.parts import Asked, RootPart
    from resolvers.reading.selection import Selection
    from resolvers.reading.steps import Run, Step


@dataclass(frozen=True, slots=True)
class Told(Place):
    """What `value` knows of the caller, who is `None` if anonymous."""

    value: Callable[[Any], Any]

    def ask(self, asked: Asked, selection: Selection) -> Value:  # noqa: ARG002 - a leaf has no selection
        """Return the value."""
        shown = leaf_writer(asked)
        if shown is None:
            return Value(self.value)
        return Value(lambda caller: shown(self.value(caller)))


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the caller that is asked for; its own step."""

    value: Callable[[Any], Any]
    guarded: bool = False

    def step(self, _compiler: Compiler) -> Value:
        """Return itself."""
        return self

    async def root(self, run: Run) -> Any:  # noqa: ANN401 - any leaf
        """Return the value."""
        return self.value(run.caller)


@dataclass(frozen=True, slots=True)
class Group(Place):
    """An object without a row: each of its fields has a place that needs none."""

    def ask(self, asked: Asked, selection: Selection) -> GroupPart:
        """Return what is asked of its fields."""
        return GroupPart(selection.placeless(asked.below, asked.nodes))


@dataclass(frozen=True, slots=True)
class GroupPart:
    """An object without a row that is asked for."""

    fields: Mapping[str, RootPart]

    def step(self, compiler: Compiler) -> GroupStep:
        """Return what answers its fields."""
        return GroupStep({key: part.step(compiler) for key, part in self.fields.items()})


@dataclass(frozen=True, slots=True)
class GroupStep:
    """Answers the fields of an object without a row."""

    fields: Mapping[str, Step]

    @property
    def guarded(self) -> bool:
        """Whether any of its fields asks for the session."""
        return any(step.guarded for step in self.fields.values())

    async def root(self, run: Run) -> dict[str, Any]:
        """Return the object."""
        return {response: await step.root(run) for response, step in self.fields.items()}
