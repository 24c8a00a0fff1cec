"""Refusing: from a refusal that was raised to the problem that the client gets."""

from __future__ import annotations

from typing import Any

from strawberry.types import Info

from domain import refusals
from schema.ids import node_id
from schema.problems import Problem

_KEYS = {
    "pending_request": "linkrequest",
    "existing_firm": "firm",
    "existing_product": "product",
}
"""Facts that are keys, and the prefix of their ids."""


def _facts(refusal: refusals.Refusal, kind: type[Problem]) -> dict[str, Any]:
    """Return the refusal's attributes that the problem declares, keys as ids."""
    names = set(kind.__annotations__)
    facts = {name: value for name, value in vars(refusal).items() if name in names}
    if "licenses" in facts:
        facts["licenses"] = [node_id("license", key) for key in facts["licenses"]]
    for name, prefix in _KEYS.items():
        if name in facts:
            facts[name] = node_id(prefix, facts[name])
    return facts


class RefusalHandler:
    """Turns one kind of refusal into its problem, wherever a result union holds it."""

    def __init__(self, exception_type: type[refusals.Refusal], error_type: type[Problem]) -> None:
        """Map `exception_type` to `error_type`."""
        self.exception_type = exception_type
        self.error_type = error_type

    def handle(self, exception: refusals.Refusal, *, field: Any, info: Info) -> Problem:  # noqa: ANN401, ARG002 - the library's signature
        """Return the problem, its message in the language of the request."""
        return self.error_type(
            code=exception.code,
            message=exception.message(info.context.exchange.language),
            retryable=exception.retryable,
            **_facts(exception, self.error_type),
        )


def refusal_handlers() -> list[RefusalHandler]:
    """Return a handler for every problem; it has the name of its refusal."""
    return [
        RefusalHandler(getattr(refusals, kind.__name__), kind) for kind in Problem.__subclasses__()
    ]
