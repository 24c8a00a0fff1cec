"""Firms: legal and natural persons of a company."""

from __future__ import annotations

import strawberry

from schema.fields import stored
from schema.nodes import Node


@strawberry.type(description="A legal or natural person of a company; licenses are sold to firms.")
class Firm(Node):
    """See `persistence.firms`."""

    noun = "firms"
    prefix = "firm"

    name: str = stored("name", "The name of the firm.")
    inn: str = stored("inn", "10 digits of a legal entity or 12 of a person.")
    email: str | None = stored("email", "An e-mail address.")
    phone: str | None = stored("phone", "A phone number in E.164.")
    address: str | None = stored("address", "A postal address.")
    is_main: bool = stored("is_main", "Whether it is the company's main firm; each has one.")
