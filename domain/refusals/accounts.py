"""Refusals about signing in, tickets, users, passwords and API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals.base import ProblemCode, Refusal

if TYPE_CHECKING:
    from domain.tokens import Scope


class InvalidCredentials(Refusal):
    """No open cabinet fits this login and password; tells nothing more."""

    code = ProblemCode.INVALID_CREDENTIALS
    russian = "Неверный логин или пароль"
    english = "Wrong login or password"


class CookieNotAllowed(Refusal):
    """A cookie session was asked for by a request that is not proof against forgery."""

    code = ProblemCode.COOKIE_NOT_ALLOWED
    russian = "Сессия в cookie выдаётся только на запрос с заголовком GraphQL-Require-Preflight"
    english = "A cookie session needs a request with the header GraphQL-Require-Preflight"


class ChoiceExpired(Refusal):
    """The choice of cabinets is unknown, used or too old: sign in again."""

    code = ProblemCode.CHOICE_EXPIRED
    russian = "Выбор кабинета устарел, войдите заново"
    english = "The choice of cabinets has expired, sign in again"


class TicketExpired(Refusal):
    """The ticket of a letter is unknown, used or too old: have another letter sent."""

    code = ProblemCode.TICKET_EXPIRED
    russian = "Ссылка недействительна или устарела, запросите новую"
    english = "The link is not valid any more, ask for a new one"


class AgreementNotAccepted(Refusal):
    """Nobody is registered without accepting the user agreement [000]."""

    code = ProblemCode.AGREEMENT_NOT_ACCEPTED
    russian = "Нужно принять пользовательское соглашение"
    english = "The user agreement must be accepted"


class TooManyCabinets(Refusal):
    """The e-mail address opens as many cabinets as one login may [ruling]."""

    code = ProblemCode.TOO_MANY_CABINETS
    russian = "С этим адресом почты уже открыто кабинетов: {most}"
    english = "This e-mail address already opens {most} cabinets"

    def __init__(self, most: int) -> None:
        self.most = most


class WrongPassword(Refusal):
    """The old password is not the caller's."""

    code = ProblemCode.WRONG_PASSWORD
    russian = "Старый пароль неверен"
    english = "The old password is wrong"


class EmailTaken(Refusal):
    """Another user of the same cabinet has this e-mail address."""

    code = ProblemCode.EMAIL_TAKEN
    russian = "В этом кабинете уже есть пользователь с таким адресом почты"
    english = "A user of this cabinet already has this e-mail address"


class LastAdmin(Refusal):
    """A cabinet keeps at least one active admin [000]."""

    code = ProblemCode.LAST_ADMIN
    russian = "Это последний администратор кабинета"
    english = "This is the last admin of the cabinet"


class ScopesNotGranted(Refusal):
    """Scopes that grant more than their creator may do himself."""

    code = ProblemCode.SCOPES_NOT_GRANTED
    russian = "Ваших прав недостаточно для: {named}"
    english = "Your own rights do not cover: {named}"

    def __init__(self, scopes: list[Scope]) -> None:
        self.scopes = scopes
        self.named = ", ".join(scopes)


class TooManyTokens(Refusal):
    """The cabinet has as many living API tokens as it may have; revoke one first."""

    code = ProblemCode.TOO_MANY_TOKENS
    russian = "Действующих токенов API не может быть больше {most}"
    english = "There may be no more than {most} living API tokens"

    def __init__(self, most: int) -> None:
        self.most = most


class NothingToResend(Refusal):
    """The letter is not dead, or its text was purged: then the order that wrote it is repeated."""

    code = ProblemCode.NOTHING_TO_RESEND
    russian = "Заново отправляется только недоставленное письмо, пока хранится его текст"
    english = "Only a dead letter can be sent again, as long as its text is kept"
