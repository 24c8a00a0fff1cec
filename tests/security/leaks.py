"""What a viewer learns of what is not his: found by asking for it in every way there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from domain.access import Role
from gateway.settings import Settings
from schema.nodes import node_types
from tests.client import Gateway
from tests.security.asking import Asker
from tests.security.atlas import Place, leaves, seen_by
from tests.security.estate import Estate, Viewer
from tests.security.facts import RULES, Facts
from tests.security.inputs import ORDERS
from tests.security.positions import SOURCES
from tests.security.sources import Ids, Plain, Texts, own
from tests.security.walking import objects, walks

TOGETHER = 30
LARGEST = 100
"""Of a list that is longer than the largest page, only that is looked at."""
ID = re.compile(r"\b([a-z]+)_([0-9a-f]{32})\b")
EMAIL = re.compile(r"[\w.-]+@[\w.-]+")


@dataclass
class Inspection:
    """Asks a gateway as one viewer, and keeps what he should not have learnt."""

    gateway: Gateway
    estate: Estate
    facts: Facts
    viewer: Viewer

    async def walk(self, depth: int) -> tuple[list[str], set[str]]:
        """Ask for everything; return the leaks, and the types of the rows that were met."""
        leaks: list[str] = []
        met: set[str] = set()
        for name, query in walks(seen_by(self.viewer.who), depth):
            response = await self.gateway.send(self.viewer.token, query)
            answer = response.json()
            if "errors" in answer or response.status_code != 200:
                leaks.append(f"{name}: {response.text[:300]}")
                continue
            leaks += [f"{name}: {leak}" for leak in self.learnt(answer)]
            met |= {found["__typename"] for found in objects(answer) if "__typename" in found}
        return sorted(set(leaks)), met

    def learnt(self, answer: Any) -> Iterator[str]:
        """Return what an answer tells that it should not."""
        for found in objects(answer):
            kind = found.get("__typename")
            if kind in RULES and not self._sees(found["id"]):
                yield f"{kind} {found['id']}"
            if kind == "Tenant" and not self._sees_cabinet(found["name"]):
                yield f"Tenant {found['name']}"
            if "totalCount" in found and "edges" in found:
                more, shown = found["pageInfo"]["hasNextPage"], len(found["edges"])
                longer = more and shown == LARGEST < found["totalCount"]
                if not longer and (more or found["totalCount"] != shown):
                    yield f"{shown} rows of {found['totalCount']}, more: {more}"
        strangers = self._strange_addresses()
        yield from set(EMAIL.findall(str(answer))) & strangers

    def _sees(self, text: str) -> bool:
        match = ID.fullmatch(text)
        assert match, text
        kind, key = node_types()[match[1]].__name__, UUID(hex=match[2])
        if kind == "AuditRecord" and key not in self.facts.rows(kind):
            # His own looks of just now.
            return self.viewer.role is Role.LICENSOR_SUPPORT
        return self.facts.sees(self.viewer, kind, key)

    def _sees_cabinet(self, name: str) -> bool:
        tenants = (row for row in self.facts.tenants.values() if row["name"] == name)
        return any(self.facts.sees_tenant(self.viewer, row) for row in tenants)

    def _strange_addresses(self) -> set[str]:
        users = self.facts.rows("User").items()
        seen = {r["email"] for k, r in users if self.facts.sees(self.viewer, "User", k)}
        return {row["email"] for _, row in users} - seen

    def places(self, operation: str) -> list[Place]:
        """Return the positions of the viewer's schema where an object could be named."""
        found = [p for p in leaves(seen_by(self.viewer.who)) if p.operation == operation]
        return [p for p in found if isinstance(SOURCES.get(p.name), Ids | Texts)]

    async def compare(self, place: Place) -> list[str]:
        """Name what is not the viewer's at a position, and again what nobody has."""
        source = SOURCES[place.name]
        assert not isinstance(source, Plain)
        offered = {f"cabinet_{key.hex}" for key in self.estate.offered}
        foreign = source.foreign(self.facts, self.viewer, every=place.field == "node")
        foreign = [text for text in foreign if place.field == "node" or text not in offered]
        leaks: list[str] = []
        together = TOGETHER if place.operation == "query" else Settings().order_limit
        for start in range(0, len(foreign), together):
            texts = foreign[start : start + together]
            unknown = [source.unknown(text) for text in texts]
            for slowly in (False, True) if place.operation == "query" else (False,):
                for mixed in (False, True) if place.many and isinstance(source, Ids) else (False,):
                    asker = self._asker(place, slowly=slowly)
                    theirs = await self._answers(asker, texts, mixed=mixed)
                    nobodys = await self._answers(asker, unknown, mixed=mixed)
                    if theirs != nobodys:
                        leaks.append(self._told_apart(place, texts, theirs[1], nobodys[1]))
                    leaks += self._unexpected(place, source, nobodys)
        return leaks

    def _asker(self, place: Place, *, slowly: bool) -> Asker:
        base: dict[str, Any] = {}
        if place.operation == "mutation":
            base = ORDERS[place.field](self.estate, self.facts, self.viewer)
        return Asker(seen_by(self.viewer.who), place, base, slowly=slowly)

    async def _answers(self, asker: Asker, texts: list[str], *, mixed: bool) -> tuple[int, str]:
        values: list[Any] = list(texts)
        if asker.place.many:
            first = [self._own(SOURCES[asker.place.name])] if mixed else []
            values = [[*first, text] for text in texts]
        query, variables = asker.question(values)
        response = await self.gateway.send(self.viewer.token, query, variables)
        return response.status_code, _without(texts, response)

    def _own(self, source: Any) -> str:
        """Return an id that the viewer may put where the source's ids go."""
        return own(self.facts, self.viewer, node_types()[source.prefixes[0]].__name__)

    def _told_apart(self, place: Place, texts: list[str], theirs: str, nobodys: str) -> str:
        ours = json.loads(theirs).get("data") or {}
        other = json.loads(nobodys).get("data") or {}
        apart = [text for n, text in enumerate(texts) if ours.get(f"a{n}") != other.get(f"a{n}")]
        return f"{place.name} tells {apart} from unknown ones: {theirs[:300]}"

    def _unexpected(
        self, place: Place, source: Ids | Texts, answer: tuple[int, str]
    ) -> Iterator[str]:
        """Say so when not even an unknown id gets as far as being looked for."""
        status, text = answer
        told = set(re.findall(r'"__typename":"(\w+)"', text)) - {"Viewer"}
        expected = {source.told} if place.operation == "mutation" else set()
        if status != 200 or '"errors"' in text or told != expected:
            yield f"{place.name}: {text[:300]}"


def _without(texts: list[str], response: httpx.Response) -> str:
    told = response.text
    for n, text in enumerate(texts):
        told = told.replace(text, f"<{n}>")
    return told
