"""Text typed by people: what is accepted, and how it is compared."""

from __future__ import annotations

from typing import TypeGuard

from domain.refusals import InvalidInput

NAME_LENGTH = 200
LINE_LENGTH = 500


def folded(text: str) -> str:
    """Return the text as search compares it: without letter case, ё = е, single spaces.

    Folding happens in Python, because SQLite folds ASCII only.
    """
    return " ".join(text.casefold().replace("ё", "е").split())


def line(text: str, field: str, *, longest: int = LINE_LENGTH) -> str:
    """Return one line of text, trimmed; `InvalidInput` when empty, too long or unprintable."""
    trimmed = text.strip()
    if not trimmed:
        raise InvalidInput(field, russian="не заполнено", english="is empty")
    if len(trimmed) > longest:
        raise InvalidInput(
            field,
            russian=f"длиннее {longest} символов",
            english=f"is longer than {longest} characters",
        )
    if not trimmed.isprintable():
        raise InvalidInput(
            field,
            russian="содержит недопустимые символы",
            english="contains characters that cannot be printed",
        )
    return trimmed


def title(text: str, field: str) -> str:
    """Return the name of a person or a thing: a line of at most 200 characters without a link.

    Names stand in letters to addresses that somebody typed; a link there would be an advertisement
    that the gateway sends for strangers.
    """
    name = line(text, field, longest=NAME_LENGTH)
    if "://" in name or "www." in name.casefold():
        raise InvalidInput(field, russian="содержит ссылку", english="contains a link")
    return name


def typed(text: str | None) -> TypeGuard[str]:
    """Whether anything but spaces was typed."""
    return text is not None and bool(text.strip())


def optional_line(text: str | None, field: str) -> str | None:
    """Return `line`, or `None` for nothing typed."""
    return line(text, field) if typed(text) else None


def search_text(*parts: str | None) -> str:
    """Return what a search by any part looks through; parts never match across their border."""
    return "\n".join(folded(part) for part in parts if part)
