"""The demonstration world: made of the documents, through the same use cases as real work."""

from __future__ import annotations

from gateway.demonstration.filling import fill
from gateway.demonstration.table import print_sign_ins

__all__ = ["fill", "print_sign_ins"]
