"""The master keys of license codes: from the settings, or in development from a file."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.settings import SettingsRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.settings import Settings

DEVELOPMENT_FILE = Path("data/code-keys")
KEY_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_OTHERS = 0o077


@dataclass(frozen=True, slots=True, repr=False)
class CodeKeys:
    """Master keys by name; codes are sealed with the `current` one and open with any."""

    current: str
    masters: dict[str, bytes]

    @classmethod
    def parse(cls, text: str, source: str = "GATEWAY_CODE_KEYS") -> CodeKeys:
        """Read `name:base64[,name:base64…]`, the current key first.

        `SettingsRefused` names the source and what is wrong with which entry, never a key.
        """
        masters: dict[str, bytes] = {}
        for number, entry in enumerate(text.strip().split(","), start=1):
            name, separator, encoded = entry.strip().partition(":")
            if not separator or not _NAME.fullmatch(name):
                raise SettingsRefused(
                    f"{source}: entry {number} must be name:base64, the name up to 32 of a-z 0-9 -"
                )
            if name in masters:
                raise SettingsRefused(f"{source}: the name {name!r} is given twice")
            masters[name] = _decoded(encoded, f"{source}: the key {name!r}")
        return cls(current=next(iter(masters)), masters=masters)


def load_code_keys(
    settings: Settings,
    announce: Callable[[str], None],
    file: Path = DEVELOPMENT_FILE,
) -> CodeKeys:
    """Return the keys of the settings, or else those of the development file.

    A missing file is made once, readable by its owner only, and `announce` is told. Raises
    `SettingsRefused` for keys that cannot be used and for a file that others may read.
    """
    if settings.code_keys is not None:
        return CodeKeys.parse(settings.code_keys.get_secret_value())
    if not file.exists() and _make(file):
        announce(
            f"A development key for license codes was made in {file}; without it the codes in "
            "this database cannot be read. In production set GATEWAY_CODE_KEYS."
        )
    if file.stat().st_mode & _OTHERS:
        raise SettingsRefused(f"{file} can be read by others: chmod 600 {file}")
    return CodeKeys.parse(file.read_text(), str(file))


def new_key(name: str) -> str:
    """Return an entry `name:base64` with a random key."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _make(file: Path) -> bool:
    """Put a whole file in place at once; `False` when another process was first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(new_key("development") + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _decoded(encoded: str, what: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise SettingsRefused(f"{what} is not base64") from None
    if len(key) != KEY_BYTES:
        raise SettingsRefused(f"{what} must be {KEY_BYTES} bytes, it is {len(key)}")
    return key
