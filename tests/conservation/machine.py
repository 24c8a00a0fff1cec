"""The machine: any sequence of orders, races and retries, held against the model after each."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.activation import CODES_OF_COMPANY
from tests.clock import Clock
from tests.conservation.carrying import carry_out
from tests.conservation.clients import together
from tests.conservation.drafts import DRAFTS, Cast, Draft
from tests.conservation.invariants import faults, imprint
from tests.conservation.model import Disagreement, Model
from tests.conservation.orders import Issue, Order, Outcome, Refused, Reveal, Sell
from tests.conservation.projection import projection_of
from tests.world import World

T = TypeVar("T")


@dataclass(frozen=True)
class Stage:
    """What all examples of one run share: a database, its world and the loop they live in."""

    world: World
    clock: Clock
    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)


class Conservation(RuleBasedStateMachine):
    """Each example plays among tenants of its own; only the licensor is the same."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.placed: list[Order] = []
        self._keys = itertools.count(1)

    @initialize(stocked=st.integers(0, 6))
    def begin(self, stocked: int) -> None:
        self.cast = self.stage.run(Cast.gather(self.stage.world))
        world = self.stage.world
        self.model = Model(world.licensor.id, frozenset(one.id for one in self.cast.partners))
        self.model.numbers[world.licensor.id] = self.stage.run(self.cast.licensor_number())
        self.model.links.update(self.cast.links)
        self.model.devices.update(
            {key: (one.company.id, one.name) for key, one in self.cast.devices.items()}
        )
        self.carry(lambda key: self.cast.stocking(key, 8))
        if stocked:
            self.carry(lambda key: self.cast.supply(key, stocked))
            # Something that the partner's program does not see.
            self.carry(lambda key: self.cast.stocking(key, 2, product=1))
            self.carry(lambda key: self.cast.supply(key, 2, product=1))

    def key(self) -> str:
        return f"{self.cast.partners[0].id.hex}-{next(self._keys)}"

    def carry(self, order: Callable[[str], Order]) -> None:
        self.place(order(self.key()))

    def place(self, order: Order) -> None:
        """Carry out one order alone; a refusal leaves the whole database as it was."""
        self._rest()
        now, database = self.stage.clock.now(), self.stage.world.tools.database
        before = self.stage.run(imprint(database))
        outcome = self.stage.run(self._carried(order))
        self.model.apply(order, outcome, now)
        if isinstance(outcome, Refused):
            assert self.stage.run(imprint(database)) == before, f"{order} was refused: {outcome}"
        self.placed.append(order)

    def _rest(self) -> None:
        """Let the windows of the throttles pass, which are not played with here."""
        self.stage.clock.turn(CODES_OF_COMPANY.window)

    @rule(draft=DRAFTS)
    def order(self, draft: Draft) -> None:
        self.place(draft.order(self.cast, self.model, self.key()))

    @precondition(lambda self: self.documented())
    @rule(which=st.integers(0, 100))
    def retry(self, which: int) -> None:
        known = self.documented()
        self.place(known[which % len(known)])

    @precondition(lambda self: self.documented())
    @rule(which=st.integers(0, 100), draft=DRAFTS)
    def reuse_a_key(self, which: int, draft: Draft) -> None:
        known = self.documented()
        self.place(draft.order(self.cast, self.model, known[which % len(known)].key))

    @rule(days=st.sampled_from([1, 31]))
    def time_passes(self, days: int) -> None:
        self.stage.clock.turn(timedelta(days=days))

    @rule(drafts=st.lists(DRAFTS, min_size=2, max_size=3), twice=st.booleans())
    def race(self, drafts: list[Draft], twice: bool) -> None:
        """Carry orders out at once: what comes of them must come of some order of them, too."""
        orders = [draft.order(self.cast, self.model, self.key()) for draft in drafts]
        if twice:
            orders[-1] = orders[0]
        self._rest()
        now = self.stage.clock.now()
        outcomes = self.stage.run(self._at_once(orders))
        self.model = self._explained(list(zip(orders, outcomes, strict=True)), now)
        self.placed.extend(orders)

    async def _at_once(self, orders: list[Order]) -> list[Outcome]:
        return await together(*(self._carried(order) for order in orders))

    async def _carried(self, order: Order) -> Outcome:
        cast = self.cast
        return await carry_out(self.stage.world, cast.cabinets, order, cast.devices, cast.programs)

    def _explained(self, raced: list[tuple[Order, Outcome]], now: Any) -> Model:
        reasons = []
        seen = self.stage.run(self.cast.projection())
        for sequence in itertools.permutations(raced):
            model = self.model.copy()
            try:
                for order, outcome in sequence:
                    model.apply(order, outcome, now)
            except Disagreement as reason:
                reasons.append(str(reason))
                continue
            if projection_of(model) == seen:
                return model
            reasons.append("the tables differ")
        raise Disagreement("no sequence explains the race:\n" + "\n".join(reasons))

    def documented(self) -> list[Issue | Sell | Reveal]:
        return [order for order in self.placed if isinstance(order, Issue | Sell | Reveal)]

    @invariant()
    def nothing_is_broken(self) -> None:
        assert self.stage.run(faults(self.stage.world.tools.database)) == {}

    @invariant()
    def the_tables_are_as_the_model_says(self) -> None:
        if hasattr(self, "cast"):
            assert self.stage.run(self.cast.projection()) == projection_of(self.model)


def machine(stage: Stage) -> type[Conservation]:
    """Return the machine that plays on this stage."""

    class Staged(Conservation):
        def __init__(self) -> None:
            super().__init__(stage)

    return Staged
