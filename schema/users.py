"""Users: people with an account in one tenant."""

from __future__ import annotations

import strawberry

from domain.access import Right
from schema.fields import stored
from schema.nodes import Node

strawberry.enum(Right, description="What a user may do inside his tenant.")


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
