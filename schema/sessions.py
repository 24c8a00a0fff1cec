"""Sessions: where one is signed in, and ending that."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from resolvers import sessions
from resolvers.reading.listings import Listing
from schema.access import MayManageSelf
from schema.connections import Connection
from schema.fields import paged, stored
from schema.ids import required_key
from schema.nodes import Node
from schema.problems import NotFound


@strawberry.type(description="A session of the caller's that has not ended.")
class Session(Node):
    """See `persistence.sessions`."""

    noun = "sessions"
    prefix = "session"

    began_at: datetime = stored("began_at", "When it was opened.")
    used_at: datetime | None = stored("used_at", "When it was last used, to about a minute.")
    expires_at: datetime = stored("expires_at", "When it ends by itself.")
    user_agent: str | None = stored("user_agent", "What the client called itself.")
    address: str | None = stored("address", "The address it was opened from.")
    current: bool = stored("current", "Whether it is this one.")


@strawberry.input(description="Which session to end.")
class EndSessionInput:
    """The input of `endSession`."""

    session: strawberry.ID


@strawberry.type(description="The session has ended.")
class EndSessionSuccess:
    """The success of `endSession`."""

    session: strawberry.ID


@strawberry.type(description="The caller's other sessions have ended.")
class EndOtherSessionsSuccess:
    """The success of `endOtherSessions`."""

    ended: bool = True


EndSessionResult = Annotated[EndSessionSuccess | NotFound, strawberry.union("EndSessionResult")]


def _sessions(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
) -> tuple[Listing, dict[str, Any]]:
    return Listing("sessions", "BEGAN", descending=True), {}


@strawberry.type
class SessionQueries:
    """Questions about one's sessions."""

    sessions: Connection[Session] = paged(
        _sessions, "Where the caller is signed in, newest first.", needs=[MayManageSelf]
    )


@strawberry.type
class SessionMutations:
    """Orders about one's sessions."""

    @strawberry.mutation(permission_classes=[MayManageSelf], description="End a session.")
    async def end_session(self, info: Info, input: EndSessionInput) -> EndSessionResult:
        """End a session."""
        await sessions.end_session(info.context, required_key("session", input.session, "session"))
        return EndSessionSuccess(session=input.session)

    @strawberry.mutation(
        permission_classes=[MayManageSelf], description="End all sessions but this one."
    )
    async def end_other_sessions(self, info: Info) -> EndOtherSessionsSuccess:
        """End the others."""
        await sessions.end_other_sessions(info.context)
        return EndOtherSessionsSuccess()
