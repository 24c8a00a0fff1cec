"""Values for arguments and variables: right ones, odd ones, and now and then wrong ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)

from tests.reading.differential.pool import Pool

T = TypeVar("T")

INTS = [0, 1, 2, 7, -1, 2_147_483_647]
WORDS = ["", "ё", "Е", "%", "_", "ромашка", '"', "\\", "0", "a\nb", "😀", " ", "орб", "7702"]
MOMENTS = ["2001-02-03T04:05:06Z", "2999-01-01T00:00:00+03:00", "2020-01-01T00:00:00.123456Z"]
WRONG = [1.5, "x", [], {}, True, {"x": 1}, [[]], 10**40]
FOREVER = "zz_" + "f" * 32


@dataclass(frozen=True)
class Hint:
    """What an argument is for: a page of at most `size`, a cursor of `list`, ids of `prefixes`.

    A list is named by its place in the schema and its noun. `keep` is the value of a switch that
    leaves things in. `const` tells that no variable may stand there.
    """

    size: int | None = None
    list: tuple[str, str] | None = None
    prefixes: tuple[str, ...] = ()
    keep: bool | None = None
    const: bool = field(default=False, compare=False)
    tail: bool = False
    """Whether it is the end of a code."""


class Values:
    """Chooses values; what is refused as a whole only for documents that shall be `odd`."""

    def __init__(self, random: Random, pool: Pool) -> None:
        self.random = random
        self.pool = pool
        self.odd = False

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def oddly(self, share: float) -> bool:
        """Whether to do something wrong."""
        return self.random.random() < share and self.odd

    def below(self, bound: int) -> int:
        """Return a number from 0; whatever the bound, the same amount of chance is spent."""
        return int(self.random.random() * bound)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def value(self, kind: Any, hint: Hint, *, wrong: float = 0.0) -> Any:
        """Return a value as it stands in JSON, null included where the type has it."""
        if self.oddly(wrong):
            return self.pick([*WRONG, None])
        if isinstance(kind, GraphQLNonNull):
            return self._present(kind.of_type, hint)
        null = self.oddly(0.3) if hint.keep is not None else self.chance(0.08)
        null = null or (hint.list is not None and not self.cursors(hint))
        return None if null else self._present(kind, hint)

    def cursors(self, hint: Hint) -> list[str]:
        """Return the cursors that fit a list, as far as is known."""
        return [] if hint.list is None else self.pool.cursors_for(*hint.list)

    def _present(self, kind: Any, hint: Hint) -> Any:
        if isinstance(kind, GraphQLList):
            count = self.pick([0, 1, 1, 2, 3])
            if count == 1 and self.chance(0.3):
                return self._present(_nullable(kind.of_type), hint)  # Coerced to a list.
            return [self.value(kind.of_type, hint) for _ in range(count)]
        if isinstance(kind, GraphQLInputObjectType):
            return {
                name: self.value(kind.fields[name].type, self.hint(name))
                for name in self.members(kind)
            }
        if isinstance(kind, GraphQLEnumType):
            return self.pick(list(kind.values))
        return self._leaf(kind.name, hint)

    def members(self, kind: GraphQLInputObjectType) -> list[str]:
        """Return which fields of an input object are given."""
        names = list(kind.fields)
        if kind.is_one_of:
            return [self.pick(names)]
        some = self.pick(names)
        return [
            name
            for name in names
            if name == some or is_required_input_field(kind.fields[name]) or self.chance(0.1)
        ]

    def hint(self, name: str, *, const: bool = False) -> Hint:
        """Return the hint for a field of an input object: what it is called says whose ids."""
        prefixes = (name.lower(),) if self.pool.ids.get(name.lower()) else ()
        return Hint(prefixes=prefixes, const=const, tail=name == "codeEndsWith")

    def _leaf(self, name: str, hint: Hint) -> Any:
        if hint.size is not None:
            return self.size(hint.size)
        if hint.list is not None:
            return self.cursor(hint)
        if hint.tail and not self.oddly(0.3):
            return self.tail()
        if name == "ID":
            return self.id(hint.prefixes)
        if hint.keep is not None:
            return hint.keep is self.chance(0.7)
        known: dict[str, list[Any]] = {
            "Int": INTS,
            "Float": [0.5, 1, -3],
            "Boolean": [True, False],
            "DateTime": self.pool.moments if self.chance(0.8) and self.pool.moments else MOMENTS,
        }
        return self.pick(known[name]) if name in known else self.word()

    def size(self, most: int) -> int:
        """Return a page size: sensible, at the borders, seldom beyond them."""
        if self.oddly(0.2):
            return self.pick([-1, 101, 2_147_483_647])
        if self.chance(0.03):
            return 0
        return self.pick([1, 2, 3, 1 + self.below(most), most]) if most > 3 else most

    def cursor(self, hint: Hint) -> str:
        """Return a cursor: of such a list; oddly one of another list or none at all."""
        known = self.cursors(hint)
        if not known or self.oddly(0.3):
            every = [cursor for cursors in self.pool.cursors.values() for cursor in cursors]
            known = [*every, "", "WzE", "мир"]
        text = self.pick(known)
        return self._mangled(text) if text and self.oddly(0.3) else text

    def id(self, prefixes: Sequence[str]) -> str | int:
        """Return an id: of these types, seldom of another, malformed or naming nothing."""
        if self.chance(0.06):
            odd: list[str | int] = [FOREVER, "", "license_1", "5", 5, -7]
            return self.pick(odd)
        known = [prefix for prefix in prefixes if self.pool.ids.get(prefix)]
        if not known or self.chance(0.08):
            known = sorted(self.pool.ids)
        prefix = self.pick(known)
        own = self.pool.own[prefix] if self.chance(0.7) else []
        text = self.pick(own or self.pool.ids[prefix])
        return self._mangled(text) if self.chance(0.04) else text

    def tail(self) -> str:
        """Return the last digits of a code: rather of one that an answer held."""
        known = [word[-4:] for word in self.pool.words if word.startswith("•")]
        return self.pick(known) if known and self.chance(0.8) else f"{self.below(10_000):04}"

    def _mangled(self, text: str) -> str:
        place = self.below(len(text))
        other = text[:place] + self.pick("0aZ=_é ") + text[place + 1 :]
        return self.pick([text.upper(), text[:-1], text + " ", other])

    def word(self) -> str:
        """Return a text: a part of one that an answer held, or an odd one."""
        if not self.pool.words or self.chance(0.3):
            return self.pick(WORDS)
        word = self.pick(self.pool.words)
        start = self.below(len(word))
        part = word[start : start + self.pick([1, 1, 2, 50])]
        return part.upper() if self.chance(0.2) else part


def literal(kind: Any, value: Any) -> str:
    """Return a JSON value of a type as GraphQL writes it."""
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type, value)
    if isinstance(kind, GraphQLList) and isinstance(value, list):
        return f"[{', '.join(literal(kind.of_type, one) for one in value)}]"
    if isinstance(kind, GraphQLList):
        return literal(kind.of_type, value)
    if isinstance(kind, GraphQLInputObjectType) and value is not None:
        parts = (f"{name}: {literal(kind.fields[name].type, one)}" for name, one in value.items())
        return f"{{{', '.join(parts)}}}"
    enum = isinstance(kind, GraphQLEnumType) and value is not None
    return str(value) if enum else json.dumps(value, ensure_ascii=False)


def _nullable(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind
