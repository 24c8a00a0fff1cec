"""The compiler: from what is asked, and its arguments, to steps.

What costs most to make, a statement's text and the functions over its rows, depends only on the
shape of what is read; it is kept and shared by all arguments that give the same shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.refusals import Refusal
from persistence.queries import Query
from resolvers.reading.parts import NotCompilable
from resolvers.reading.rows import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from sqlalchemy import Dialect, Select

    from domain.access import Actor, Caller
    from resolvers.reading.arguments import Calls
    from resolvers.reading.joined import Places
    from resolvers.reading.parts import RootPart, Row
    from resolvers.reading.shelves import Shelf
    from resolvers.reading.steps import Step, Under


class Compiler:
    """Compiles for one kind of caller and one set of arguments; kinds of fields use it."""

    def __init__(
        self, plan: int, caller: Caller, dialect: Dialect, calls: Calls, shapes: Shelf
    ) -> None:
        """Compile for the caller's kind and the plan with this number."""
        self._plan = plan
        self._caller = caller
        self._shapes = shapes
        self.dialect = dialect
        self.calls = calls

    @property
    def actor(self) -> Actor:
        """Who asks; `NotCompilable` for the anonymous caller, who sees no rows."""
        if self._caller is None:
            raise NotCompilable("nobody is signed in")
        return self._caller

    def step(self, part: RootPart) -> Step:
        """Return what answers a root field; `NotCompilable` also for arguments to be refused."""
        try:
            return part.step(self)
        except Refusal as refusal:
            raise NotCompilable("refused arguments") from refusal

    def behind(self, rows: Sequence[Row]) -> list[dict[str, Under]]:
        """Return the steps of what is behind rows, by response key."""
        return [
            {key: part.under(self, row.noun) for key, part in row.behind().items()} for row in rows
        ]

    def shape(self, key: tuple[Hashable, ...], make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever a kind makes
        """Return what depends on the actor's kind and this key only, made the first time."""
        whole = (self._plan, self.actor.kind, *key)
        shape = self._shapes.get(whole)
        if shape is None:
            shape = make()
            self._shapes.put(whole, shape)
        return shape

    def query(self, statement: Select[Any]) -> Query:
        """Return a statement compiled, its values as raw as the plan's functions take them."""
        return Query.compile(statement, self.dialect, raw=True)

    @staticmethod
    def writer(query: Query, places: Places) -> Writer:
        """Return what writes functions over the raw rows of a query."""
        return Writer([process for _, process in query.columns], places)
