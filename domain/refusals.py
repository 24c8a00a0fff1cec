"""Refusals: what a caller can do something about. Each is data in the answer, never a crash."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.tokens import Scope


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


class NotEnoughLicenses(Refusal):
    """The stock holds fewer licenses than asked; nothing was moved."""

    code = ProblemCode.NOT_ENOUGH_LICENSES
    russian = "Недостаточно лицензий: запрошено {requested}, доступно {available}"
    english = "Not enough licenses: {requested} requested, {available} available"

    def __init__(self, *, requested: int, available: int) -> None:
        self.requested = requested
        self.available = available


class LicensesNotAvailable(Refusal):
    """Licenses the caller holds, named by id, that this document cannot take in their state."""

    code = ProblemCode.LICENSES_NOT_AVAILABLE
    russian = "Лицензии в этом состоянии документ принять не может: {count}"
    english = "Licenses that this document cannot take in their state: {count}"

    def __init__(self, licenses: list[UUID]) -> None:
        self.licenses = licenses
        self.count = len(licenses)


class CabinetBlocked(Refusal):
    """The cabinet of the other side, a buyer or a company that asks, is blocked."""

    code = ProblemCode.CABINET_BLOCKED
    russian = "Кабинет другой стороны заблокирован"
    english = "The other side's cabinet is blocked"


class CodesNotShown(Refusal):
    """A license that is still sealed has no code to show."""

    code = ProblemCode.CODES_NOT_SHOWN
    russian = "Коды запечатанных лицензий не показываются: {count}"
    english = "Codes of sealed licenses are not shown: {count}"

    def __init__(self, licenses: list[UUID]) -> None:
        self.licenses = licenses
        self.count = len(licenses)


class CodesHandedOver(Refusal):
    """Codes that somebody else got before: one number must not reach two users [000].

    `first_recipient` got the earliest of them, `at` is when.
    """

    code = ProblemCode.CODES_HANDED_OVER
    russian = (
        "Коды уже переданы другому получателю ({first_recipient}): {count}. "
        "Чтобы передать их ещё раз, укажите причину"
    )
    english = (
        "Codes that were handed over to somebody else ({first_recipient}): {count}. "
        "To hand them over again, give a reason"
    )

    def __init__(self, licenses: list[UUID], first_recipient: str, at: datetime) -> None:
        self.licenses = licenses
        self.count = len(licenses)
        self.first_recipient = first_recipient
        self.at = at


class TooManyLicenses(Refusal):
    """The document has more codes than one hand-over takes; name the licenses in parts."""

    code = ProblemCode.TOO_MANY_LICENSES
    russian = "За один раз передаётся не больше {most} кодов"
    english = "No more than {most} codes are handed over at once"

    def __init__(self, *, most: int) -> None:
        self.most = most


class NothingToHandOver(Refusal):
    """The caller holds none of the document's licenses with an open code any more."""

    code = ProblemCode.NOTHING_TO_HAND_OVER
    russian = "Раскрытых лицензий этого документа у вас нет"
    english = "You hold no revealed license of this document"


class AlreadyLinked(Refusal):
    """The company is linked to this partner now."""

    code = ProblemCode.ALREADY_LINKED
    russian = "Компания уже подключена к этому партнёру"
    english = "The company is already linked to this partner"


class LinkRequestPending(Refusal):
    """The company has a request that waits for a decision; withdraw it first."""

    code = ProblemCode.LINK_REQUEST_PENDING
    russian = "У компании уже есть запрос на подключение"
    english = "The company already has a pending link request"

    def __init__(self, pending_request: UUID) -> None:
        self.pending_request = pending_request


class LinkDecision(StrEnum):
    """How a link request ended."""

    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


_DECIDED_RUSSIAN = {
    LinkDecision.APPROVED: "одобрен",
    LinkDecision.REJECTED: "отклонён",
    LinkDecision.CANCELLED: "отозван",
    LinkDecision.EXPIRED: "истёк",
}


class AlreadyDecided(Refusal):
    """Somebody, or the clock, decided the request before."""

    code = ProblemCode.ALREADY_DECIDED
    russian = "Запрос уже {decided_russian}"
    english = "The request was already decided: {decision}"

    def __init__(self, decision: LinkDecision, decided_at: datetime) -> None:
        self.decision = decision
        self.decided_at = decided_at
        self.decided_russian = _DECIDED_RUSSIAN[decision]


