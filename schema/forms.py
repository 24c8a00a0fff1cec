"""The steps of the registration form; each can be checked before the next [000]."""

from __future__ import annotations

import strawberry
from strawberry.types import Info

from domain.accounts import FirmDetails, OutletDetails, Person
from domain.documents import OrderWarning
from domain.forms import STRICT, Form
from domain.inn import checksum_holds, parse_inn
from domain.refusals import InvalidInput as Complaint
from domain.text import title
from schema.access import MayRegisterCompanies
from schema.problems import InvalidInput


@strawberry.input(description="The first user, who will be an admin [000].")
class AccountInput:
    """The step Account."""

    name: str = strawberry.field(description="Last and first name.")
    email: str = strawberry.field(description="Where the letter of confirmation goes.")
    phone: str | None = None

    def person(self, form: Form = STRICT) -> Person:
        """Return the person; `form` gets what is wrong."""
        return Person.parse(self.name, self.email, self.phone, at="account", form=form)


@strawberry.input(description="The company, as it is called in lists [000].")
class CompanyInput:
    """The step Company."""

    name: str

    def read(self, form: Form = STRICT) -> str:
        """Return the name; `form` gets what is wrong."""
        return form.take(title, self.name, "company.name")


@strawberry.input(description="The details of a firm [000].")
class FirmInput:
    """The step Firm."""

    name: str
    inn: str = strawberry.field(description="10 or 12 digits; a wrong check digit is a warning.")
    email: str | None = None
    phone: str | None = None
    address: str | None = None

    def details(self, form: Form = STRICT, at: str = "firm") -> FirmDetails:
        """Return the firm; `form` gets what is wrong."""
        return FirmDetails.parse(
            self.name, self.inn, self.email, self.phone, self.address, at=at, form=form
        )


@strawberry.input(description="The details of an outlet [000].")
class OutletInput:
    """The step Outlet."""

    name: str
    address: str | None = None
    time_zone: str = strawberry.field(
        default="Europe/Moscow", description="The name of an IANA time zone."
    )

    def details(self, form: Form = STRICT) -> OutletDetails:
        """Return the outlet; `form` gets what is wrong."""
        return OutletDetails.parse(self.name, self.address, self.time_zone, form=form)


@strawberry.input(description="The steps filled in so far.")
class RegistrationDraftInput:
    """The argument of `registrationCheck`."""

    account: AccountInput | None = None
    company: CompanyInput | None = None
    firm: FirmInput | None = None
    outlet: OutletInput | None = None

    def problems(self) -> list[Complaint]:
        """Return everything that is wrong with the steps."""
        form = Form()
        if self.account is not None:
            self.account.person(form)
        if self.company is not None:
            self.company.read(form)
        if self.firm is not None:
            self.firm.details(form)
        if self.outlet is not None:
            self.outlet.details(form)
        return form.problems

    def warnings(self) -> list[OrderWarning]:
        """Return what is accepted but looks wrong."""
        inn = None if self.firm is None else Form().take(parse_inn, self.firm.inn)
        suspicious = inn is not None and not checksum_holds(inn)
        return [OrderWarning.INN_CHECKSUM] if suspicious else []


@strawberry.type(description="What is wrong with the steps of a registration, all at once.")
class RegistrationCheck:
    """The answer of `registrationCheck`."""

    problems: list[InvalidInput]
    warnings: list[OrderWarning]


@strawberry.type
class FormQueries:
    """Questions about forms that are being filled in."""

    @strawberry.field(
        permission_classes=[MayRegisterCompanies],
        description="Check the steps of a registration before it is sent; nothing is kept.",
    )
    def registration_check(self, info: Info, draft: RegistrationDraftInput) -> RegistrationCheck:
        """Check a draft."""
        language = info.context.exchange.language
        problems = [
            InvalidInput(
                code=problem.code,
                message=problem.message(language),
                retryable=problem.retryable,
                field=problem.field,
            )
            for problem in draft.problems()
        ]
        return RegistrationCheck(problems=problems, warnings=draft.warnings())
