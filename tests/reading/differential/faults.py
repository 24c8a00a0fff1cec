"""Faults planted in the fast path, each of a sort that a plan compiler could have.

They stand in for mistakes: the differential test must find every one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import true

from gateway.plans import Plans
from persistence.catalogue import NOUNS
from resolvers.reading import joined
from resolvers.reading.kinds.connections import PageStep
from resolvers.reading.kinds.related import Related
from resolvers.reading.pages import PageMaker
from resolvers.reading.plan import Plan
from resolvers.reading.rows import Writer

Wrapped = Callable[[Callable[..., Any]], Callable[..., Any]]


def _wrap(patch: pytest.MonkeyPatch, owner: Any, name: str, wrapped: Wrapped) -> None:
    patch.setattr(owner, name, wrapped(getattr(owner, name)))


def relations_forget_visibility(patch: pytest.MonkeyPatch) -> None:
    blind = {name: replace(reads, visible=lambda _: true()) for name, reads in NOUNS.items()}
    patch.setattr(joined, "NOUNS", blind)


def next_page_is_off_by_one(patch: pytest.MonkeyPatch) -> None:
    def wrapped(page: Callable[..., Any]) -> Callable[..., Any]:
        def off(self: Any, raw: Any, window: Any, *rest: Any) -> Any:
            if raw and len(raw) == window.size:
                raw = [*raw, raw[-1]]
            return page(self, raw, window, *rest)

        return off

    _wrap(patch, PageMaker, "page", wrapped)


def backward_pages_stay_reversed(patch: pytest.MonkeyPatch) -> None:
    def wrapped(page: Callable[..., Any]) -> Callable[..., Any]:
        def reversed_(self: Any, raw: Any, window: Any, *rest: Any) -> Any:
            if window.backward:
                raw = [*raw[: window.size][::-1], *raw[window.size :]]
            return page(self, raw, window, *rest)

        return reversed_

    _wrap(patch, PageMaker, "page", wrapped)


def no_row_is_an_empty_object(patch: pytest.MonkeyPatch) -> None:
    def wrapped(write: Callable[..., str]) -> Callable[..., str]:
        return lambda *given: write(*given).replace("(None if", "({} if", 1)

    _wrap(patch, Related, "write", wrapped)


def pages_are_under_the_wrong_row(patch: pytest.MonkeyPatch) -> None:
    def wrapped(under: Callable[..., Any]) -> Callable[..., Any]:
        async def shifted(self: Any, run: Any, keys: list[Any]) -> Any:
            found = await under(self, run, keys)
            return dict(zip(keys, [found[key] for key in (*keys[1:], keys[0])], strict=True))

        return shifted

    _wrap(patch, PageStep, "under", wrapped)


def switches_are_not_in_the_key(patch: pytest.MonkeyPatch) -> None:
    known: dict[Any, Any] = {}

    def wrapped(find: Callable[..., Any]) -> Callable[..., Any]:
        def first(self: Any, operation: Any, *rest: Any) -> Any:
            # What the key is made of is kept, so that nothing new gets the same identity.
            found = (find(self, operation, *rest), self, operation)
            return known.setdefault((id(self), id(operation)), found)[0]

        return first

    _wrap(patch, Plans, "plan", wrapped)


def fields_come_in_another_order(patch: pytest.MonkeyPatch) -> None:
    def wrapped(row: Callable[..., str]) -> Callable[..., str]:
        def sorted_(self: Any, asked: Any, places: Any) -> str:
            return row(self, replace(asked, fields=dict(sorted(asked.fields.items()))), places)

        return sorted_

    _wrap(patch, Writer, "row", wrapped)


def variables_are_not_in_the_key(patch: pytest.MonkeyPatch) -> None:
    known: dict[Any, Any] = {}

    def wrapped(course: Callable[..., Any]) -> Callable[..., Any]:
        def first(self: Any, asking: Any, *rest: Any) -> Any:
            found = (course(self, asking, *rest), self)
            return known.setdefault((id(self), asking.caller.kind), found)[0]

        return first

    _wrap(patch, Plan, "course", wrapped)


def the_page_is_counted(patch: pytest.MonkeyPatch) -> None:
    def wrapped(page: Callable[..., Any]) -> Callable[..., Any]:
        def counted(self: Any, raw: Any, window: Any, total: Any, harvest: Any) -> Any:
            counts = total is not None and len(raw) <= window.size
            return page(self, raw, window, len(raw) if counts else total, harvest)

        return counted

    _wrap(patch, PageMaker, "page", wrapped)


FAULTS = [
    relations_forget_visibility,
    next_page_is_off_by_one,
    backward_pages_stay_reversed,
    no_row_is_an_empty_object,
    pages_are_under_the_wrong_row,
    switches_are_not_in_the_key,
    fields_come_in_another_order,
    variables_are_not_in_the_key,
    the_page_is_counted,
]