class DefaultLinkStays(Refusal):
    """The licensor is the default partner; his link ends only when another one begins."""

    code = ProblemCode.DEFAULT_LINK_STAYS
    russian = "Связь с партнёром по умолчанию прекратить нельзя"
    english = "The link with the default partner cannot be ended"


class ClientNotBindable(Refusal):
    """One answer for an unknown number, another INN and a client bound elsewhere [004, ruling]."""

    code = ProblemCode.CLIENT_NOT_BINDABLE
    russian = "Клиента с таким номером привязать нельзя"
    english = "No client with this number can be bound"


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


class FirmExists(Refusal):
    """The company has a firm with this name and INN."""

    code = ProblemCode.FIRM_EXISTS
    russian = "У компании уже есть фирма с таким названием и ИНН"
    english = "The company already has a firm with this name and INN"

    def __init__(self, existing_firm: UUID) -> None:
        self.existing_firm = existing_firm


class MainFirmStays(Refusal):
    """A company always has a main firm: make another one the main firm first."""

    code = ProblemCode.MAIN_FIRM_STAYS
    russian = "Основную фирму удалить нельзя, сначала сделайте основной другую"
    english = "The main firm cannot be removed, make another firm the main one first"


class MainInnFrozen(Refusal):
    """While a company is bound to a multi-regional company, the INN they share stays [004]."""

    code = ProblemCode.MAIN_INN_FROZEN
    russian = "ИНН основной фирмы нельзя сменить, пока компания связана с мультирегиональной"
    english = "The INN of the main firm stays while the company is bound to a multi-regional one"


class ProductExists(Refusal):
    """Another product has this name, letter case aside."""

    code = ProblemCode.PRODUCT_EXISTS
    russian = "Продукт с таким названием уже есть"
    english = "There is a product with this name already"

    def __init__(self, existing_product: UUID) -> None:
        self.existing_product = existing_product


class NothingToResend(Refusal):
    """The letter is not dead, or its text was purged: then the order that wrote it is repeated."""

    code = ProblemCode.NOTHING_TO_RESEND
    russian = "Заново отправляется только недоставленное письмо, пока хранится его текст"
    english = "Only a dead letter can be sent again, as long as its text is kept"


class CodeNotAccepted(Refusal):
    """One answer for an unknown, a sealed and another company's code [ruling]."""

    code = ProblemCode.CODE_NOT_ACCEPTED
    russian = "Код не принят: проверьте, что он раскрыт и введён без ошибок"
    english = "The code is not accepted: check that it is revealed and typed without mistakes"


class LicenseActivatedElsewhere(Refusal):
    """The license is activated on another device of the company; deactivate it there first."""

    code = ProblemCode.LICENSE_ACTIVATED_ELSEWHERE
    russian = "Лицензия активирована на устройстве «{device_name}»: сначала деактивируйте её там"
    english = "The license is activated on the device “{device_name}”: deactivate it there first"

    def __init__(self, device_name: str) -> None:
        self.device_name = device_name


class LicenseNotActivated(Refusal):
    """The license is free, and was not activated where it is to be freed from."""

    code = ProblemCode.LICENSE_NOT_ACTIVATED
    russian = "Лицензия здесь не активирована"
    english = "The license is not activated here"


class DeviceHoldsLicense(Refusal):
    """A device is removed only when nothing is activated on it any more [ruling]."""

    code = ProblemCode.DEVICE_HOLDS_LICENSE
    russian = (
        "На устройстве активированы лицензии: {count}. Деактивируйте их на нём, а если устройство "
        "неисправно, попросите лицензиара освободить их"
    )
    english = (
        "Licenses are activated on the device: {count}. Deactivate them on it or, if it is broken, "
        "ask the licensor to release them"
    )

    def __init__(self, licenses: list[UUID]) -> None:
        self.licenses = licenses
        self.count = len(licenses)


class DeviceInUse(Refusal):
    """The device registered under this key works already; its token is not given out again."""

    code = ProblemCode.DEVICE_IN_USE
    russian = "Устройство с этим ключом уже зарегистрировано и работает"
    english = "The device registered under this key is at work already"
