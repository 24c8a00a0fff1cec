"""Registrations: companies and partners, until their first user has confirmed them [000]."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities, Capability, TenantKind
from domain.accounts import PartnerDetails, Person
from domain.emails import parse_email
from domain.registrations import CompanyForm
from resolvers import registrations
from resolvers.reading.listings import Listing
from schema.access import (
    MayReadRegistrations,
    MayRegisterCompanies,
    MayRegisterPartners,
    scoped,
)
from schema.connections import Connection
from schema.fields import paged, stored
from schema.forms import AccountInput, CompanyInput, FirmInput, OutletInput
from schema.ids import required_key
from schema.nodes import Node, look_up
from schema.problems import AgreementNotAccepted, InvalidInput, NotFound, TryAgainLater


@strawberry.type(description="A cabinet that waits for its first user to confirm it.")
class Registration(Node):
    """See `persistence.registrations`: who registered it sees only this of it."""

    noun = "registrations"
    prefix = "registration"

    name: str = stored("name", "The name of the organisation.")
    kind: TenantKind = stored("kind", "What kind of cabinet it will have.")
    registered_at: datetime = stored("registered_at", "When it was registered.")


@strawberry.input(description="A company with its first user, main firm and outlet.")
class RegisterCompanyInput:
    """The steps of the form [000]."""

    account: AccountInput
    company: CompanyInput
    firm: FirmInput
    outlet: OutletInput
    agreed: bool = strawberry.field(description="Whether the user agreement is accepted.")

    def form(self) -> CompanyForm:
        """Return the form, checked."""
        return CompanyForm(
            admin=self.account.person(),
            name=self.company.read(),
            firm=self.firm.details(),
            outlet=self.outlet.details(),
        )


@strawberry.input(description="What the form of a new partner holds [000].")
class CreatePartnerInput:
    """The input of `createPartner`."""

    name: str
    inn: str = strawberry.field(description="10 or 12 digits; a wrong check digit is accepted.")
    address: str
    head: str = strawberry.field(description="Who heads the partner.")
    phone: str
    user_name: str = strawberry.field(description="Last and first name of its first user.")
    user_email: str = strawberry.field(description="Where the letter of confirmation goes.")

    def details(self) -> PartnerDetails:
        """Return the partner's details, checked."""
        return PartnerDetails.parse(self.name, self.inn, self.address, self.head, self.phone)

    def user(self) -> Person:
        """Return the first user, checked."""
        return Person.parse(self.user_name, self.user_email)


@strawberry.input(description="Which registration.")
class RegistrationInput:
    """The input of orders about one registration."""

    registration: strawberry.ID


@strawberry.input(description="Which registration, and where its letter goes.")
class ResendConfirmationInput:
    """The input of `resendConfirmation`."""

    registration: strawberry.ID
    email: str | None = strawberry.field(
        default=None,
        metadata=scoped(Capability.CORRECT_USERS),
        description="The right address, when the first was typed wrong [000].",
    )


@strawberry.type(description="A letter is on its way; the cabinet opens when it is confirmed.")
class RegistrationSuccess:
    """The success of a registration."""

    sent_to: str = strawberry.field(description="The address the letter goes to.")
    registration: Registration | None = strawberry.field(
        default=None,
        permission_classes=[MayReadRegistrations],
        description="What the caller's cabinet sees of it.",
    )


@strawberry.type(description="The registration is removed.")
class CancelRegistrationSuccess:
    """The success of `cancelRegistration`."""

    registration: strawberry.ID


RegisterCompanyResult = Annotated[
    RegistrationSuccess | AgreementNotAccepted | InvalidInput | TryAgainLater,
    strawberry.union("RegisterCompanyResult"),
]
CreatePartnerResult = Annotated[
    RegistrationSuccess | InvalidInput | TryAgainLater, strawberry.union("CreatePartnerResult")
]
ResendConfirmationResult = Annotated[
    RegistrationSuccess | NotFound | InvalidInput | TryAgainLater,
    strawberry.union("ResendConfirmationResult"),
]
CancelRegistrationResult = Annotated[
    CancelRegistrationSuccess | NotFound, strawberry.union("CancelRegistrationResult")
]


def _registrations(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
) -> tuple[Listing, dict[str, Any]]:
    return Listing("registrations", "REGISTERED", descending=True), {}


async def _success(info: Info, key: Any, sent_to: str) -> RegistrationSuccess:  # noqa: ANN401 - a key
    if info.context.caller is None:
        return RegistrationSuccess(sent_to=sent_to)
    registration = await look_up(info, Registration, key)
    return RegistrationSuccess(sent_to=sent_to, registration=registration)


@strawberry.type
class RegistrationQueries:
    """Questions about registrations."""

    registrations: Connection[Registration] = paged(
        _registrations,
        "What the caller's cabinet has registered and nobody has confirmed yet, newest first.",
        needs=[MayReadRegistrations],
    )


@strawberry.type
class RegistrationMutations:
    """Orders about registrations."""

    @strawberry.mutation(
        permission_classes=[MayRegisterCompanies],
        description="Register a company. Nobody sees it until its first user confirms it; then it "
        "is linked to the partner that registered it, by itself to the default partner [000].",
    )
    async def register_company(
        self, info: Info, input: RegisterCompanyInput
    ) -> RegisterCompanyResult:
        """Register a company."""
        form = input.form()
        key = await registrations.register_company(info.context, form, agreed=input.agreed)
        return await _success(info, key, form.admin.email)

    @strawberry.mutation(
        permission_classes=[MayRegisterPartners],
        description="Register a partner; its first user confirms it by letter [000].",
    )
    async def create_partner(self, info: Info, input: CreatePartnerInput) -> CreatePartnerResult:
        """Register a partner."""
        details, user = input.details(), input.user()
        key = await registrations.create_partner(info.context, details, user)
        return await _success(info, key, user.email)

    @strawberry.mutation(
        permission_classes=[MayReadRegistrations],
        description="Send the letter of a registration again; the letter before opens nothing.",
    )
    async def resend_confirmation(
        self, info: Info, input: ResendConfirmationInput
    ) -> ResendConfirmationResult:
        """Send the letter again."""
        key = required_key("registration", input.registration, "registration")
        email = parse_email(input.email, "email") if input.email is not None else None
        sent_to = await registrations.resend_confirmation(info.context, key, email)
        return await _success(info, key, sent_to)

    @strawberry.mutation(
        permission_classes=[MayReadRegistrations],
        description="Remove a registration; its letter opens nothing any more.",
    )
    async def cancel_registration(
        self, info: Info, input: RegistrationInput
    ) -> CancelRegistrationResult:
        """Remove a registration."""
        key = required_key("registration", input.registration, "registration")
        await registrations.cancel_registration(info.context, key)
        return CancelRegistrationSuccess(registration=input.registration)
