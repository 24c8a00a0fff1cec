"""The shape of a list: which noun, which filters, which order, from where to where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listing:
    """The shape of a list, without its values: lists of one shape share their SQL text.

    `relation` is the noun and name of the to-many relation it hangs on, `None` for a root list.
    """

    noun: str
    order: str = ""
    descending: bool = False
    filters: tuple[str, ...] = ()
    relation: tuple[str, str] | None = None
    backward: bool = False
    after: bool = False
    before: bool = False

    @property
    def order_name(self) -> str:
        """The name of the order, which a cursor carries."""
        return f"{self.noun}.{self.order}{'-' if self.descending else '+'}"
