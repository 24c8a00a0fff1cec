from __future__ import annotations

from typing import Any

from domain.access import Role
from tests.client import Gateway
from tests.inputs.tables import MALFORMED, UNKNOWN
from tests.inputs.wrong import codes, post
from tests.schema.bench import Bench
from tests.world import World

BAD = {"BAD_USER_INPUT"}
LONG = "ж" * 50_000
TEXTS = ("", "   ", "\n\t", LONG, "%", "_", "\\", "'\"`;--", "\u0085\u2028", "\ufffe\uffff", "🙂")
NO_IDS: list[Any] = ["\0", "\udfff", {}, [1, 2], True]
NO_TEXTS: list[Any] = ["\0", "a\ud800", 5, ["x", "y"], {}]
DOCUMENTS = (
    "query ($f: DocumentFilter) { documents(filter: $f) { edges { node { id } } totalCount } }"
)
LICENSES = "query ($f: LicenseFilter) { licenses(filter: $f) { edges { node { id } } totalCount } }"
CLIENTS = """query ($f: RegionalClientFilter) { regionalClients(filter: $f) {
  edges { node { id } } totalCount } }"""


async def test_an_id_that_names_nothing_finds_nothing(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    foreign = await world.company()
    ids = [*MALFORMED, f"license_{UNKNOWN}", foreign.node(), f"nothing_{UNKNOWN}", "ё" * 1000]
    looks = (
        "query ($id: ID!) { node(id: $id) { id } license(id: $id) { id } document(id: $id) { id } }"
    )

    for id_ in ids:
        response = await post(gateway, bench.partner, looks, {"id": id_})
        assert codes(response) == set()
        assert response.json()["data"] == {"node": None, "license": None, "document": None}, id_
    no_ids: list[Any] = ["\0", "\ud800", None, {}, [], True, 1.5]
    for no_id in no_ids:
        assert codes(await post(gateway, bench.partner, looks, {"id": no_id})) == BAD, no_id
    assert codes(await post(gateway, bench.partner, looks, {"id": 5})) == set()


async def test_a_filter_by_an_id_that_names_nothing_finds_nothing(
    world: World, gateway: Gateway
) -> None:
    bench = await Bench(world, gateway).begin()
    foreign = await world.company()

    for query, names in (
        (DOCUMENTS, ("company", "partner", "user")),
        (LICENSES, ("product", "document", "holder")),
    ):
        for name in names:
            for id_ in (*MALFORMED, f"{name}_{UNKNOWN}", f"company_{UNKNOWN}", foreign.node()):
                response = await post(gateway, bench.partner, query, {"f": {name: id_}})
                assert codes(response) == set()
                (page,) = response.json()["data"].values()
                assert page == {"edges": [], "totalCount": 0}, (name, id_)
            for value in NO_IDS:
                response = await post(gateway, bench.partner, query, {"f": {name: value}})
                assert codes(response) == BAD, (name, value)
            # A null condition is no condition.
            assert codes(await post(gateway, bench.partner, query, {"f": {name: None}})) == set()


async def test_a_draft_for_a_buyer_that_names_nobody_is_none(
    world: World, gateway: Gateway
) -> None:
    bench = await Bench(world, gateway).begin()
    query = "query ($b: SaleDraftBuyer!) { saleDraft(buyer: $b) { name } }"
    foreign = await world.company()
    for id_ in (*MALFORMED, f"firm_{UNKNOWN}", foreign.firm_node, bench.company.node()):
        response = await post(gateway, bench.partner, query, {"b": {"firm": id_}})
        assert codes(response) == set()
        assert response.json()["data"] == {"saleDraft": None}, id_
    no_buyers: list[Any] = [None, {}, [], "x", {"firm": None}, {"firm": "\0"}, {"inn": "1"}]
    both = {"firm": bench.company.firm_node, "partner": bench.partner.node()}
    for buyer in (*no_buyers, both):
        for who in (bench.partner, world.licensor):
            assert codes(await post(gateway, who, query, {"b": buyer})) == BAD, buyer


async def test_any_text_can_be_searched_for(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    for role, field in (
        (Role.PARTNER_ADMIN, "companies"),
        (Role.PARTNER_ADMIN, "documents"),
        (Role.COMPANY_ADMIN, "documents"),
        (Role.LICENSOR_ADMIN, "partners"),
        (Role.LICENSOR_ADMIN, "companiesOfOtherPartners"),
        (Role.COMPANY_ADMIN, "partners"),
        (Role.MRC_ADMIN, "regionalClients"),
    ):
        token = await bench.token(role)
        query = f"query ($s: String) {{ {field}(filter: {{search: $s}}) {{ totalCount }} }}"
        for text in TEXTS:
            assert codes(await post(gateway, token, query, {"s": text})) == set(), (field, text[:9])
        for wrong in NO_TEXTS:
            assert codes(await post(gateway, token, query, {"s": wrong})) == BAD, (field, wrong)


async def test_filters_by_region_take_any_texts(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    values: list[tuple[Any, set[str]]] = [
        ([], set()),
        (list(TEXTS), set()),
        (["x"] * 5000, set()),
        ("one", set()),
        (None, set()),
        ([None], BAD),
        ([["x"]], BAD),
        (["\0"], BAD),
        (["\ud800"], BAD),
        (5, BAD),
    ]

    for name in ("regions", "macroregions"):
        for value, expected in values:
            response = await post(gateway, bench.mrc, CLIENTS, {"f": {name: value}})
            assert codes(response) == expected, (name, repr(value)[:50])


async def test_unknown_words_are_refused(world: World, gateway: Gateway) -> None:
    bench = await Bench(world, gateway).begin()
    for query, filter_ in (
        (LICENSES, {"state": "OPEN"}),
        (LICENSES, {"state": "sealed"}),
        (LICENSES, {"sold": "yes"}),
        (LICENSES, {"sold": 1}),
        (LICENSES, {"printed": "no"}),
        (LICENSES, {"sent": 0}),
        *((LICENSES, {"codeEndsWith": text}) for text in (*TEXTS, "123", "12345", "１２３４")),
        *((LICENSES, {"codeEndsWith": wrong}) for wrong in NO_TEXTS),
        (LICENSES, {"codeEndsWith": 1234}),
        (LICENSES, {"code": "123456789012"}),
        (DOCUMENTS, {"kinds": ["SALE"]}),
        (DOCUMENTS, {"kinds": [None]}),
        (DOCUMENTS, {"number": 1}),
        (DOCUMENTS, []),
        (DOCUMENTS, "x"),
    ):
        response = await post(gateway, bench.partner, query, {"f": filter_})
        assert codes(response) == BAD, filter_
