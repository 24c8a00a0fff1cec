"""Letters as those see them who look after their delivery; what they say is shown to nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from domain.letters import LetterKind, LetterState
from resolvers import letters
from resolvers.reading.listings import Listing
from schema.access import MayReadLetters, MayResendLetters
from schema.connections import Connection
from schema.fields import paged, stored
from schema.ids import required_key
from schema.nodes import Node, look_up
from schema.problems import NotFound, NothingToResend

strawberry.enum(LetterKind, description="What a letter is about.")
strawberry.enum(LetterState, description="Where a letter stands.")


@strawberry.type(description="A letter of the gateway, without what it says.")
class Letter(Node):
    """See `persistence.letters`; the body may hold one-time tickets and codes."""

    noun = "letters"
    prefix = "letter"

    kind: LetterKind = stored("kind", "What it is about.")
    state: LetterState = stored("state", "Where it stands.")
    recipient: str = stored("recipient", "The address it goes to.")
    created_at: datetime = stored("created_at", "When it was written.")
    attempts: int = stored("attempts", "How often it was tried.")
    next_attempt_at: datetime | None = stored(
        "next_attempt_at", "When it is tried next; null unless it waits."
    )
    sent_at: datetime | None = stored("sent_at", "When the mail server took it on.")
    dead_at: datetime | None = stored("dead_at", "When it was given up.")
    last_error: str | None = stored(
        "last_error", "Why the last attempt failed, without anything of the letter."
    )


@strawberry.input(description="Which letters.")
class LetterFilter:
    """The filter of `letters`."""

    state: LetterState | None = None


def _letters(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    filter: LetterFilter | None = None,
) -> tuple[Listing, dict[str, Any]]:
    state = filter.state if filter else None
    filters = () if state is None else (state.value.lower(),)
    return Listing("letters", "CREATED", descending=True, filters=filters), {}


@strawberry.type
class LetterQueries:
    """Questions about letters."""

    letters: Connection[Letter] = paged(
        _letters, "The letters of all cabinets, newest first.", needs=[MayReadLetters]
    )


@strawberry.input(description="Which letter to send again.")
class ResendLetterInput:
    """The input of `resendLetter`."""

    letter: strawberry.ID


@strawberry.type(description="The letter waits to be sent.")
class ResendLetterSuccess:
    """The success of `resendLetter`."""

    letter: Letter


ResendLetterResult = Annotated[
    ResendLetterSuccess | NothingToResend | NotFound, strawberry.union("ResendLetterResult")
]


@strawberry.type
class LetterMutations:
    """Orders about letters."""

    @strawberry.mutation(
        permission_classes=[MayResendLetters],
        description="Send a dead letter again, as it was written; its links may have expired.",
    )
    async def resend_letter(self, info: Info, input: ResendLetterInput) -> ResendLetterResult:
        """Send a dead letter again."""
        key = required_key("letter", input.letter, "letter")
        letter = await look_up(info, Letter, await letters.resend_letter(info.context, key))
        if letter is None:
            raise LookupError(key)
        return ResendLetterSuccess(letter=letter)
