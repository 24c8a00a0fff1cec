"""What every refusal is, and those that any order may meet."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class ProblemCode(StrEnum):
    """The closed list of refusal codes a client can branch on."""

    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    TRY_AGAIN_LATER = "TRY_AGAIN_LATER"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    COOKIE_NOT_ALLOWED = "COOKIE_NOT_ALLOWED"
    CHOICE_EXPIRED = "CHOICE_EXPIRED"
    TICKET_EXPIRED = "TICKET_EXPIRED"
    AGREEMENT_NOT_ACCEPTED = "AGREEMENT_NOT_ACCEPTED"
    TOO_MANY_CABINETS = "TOO_MANY_CABINETS"
    WRONG_PASSWORD = "WRONG_PASSWORD"  # noqa: S105 - a code, not a secret
    EMAIL_TAKEN = "EMAIL_TAKEN"
    LAST_ADMIN = "LAST_ADMIN"
    NOT_ENOUGH_LICENSES = "NOT_ENOUGH_LICENSES"
    LICENSES_NOT_AVAILABLE = "LICENSES_NOT_AVAILABLE"
    CABINET_BLOCKED = "CABINET_BLOCKED"
    CODES_NOT_SHOWN = "CODES_NOT_SHOWN"
    CODES_HANDED_OVER = "CODES_HANDED_OVER"
    TOO_MANY_LICENSES = "TOO_MANY_LICENSES"
    NOTHING_TO_HAND_OVER = "NOTHING_TO_HAND_OVER"
    ALREADY_LINKED = "ALREADY_LINKED"
    LINK_REQUEST_PENDING = "LINK_REQUEST_PENDING"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    DEFAULT_LINK_STAYS = "DEFAULT_LINK_STAYS"
    CLIENT_NOT_BINDABLE = "CLIENT_NOT_BINDABLE"
    SCOPES_NOT_GRANTED = "SCOPES_NOT_GRANTED"
    TOO_MANY_TOKENS = "TOO_MANY_TOKENS"
    FIRM_EXISTS = "FIRM_EXISTS"
    MAIN_FIRM_STAYS = "MAIN_FIRM_STAYS"
    MAIN_INN_FROZEN = "MAIN_INN_FROZEN"
    PRODUCT_EXISTS = "PRODUCT_EXISTS"
    NOTHING_TO_RESEND = "NOTHING_TO_RESEND"
    CODE_NOT_ACCEPTED = "CODE_NOT_ACCEPTED"
    LICENSE_ACTIVATED_ELSEWHERE = "LICENSE_ACTIVATED_ELSEWHERE"
    LICENSE_NOT_ACTIVATED = "LICENSE_NOT_ACTIVATED"
    DEVICE_HOLDS_LICENSE = "DEVICE_HOLDS_LICENSE"
    DEVICE_IN_USE = "DEVICE_IN_USE"


class Refusal(Exception):
    """Base of all refusals; `code`, `retryable` and both messages are fixed by the class.

    Messages are `str.format` templates over the attributes of the instance.
    """

    code: ClassVar[ProblemCode]
    retryable: ClassVar[bool] = False
    russian: ClassVar[str]
    english: ClassVar[str]

    def message(self, language: str) -> str:
        """Return the message for people, in Russian unless `language` is `en`."""
        template = self.english if language == "en" else self.russian
        return template.format(**vars(self))


class InvalidInput(Refusal):
    """A value of the input is malformed; `field` is its path in the input."""

    code = ProblemCode.INVALID_INPUT
    russian = "Поле «{field}»: {reason_russian}"
    english = "Field “{field}”: {reason_english}"

    def __init__(self, field: str, *, russian: str, english: str) -> None:
        self.field = field
        self.reason_russian = russian
        self.reason_english = english


class NotFound(Refusal):
    """There is no such object for this caller: unknown, malformed and foreign ids alike."""

    code = ProblemCode.NOT_FOUND
    russian = "Поле «{field}»: объект не найден"
    english = "Field “{field}”: no such object"

    def __init__(self, field: str) -> None:
        self.field = field


class IdempotencyKeyReused(Refusal):
    """The key was used before with another input or for another operation."""

    code = ProblemCode.IDEMPOTENCY_KEY_REUSED
    russian = "Ключ идемпотентности уже использован с другими данными"
    english = "The idempotency key was already used with another input"


class TryAgainLater(Refusal):
    """Too much of this is under way; `retry_after` is in seconds."""

    code = ProblemCode.TRY_AGAIN_LATER
    retryable = True
    russian = "Слишком много запросов, повторите через {retry_after} с"
    english = "Too many requests, try again in {retry_after} s"

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after


class CabinetBlocked(Refusal):
    """The cabinet of the other side, a buyer or a company that asks, is blocked."""

    code = ProblemCode.CABINET_BLOCKED
    russian = "Кабинет другой стороны заблокирован"
    english = "The other side's cabinet is blocked"
