"""A letter that could not be rendered is refused where it is promised."""

from __future__ import annotations

from typing import Any

import pytest

from domain.letters import NEEDS, Fact, Letter, LetterKind, Needs

MOMENT = "2025-11-22T12:00:00+00:00"


def some_facts(needs: Needs, text: str = "Текст") -> dict[str, Any]:
    """Return facts that fit, every text being the one given."""
    facts: dict[str, Any] = {}
    for name, need in needs.items():
        if isinstance(need, list):
            facts[name] = [some_facts(dict(need[0]), f"{text} {n}") for n in range(2)]
        elif isinstance(need, Fact):
            facts[name] = MOMENT if need is Fact.MOMENT else text
        else:
            facts[name] = next(iter(need)).value
    return facts


def letter(kind: LetterKind, facts: dict[str, Any], **others: Any) -> Letter:
    return Letter(
        **{
            "kind": kind,
            "recipient": "anna@example.com",
            "language": "ru",
            "tenant": None,
            "facts": facts,
            **others,
        }
    )


@pytest.mark.parametrize("kind", LetterKind)
def test_each_kind_needs_exactly_its_facts(kind: LetterKind) -> None:
    facts = some_facts(NEEDS[kind])
    letter(kind, facts)
    with pytest.raises(ValueError, match="unknown are"):
        letter(kind, {**facts, "more": "x"})
    for name, need in NEEDS[kind].items():
        without = {key: value for key, value in facts.items() if key != name}
        with pytest.raises(ValueError, match="missing are"):
            letter(kind, without)
        wrong: list[Any] = [None, 1, [], [{}], [{"x": "y"}], "" if need is not Fact.MAYBE else None]
        if need is Fact.MOMENT:
            wrong += ["soon", "2025-11-22T12:00:00"]
        elif not isinstance(need, Fact):
            wrong += ["SOMETHING ELSE"]
        for value in wrong:
            with pytest.raises(ValueError, match=name):
                letter(kind, {**facts, name: value})


def test_a_complaint_tells_no_value() -> None:
    facts = some_facts(NEEDS[LetterKind.CONFIRM_PARTNER], "the secret")
    with pytest.raises(ValueError, match="kind is not a") as refused:
        letter(LetterKind.CONFIRM_PARTNER, {**facts, "kind": "the secret"})
    assert "the secret" not in str(refused.value)


@pytest.mark.parametrize(
    "recipient", ["", "anna", "anna@example.com\nBcc: b@example.com", " a@b.ru", "a@b.ru c@d.ru"]
)
def test_the_recipient_is_one_address(recipient: str) -> None:
    facts = some_facts(NEEDS[LetterKind.LINK_APPROVED])
    with pytest.raises(ValueError, match="recipient"):
        letter(LetterKind.LINK_APPROVED, facts, recipient=recipient)


def test_there_are_two_languages() -> None:
    facts = some_facts(NEEDS[LetterKind.LINK_APPROVED])
    letter(LetterKind.LINK_APPROVED, facts, language="en")
    with pytest.raises(ValueError, match="language"):
        letter(LetterKind.LINK_APPROVED, facts, language="de")
