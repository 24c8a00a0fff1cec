"""Letters: what the gateway writes to people, and the one-time tickets that some carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

from domain.access import TenantKind
from domain.links import LinkEnd

if TYPE_CHECKING:
    from uuid import UUID

LANGUAGES = frozenset({"ru", "en"})


class LetterKind(StrEnum):
    """What a letter is about; each has templates in Russian and English."""

    CONFIRM_COMPANY = "CONFIRM_COMPANY"
    CONFIRM_PARTNER = "CONFIRM_PARTNER"
    INVITATION = "INVITATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a word, not a secret
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - as above
    CONFIRM_EMAIL = "CONFIRM_EMAIL"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    LINK_REQUESTED = "LINK_REQUESTED"
    LINK_APPROVED = "LINK_APPROVED"
    LINK_REJECTED = "LINK_REJECTED"
    LINK_ENDED = "LINK_ENDED"
    LICENSES = "LICENSES"


class LetterState(StrEnum):
    """Where a letter stands; a dead one is not tried again by itself."""

    WAITING = "WAITING"
    SENT = "SENT"
    DEAD = "DEAD"


class TicketPurpose(StrEnum):
    """What a one-time ticket is good for; a ticket is never good for anything else."""

    CONFIRMATION = "CONFIRMATION"
    INVITATION = "INVITATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a word, not a secret
    EMAIL_CHANGE = "EMAIL_CHANGE"


class LinkSide(StrEnum):
    """Which side of a link a letter about it is written to."""

    COMPANY = "COMPANY"
    PARTNER = "PARTNER"


class Fact(Enum):
    """What kind of text a fact is."""

    TEXT = auto()
    """A text that says something."""
    MAYBE = auto()
    """A text that may be empty."""
    MOMENT = auto()
    """A moment in ISO 8601 with an offset."""


Entry = Mapping[str, str]
Facts = Mapping[str, str | Sequence[Entry]]
"""What fills a template: texts, and lists of entries that hold texts."""

Text = Fact | type[StrEnum]
"""A fact of a kind, or one of the words of an enum."""
Texts = Mapping[str, Text]
Needs = Mapping[str, Text | list[Texts]]
"""The facts a letter needs by name; a list of one entry says what each of many holds."""

_CABINET: Texts = {"person": Fact.TEXT, "cabinet": Fact.TEXT, "kind": TenantKind}
_TICKET: Texts = {"ticket": Fact.TEXT, "expires_at": Fact.MOMENT}
_LINK: Texts = {"side": LinkSide, "company": Fact.TEXT, "partner": Fact.TEXT}
_LICENSE: Texts = {
    "product": Fact.TEXT,
    "code": Fact.TEXT,
    "document": Fact.MAYBE,
    "buyer": Fact.MAYBE,
}

NEEDS: Mapping[LetterKind, Needs] = {
    # `person` is whom the letter greets and `cabinet` the name of his tenant; a partner and a
    # company may have the same one, hence the kind [001].
    # `registered_by` is the partner's name; empty when the company registered itself.
    LetterKind.CONFIRM_COMPANY: {**_CABINET, **_TICKET, "registered_by": Fact.MAYBE},
    LetterKind.CONFIRM_PARTNER: {**_CABINET, **_TICKET},
    # `invited_by` is the name of the admin.
    LetterKind.INVITATION: {**_CABINET, **_TICKET, "invited_by": Fact.TEXT},
    # One letter for all cabinets of the address, each with a ticket of its own.
    LetterKind.PASSWORD_RESET: {
        "expires_at": Fact.MOMENT,
        "cabinets": [{**_CABINET, "ticket": Fact.TEXT}],
    },
    LetterKind.PASSWORD_CHANGED: {**_CABINET, "at": Fact.MOMENT},
    # To the new address.
    LetterKind.CONFIRM_EMAIL: {**_CABINET, **_TICKET},
    # To the old address. It may be a stranger's, typed wrong [000]: the new one is not told.
    LetterKind.EMAIL_CHANGED: {**_CABINET, "at": Fact.MOMENT},
    # `company` and `partner` are names; `company_inn` is that of the main firm.
    LetterKind.LINK_REQUESTED: {**_LINK, "company_inn": Fact.MAYBE, "expires_at": Fact.MOMENT},
    LetterKind.LINK_APPROVED: _LINK,
    LetterKind.LINK_REJECTED: _LINK,
    # `partner` is the one that was. `new_partner` is whom the company has now; empty in the
    # letter to the partner, whom it does not concern.
    LetterKind.LINK_ENDED: {**_LINK, "ended_by": LinkEnd, "new_partner": Fact.MAYBE},
    # `seller` is the cabinet that sends. Of each license: the number of its document, and the
    # buyer as the document names him.
    LetterKind.LICENSES: {"seller": Fact.TEXT, "licenses": [_LICENSE]},
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as a plain value; `facts` fill its template: those of `NEEDS[kind]`, exactly.

    `tenant` is the cabinet of the recipient, `language` is `ru` or `en`. `ValueError` when the
    facts are not what the kind needs, so that a unit which promises such a letter fails at once.
    """

    kind: LetterKind
    recipient: str
    language: str
    tenant: UUID | None
    facts: Facts

    def __post_init__(self) -> None:
        """Refuse what could not be rendered or sent, without telling a value."""
        complaint = _complaint(self.facts, NEEDS[self.kind])
        if self.language not in LANGUAGES:
            complaint = "the language is unknown"
        elif "@" not in self.recipient or self.recipient.split() != [self.recipient]:
            complaint = "the recipient is no address"
        if complaint is not None:
            raise ValueError(f"A letter {self.kind}: {complaint}.")


def _complaint(facts: Mapping[str, object], needs: Needs) -> str | None:
    """Say what is wrong with facts; `None` when nothing is."""
    if facts.keys() != needs.keys():
        missing, unknown = sorted(needs.keys() - facts.keys()), sorted(facts.keys() - needs.keys())
        return f"missing are {missing}, unknown are {unknown}"
    for name, need in needs.items():
        fact = facts[name]
        if not isinstance(need, list):
            if not _fits(fact, need):
                return f"{name} is not a {need}"
            continue
        if isinstance(fact, str) or not isinstance(fact, Sequence) or not fact:
            return f"{name} is not a list with entries"
        for entry in fact:
            complaint = _complaint(entry, need[0])
            if complaint is not None:
                return f"in {name} {complaint}"
    return None


def _fits(fact: object, need: Text) -> bool:
    if not isinstance(fact, str):
        return False
    if need is Fact.MAYBE:
        return True
    if need is Fact.TEXT:
        return bool(fact.strip())
    if need is Fact.MOMENT:
        return _is_moment(fact)
    return fact in set(need)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False
