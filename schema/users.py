"""Users: people with an account in one tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from domain.access import Capabilities, Capability, Right
from domain.users import UserState
from resolvers.reading.listings import Listing
from schema.access import MayReadUsers
from schema.connections import Connection
from schema.fields import paged, stored
from schema.nodes import Node

strawberry.enum(Right, description="What a user may do inside his tenant.")
strawberry.enum(UserState, description="Where a user stands; only an active one can sign in.")


@strawberry.type(description="A person's account in one tenant.")
class User(Node):
    """See `persistence.users`."""

    noun = "users"
    prefix = "user"

    name: str = stored("name", "Last and first name.")
    email: str = stored("email", "The address the user signs in with and gets letters at.")
    phone: str | None = stored("phone", "A phone number in E.164.")
    right: Right = stored("right", "What the user may do.")
    is_contact: bool = stored("is_contact", "Whether he is responsible for MyPOS in his tenant.")
    state: UserState = stored("state", "Where the user stands.", needs=[MayReadUsers])
    created_at: datetime = stored("created_at", "When he was invited.", needs=[MayReadUsers])
    confirmed_at: datetime | None = stored(
        "confirmed_at", "When he opened his account.", needs=[MayReadUsers]
    )


def _users(
    capabilities: Capabilities, state: UserState | None = None
) -> tuple[Listing, dict[str, Any]]:
    filters = [] if Capability.READ_ALL_TENANTS in capabilities else ["own"]
    if state is None:
        return Listing("users", "JOINED", filters=(*filters, "present")), {}
    return Listing("users", "JOINED", filters=(*filters, "state")), {"state": state}


@strawberry.type
class UserQueries:
    """Questions about users."""

    users: Connection[User] = paged(
        _users,
        "The users of the caller's cabinet; removed ones only when asked for by their state.",
        needs=[MayReadUsers],
    )
