"""The schema of each set of capabilities, with the documents prepared for it."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.access import GRANTS, Capability
from gateway.documents import Documents
from schema.projection import check_roots, project
from schema.root import build_schema

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from gateway.settings import Settings

MOST_SCHEMAS = 64
"""How many projections are kept; the roles' own are made at start."""


@lru_cache(maxsize=MOST_SCHEMAS)
def _projected(whole: GraphQLSchema, capabilities: frozenset[Capability]) -> GraphQLSchema:
    return project(whole, capabilities)


class Schemas:
    """A schema with its documents for each set of capabilities."""

    def __init__(self, settings: Settings) -> None:
        self._whole: GraphQLSchema = build_schema()
        self._settings = settings
        check_roots(self._whole)
        self._known: OrderedDict[frozenset[Capability], Documents] = OrderedDict()
        for capabilities in GRANTS.values():
            self.of(capabilities)

    def of(self, capabilities: frozenset[Capability]) -> Documents:
        """Return the documents of the schema that these capabilities see."""
        documents = self._known.get(capabilities)
        if documents is None:
            documents = Documents(_projected(self._whole, capabilities), self._settings)
            self._known[capabilities] = documents
            while len(self._known) > MOST_SCHEMAS:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(capabilities)
        return documents
