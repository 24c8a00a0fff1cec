"""What fields declare, and what an operation asks of them: the words all stages share.

A field holds a `Place`. Asked for, it becomes a part: of a row (`RowPart`), behind many rows
(`BehindPart`) or of an object without a row (`RootPart`). `resolvers.reading.kinds` has them all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from graphql import ArgumentNode, FieldNode, NameNode, parse_value, print_ast

if TYPE_CHECKING:
    from resolvers.reading.compiler import Compiler
    from resolvers.reading.joined import Needs, Places
    from resolvers.reading.rows import Writer
    from resolvers.reading.selection import Selection
    from resolvers.reading.steps import Step, Under

PLACE = "place"
"""The key under which a field's metadata holds its place."""


class NotCompilable(Exception):
    """A plan does not know this; the message says what, for those who watch slow paths."""


class Missing(NotCompilable):
    """A value that must not be null is: the executor knows how to say so."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as an operation asks for it: its type, its definition there, and its nodes.

    Nodes with one response key are merged; their arguments are the same.
    """

    kind: Any
    definition: Any
    nodes: list[Any]
    below: Any
    """The named type it answers with."""
    required: bool
    """Whether it must not be null."""

    @property
    def name(self) -> str:
        """`Type.field`."""
        return f"{self.kind.name}.{self.nodes[0].name.value}"

    @property
    def call(self) -> Call:
        """The field and its arguments, copied: the plan must not keep the whole document."""
        node = self.nodes[0]
        arguments = tuple(
            ArgumentNode(
                name=NameNode(value=argument.name.value),
                value=parse_value(print_ast(argument.value), no_location=True),
            )
            for argument in node.arguments or ()
        )
        return Call(
            self.definition, FieldNode(name=NameNode(value=node.name.value), arguments=arguments)
        )


@dataclass(frozen=True, slots=True)
class Call:
    """A field with arguments: its definition in the schema, and its node in the operation."""

    definition: Any
    node: Any


class Place(ABC):
    """Where a field lives, said once on the field and read by loaders and plans alike."""

    @abstractmethod
    def ask(self, asked: Asked, selection: Selection) -> Any:  # noqa: ANN401 - a part
        """Return the part that the field is; `NotCompilable` where it makes no sense."""


class RowPart(Protocol):
    """A field of a row, made from the columns of the row's own statement."""

    def need(self, needs: Needs) -> None:
        """Say which columns and relations it takes."""
        ...

    def write(self, writer: Writer, places: Places) -> str:
        """Return the Python expression of its value; the raw row is `r`."""
        ...


class BehindPart(ABC):
    """A field of a row that is read for all rows of a page at once, after them."""

    def need(self, needs: Needs) -> None:  # noqa: B027 - most need nothing more
        """Take nothing: the key is always there."""

    def write(self, _writer: Writer, _places: Places) -> str:
        """Keep its place in the answer."""
        return "None"

    @abstractmethod
    def under(self, compiler: Compiler, noun: str) -> Under:
        """Return what reads it for rows of this noun."""


class RootPart(Protocol):
    """A field of the query itself, or of an object without a row."""

    def step(self, compiler: Compiler) -> Step:
        """Return what answers it; `NotCompilable` or a refusal leaves it to the executor."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked of a row of a noun, by response key in the order of the answer."""

    noun: str
    fields: Mapping[str, RowPart]

    def behind(self) -> dict[str, BehindPart]:
        """Return what is read by statements of its own."""
        return {key: part for key, part in self.fields.items() if isinstance(part, BehindPart)}


class Told(Enum):
    """What a connection, an edge or a page info tells, by the name of its field."""

    TOTAL = "totalCount"
    CURSOR = "cursor"
    HAS_NEXT = "hasNextPage"
    HAS_PREVIOUS = "hasPreviousPage"
    START = "startCursor"
    END = "endCursor"


@dataclass(frozen=True, slots=True)
class Typename:
    """`__typename` of a connection, an edge or a page info."""

    value: str


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of a page."""

    fields: Mapping[str, Typename | Told | Row]


@dataclass(frozen=True, slots=True)
class Info:
    """Where a page stands in its list."""

    fields: Mapping[str, Typename | Told]


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked of a connection of a noun's rows."""

    noun: str
    fields: Mapping[str, Typename | Told | Edges | Info]

    def rows(self) -> list[Row]:
        """Return what is asked of its rows, once for each time they are asked for."""
        edges = (part for part in self.fields.values() if isinstance(part, Edges))
        return [row for edge in edges for row in edge.fields.values() if isinstance(row, Row)]

    def counts(self) -> bool:
        """Whether it asks for the number of rows in the whole list."""
        return Told.TOTAL in self.fields.values()
