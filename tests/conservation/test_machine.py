from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conservation.machine import Stage, machine
from tests.conservation.profiles import PROFILE, rounds
from tests.conservation.verifying import verified


def test_no_sequence_of_orders_races_and_retries_breaks_conservation(stage: Stage) -> None:
    play = settings(
        max_examples=rounds(15, 400),
        stateful_step_count=rounds(20, 50),
        deadline=None,
        print_blob=True,
        # Shrinking plays hundreds of examples: minutes that only a long run has.
        phases=[phase for phase in Phase if PROFILE == "long" or phase is not Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine(stage), settings=play)
    stage.run(verified(stage.world.tools))
