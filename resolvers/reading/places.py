"""Where a field lives, said once on the field and read by loaders and plans alike.

The names mean entries of the `READS` of the noun that the field's type stands for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from resolvers.reading.listings import Listing

PLACE = "place"
"""The key under which a field's metadata holds its place."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key of the row, as an id."""


@dataclass(frozen=True, slots=True)
class At:
    """A column of the noun, through a pure function of it if there is one."""

    name: str
    through: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A column that costs a look elsewhere and is read only when asked for."""

    name: str


@dataclass(frozen=True, slots=True)
class One:
    """A relation to at most one row."""

    name: str


@dataclass(frozen=True, slots=True)
class Many:
    """A relation to many rows, read as a connection."""

    name: str


@dataclass(frozen=True, slots=True)
class Root:
    """A list of its own: `choose` turns capabilities and arguments into its shape."""

    choose: Callable[..., tuple[Listing, dict[str, Any]]]


Place = Key | At | Counted | One | Many | Root


def key() -> dict[str, Place]:
    """Say that a field is the row's key, as an id."""
    return {PLACE: Key()}


def at(name: str, through: Callable[[Any], Any] | None = None) -> dict[str, Place]:
    """Say that a field is the column `name`, or what the function `through` makes of it."""
    return {PLACE: At(name, through)}


def counted(name: str) -> dict[str, Place]:
    """Say that a field is the costly column `name`."""
    return {PLACE: Counted(name)}


def one(name: str) -> dict[str, Place]:
    """Say that a field follows the to-one relation `name`."""
    return {PLACE: One(name)}


def root(choose: Callable[..., tuple[Listing, dict[str, Any]]]) -> dict[str, Place]:
    """Say that a field is the list that `choose` describes."""
    return {PLACE: Root(choose)}


def many(name: str) -> dict[str, Place]:
    """Say that a field follows the to-many relation `name`."""
    return {PLACE: Many(name)}
