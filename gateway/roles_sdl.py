"""The schema of each role, and of some API tokens, as files: what is seen is loud in review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import print_schema

from domain.access import GRANTS, Role
from domain.tokens import Scope, token_capabilities, written_scopes
from schema.news import check_topics
from schema.projection import check_roots, project
from schema.root import build_schema

if TYPE_CHECKING:
    from pathlib import Path


SAMPLES: dict[str, tuple[Scope, ...]] = {
    "token_read_stock": (Scope.READ_STOCK,),
    "token_sell": (Scope.READ_STOCK, Scope.READ_COMPANIES, Scope.SELL),
    "token_reveal": (Scope.READ_STOCK, Scope.REVEAL, Scope.SHOW_CODES),
}
"""What API tokens of partners are mostly made for."""


def texts() -> dict[str, str]:
    """Return the text of each role's schema and of the samples, by file name."""
    whole = build_schema()
    check_roots(whole)
    check_topics(whole)
    seen = {role.lower(): GRANTS[role] for role in Role}
    for name, scopes in SAMPLES.items():
        written = written_scopes(scopes)
        seen[name] = token_capabilities(Role.PARTNER_ADMIN, written, every_product=True)
    return {
        f"{name}.graphql": print_schema(project(whole, capabilities)) + "\n"
        for name, capabilities in seen.items()
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
