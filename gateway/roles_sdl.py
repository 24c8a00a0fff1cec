"""The schema of each role as a file, so that what a role sees is loud in review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import print_schema

from domain.access import GRANTS, Role
from schema.projection import check_roots, project
from schema.root import build_schema

if TYPE_CHECKING:
    from pathlib import Path


def texts() -> dict[str, str]:
    """Return the text of each role's schema, by file name."""
    whole = build_schema()
    check_roots(whole)
    return {
        f"{role.lower()}.graphql": print_schema(project(whole, GRANTS[role])) + "\n"
        for role in Role
    }


def write(folder: Path) -> None:
    """Write the files; those of roles that are no more are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    current = texts()
    for file in folder.glob("*.graphql"):
        if file.name not in current:
            file.unlink()
    for name, text in current.items():
        (folder / name).write_text(text, encoding="utf-8")


def stale(folder: Path) -> list[str]:
    """Return the names of files that differ from what the code prints, missing ones too."""
    current = texts()
    names = current.keys() | {file.name for file in folder.glob("*.graphql")}

    def read(name: str) -> str | None:
        file = folder / name
        return file.read_text(encoding="utf-8") if file.exists() else None

    return sorted(name for name in names if read(name) != current.get(name))
