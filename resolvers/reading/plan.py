"""Plans: an operation compiled once, answered by one statement a list and one function a row.

A plan answers root fields as the ordinary executor would, or leaves them to it, errors and all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from resolvers.reading.arguments import Arguments, Calls
from resolvers.reading.binding import standing
from resolvers.reading.compiler import Compiler
from resolvers.reading.parts import NotCompilable
from resolvers.reading.steps import Run
from resolvers.reading.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from graphql import FieldNode, OperationDefinitionNode
    from sqlalchemy import Dialect

    from domain.access import Caller
    from persistence.reader import Reader
    from resolvers.reading.arguments import MakeWindow
    from resolvers.reading.parts import RootPart
    from resolvers.reading.selection import Selection
    from resolvers.reading.shelves import Shelves
    from resolvers.reading.steps import Step

LONGEST_KEY = 1_000
"""Longer variables are not remembered."""
_NUMBERS = count()


@dataclass(slots=True)
class Asking:
    """Who asks a plan, with which variables, of which database."""

    caller: Caller
    variables: Mapping[str, Any]
    window_of: MakeWindow
    dialect: Dialect


@dataclass(slots=True)
class Answered:
    """What a plan answered, and what it left to the executor by response key, with reasons."""

    data: dict[str, Any]
    left: dict[str, str]
    owners: set[UUID] = field(default_factory=set)


@dataclass(slots=True)
class Course:
    """The steps of a plan for one set of variables, and the fields left, each with a reason.

    `responses` are all of them, in the order of the answer.
    """

    responses: tuple[str, ...]
    steps: Mapping[str, Step]
    left: Mapping[str, str]
    complete: bool
    """Whether it answers alone, asking for the session anew with at least one statement."""

    @classmethod
    def of(
        cls, responses: tuple[str, ...], steps: Mapping[str, Step], left: Mapping[str, str]
    ) -> Course:
        """Return a course of these steps."""
        guarded = any(step.guarded for step in steps.values())
        return cls(responses, steps, left, not left and guarded)

    async def answer(self, reader: Reader, caller: Caller, now: datetime) -> Answered:
        """Take the steps as of `now`; `SessionEnded` when the caller's session did."""
        run = Run(reader, caller, {} if caller is None else standing(caller, now))
        data: dict[str, Any] = {}
        left = dict(self.left)
        for response in self.responses:
            step = self.steps.get(response)
            data[response] = None
            if step is not None:
                try:
                    data[response] = await step.root(run)
                except NotCompilable as unknown:
                    left[response] = str(unknown)
        return Answered(data, left, run.owners)


class Plan:
    """One query operation in the schema of one set of capabilities."""

    def __init__(
        self, selection: Selection, operation: OperationDefinitionNode, shelves: Shelves
    ) -> None:
        """Read what is asked of the schema that the selection knows."""
        self._number = next(_NUMBERS)
        self._shelves = shelves
        self._variables = Variables(selection.schema, operation)
        self._arguments = Arguments(selection.schema, self._variables)
        self.nodes: dict[str, list[FieldNode]] = selection.nodes(operation)
        self._responses = tuple(self.nodes)
        self._roots: dict[str, RootPart | str] = {}
        for response, nodes in self.nodes.items():
            try:
                self._roots[response] = selection.root(nodes)
            except NotCompilable as unknown:
                self._roots[response] = str(unknown)
        self._lists = selection.lists
        self.parts = 1 + selection.parts

    def course(self, asking: Asking) -> Course:
        """Return the steps for the asker's kind and variables; capabilities are the plan's own."""
        values = self._variables.key(asking.variables)
        remember = len(values) <= LONGEST_KEY
        key = (self._number, asking.caller and asking.caller.kind, values)
        course: Course | None = self._shelves.courses.get(key) if remember else None
        if course is None:
            course = self._compile(asking, remember=remember)
            if remember:
                self._shelves.courses.put(key, course, 1 + self._lists)
        return course

    def _compile(self, asking: Asking, *, remember: bool) -> Course:
        try:
            given = self._variables.given(asking.variables, remember=remember)
        except NotCompilable as unknown:
            left = dict.fromkeys(self._responses, str(unknown))
            return Course.of(self._responses, {}, left)
        calls = Calls(self._arguments, given, asking.window_of)
        shapes = self._shelves.shapes
        compiler = Compiler(self._number, asking.caller, asking.dialect, calls, shapes)
        steps: dict[str, Step] = {}
        left = {}
        for response, root in self._roots.items():
            if isinstance(root, str):
                left[response] = root
                continue
            try:
                steps[response] = compiler.step(root)
            except NotCompilable as unknown:
                left[response] = str(unknown)
        return Course.of(self._responses, steps, left)
