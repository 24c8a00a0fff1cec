"""The operations that cabinets send, as they are committed, and for whom each is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, OperationType, parse

from domain.access import Role
from domain.tokens import Scope

FOLDER = Path(__file__).parents[2] / "graphql" / "operations"
_HEADER = re.compile(r"^# (roles|also valid for): ([A-Z_ ]+)$", re.MULTILINE)
_SCOPES = re.compile(r"^# scopes:(?: ([A-Z_ ]+))?$", re.MULTILINE)


@dataclass(frozen=True)
class Operation:
    """`meant` are the roles whose cabinet sends it; `also` sees all of its members as well.

    With `scopes` it is meant for API tokens that have these, and for no role.
    """

    name: str
    text: str
    meant: tuple[Role, ...]
    also: tuple[Role, ...]
    scopes: tuple[Scope, ...] | None

    @property
    def document(self) -> DocumentNode:
        return parse(self.text)

    @property
    def definition(self) -> OperationDefinitionNode:
        (definition,) = self.document.definitions
        assert isinstance(definition, OperationDefinitionNode)
        return definition

    @property
    def roots(self) -> tuple[str, ...]:
        """Return the fields of the root that it asks for."""
        selections = self.definition.selection_set.selections
        return tuple(field.name.value for field in selections)  # type: ignore[attr-defined]

    @property
    def responses(self) -> tuple[str, ...]:
        """Return the keys under which they are answered."""
        selections: Any = self.definition.selection_set.selections
        return tuple((field.alias or field.name).value for field in selections)

    @property
    def is_query(self) -> bool:
        return self.definition.operation is OperationType.QUERY

    @property
    def is_subscription(self) -> bool:
        return self.definition.operation is OperationType.SUBSCRIPTION

    @property
    def is_mutation(self) -> bool:
        return self.definition.operation is OperationType.MUTATION


def _read(file: Path) -> Operation:
    text = file.read_text()
    headers = {name: tuple(map(Role, roles.split())) for name, roles in _HEADER.findall(text)}
    scopes = _SCOPES.search(text)
    assert (scopes is None) is ("roles" in headers), file
    return Operation(
        name=f"{file.parent.name}/{file.stem}",
        text=text,
        meant=headers.get("roles", ()),
        also=headers.get("also valid for", ()),
        scopes=None if scopes is None else tuple(map(Scope, (scopes[1] or "").split())),
    )


OPERATIONS = [_read(file) for file in sorted(FOLDER.glob("*/*.graphql"))]
FOR_TOKENS = [operation for operation in OPERATIONS if operation.scopes is not None]
