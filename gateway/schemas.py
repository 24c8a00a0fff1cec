"""The schema of each set of capabilities, with the documents prepared for it."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.access import GRANTS, Capability
from gateway.documents import Documents, Memory
from schema.news import check_topics
from schema.projection import check_roots, named, project
from schema.root import build_schema

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from gateway.settings import Settings

MOST_SCHEMAS = 256
"""How many schemas of API tokens are kept: more than there are sets of scopes (a test counts).

A projection takes some milliseconds on the event loop and 170 kB. As none is ever forgotten, all
tokens together can cost a process no more than one for each set of scopes.
"""


@lru_cache(maxsize=MOST_SCHEMAS)
def _projected(whole: GraphQLSchema, capabilities: frozenset[Capability]) -> GraphQLSchema:
    return project(whole, capabilities)


class Schemas:
    """A schema with its documents for each set of capabilities.

    Those of the roles are made at start and have a memory each; all API tokens share one, so
    that whoever makes many tokens takes nothing from people.
    """

    def __init__(self, settings: Settings) -> None:
        self._whole: GraphQLSchema = build_schema()
        self._settings = settings
        self._named = named(self._whole)
        check_roots(self._whole)
        check_topics(self._whole)
        self._roles: dict[frozenset[Capability], Documents] = {}
        for capabilities in GRANTS.values():
            seen = capabilities & self._named
            if seen not in self._roles:
                self._roles[seen] = Documents(_projected(self._whole, seen), settings)
        self._tokens: OrderedDict[frozenset[Capability], Documents] = OrderedDict()
        self._shared = Memory()

    def of(self, capabilities: frozenset[Capability]) -> Documents:
        """Return the documents of the schema that these capabilities see.

        Capabilities that no member of the schema names decide about rows only.
        """
        seen = capabilities & self._named
        documents = self._roles.get(seen) or self._tokens.get(seen)
        if documents is None:
            schema = _projected(self._whole, seen)
            documents = self._tokens[seen] = Documents(schema, self._settings, self._shared)
            while len(self._tokens) > MOST_SCHEMAS:
                self._tokens.popitem(last=False)
        return documents
