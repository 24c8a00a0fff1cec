"""Plans and the ordinary executor answer any question of any role alike."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLSchema, get_named_type, is_object_type

from domain.access import Role
from tests.conservation.profiles import rounds
from tests.kits import Who
from tests.reading.differential.cast import PROGRAMS
from tests.reading.differential.desk import Desk
from tests.reading.differential.rounds import Asked, Round, told

# The executor leaves fields beside one that is refused before anything is awaited.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")

QUESTIONS = rounds(160, 3_000)
MOST = 10 * QUESTIONS
"""How many are asked at most, until every field was asked for."""
SEEDS = range(rounds(1, 3))
LEAST_PLANNED = 0.8
"""The share of what is answered at all that plans must answer, or nothing is shown here."""


PLANNED: list[Who] = [role for role in Role if role not in {Role.POS_OUTLET, Role.POS_DEVICE}]
PLANNED += PROGRAMS
"""A POS has no plans, for it has no session that they could ask for."""


@pytest.mark.parametrize("role", PLANNED, ids=str)
@pytest.mark.parametrize("seed", SEEDS)
def test_both_ways_agree(desk: Desk, role: Who, seed: int) -> None:
    known, answered, planned = _places(desk.schemas[role]), 0, 0
    round_ = Round(desk, role, seed)
    for number, asked in enumerate(round_.asked()):
        answers = asked.answers
        assert answers.agree, told(desk, role, asked)
        assert not answers.broken, told(desk, role, asked)
        answered += _answered(asked)
        planned += _answered(asked) and answers.planned
        if number >= QUESTIONS and (known <= round_.uses.keys() or number >= MOST):
            break
    assert known - round_.uses.keys() == set()
    assert planned >= LEAST_PLANNED * answered or role is Role.ANONYMOUS, (planned, answered)


def _answered(asked: Asked) -> bool:
    return asked.answers.slow.value is not None


def _places(schema: GraphQLSchema) -> set[str]:
    """Return all fields of the objects that queries reach."""
    found: dict[str, set[str]] = {}
    waiting: list[Any] = [schema.query_type]
    while waiting:
        kind = waiting.pop()
        if kind.name not in found:
            found[kind.name] = {f"{kind.name}.{name}" for name in kind.fields}
            below = [get_named_type(field.type) for field in kind.fields.values()]
            waiting += [inner for inner in below if is_object_type(inner)]
    return set().union(*found.values())
