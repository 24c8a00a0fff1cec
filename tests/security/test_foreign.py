"""A row outside the viewer's scope does not exist for him, on whatever path he looks."""

from __future__ import annotations

from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type, is_composite_type

from domain.access import Role
from resolvers.context import Tools
from schema.nodes import node_types
from tests.client import Gateway
from tests.kits import Who
from tests.security.atlas import WINDOW, fielded, leaves, possible, roots, seen_by, whole
from tests.security.estate import Estate
from tests.security.facts import RULES, Facts, dump
from tests.security.inputs import ORDERS
from tests.security.leaks import Inspection
from tests.security.positions import SOURCES
from tests.security.sources import EVERYBODYS, Ids, Plain
from tests.security.walking import is_connection

SESSIONS = frozenset({"sessions", "cabinet_choices", "attempts"})
PARTS = {
    "DocumentLine",
    "InvalidInput",
    "Pos",
    "PosLicense",
    "PosOutlet",
    "ProductStock",
    "RegistrationCheck",
    "SaleDraft",
    "TicketOffer",
    "Viewer",
}
"""Objects without an id, shown only within what they are a part of."""
TOLD = {
    "Cabinet.id",
    "CancelRegistrationSuccess.registration",
    "CodesHandedOver.licenses",
    "CodesNotShown.licenses",
    "ConfirmAccountSuccess.cabinet",
    "DeviceHoldsLicense.licenses",
    "EndLinkSuccess.company",
    "EndSessionSuccess.session",
    "FirmExists.existingFirm",
    "LicensesNotAvailable.licenses",
    "LinkRequestPending.pendingRequest",
    "ProductExists.existingProduct",
    "RemoveFirmSuccess.firm",
    "RemoveUserSuccess.user",
    "PulledCashier.id",
    "RegisterDeviceSuccess.device",
    "ReleaseLicenseSuccess.license",
    "RemoveCashierSuccess.cashier",
    "RemoveDeviceSuccess.device",
    "ShownCode.license",
    "UnbindRegionalClientSuccess.client",
}
"""Ids in answers of mutations: of what the caller named himself, or of his own."""


def test_every_input_position_says_what_it_could_name() -> None:
    kept = {p.name for p in leaves(whole()) if p.path[0] not in WINDOW and not enumerated(p.named)}
    assert kept == SOURCES.keys()


def enumerated(kind: object) -> bool:
    return isinstance(kind, GraphQLEnumType) or getattr(kind, "name", "") == "Boolean"


def test_every_position_of_an_id_is_tried_with_ids() -> None:
    for place in leaves(whole()):
        if place.named.name == "ID":
            assert isinstance(SOURCES[place.name], Ids), place.name


def test_every_order_has_an_input_to_try() -> None:
    assert dict(roots(whole()))["mutation"].fields.keys() == ORDERS.keys()


def test_no_field_below_the_roots_takes_more_than_a_window() -> None:
    """One that does needs a way to be asked here first."""
    tops = {kind.name for _, kind in roots(whole())}
    for kind in fielded(whole()):
        for name, field in kind.fields.items():
            assert kind.name in tops or set(field.args) <= WINDOW, f"{kind.name}.{name}"


def test_every_type_of_node_has_a_rule_of_who_sees_it() -> None:
    nodes = {kind.name for kind in possible(whole(), whole().type_map["Node"])}
    assert nodes == RULES.keys() == {kind.__name__ for kind in node_types().values()}


def test_every_object_is_a_node_or_a_known_part_of_one() -> None:
    reached: set[str] = set()
    waiting = [whole().type_map["Query"]]
    while waiting:
        kind = waiting.pop()
        if kind.name not in reached and is_composite_type(kind):
            reached.add(kind.name)
            fields = getattr(kind, "fields", {}).values()
            waiting += [get_named_type(field.type) for field in fields]
    objects = {n for n in reached if isinstance(whole().type_map[n], GraphQLObjectType)}
    pages = {n for n in objects if is_connection(whole().type_map[n]) or n.endswith("Edge")}
    assert objects - pages == RULES.keys() | PARTS | {"Query", "PageInfo", "Tenant"}


def test_every_id_in_an_answer_is_a_nodes_own_or_known() -> None:
    told = {
        f"{kind.name}.{name}"
        for kind in fielded(whole())
        for name, field in kind.fields.items()
        if get_named_type(field.type).name == "ID" and kind.name not in {*RULES, "Node"}
    }
    assert told == TOLD


async def test_no_list_and_no_relation_shows_a_foreign_row(
    estate: Estate, gateway: Gateway, tools: Tools
) -> None:
    for viewer in estate.everybody:
        if viewer.role is Role.ANONYMOUS:
            continue
        # Anew for each: support leaves records behind.
        facts = Facts(await dump(tools.database))
        leaks, met = await Inspection(gateway, estate, facts, viewer).walk(
            depth=2 if viewer.role is Role.LICENSOR_SUPPORT else 3
        )
        assert not leaks, viewer.who
        assert listed(viewer.who) <= met, "what is not met is not looked at"


def listed(role: Who) -> set[str]:
    """Return the types of rows that somebody has lists of."""
    return {
        get_named_type(get_named_type(kind.fields["edges"].type).fields["node"].type).name
        for kind in fielded(seen_by(role))
        if is_connection(kind)
    }


async def test_a_foreign_object_is_answered_like_one_that_never_was(
    estate: Estate, gateway: Gateway, tools: Tools
) -> None:
    facts = Facts(await dump(tools.database))
    for viewer in estate.everybody:
        inspection = Inspection(gateway, estate, facts, viewer)
        for place in inspection.places("query"):
            assert not await inspection.compare(place), viewer.who


async def test_an_order_with_a_foreign_object_is_refused_like_one_with_none_and_does_nothing(
    estate: Estate, gateway: Gateway, tools: Tools
) -> None:
    before = await dump(tools.database, without=SESSIONS)
    facts = Facts(await dump(tools.database))
    for viewer in estate.everybody:
        inspection = Inspection(gateway, estate, facts, viewer)
        for place in inspection.places("mutation"):
            assert not await inspection.compare(place), viewer.who
    assert before == await dump(tools.database, without=SESSIONS)


async def test_every_position_was_tried_with_something(estate: Estate, tools: Tools) -> None:
    facts = Facts(await dump(tools.database))
    for name, source in SOURCES.items():
        if isinstance(source, Plain):
            continue
        if isinstance(source, Ids) and set(source.prefixes) <= EVERYBODYS:
            continue
        viewers = [
            viewer
            for viewer in estate.everybody
            if name in {place.name for place in leaves(seen_by(viewer.who))}
        ]
        assert any(source.foreign(facts, viewer) for viewer in viewers), name
