"""What two answers to one question must have in common."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from json.decoder import JSONDecoder
from typing import Any

import httpx

ACCIDENTAL = {"requestId"}
"""Extensions of an error that differ from request to request."""


@dataclass(frozen=True)
class Told:
    """What a client is told, as far as both ways must agree on it."""

    status: int
    media_type: str
    data: bytes | None
    errors: Counter[str]

    @classmethod
    def of(cls, response: httpx.Response) -> Told:
        members = _members(response.content.decode())
        errors = json.loads(members.get("errors", "[]"))
        data = members.get("data")
        return cls(
            response.status_code,
            response.headers["content-type"],
            None if data is None else data.encode(),
            Counter(_error(error) for error in errors),
        )

    @property
    def value(self) -> Any:
        return None if self.data is None else json.loads(self.data)

    @property
    def failed(self) -> bool:
        """Whether a resolver broke, which no question may bring about."""
        return any('"INTERNAL"' in error for error in self.errors)

    def __str__(self) -> str:
        data = None if self.data is None else self.data.decode()
        return "\n".join([f"{self.status} {data}", *sorted(self.errors.elements())])


def _error(error: dict[str, Any]) -> str:
    extensions = {k: v for k, v in error.get("extensions", {}).items() if k not in ACCIDENTAL}
    return json.dumps([error.get("path"), extensions, error["message"]], ensure_ascii=False)


def _members(text: str) -> dict[str, str]:
    """Return the members of a JSON object, each as it was written."""
    decoder, found, place = JSONDecoder(), {}, 1
    while text[place] != "}":
        place += text[place] == ","
        name, place = decoder.raw_decode(text, place)
        assert text[place] == ":"
        _, end = decoder.raw_decode(text, place + 1)
        found[name] = text[place + 1 : end]
        place = end
    return found
