"""Problems: refusals as clients get them, one type each, with facts they can act on."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import refusals
from domain.documents import OrderWarning
from domain.tokens import Scope
from schema.access import ENUM_OWNERS

strawberry.enum(refusals.ProblemCode, description="Why an order was refused.")
strawberry.enum(OrderWarning, description="What to know although the order was carried out.")
strawberry.enum(Scope, description="What an API token is for.")
strawberry.enum(refusals.LinkDecision, description="How a link request ended.")


@strawberry.interface(description="Why an order was refused; nothing was changed.")
class Problem:
    """Base of all problems; `... on Problem` catches every one."""

    code: refusals.ProblemCode
    message: str = strawberry.field(
        description="For people, in the language of the request: Russian, or English."
    )
    retryable: bool = strawberry.field(
        description="Whether the same order may succeed when repeated."
    )


@strawberry.type(description="A value of the input is malformed.")
class InvalidInput(Problem):
    """See `domain.refusals.InvalidInput`."""

    field: str = strawberry.field(description="The path of the value in the input.")


@strawberry.type(description="No such object for this caller.")
class NotFound(Problem):
    """See `domain.refusals.NotFound`."""

    field: str = strawberry.field(description="The path of the id in the input.")


@strawberry.type(description="The idempotency key was used with another input.")
class IdempotencyKeyReused(Problem):
    """See `domain.refusals.IdempotencyKeyReused`."""


@strawberry.type(description="Too much of this is under way.")
class TryAgainLater(Problem):
    """See `domain.refusals.TryAgainLater`."""

    retry_after: int = strawberry.field(description="Seconds to wait.")


@strawberry.type(description="No cabinet opens with this login and password.")
class InvalidCredentials(Problem):
    """See `domain.refusals.InvalidCredentials`."""


@strawberry.type(description="This request may not be answered with a cookie.")
class CookieNotAllowed(Problem):
    """See `domain.refusals.CookieNotAllowed`."""


@strawberry.type(description="The choice of cabinets is unknown, used or too old.")
class ChoiceExpired(Problem):
    """See `domain.refusals.ChoiceExpired`."""


@strawberry.type(description="The link of a letter is unknown, used or too old.")
class TicketExpired(Problem):
    """See `domain.refusals.TicketExpired`."""


@strawberry.type(description="The user agreement was not accepted.")
class AgreementNotAccepted(Problem):
    """See `domain.refusals.AgreementNotAccepted`."""


@strawberry.type(description="The e-mail address opens as many cabinets as one may.")
class TooManyCabinets(Problem):
    """See `domain.refusals.TooManyCabinets`."""

    most: int


@strawberry.type(description="The old password is wrong.")
class WrongPassword(Problem):
    """See `domain.refusals.WrongPassword`."""


@strawberry.type(description="Another user of the cabinet has this e-mail address.")
class EmailTaken(Problem):
    """See `domain.refusals.EmailTaken`."""


@strawberry.type(description="The cabinet would be left without an admin.")
class LastAdmin(Problem):
    """See `domain.refusals.LastAdmin`."""


@strawberry.type(description="The stock holds fewer licenses than asked.")
class NotEnoughLicenses(Problem):
    """See `domain.refusals.NotEnoughLicenses`."""

    requested: int
    available: int


@strawberry.type(description="Own licenses that the document cannot take in their state.")
class LicensesNotAvailable(Problem):
    """See `domain.refusals.LicensesNotAvailable`."""

    licenses: list[strawberry.ID]


@strawberry.type(description="The cabinet of the other side is blocked.")
class CabinetBlocked(Problem):
    """See `domain.refusals.CabinetBlocked`."""


@strawberry.type(description="Sealed licenses have no code to show.")
class CodesNotShown(Problem):
    """See `domain.refusals.CodesNotShown`."""

    licenses: list[strawberry.ID]


@strawberry.type(description="Somebody else got the codes before; say why to do it all the same.")
class CodesHandedOver(Problem):
    """See `domain.refusals.CodesHandedOver`."""

    licenses: list[strawberry.ID] = strawberry.field(description="Whose codes he got.")
    first_recipient: str = strawberry.field(description="Who got the earliest of them.")
    at: datetime = strawberry.field(description="When he got it.")


@strawberry.type(description="More codes than one hand-over takes.")
class TooManyLicenses(Problem):
    """See `domain.refusals.TooManyLicenses`."""

    most: int = strawberry.field(description="How many it takes at most.")


@strawberry.type(description="No code of this document is left to the caller.")
class NothingToHandOver(Problem):
    """See `domain.refusals.NothingToHandOver`."""


@strawberry.type(description="The company is linked to this partner now.")
class AlreadyLinked(Problem):
    """See `domain.refusals.AlreadyLinked`."""


@strawberry.type(description="A request of the company waits for a decision.")
class LinkRequestPending(Problem):
    """See `domain.refusals.LinkRequestPending`."""

    pending_request: strawberry.ID


@strawberry.type(description="The request was decided before.")
class AlreadyDecided(Problem):
    """See `domain.refusals.AlreadyDecided`."""

    decision: refusals.LinkDecision
    decided_at: datetime


@strawberry.type(description="The link with the default partner cannot be ended.")
class DefaultLinkStays(Problem):
    """See `domain.refusals.DefaultLinkStays`."""


@strawberry.type(description="No client with this number can be bound.")
class ClientNotBindable(Problem):
    """See `domain.refusals.ClientNotBindable`."""


@strawberry.type(description="Scopes that grant more than their creator may do himself.")
class ScopesNotGranted(Problem):
    """See `domain.refusals.ScopesNotGranted`."""

    scopes: list[Scope]


@strawberry.type(description="The cabinet has as many living API tokens as it may have.")
class TooManyTokens(Problem):
    """See `domain.refusals.TooManyTokens`."""

    most: int


@strawberry.type(description="The company has a firm with this name and INN.")
class FirmExists(Problem):
    """See `domain.refusals.FirmExists`."""

    existing_firm: strawberry.ID = strawberry.field(description="The firm there is.")


@strawberry.type(description="The main firm cannot be removed.")
class MainFirmStays(Problem):
    """See `domain.refusals.MainFirmStays`."""


@strawberry.type(description="The INN of the main firm stays while an MRC looks after the company.")
class MainInnFrozen(Problem):
    """See `domain.refusals.MainInnFrozen`."""


@strawberry.type(description="Another product has this name.")
class ProductExists(Problem):
    """See `domain.refusals.ProductExists`."""

    existing_product: strawberry.ID = strawberry.field(description="The product there is.")


@strawberry.type(description="The letter is not dead, or its text was purged.")
class NothingToResend(Problem):
    """See `domain.refusals.NothingToResend`."""


@strawberry.type(description="The code is unknown, sealed or another company's.")
class CodeNotAccepted(Problem):
    """See `domain.refusals.CodeNotAccepted`."""


@strawberry.type(description="The license is activated on another device of the company.")
class LicenseActivatedElsewhere(Problem):
    """See `domain.refusals.LicenseActivatedElsewhere`."""

    device_name: str = strawberry.field(description="Where to deactivate it first.")


@strawberry.type(description="The license is not activated where it is to be freed from.")
class LicenseNotActivated(Problem):
    """See `domain.refusals.LicenseNotActivated`."""


@strawberry.type(description="Licenses are activated on the device.")
class DeviceHoldsLicense(Problem):
    """See `domain.refusals.DeviceHoldsLicense`."""

    licenses: list[strawberry.ID]


@strawberry.type(description="The device of this key is at work: its token is not told again.")
class DeviceInUse(Problem):
    """See `domain.refusals.DeviceInUse`."""


ENUM_OWNERS.update(
    {
        ("ProblemCode", getattr(refusals, kind.__name__).code.name): kind.__name__
        for kind in Problem.__subclasses__()
    }
)
