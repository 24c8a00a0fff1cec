"""Refuses what looks like text and cannot be kept as such: U+0000 and lone surrogates.

PostgreSQL takes no U+0000, and UTF-8 has no surrogates: neither may get as far as a statement
or an answer.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphql import DocumentNode, Token

_BAD = re.compile("[\0\ud800-\udfff]")
_ESCAPED_NUL = re.compile(r"\\u(?:0000|\{0+\})")
LONGEST_PLACE = 500
_Steps = tuple[Any, "str | int"]
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,79}")


def bad_character(text: str) -> str | None:
    """Return the first unusable character as `U+0000`; `None` when the text is fine."""
    match = _BAD.search(text)
    return None if match is None else f"U+{ord(match[0]):04X}"


def bad_place(value: object, place: str) -> tuple[str, str] | None:
    """Return place and character of the first unusable text in a JSON value.

    `place` names the value itself. Places are ASCII, so that they can be told back, and cut
    when they are long.
    """
    # A place is kept as a chain of steps and written out for the hit only: written out for
    # every member, a small body could name gigabytes of places.
    pending: list[tuple[_Steps, object]] = [((None, place), value)]
    while pending:
        steps, item = pending.pop()
        if isinstance(item, str):
            found = bad_character(item)
            if found is not None:
                return _written(steps), found
        elif isinstance(item, list):
            pending.extend(((steps, at), member) for at, member in enumerate(item))
        elif isinstance(item, dict):
            for key, member in item.items():
                found = bad_character(key)
                if found is not None:
                    return _written((steps, key)), found
                pending.append(((steps, key), member))
    return None


def _written(steps: _Steps) -> str:
    parts: list[str] = []
    chain: _Steps | None = steps
    while chain is not None:
        chain, step = chain
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif chain is None:
            parts.append(step)
        else:
            parts.append(f".{step}" if _NAME.fullmatch(step) else f"[{json.dumps(step[:80])}]")
    place = "".join(reversed(parts))
    return place if len(place) <= LONGEST_PLACE else place[:LONGEST_PLACE] + "..."


def bad_literal(document: DocumentNode) -> str | None:
    """Return the place, as `line:column`, of a string literal in which U+0000 is escaped."""
    if document.loc is None or not _ESCAPED_NUL.search(document.loc.source.body):
        return None
    token: Token | None = document.loc.start_token
    while token is not None:
        # Comments keep what looks like an escape as it is written.
        if "\0" in (token.value or ""):
            return f"{token.line}:{token.column}"
        token = token.next
    return None
