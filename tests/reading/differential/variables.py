"""Variables of a document: declared where an argument wants one, given values when it is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
)

from tests.reading.differential.values import Hint, Values, literal


@dataclass(frozen=True)
class Variable:
    """A variable as the document declares it, and what its values are for."""

    name: str
    kind: Any
    default: str | None
    hint: Hint
    needed: bool
    """Whether null is refused where it stands, whatever its type says."""

    def declaration(self) -> str:
        default = "" if self.default is None else f" = {self.default}"
        return f"${self.name}: {self.kind}{default}"


_BOOLEAN = GraphQLNonNull(GraphQLBoolean)


class Variables:
    """Writes what stands behind an argument: a literal, a variable, or literals with variables."""

    def __init__(self, values: Values, eager: float) -> None:
        """Let variables stand for a share of `eager` of the values."""
        self.known: list[Variable] = []
        self._values = values
        self._eager = eager
        self._switches = values.pick([1, 2, 2, 3, 6])

    def written(self, kind: Any, hint: Hint, *, optional: bool = False) -> str:
        """Return the text of a value; `optional` tells that the place has a default."""
        values = self._values
        if not hint.const and values.chance(self._eager):
            return self._variable(kind, hint, optional=optional)
        if not isinstance(kind, GraphQLNonNull) and values.chance(0.06):
            return "null"
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(bare, GraphQLList) and values.chance(0.7):
            return self._list(bare, hint)
        if isinstance(bare, GraphQLInputObjectType):
            return self._object(bare, hint)
        return literal(kind, values.value(GraphQLNonNull(bare), hint))

    def _list(self, kind: GraphQLList[Any], hint: Hint) -> str:
        count = self._values.pick([0, 1, 2, 3])
        return f"[{', '.join(self.written(kind.of_type, hint) for _ in range(count))}]"

    def _object(self, kind: GraphQLInputObjectType, hint: Hint) -> str:
        parts = []
        for name in self._values.members(kind):
            field, inner = kind.fields[name], self._values.hint(name, const=hint.const)
            wanted = GraphQLNonNull(field.type) if kind.is_one_of else field.type
            given = field.default_value is not Undefined
            parts.append(f"{name}: {self.written(wanted, inner, optional=given)}")
        return f"{{{', '.join(parts)}}}"

    def _variable(self, kind: Any, hint: Hint, *, optional: bool) -> str:
        values = self._values
        known = [one for one in self.known if str(one.kind) == str(kind) and one.hint == hint]
        if known and values.chance(0.5):
            return f"${values.pick(known).name}"
        needed = isinstance(kind, GraphQLNonNull)
        declared, default = kind, None
        if needed and values.chance(0.4):
            declared = kind.of_type  # Then the place or the variable must have a default.
            if not optional or values.chance(0.5):
                default = self._default(kind, hint)
        elif not needed and hint.list is None and values.chance(0.15):
            declared = GraphQLNonNull(kind)
        if default is None and values.chance(0.25):
            loose = needed and values.odd
            default = self._default(kind if needed and not loose else declared, hint)
        new = Variable(f"v{len(self.known)}", declared, default, hint, needed)
        self.known.append(new)
        return f"${new.name}"

    def _default(self, kind: Any, hint: Hint) -> str:
        if hint.list is not None and not self._values.cursors(hint):
            return '""' if isinstance(kind, GraphQLNonNull) else "null"
        return self.written(kind, replace(hint, const=True))

    def switch(self, *, keep: bool) -> str:
        """Return a variable of `@skip` or `@include`; few of them, or there would be no plans."""
        known = [one for one in self.known if one.hint.keep is not None]
        if len(known) >= self._switches:
            return f"${self._values.pick(known).name}"
        return self._variable(_BOOLEAN, Hint(keep=keep), optional=False)

    def given(self) -> dict[str, Any]:
        """Return values for one sending: most are right, some are left out where they may."""
        values, given = self._values, {}
        for one in self.known:
            free = one.default is not None or not isinstance(one.kind, GraphQLNonNull)
            if values.chance(0.25) if free else values.oddly(0.02):
                continue
            value = values.value(one.kind, one.hint, wrong=0.03)
            if value is None and one.needed and not values.odd:
                continue
            whole = type(value) is int and values.chance(0.03)
            given[one.name] = float(value) if whole else value  # JSON knows no difference.
        return given
