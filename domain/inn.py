"""INN: 10 digits for a legal entity, 12 for a person."""

from __future__ import annotations

from stdnum.ru import inn as stdnum_inn

from domain.refusals import InvalidInput


def parse_inn(text: str, field: str = "inn") -> str:
    """Return the digits of an INN, leading zeros kept; `InvalidInput` for anything else."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) in {10, 12}):
        raise InvalidInput(
            field,
            russian="ИНН состоит из 10 или 12 цифр",
            english="an INN has 10 or 12 digits",
        )
    return digits


def checksum_holds(inn: str) -> bool:
    """Whether the check digits fit; a failure is only a warning, the guide's own sample fails."""
    return bool(stdnum_inn.is_valid(inn))
