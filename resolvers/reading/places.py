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
class At:
    """A column of the noun."""

    name: str


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
    """A list of its own: `choose` turns the actor and the field's arguments into its shape."""

    choose: Callable[..., tuple[Listing, dict[str, Any]]]


Place = At | Counted | One | Many | Root


def at(name: str) -> dict[str, Place]:
    """Say that a field is the column `name`."""
    return {PLACE: At(name)}


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
