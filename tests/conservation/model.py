"""What must come of each order, in plain Python; it shares no rule with the gateway."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

from tests.conservation.orders import (
    AnyPartner,
    Approve,
    Ask,
    Cancel,
    Decision,
    Documented,
    Enter,
    Exactly,
    FirmOf,
    Issue,
    Linked,
    Oldest,
    Order,
    Outcome,
    Outsider,
    Part,
    Placed,
    Refused,
    Reject,
    Release,
    Reveal,
    Sell,
    Taking,
    Written,
)

LIFETIME = timedelta(days=30)
STATES = {Approve: "APPROVED", Reject: "REJECTED", Cancel: "CANCELLED"}


class Disagreement(AssertionError):
    """The gateway answered something else than the model expects."""


@dataclass(frozen=True)
class License:
    product: UUID
    holder: UUID
    document: UUID
    firm: UUID | None = None
    revealed: bool = False
    sold: UUID | None = None
    device: UUID | None = None
    last_device: UUID | None = None
    """The device it is on, or was on last; none after a document."""


@dataclass(frozen=True)
class Request:
    company: UUID
    partner: UUID
    expires_at: datetime
    state: str = "PENDING"


@dataclass(frozen=True)
class Model:
    licensor: UUID
    partners: frozenset[UUID]
    licenses: dict[UUID, License] = field(default_factory=dict)
    numbers: dict[UUID, int] = field(default_factory=dict)
    keys: dict[tuple[UUID, str], tuple[Documented, Written]] = field(default_factory=dict)
    links: dict[UUID, UUID] = field(default_factory=dict)
    requests: dict[UUID, Request] = field(default_factory=dict)
    devices: dict[UUID, tuple[UUID, str]] = field(default_factory=dict)
    """The company and the name of each device; neither changes here."""

    def copy(self) -> Model:
        return replace(
            self,
            licenses=dict(self.licenses),
            numbers=dict(self.numbers),
            keys=dict(self.keys),
            links=dict(self.links),
            requests=dict(self.requests),
        )

    def apply(self, order: Order, outcome: Outcome, now: datetime) -> None:
        """Carry the order out in the model; `Disagreement` when the outcome cannot come of it."""
        if isinstance(order, Issue | Sell | Reveal):
            self._document(order, outcome)
        elif isinstance(order, Ask):
            self._ask(order, outcome, now)
        elif isinstance(order, Part):
            self._part(order, outcome)
        elif isinstance(order, Enter):
            self._enter(order, outcome)
        elif isinstance(order, Release):
            self._release(order, outcome)
        else:
            self._decide(order, outcome, now)

    def pending(self, company: UUID) -> UUID | None:
        return next(
            (
                key
                for key, request in self.requests.items()
                if request.company == company and request.state == "PENDING"
            ),
            None,
        )

    def held(self, holder: UUID) -> list[UUID]:
        return sorted(key for key, one in self.licenses.items() if one.holder == holder)

    def _document(self, order: Documented, outcome: Outcome) -> None:
        known = self.keys.get((order.by, order.key))
        if known is not None:
            first, written = known
            expect(order, outcome, written if order == first else Refused("IdempotencyKeyReused"))
            return
        refusal, taken = self._taken(order)
        if refusal is not None:
            expect(order, outcome, refusal)
            return
        if not isinstance(outcome, Written):
            differ(order, outcome, taken)
        buyer, firm = buyer_of(order)
        kind = kind_of(order)
        chosen = outcome.licenses if isinstance(order, Issue) else frozenset(taken)
        number = self.numbers.get(order.by, 0) + 1
        expect(order, outcome, Written(outcome.id, number, kind, buyer, chosen))
        if isinstance(order, Issue):
            if len(chosen) != order.take.quantity or chosen & self.licenses.keys():
                differ(order, outcome, order.take.quantity)
            fresh = License(order.take.product, order.by, outcome.id)
            self.licenses.update(dict.fromkeys(chosen, fresh))
        for key in chosen if not isinstance(order, Issue) else ():
            self.licenses[key] = moved(self.licenses[key], kind, outcome.id, buyer, firm)
        self.numbers[order.by] = number
        self.keys[order.by, order.key] = (order, outcome)

    def _taken(self, order: Documented) -> tuple[Refused | None, list[UUID]]:
        if isinstance(order, Issue):
            return None, []
        if isinstance(order, Sell):
            buyer = order.buyer
            if isinstance(buyer, FirmOf) and self.links[buyer.company] != order.by:
                return Refused.because("NotFound", field="buyer.firm"), []
            if isinstance(buyer, AnyPartner) and buyer.id not in self.partners:
                return Refused.because("NotFound", field="buyer.partner"), []
        outside = isinstance(order, Sell) and isinstance(order.buyer, Outsider)
        return self._stock(order.by, order.take, order.only, revealed_too=outside)

    def _stock(
        self, holder: UUID, take: Taking, only: UUID | None, *, revealed_too: bool
    ) -> tuple[Refused | None, list[UUID]]:
        held = self.held(holder)
        if only is not None:
            held = [key for key in held if self.licenses[key].product == only]
            if isinstance(take, Oldest) and take.product != only:
                return Refused.because("NotFound", field="product"), []
        if isinstance(take, Exactly):
            if not set(take.licenses) <= set(held):
                return Refused.because("NotFound", field="licenses"), []
            unfit = [
                key
                for key in sorted(take.licenses)
                if self.licenses[key].sold or (self.licenses[key].revealed and not revealed_too)
            ]
            if unfit:
                return Refused.because("LicensesNotAvailable", licenses=tuple(unfit)), []
            return None, list(take.licenses)
        sealed = [
            key
            for key in held
            if self.licenses[key].product == take.product and not self.licenses[key].revealed
        ]
        if len(sealed) < take.quantity:
            facts = {"requested": take.quantity, "available": len(sealed)}
            return Refused.because("NotEnoughLicenses", **facts), []
        return None, sealed[: take.quantity]

    def _ask(self, order: Ask, outcome: Outcome, now: datetime) -> None:
        waiting = self.pending(order.by)
        if self.links[order.by] == order.partner:
            expect(order, outcome, Refused("AlreadyLinked"))
        elif waiting is not None and now < self.requests[waiting].expires_at:
            expect(order, outcome, Refused.because("LinkRequestPending", pending_request=waiting))
        elif not isinstance(outcome, Linked) or outcome.id is None:
            differ(order, outcome, "a request")
        else:
            if waiting is not None:
                self.requests[waiting] = replace(self.requests[waiting], state="EXPIRED")
            self.requests[outcome.id] = Request(order.by, order.partner, now + LIFETIME)

    def _decide(self, order: Decision, outcome: Outcome, now: datetime) -> None:
        request = self.requests.get(order.request)
        if request is None or order.by != (
            request.company if isinstance(order, Cancel) else request.partner
        ):
            expect(order, outcome, Refused.because("NotFound", field="request"))
            return
        expired = request.state == "PENDING" and now >= request.expires_at
        state = "EXPIRED" if expired else request.state
        if state != "PENDING":
            expect(order, outcome, Refused.because("AlreadyDecided", decision=state))
            return
        if not isinstance(outcome, Linked):
            differ(order, outcome, "a decision")
        self.requests[order.request] = replace(request, state=STATES[type(order)])
        if isinstance(order, Approve):
            self.links[request.company] = request.partner

    def _part(self, order: Part, outcome: Outcome) -> None:
        if self.links[order.company] != order.by:
            expect(order, outcome, Refused.because("NotFound", field="company"))
        elif order.by == self.licensor:
            expect(order, outcome, Refused("DefaultLinkStays"))
        else:
            expect(order, outcome, Linked(None))
            self.links[order.company] = self.licensor

    def _enter(self, order: Enter, outcome: Outcome) -> None:
        before = self.licenses[order.license]
        company, _ = self.devices[order.device]
        anothers = before.holder in self.links and before.holder != company
        if anothers or not before.revealed:
            expect(order, outcome, Refused("CodeNotAccepted"))
        elif before.device not in {None, order.device}:
            assert before.device is not None
            _, name = self.devices[before.device]
            expect(order, outcome, Refused.because("LicenseActivatedElsewhere", device_name=name))
        elif order.off and order.device not in {before.device, before.last_device}:
            expect(order, outcome, Refused("LicenseNotActivated"))
        else:
            expect(order, outcome, Placed(order.license))
            self.licenses[order.license] = replace(
                before,
                holder=company,
                firm=before.firm if before.holder == company else None,
                sold=None,
                device=None if order.off else order.device,
                last_device=order.device,
            )

    def _release(self, order: Release, outcome: Outcome) -> None:
        before = self.licenses[order.license]
        if before.device is None:
            # The licensor sees what it holds and what its own companies hold.
            seen = before.holder == order.by or self.links.get(before.holder) == order.by
            unseen = Refused.because("NotFound", field="license")
            expect(order, outcome, Refused("LicenseNotActivated") if seen else unseen)
        else:
            expect(order, outcome, Placed(order.license))
            self.licenses[order.license] = replace(before, device=None)


def moved(
    before: License, kind: str, document: UUID, buyer: UUID | None, firm: UUID | None
) -> License:
    before = replace(before, last_device=None)
    if kind == "REVEAL_TO_SELF":
        return replace(before, document=document, revealed=True)
    if kind == "SALE_TO_UNREGISTERED_COMPANY":
        return replace(before, document=document, revealed=True, sold=document)
    assert buyer is not None
    return replace(before, document=document, holder=buyer, firm=firm)


def buyer_of(order: Documented) -> tuple[UUID | None, UUID | None]:
    if isinstance(order, Sell) and isinstance(order.buyer, AnyPartner):
        return order.buyer.id, None
    if isinstance(order, Sell) and isinstance(order.buyer, FirmOf):
        return order.buyer.company, order.buyer.id
    return None, None


def kind_of(order: Documented) -> str:
    if isinstance(order, Issue):
        return "ISSUE"
    if isinstance(order, Reveal):
        return "REVEAL_TO_SELF"
    if isinstance(order.buyer, AnyPartner):
        return "SALE_TO_PARTNER"
    company = isinstance(order.buyer, FirmOf)
    return "SALE_TO_REGISTERED_COMPANY" if company else "SALE_TO_UNREGISTERED_COMPANY"


def expect(order: Order, outcome: Outcome, expected: Outcome) -> None:
    if outcome != expected:
        differ(order, outcome, expected)


def differ(order: Order, outcome: Outcome, expected: object) -> NoReturn:
    raise Disagreement(f"{order}\n  expected {expected}\n  got {outcome}")
