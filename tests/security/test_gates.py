"""Each gate holds something back: without it, what it holds back is found at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, true, update

from domain.access import Role
from gateway.settings import Settings
from persistence import blocking, firms, links
from persistence.catalogue import NOUNS
from persistence.tables.regions import regional_bindings
from persistence.tables.tenants import tenants
from resolvers.context import Tools
from tests.client import Gateway
from tests.security.estate import Estate
from tests.security.facts import Facts, dump
from tests.security.leaks import Inspection

LOOKING = [Role.COMPANY_ADMIN, Role.MRC_ADMIN, Role.PARTNER_MANAGER, Role.LICENSOR_ADMIN]
BEHIND = {
    "partner_drafts": "the licensor's, who sees every partner anyway",
    "document_lines": "reached from a document only, whose gate is the same",
    "pos": "reached by the key of the device that asks only",
    "pos_licenses": "reached from that device only",
    "pos_outlets": "reached by the key of the outlet whose sync key it is only",
    "products": "open to every role that has the type",
    "stock": "made of the cabinet's own licenses, whatever the gate says",
    "tenants": "reached from rows only that show the same cabinet",
}
"""Nouns whose rows cannot be reached without passing another gate first."""
ELSEWHERE = {"firm_drafts": "saleDraft.buyer.firm"}
"""Where the rows of nouns without ids of their own are looked up."""
INNER = [
    ("persistence.licenses.visible_documents", "licenses.filter.document"),
    ("persistence.documents.visible_companies", "documents.filter.company"),
    ("persistence.documents.visible_partners", "documents.filter.partner"),
    ("persistence.documents.visible_users", "documents.filter.user"),
]
"""Gates inside filters, and where their absence shows."""


async def told(
    estate: Estate, gateway: Gateway, tools: Tools, place: str, roles: list[Role] = LOOKING
) -> list[str]:
    """Return the first leaks that any of the roles finds at a position."""
    facts = Facts(await dump(tools.database))
    for role in roles:
        inspection = Inspection(gateway, estate, facts, estate.viewers[role])
        places = inspection.places("query") + inspection.places("mutation")
        asked = [known for known in places if known.name == place]
        leaks = [leak for known in asked for leak in await inspection.compare(known)]
        if leaks:
            return leaks
    return []


async def shown(estate: Estate, gateway: Gateway, tools: Tools) -> list[str]:
    """Return the leaks in everything a partner is shown."""
    facts = Facts(await dump(tools.database))
    viewer = estate.viewers[Role.PARTNER_MANAGER]
    leaks, _ = await Inspection(gateway, estate, facts, viewer).walk(depth=1)
    return leaks


def open_everything(monkeypatch: pytest.MonkeyPatch, noun: str) -> None:
    reads = replace(NOUNS[noun], visible=lambda _actor: true())
    monkeypatch.setitem(NOUNS, noun, reads)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_gate_of_a_noun_can_be_removed_unnoticed(
    estate: Estate, gateway: Gateway, tools: Tools, settings: Settings
) -> None:
    assert not await told(estate, gateway, tools, "node.id")
    unnoticed = set()
    for noun in list(NOUNS):
        with pytest.MonkeyPatch.context() as monkeypatch:
            open_everything(monkeypatch, noun)
            async with Gateway(tools, settings) as open_gateway:
                place = ELSEWHERE.get(noun, "node.id")
                if not await told(estate, open_gateway, tools, place):
                    unnoticed.add(noun)
    assert unnoticed == BEHIND.keys()


async def test_the_gates_of_lists_cannot_be_removed_unnoticed(
    estate: Estate, gateway: Gateway, tools: Tools, settings: Settings
) -> None:
    assert not await shown(estate, gateway, tools)
    for noun in ("licenses", "documents", "companies", "users"):
        with pytest.MonkeyPatch.context() as monkeypatch:
            open_everything(monkeypatch, noun)
            async with Gateway(tools, settings) as open_gateway:
                assert await shown(estate, open_gateway, tools), noun


async def test_no_gate_of_a_filter_can_be_removed_unnoticed(
    estate: Estate, tools: Tools, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for gate, place in INNER:
        with monkeypatch.context() as patched:
            patched.setattr(gate, lambda _actor: true())
            async with Gateway(tools, settings) as gateway:
                assert await told(estate, gateway, tools, place), gate


async def test_a_lock_that_takes_any_link_is_noticed(
    estate: Estate, gateway: Gateway, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = links.lock_link
    monkeypatch.setattr(links, "lock_link", lambda unit, company, _=None: locked(unit, company))
    for place in ("sellLicenses.input.buyer.firm", "endLink.input.company"):
        assert await told(estate, gateway, tools, place, [Role.PARTNER_ADMIN])


async def test_an_unbinding_that_asks_for_no_mrc_is_noticed(
    estate: Estate, gateway: Gateway, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unbind(unit: Any, _mrc: Any, company: Any) -> bool:
        open_ = regional_bindings.c.unbound_at.is_(None)
        ending = update(regional_bindings).where(regional_bindings.c.company_id == company, open_)
        result = await unit.connection.execute(ending.values(unbound_at=unit.now))
        return bool(result.rowcount)

    monkeypatch.setattr("persistence.regions.unbind", unbind)
    place = "unbindRegionalClient.input.client"
    assert await told(estate, gateway, tools, place, [Role.MRC_ADMIN])


async def test_a_firm_that_is_found_whosever_it_is_is_noticed(
    estate: Estate, gateway: Gateway, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = firms.own_firm

    async def any_firm(unit: Any, _company: Any, key: Any) -> Any:
        owner = await firms.firm_company(unit, key)
        return None if owner is None else await found(unit, owner, key)

    monkeypatch.setattr(firms, "own_firm", any_firm)
    for order in ("changeFirm", "setMainFirm", "removeFirm"):
        place = f"{order}.input.firm"
        assert await told(estate, gateway, tools, place, [Role.COMPANY_MANAGER]), order


async def test_a_cabinet_that_is_blocked_unseen_is_noticed(
    estate: Estate, gateway: Gateway, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def any_cabinet(unit: Any, _noun: Any, key: Any, _actor: Any) -> Any:
        known = select(tenants.c.name, tenants.c.blocked_at).where(tenants.c.id == key)
        row = (await unit.connection.execute(known)).one_or_none()
        return None if row is None else blocking.Standing(row.name, row.blocked_at)

    monkeypatch.setattr(blocking, "lock_cabinet", any_cabinet)
    for order in ("blockTenant", "unblockTenant"):
        place = f"{order}.input.tenant"
        assert await told(estate, gateway, tools, place, [Role.LICENSOR_ADMIN]), order
