"""Passwords: what is said about them apart from signing in."""

from __future__ import annotations

from datetime import timedelta

RESET_LIFETIME = timedelta(hours=2)
"""How long the ticket of a reset is good."""
