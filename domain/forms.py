"""Forms: reading many fields, and telling of all that are wrong at once or of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from domain.refusals import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


class Form:
    """Reads fields one by one and keeps every problem; what is wrong is read as `None`."""

    def __init__(self) -> None:
        self.problems: list[InvalidInput] = []

    def take(self, parse: Callable[P, T], *values: P.args, **options: P.kwargs) -> T:
        """Return what `parse` makes of a field; its problem is kept."""
        try:
            return parse(*values, **options)
        except InvalidInput as problem:
            self.refuse(problem)
            return cast("T", None)

    def refuse(self, problem: InvalidInput) -> None:
        """Keep a problem."""
        self.problems.append(problem)


class StrictForm(Form):
    """Raises the first problem: whoever gets a value from it gets a good one."""

    def refuse(self, problem: InvalidInput) -> None:
        """Raise the problem."""
        raise problem


STRICT = StrictForm()
