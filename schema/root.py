"""The one schema: every type declared once, for all roles together."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from schema.accounts import AccountMutations, AccountQueries
from schema.activation import ActivationMutations
from schema.audit import AuditQueries
from schema.blocking import BlockingMutations
from schema.cashiers import CashierMutations, CashierQueries
from schema.companies import CompanyMutations, CompanyQueries
from schema.devices import DeviceMutations, DeviceQueries
from schema.documents import DocumentQueries
from schema.drafts import DraftQueries
from schema.firms import FirmMutations
from schema.forms import FormQueries
from schema.hand_overs import HandOverMutations
from schema.issues import IssueMutations
from schema.letters import LetterMutations, LetterQueries
from schema.licenses import LicenseQueries, LicenseSubscriptions
from schema.links import LinkMutations, LinkQueries, LinkSubscriptions
from schema.lookups import NodeQueries
from schema.nodes import node_types
from schema.outlets import OutletMutations
from schema.partners import PartnerMutations, PartnerQueries
from schema.passwords import PasswordMutations
from schema.pos import PosMutations, PosQueries
from schema.products import ProductMutations, ProductQueries
from schema.refusing import refusal_handlers
from schema.regions import RegionMutations, RegionQueries
from schema.registrations import RegistrationMutations, RegistrationQueries
from schema.reveals import RevealMutations
from schema.sales import SaleMutations
from schema.scalars import DATE_TIME
from schema.sessions import SessionMutations, SessionQueries
from schema.staff import StaffMutations
from schema.stock import StockQueries, StockSubscriptions
from schema.tickets import TicketQueries
from schema.tokens import TokenMutations, TokenQueries
from schema.users import UserQueries


@strawberry.type
class Query(
    AccountQueries,
    NodeQueries,
    ProductQueries,
    LicenseQueries,
    StockQueries,
    DocumentQueries,
    DraftQueries,
    PartnerQueries,
    CompanyQueries,
    LinkQueries,
    RegionQueries,
    FormQueries,
    TicketQueries,
    RegistrationQueries,
    UserQueries,
    SessionQueries,
    TokenQueries,
    AuditQueries,
    LetterQueries,
    DeviceQueries,
    CashierQueries,
    PosQueries,
):
    """All questions."""


@strawberry.type
class Mutation(
    AccountMutations,
    IssueMutations,
    SaleMutations,
    RevealMutations,
    HandOverMutations,
    LinkMutations,
    FirmMutations,
    CompanyMutations,
    PartnerMutations,
    ProductMutations,
    BlockingMutations,
    RegionMutations,
    RegistrationMutations,
    PasswordMutations,
    StaffMutations,
    SessionMutations,
    TokenMutations,
    LetterMutations,
    OutletMutations,
    DeviceMutations,
    CashierMutations,
    ActivationMutations,
    PosMutations,
):
    """All orders."""


@strawberry.type
class Subscription(LinkSubscriptions, StockSubscriptions, LicenseSubscriptions):
    """All news."""


@cache
def build_schema() -> GraphQLSchema:
    """Return the schema of all roles together; what each role gets is projected from it."""
    built = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=list(node_types().values()),
        exception_handlers=refusal_handlers(),
        config=StrawberryConfig(scalar_map={datetime: DATE_TIME}),
    )
    # The library has no public way to the schema it built; a test pins this name.
    schema: GraphQLSchema = built._schema  # noqa: SLF001
    return schema
