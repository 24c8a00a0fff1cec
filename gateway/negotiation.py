"""What the client accepts: media type of the answer and language of its messages."""

from __future__ import annotations

import re
from functools import lru_cache

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
EVENTS = "text/event-stream"

_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
LONGEST_HEADER = 1_000
"""What is behind is not read: finding the parts takes time quadratic in the length."""
_QUALITY = re.compile(r"[01](?:\.\d{0,3})?")
_ABSENT = (0.0, -1)


def _ranges(header: str) -> list[tuple[str, dict[str, str], float]]:
    """Return name, parameters and quality of each part of an Accept or Accept-Language header."""
    found = []
    for part in _PART.findall(header[:LONGEST_HEADER]):
        name, *rest = (piece.strip() for piece in part.split(";"))
        parameters = {}
        quality = 1.0
        for parameter in rest:
            key, _, value = (piece.strip().lower() for piece in parameter.partition("="))
            if key == "q":
                quality = min(float(value), 1.0) if _QUALITY.fullmatch(value) else 0.0
            elif key:
                parameters[key] = value.strip('"')
        if name:
            found.append((name.lower(), parameters, quality))
    return found


def _wish(media_type: str, ranges: list[tuple[str, dict[str, str], float]]) -> tuple[float, int]:
    """Return quality and precision of the most precise range that fits the media type."""
    precision_of = {"*/*": 0, "application/*": 1, media_type: 2}
    best = _ABSENT
    for name, parameters, quality in ranges:
        if parameters.get("charset", "utf-8") not in {"utf-8", "utf8"}:
            continue
        precision = precision_of.get(name, -1)
        if precision > best[1]:
            best = (quality, precision)
    return best


@lru_cache(maxsize=256)
def answer_type(header: bytes | None) -> str | None:
    """Return the media type to answer with; `None` when no acceptable one can be given.

    Without the header, and for a wildcard, it is `application/json`, as clients from before the
    specification expect. A client that names both types alike gets the newer one.
    """
    accept = "" if header is None else header.decode("latin-1")
    if not accept.strip():
        return JSON
    ranges = _ranges(accept)
    plain, newer = _wish(JSON, ranges), _wish(GRAPHQL, ranges)
    if max(plain[0], newer[0]) == 0:
        return None
    if newer[0] != plain[0]:
        return GRAPHQL if newer[0] > plain[0] else JSON
    return GRAPHQL if newer[1] > 1 else JSON


@lru_cache(maxsize=256)
def takes_events(header: bytes | None) -> bool:
    """Whether the client names event streams among what it accepts."""
    ranges = _ranges("" if header is None else header.decode("latin-1"))
    return any(name == EVENTS and quality for name, _, quality in ranges)


@lru_cache(maxsize=256)
def answer_language(accept_language: str | None) -> str:
    """Return `en` when the client wants it more than Russian, else `ru`."""
    wishes = {"ru": 0.0, "en": 0.0}
    for name, _, quality in _ranges(accept_language or ""):
        language = name.partition("-")[0]
        if language in wishes:
            wishes[language] = max(wishes[language], quality)
    return "en" if wishes["en"] > wishes["ru"] else "ru"
