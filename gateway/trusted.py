"""Trusted documents: the committed operations of the cabinets, sent by their hash.

`graphql/manifest.json` names the file of each by the identifier of its text, as the appendix on
persisted documents of GraphQL over HTTP defines it: `sha256:` and the hash in lower-case hex.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST = "manifest.json"
PREFIX = "sha256:"


class ManifestOutdated(Exception):
    """The manifest does not fit the operations beside it; the message says what to do."""


class TrustedDocuments:
    """The documents a manifest lists, by identifier and by text."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = {identifier(text): text for text in texts}
        self._known = frozenset(self._texts.values())

    def text(self, identifier: str) -> str | None:
        """Return the document of this identifier; `None` when there is none."""
        return self._texts.get(identifier)

    def __contains__(self, text: str) -> bool:
        return text in self._known

    def __len__(self) -> int:
        return len(self._texts)


def identifier(text: str) -> str:
    """Return the identifier of a document."""
    return PREFIX + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load(folder: Path) -> TrustedDocuments:
    """Read the documents that the manifest in this folder lists; all must be as it says."""
    listed = _listed(folder)
    found = _found(folder)
    if not listed.keys() <= found.keys():
        raise ManifestOutdated(
            f"{folder / MANIFEST} does not fit the operations beside it: "
            "run `python -m gateway schema`."
        )
    return TrustedDocuments(_text(folder / found[name]) for name in listed)


def write(folder: Path) -> None:
    """Write the manifest of the operations in this folder."""
    text = json.dumps(_found(folder), ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def stale(folder: Path) -> list[str]:
    """Return the manifest's name when it does not fit the operations."""
    return [] if _listed(folder) == _found(folder) else [MANIFEST]


def _listed(folder: Path) -> dict[str, str]:
    try:
        listed: dict[str, str] = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return {}
    return listed


def _found(folder: Path) -> dict[str, str]:
    files = sorted(folder.glob("operations/**/*.graphql"))
    return {identifier(_text(file)): file.relative_to(folder).as_posix() for file in files}


def _text(file: Path) -> str:
    # Not `read_text`: it would change the ends of lines, and with them the hash.
    return file.read_bytes().decode()
