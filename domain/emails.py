"""E-mail addresses: accepted by the library, compared without letter case."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from domain.refusals import InvalidInput


def parse_email(text: str, field: str = "email") -> str:
    """Return the address in normal form, case kept; `InvalidInput` when it is none."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise InvalidInput(
            field, russian="не похоже на адрес почты", english="is not an e-mail address"
        ) from None


def email_key(text: str) -> str:
    """Return what e-mail addresses are compared by: letter case is nothing, all else is.

    Folding would make one of grosse.de and große.de, which two people may own.
    """
    return text.strip().lower()
