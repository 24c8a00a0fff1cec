"""Steps: what a plan does, compiled for the arguments of one request and good for its likes.

A root field is one step. What is behind rows is read for all rows of the page above at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from resolvers.reading.rows import Harvest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from domain.access import Caller
    from persistence.queries import Template
    from persistence.reader import Reader

    Behind = Sequence[Mapping[str, "Under"]]
    """For each selection with parts behind it, their steps by response key."""


class SessionEnded(Exception):
    """The actor's session ended, or says something else of him now."""


@dataclass(slots=True)
class Run:
    """One answer in the making; `owners` are the tenants whose rows it holds, if audited."""

    reader: Reader
    caller: Caller
    standing: Mapping[str, Any]
    owners: set[UUID] = field(default_factory=set)

    async def fetch(self, template: Template, **more: Any) -> Sequence[Any]:  # noqa: ANN401 - bound values
        """Return the raw rows of a statement."""
        values = {**self.standing, **more} if more else self.standing
        return await self.reader.fetch_raw(template.query, template.bound(values))

    async def guarded(self, template: Template, key: int) -> Sequence[Any]:
        """Return the raw rows of a guarded statement; `key` is where their key stands."""
        raw = await self.reader.fetch_raw(template.query, template.bound(self.standing))
        if not raw:
            raise SessionEnded
        return () if raw[0][key] is None else raw

    def harvest(self, behind: Behind) -> Harvest:
        """Return what the functions over the raw rows may leave things in."""
        return Harvest([[] for _ in behind], self.owners)


class Step(Protocol):
    """What answers a field of the query itself, or of an object without a row."""

    @property
    def guarded(self) -> bool:
        """Whether it asks for the session anew."""

    async def root(self, run: Run) -> Any:  # noqa: ANN401 - any part of an answer
        """Return the field's value."""


class Under(Protocol):
    """What answers a field of many rows at once."""

    async def under(self, run: Run, keys: list[Any]) -> Mapping[Any, Any]:
        """Return the field's value for each of the rows with these raw keys."""


async def fill(run: Run, harvest: Harvest, behind: Behind) -> None:
    """Put what is behind the rows into their dictionaries, each field by one look."""
    for kept, fields in zip(harvest.behind, behind, strict=True):
        if not kept:
            continue
        keys = list({key: None for key, _ in kept})
        for response, step in fields.items():
            found = await step.under(run, keys)
            for key, made in kept:
                made[response] = found[key]
