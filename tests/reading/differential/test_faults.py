"""Faults planted in the fast path are found by the same questions in a short time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice

import pytest

from domain.access import Role
from tests.reading.differential.desk import Desk
from tests.reading.differential.faults import FAULTS
from tests.reading.differential.rounds import Asked, Round

pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")

MOST = 900
"""How many questions may be needed."""
ROLES = [Role.PARTNER_ADMIN, Role.COMPANY_ADMIN, Role.LICENSOR_ADMIN]


@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_planted_fault_is_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    fault(monkeypatch)
    desk.renew()
    found = next(asked for asked in _asked(desk) if not asked.answers.agree)
    # A wrong answer, not one that breaks down.
    assert found.answers.slow.status == found.answers.again.status == 200, found.answers


def _asked(desk: Desk) -> Iterator[Asked]:
    rounds = [Round(desk, role, 0).asked() for role in ROLES]
    return islice(chain.from_iterable(zip(*rounds, strict=True)), MOST)
