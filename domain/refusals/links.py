"""Refusals about links, firms and regional clients."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from domain.refusals.base import ProblemCode, Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


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
