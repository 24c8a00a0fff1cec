"""Showings: the occasions on which a code left the gateway [000]."""

from __future__ import annotations

from enum import StrEnum


class ShowingKind(StrEnum):
    """How a code was shown: on the holder's screen, on paper, or by e-mail."""

    SHOWN = "SHOWN"
    PRINTED = "PRINTED"
    SENT = "SENT"
