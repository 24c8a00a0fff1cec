"""Fields that are rows without paging: one by its id, one of the caller's, all of a noun."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from resolvers.reading import statements
from resolvers.reading.binding import KEY
from resolvers.reading.joined import Joined, Needs
from resolvers.reading.kinds.caller import Value
from resolvers.reading.listings import Listing
from resolvers.reading.parts import Missing, NotCompilable, Place, Row
from resolvers.reading.steps import fill

if TYPE_CHECKING:
    from sqlalchemy import Select

    from persistence.queries import Query, Template
    from resolvers.reading.compiler import Compiler
    from resolvers.reading.parts import Asked, Call
    from resolvers.reading.rows import MakeRows
    from resolvers.reading.selection import Selection
    from resolvers.reading.steps import Behind, Run, Step

Target = tuple[str, UUID]
"""One row: the prefix of its type's ids, and its key."""
Chooser = Callable[..., Target | None]


@dataclass(frozen=True, slots=True)
class Every(Place):
    """All rows of the noun in the order of this name, unpaged: a few dozens at most."""

    order: str

    def ask(self, asked: Asked, selection: Selection) -> All:
        """Return what is asked of the rows."""
        return All(self.order, selection.row(asked.below, asked.nodes))


@dataclass(frozen=True, slots=True)
class All:
    """All rows of a noun that are asked for."""

    order: str
    row: Row

    def step(self, compiler: Compiler) -> RowsStep:
        """Return what reads them."""
        listing = Listing(self.row.noun, self.order)

        def select(needs: Needs) -> Select[Any]:
            return statements.every(listing, compiler.actor, needs.names())

        return _step(compiler, self.row, select, {}, sort=statements.sort_names(listing))


@dataclass(frozen=True, slots=True)
class Own(Place):
    """The row whose key the actor has under this name: `user` or `tenant`."""

    name: str

    def ask(self, asked: Asked, selection: Selection) -> Single:
        """Return what is asked of the row."""
        row = selection.row(asked.below, asked.nodes)
        return Single(row, f"_{self.name}", {}, asked.required)


@dataclass(frozen=True, slots=True)
class Single:
    """A row whose key is bound to a name, that is asked for."""

    row: Row
    bound_to: str
    values: dict[str, Any]
    required: bool

    def step(self, compiler: Compiler) -> RowsStep:
        """Return what reads it."""

        def select(needs: Needs) -> Select[Any]:
            noun, names = self.row.noun, needs.names()
            return statements.by_key(noun, self.bound_to, compiler.actor, names)

        return _step(compiler, self.row, select, self.values, single=True, required=self.required)


@dataclass(frozen=True, slots=True)
class Found(Place):
    """At most one row, which `choose` names from the arguments.

    With `nouns` the field has one type for rows of several nouns, by the prefix that is chosen.
    """

    choose: Chooser
    nouns: Mapping[str, str] | None = None

    def ask(self, asked: Asked, selection: Selection) -> LookUp:
        """Return what is asked of a row of each type that it may be."""
        rows: Mapping[str, Row | NotCompilable]
        if self.nouns is None:
            rows = selection.rows(asked.below, asked.nodes)
        else:
            fields = selection.row(asked.below, asked.nodes).fields
            rows = {prefix: Row(noun, fields) for prefix, noun in self.nouns.items()}
        return LookUp(asked.call, self.choose, rows, asked.required)


@dataclass(frozen=True, slots=True)
class LookUp:
    """A look-up that is asked for; `rows` are by the prefix of their types' ids.

    A type whose selection has no plan stands with what is not known in it.
    """

    call: Call
    choose: Chooser
    rows: Mapping[str, Row | NotCompilable]
    required: bool

    def step(self, compiler: Compiler) -> Step:
        """Return what reads the row that the arguments name."""
        prefix, key = self.choose(**compiler.calls.of(self.call)) or ("", None)
        row = self.rows.get(prefix)
        if isinstance(row, NotCompilable):
            # Not the same one again: it would gather the frames of everybody who asked.
            raise NotCompilable(str(row))
        if row is not None:
            return Single(row, KEY, {KEY: key}, self.required).step(compiler)
        if self.required:
            raise Missing("null")
        return Value(lambda _: None)


@dataclass(slots=True)
class RowsStep:
    """Reads all rows of a noun, or a single one."""

    shape: RowsShape
    template: Template
    behind: Behind
    single: bool
    required: bool
    guarded: bool = True

    async def root(self, run: Run) -> Any:  # noqa: ANN401 - a list, an object or null
        """Return the rows, or the row."""
        raw = await run.guarded(self.template, self.shape.key)
        harvest = run.harvest(self.behind)
        made = self.shape.make(raw, harvest)
        if self.behind:
            await fill(run, harvest, self.behind)
        if not self.single:
            return made
        if self.required and not made:
            raise Missing("null")
        return made[0] if made else None


@dataclass(frozen=True, slots=True)
class RowsShape:
    """Rows without paging: their statement, and the function over its raw rows."""

    query: Query
    key: int
    make: MakeRows
    behind: list[Row]


def _step(
    compiler: Compiler,
    row: Row,
    select: Callable[[Needs], Select[Any]],
    values: dict[str, Any],
    *,
    single: bool = False,
    required: bool = False,
    sort: list[str] | None = None,
) -> RowsStep:
    def make() -> RowsShape:
        needs = Needs.of([row], compiler.actor)
        joined = Joined(select(needs), row.noun, needs, compiler.actor, guarded=True)
        order = [] if sort is None else [joined.rows[name] for name in (*sort, "key")]
        query = compiler.query(joined.statement(order))
        writer = compiler.writer(query, joined.places)
        return RowsShape(query, joined.places.key, writer.rows(row), writer.behind)

    shape: RowsShape = compiler.shape(("rows", id(row)), make)
    return RowsStep(
        shape=shape,
        template=shape.query.template(values),
        behind=compiler.behind(shape.behind),
        single=single,
        required=required,
    )
