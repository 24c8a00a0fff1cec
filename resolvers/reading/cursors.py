"""Cursors: opaque, versioned, and good only for the order they were made in."""

from __future__ import annotations

import base64
import binascii
from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.refusals import InvalidInput

VERSION = 1
URL_SAFE = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the values of its sort columns and the key of the row."""

    values: tuple[str, ...]
    key: UUID


def encode(order: str, values: Iterable[str], key: UUID) -> str:
    """Return the text of a cursor for the order of this name."""
    content = orjson.dumps([VERSION, order, *values, key.hex])
    return b2a_base64(content, newline=False).translate(URL_SAFE, b"=").decode()


def decode(order: str, width: int, text: str, argument: str) -> Cursor:
    """Return the cursor; `InvalidInput` unless it was made for this order of `width` columns."""
    try:
        content = orjson.loads(base64.b64decode(_padded(text), altchars=b"-_", validate=True))
        version, name, *values, key = content
        cursor = Cursor(tuple(values), UUID(hex=key))
        canonical = encode(order, cursor.values, cursor.key)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise _wrong(argument) from None
    strings = all(isinstance(value, str) and "\0" not in value for value in values)
    if version != VERSION or name != order or len(values) != width or not strings:
        raise _wrong(argument)
    if canonical != text:
        raise _wrong(argument)
    return cursor


def _padded(text: str) -> bytes:
    return text.encode("ascii") + b"=" * (-len(text) % 4)


def _wrong(argument: str) -> InvalidInput:
    return InvalidInput(
        argument,
        russian="не курсор этого списка",
        english="is not a cursor of this list",
    )
