"""One round of questions: a role's callers ask, and both ways must answer alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.kits import Who
from tests.reading.differential.desk import Answers, Desk, Question
from tests.reading.differential.pool import Pool
from tests.reading.differential.questions import write
from tests.reading.differential.shrinking import shrink
from tests.reading.differential.values import Values


@dataclass(frozen=True)
class Asked:
    """A question that was asked, by whom, and both answers."""

    token: str | None
    question: Question
    answers: Answers


class Round:
    """Asks endlessly; the same seed asks the same but for the keys and moments of the world."""

    def __init__(self, desk: Desk, role: Who, seed: int) -> None:
        self.uses: Counter[str] = Counter()
        self._desk = desk
        self._role = role
        self._pools: dict[str | None, Pool] = {}
        self._values = Values(Random(f"{desk.database} {role} {seed}"), Pool())

    def asked(self) -> Iterator[Asked]:
        """Ask, and yield what was answered."""
        values, tokens = self._values, self._desk.tokens[self._role]
        for token in tokens:
            pool = self._pools[token] = Pool()
            for text in self._desk.ids:
                pool.know(text)
        while True:
            token = values.pick(tokens)
            values.pool = self._pools[token]
            values.odd = values.chance(0.2)
            document = write(self._desk.schemas[self._role], values, self.uses)
            times = 1 if not document.varies else values.pick([2, 3])
            for _ in range(times):
                asked = self._ask(token, document.question())
                self._pools[token].learn(asked.answers.slow.value, document.places)
                yield asked
            if values.chance(0.3):
                yield self._ask(values.pick(tokens), asked.question)

    def _ask(self, token: str | None, question: Question) -> Asked:
        return Asked(token, question, self._desk.ask(token, question))


def told(desk: Desk, role: Who, asked: Asked) -> str:
    """Return what a reader needs to see the difference, as small as it was found to be."""

    def differs(question: Question) -> bool:
        answers = desk.ask(asked.token, question)
        return not answers.agree or answers.broken

    small = shrink(asked.question, differs) if differs(asked.question) else asked.question
    answers = desk.ask(asked.token, small)
    if answers.agree and not answers.broken:  # What was asked before made the difference.
        answers = asked.answers
    return "\n".join(
        [
            f"{role}, operation {small.name}, answered by {answers.way}, left: {answers.left}",
            small.text,
            f"variables: {small.variables}",
            f"at first: {answers.first}",
            f"once known: {answers.again}",
            f"executor: {answers.slow}",
        ]
    )
