"""Telephone numbers: contact phones as typed, multichannel numbers compared by digits."""

from __future__ import annotations

import phonenumbers

from domain.refusals import InvalidInput

MULTICHANNEL_DIGITS = 11


def parse_phone(text: str, field: str = "phone") -> str:
    """Return a contact phone in E.164; numbers without a country are Russian."""
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise InvalidInput(
            field, russian="не похоже на номер телефона", english="is not a telephone number"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def multichannel_digits(text: str) -> str | None:
    """Return what multichannel (PBX) numbers are compared by, or `None` for no such number.

    7700-220-00-70, +7 700 220 00 70 and 8-700-220-00-70 are one number; there is no country
    check [004, ruling].
    """
    digits = "".join(character for character in text if character in "0123456789")
    if len(digits) != MULTICHANNEL_DIGITS:
        return None
    return "7" + digits[1:] if digits[0] == "8" else digits


def multichannel_spellings(digits: str) -> tuple[str, str]:
    """Return the digits as they are dialled from abroad and from inside: any part is searched."""
    return digits, "8" + digits[1:]


def number_part(text: str) -> str | None:
    """Return the digits of a typed part of a number, `None` for a text that is no number."""
    if set(text) <= set("0123456789+-() "):
        return "".join(character for character in text if character.isdigit()) or None
    return None
