"""How long these tests try: `TEST_PROFILE=long` runs the same ones, only more of each."""

from __future__ import annotations

import os

PROFILE = os.environ.get("TEST_PROFILE", "ordinary")
assert PROFILE in {"ordinary", "long"}, f"TEST_PROFILE={PROFILE} is no profile"


def rounds(ordinary: int, long: int) -> int:
    """Return how often something is tried in the profile of this run."""
    return long if PROFILE == "long" else ordinary
