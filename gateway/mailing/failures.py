"""Why a letter was not handed over, and whose fault that is."""

from __future__ import annotations

import re
from enum import StrEnum

_LONGEST = 200
_PERMANENT = 500
_AUTHENTICATION = frozenset({530, 534, 535, 538})
_POLICY = re.compile(r"5\.7\.\d")
# An answer may quote what was sent to it: links with tickets, codes, addresses.
_QUOTED = re.compile(r"\S*(?:://|@)\S*|[A-Za-z0-9_~+/=-]{16,}|\d(?:[ -]?\d){7,}")


class Stage(StrEnum):
    """How far a conversation with a mail server got."""

    CONNECT = "connect"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    TEXT = "text"
    GATEWAY = "gateway"


_OURS = frozenset({Stage.CONNECT, Stage.LOGIN, Stage.SENDER})
"""Stages that say nothing of the letter: it was not named yet, and would fare so with any."""


class Undelivered(Exception):
    """A letter was not handed over.

    `hopeless`: it never will be. `ours`: the operator's fault, or the server's as a whole, and
    the same for every letter; it is tried again without end. Else it is tried so many times.
    The message can be shown: it quotes nothing of the letter.
    """

    def __init__(self, message: str, *, hopeless: bool = False, ours: bool = False) -> None:
        super().__init__(message)
        self.hopeless = hopeless
        self.ours = ours


def refused(stage: Stage, code: int, answer: str) -> Undelivered:
    """Return the failure that an answer of the mail server means."""
    ours = stage in _OURS or code in _AUTHENTICATION
    # 5.7.x is a policy, most often about who sends: other letters would be refused as well, and
    # it passes when the operator is let through.
    hopeless = not ours and code >= _PERMANENT and not _POLICY.match(answer)
    return Undelivered(f"{stage}: {code} {sanitized(answer)}", hopeless=hopeless, ours=ours)


def broken(stage: Stage, what: str) -> Undelivered:
    """Return the failure that the connection broke, never came about or took too long."""
    return Undelivered(f"{stage}: {what}", ours=stage in _OURS)


def sanitized(answer: str) -> str:
    """Return an answer on one line, short, without links, addresses, tickets or codes."""
    flat = " ".join("".join(c for c in word if c.isprintable()) for word in answer.split())
    return _QUOTED.sub("…", flat)[:_LONGEST]
