"""License codes and letters under lock: authenticated encryption under named keys."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.ports import SealedBody, SealedCode

if TYPE_CHECKING:
    from uuid import UUID

    from gateway.code_keys import CodeKeys

_NONCE_BYTES = 12
_DERIVED_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    encryption: AESGCM
    lookup: bytes


class AesCodeCipher:
    """Fulfils `domain.ports.CodeCipher` with AES-256-GCM and HMAC-SHA256.

    Both keys of a name are derived from its master key, so that neither use weakens the other.
    The license is part of what is authenticated: a cipher moved to another license does not open.
    """

    def __init__(self, keys: CodeKeys) -> None:
        self._current = keys.current
        self._keys = {
            name: _Key(
                AESGCM(_derived(master, b"license code encryption 1")),
                _derived(master, b"license code lookup 1"),
            )
            for name, master in keys.masters.items()
        }

    @property
    def current_key(self) -> str:
        """The name of the key that `seal` uses."""
        return self._current

    def seal(self, license_id: UUID, code: str) -> SealedCode:
        """Encrypt a code for one license with the current key."""
        key = self._keys[self._current]
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = key.encryption.encrypt(nonce, code.encode(), license_id.bytes)
        return SealedCode(
            cipher=nonce + sealed, lookup=_keyed_hash(key, code), key_name=self._current
        )

    def open(self, license_id: UUID, cipher: bytes, key_name: str) -> str:
        """Return the code; `ValueError` when key, cipher and license do not belong together."""
        key = self._keys.get(key_name)
        if key is None:
            raise ValueError(f"The code key {key_name!r} is not among GATEWAY_CODE_KEYS.")
        nonce, sealed = cipher[:_NONCE_BYTES], cipher[_NONCE_BYTES:]
        try:
            return key.encryption.decrypt(nonce, sealed, license_id.bytes).decode()
        except (InvalidTag, ValueError):
            raise ValueError(
                f"The code of license {license_id} does not open with the key {key_name!r}."
            ) from None

    def lookups(self, code: str) -> dict[str, bytes]:
        """Return the keyed hash of a code under every known key, by key name."""
        return {name: _keyed_hash(key, code) for name, key in self._keys.items()}


class AesLetterCipher:
    """Fulfils `domain.ports.LetterCipher`, with keys derived from the same master keys."""

    def __init__(self, keys: CodeKeys) -> None:
        self._current = keys.current
        self._keys = {
            name: AESGCM(_derived(master, b"letter encryption 1"))
            for name, master in keys.masters.items()
        }

    @property
    def current_key(self) -> str:
        """The name of the key that `seal` uses."""
        return self._current

    def seal(self, letter_id: UUID, body: bytes) -> SealedBody:
        """Encrypt the body of one letter with the current key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._keys[self._current].encrypt(nonce, body, letter_id.bytes)
        return SealedBody(cipher=nonce + sealed, key_name=self._current)

    def open(self, letter_id: UUID, cipher: bytes, key_name: str) -> bytes:
        """Return the body; `ValueError` when key, cipher and letter do not belong together."""
        key = self._keys.get(key_name)
        if key is None:
            raise ValueError(f"The key {key_name!r} of a letter is not among GATEWAY_CODE_KEYS.")
        try:
            return key.decrypt(cipher[:_NONCE_BYTES], cipher[_NONCE_BYTES:], letter_id.bytes)
        except (InvalidTag, ValueError):
            raise ValueError(f"The letter {letter_id} does not open with {key_name!r}.") from None


def _derived(master: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_DERIVED_BYTES, salt=None, info=use).derive(master)


def _keyed_hash(key: _Key, code: str) -> bytes:
    return hmac.digest(key.lookup, code.encode(), "sha256")
