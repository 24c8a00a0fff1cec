"""What the rules and use cases need from outside, as protocols the gateway fulfils."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class PasswordHasher(Protocol):
    """Hashes and verifies passwords off the event loop; raises `TryAgainLater` when busy."""

    async def hash(self, password: str) -> str:
        """Return the argon2id hash of a password."""
        ...

    async def matches(self, password: str, hashes: list[str]) -> list[bool]:
        """Tell for each hash whether the password fits; costs the same for any outcome."""
        ...

    @property
    def dummy(self) -> str:
        """A valid hash that no password fits, to pad a verification with."""
        ...

    def close(self) -> None:
        """Give up what waits."""
        ...


@dataclass(frozen=True, slots=True)
class SealedCode:
    """A license code as it is stored: encrypted, findable by a keyed hash, named by its key."""

    cipher: bytes
    lookup: bytes
    key_name: str


@dataclass(frozen=True, slots=True)
class SealedBody:
    """The facts of a letter as they are stored: encrypted, named by their key."""

    cipher: bytes
    key_name: str


class LetterCipher(Protocol):
    """Encrypts what a letter says until it is sent: it may hold a one-time ticket or codes."""

    def seal(self, letter_id: UUID, body: bytes) -> SealedBody:
        """Encrypt the body of one letter with the current key."""
        ...

    def open(self, letter_id: UUID, cipher: bytes, key_name: str) -> bytes:
        """Return the body; `ValueError` when key, cipher and letter do not belong together."""
        ...

    @property
    def current_key(self) -> str:
        """The name of the key that `seal` uses."""
        ...


class CodeCipher(Protocol):
    """Encrypts license codes and finds them again; the code itself is never stored."""

    def seal(self, license_id: UUID, code: str) -> SealedCode:
        """Encrypt a code for one license with the current key."""
        ...

    def open(self, license_id: UUID, cipher: bytes, key_name: str) -> str:
        """Return the code; `ValueError` when key, cipher and license do not belong together."""
        ...

    def lookups(self, code: str) -> dict[str, bytes]:
        """Return the keyed hash of a code under every known key, by key name."""
        ...

    @property
    def current_key(self) -> str:
        """The name of the key that `seal` uses."""
        ...
