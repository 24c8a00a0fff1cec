"""Showings: who has seen a code, and to whom it was handed over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.showings import ShowingKind
from schema.access import MayReadDocuments
from schema.fields import related, stored
from schema.nodes import Node
from schema.users import User

if TYPE_CHECKING:
    from schema.documents import Document

strawberry.enum(ShowingKind, description="How a code was shown: on screen, on paper, by e-mail.")


@strawberry.type(description="An occasion on which a code was shown; a cabinet sees its own ones.")
class CodeShowing(Node):
    """See `persistence.showings`."""

    noun = "showings"
    prefix = "showing"

    kind: ShowingKind = stored("kind", "How the code was shown.")
    at: datetime = stored("at", "When.")
    recipient: str | None = stored(
        "recipient", "Who got it: the address, the buyer, or the cabinet itself; null for a look."
    )
    reason: str | None = stored("reason", "Why somebody else got it before, if he did.")
    user: User | None = related("user", "Who showed, printed or sent it.")
    document: Annotated[Document, strawberry.lazy("schema.documents")] | None = related(
        "document",
        "The document it was handed over by, if by one as a whole.",
        needs=[MayReadDocuments],
    )
