from __future__ import annotations

import itertools
from uuid import uuid4

import pytest

from domain.access import GRANTS, Actor, Capability, Right, Role, TenantKind, grants_of
from domain.tokens import EVERY_TOKEN

PAIRS = {
    (TenantKind.LICENSOR, Right.ADMIN): Role.LICENSOR_ADMIN,
    (TenantKind.LICENSOR, Right.MANAGER): Role.LICENSOR_MANAGER,
    (TenantKind.LICENSOR, Right.SUPPORT): Role.LICENSOR_SUPPORT,
    (TenantKind.PARTNER, Right.ADMIN): Role.PARTNER_ADMIN,
    (TenantKind.PARTNER, Right.MANAGER): Role.PARTNER_MANAGER,
    (TenantKind.COMPANY, Right.ADMIN): Role.COMPANY_ADMIN,
    (TenantKind.COMPANY, Right.MANAGER): Role.COMPANY_MANAGER,
    (TenantKind.MRC, Right.ADMIN): Role.MRC_ADMIN,
}
CHANGES = {
    Capability.ISSUE_LICENSES,
    Capability.SELL_LICENSES,
    Capability.SELL_TO_PARTNERS,
    Capability.REVEAL_LICENSES,
    Capability.SHOW_CODES,
    Capability.REQUEST_LINKS,
    Capability.DECIDE_LINKS,
    Capability.BIND_REGIONAL_CLIENTS,
    Capability.MANAGE_TOKENS,
    Capability.MANAGE_FIRMS,
    Capability.CHANGE_OWN_COMPANY,
    Capability.CHANGE_OWN_PARTNER,
    Capability.CHANGE_PARTNERS,
    Capability.MANAGE_PRODUCTS,
    Capability.BLOCK_TENANTS,
}
KINDS: dict[Capability, set[TenantKind]] = {
    Capability.ISSUE_LICENSES: {TenantKind.LICENSOR},
    Capability.SELL_TO_PARTNERS: {TenantKind.LICENSOR},
    Capability.READ_PARTNER_STOCK: {TenantKind.LICENSOR},
    Capability.READ_OTHER_COMPANIES: {TenantKind.LICENSOR},
    Capability.READ_ALL_TENANTS: {TenantKind.LICENSOR},
    Capability.SELL_LICENSES: {TenantKind.LICENSOR, TenantKind.PARTNER},
    Capability.DECIDE_LINKS: {TenantKind.LICENSOR, TenantKind.PARTNER},
    Capability.REQUEST_LINKS: {TenantKind.COMPANY},
    Capability.BIND_REGIONAL_CLIENTS: {TenantKind.MRC},
    Capability.MANAGE_TOKENS: {TenantKind.PARTNER, TenantKind.COMPANY},
    Capability.OVERSEE_TENANTS: {TenantKind.LICENSOR},
    Capability.BLOCK_TENANTS: {TenantKind.LICENSOR},
    Capability.CHANGE_PARTNERS: {TenantKind.LICENSOR},
    Capability.MANAGE_PRODUCTS: {TenantKind.LICENSOR},
    Capability.CHANGE_OWN_PARTNER: {TenantKind.PARTNER},
    Capability.CHANGE_OWN_COMPANY: {TenantKind.COMPANY},
    Capability.MANAGE_FIRMS: {TenantKind.COMPANY},
}


@pytest.mark.parametrize("kind", TenantKind)
@pytest.mark.parametrize("right", Right)
def test_kind_and_right_give_the_role(kind: TenantKind, right: Right) -> None:
    if (kind, right) in PAIRS:
        assert Role.of(kind, right) is PAIRS[kind, right]
    else:
        with pytest.raises(ValueError, match="is not a valid Role"):
            Role.of(kind, right)


def test_every_role_has_its_grants_and_every_capability_a_role() -> None:
    assert set(GRANTS) == set(Role)
    assert all(GRANTS.values())
    assert set(itertools.chain(*GRANTS.values())) == set(Capability) - EVERY_TOKEN


def test_the_anonymous_caller_can_only_find_his_way_in() -> None:
    found = {Capability.SIGN_IN, Capability.REGISTER_COMPANIES, Capability.USE_TICKETS}
    assert grants_of(None) == found
    assert all(Capability.SIGN_IN not in GRANTS[role] for role in PAIRS.values())


def test_an_actor_may_what_he_was_granted_and_no_more() -> None:
    key, some = uuid4(), frozenset({Capability.VIEW_SELF})
    actor = Actor(Role.PARTNER_ADMIN, some, TenantKind.PARTNER, key, key, key)

    assert actor.may(Capability.VIEW_SELF)
    assert not actor.may(Capability.SELL_LICENSES)
    assert grants_of(actor) == some


@pytest.mark.parametrize("capability", KINDS)
def test_some_things_are_reserved_to_kinds_of_cabinets(capability: Capability) -> None:
    kinds = {kind for (kind, _), role in PAIRS.items() if capability in GRANTS[role]}

    assert kinds == KINDS[capability]


def test_support_changes_nothing_and_sees_no_codes() -> None:
    assert not GRANTS[Role.LICENSOR_SUPPORT] & CHANGES


def test_only_support_reads_all_tenants() -> None:
    readers = {role for role in Role if Capability.READ_ALL_TENANTS in GRANTS[role]}

    assert readers == {Role.LICENSOR_SUPPORT}


def test_a_manager_may_nothing_that_his_admin_may_not() -> None:
    for kind in ("LICENSOR", "PARTNER", "COMPANY"):
        assert GRANTS[Role(f"{kind}_MANAGER")] <= GRANTS[Role(f"{kind}_ADMIN")]


@pytest.mark.parametrize(
    ("capability", "admin"),
    [
        (Capability.CHANGE_PARTNERS, Role.LICENSOR_ADMIN),
        (Capability.CHANGE_OWN_PARTNER, Role.PARTNER_ADMIN),
        (Capability.CHANGE_OWN_COMPANY, Role.COMPANY_ADMIN),
    ],
)
def test_some_changes_are_an_admins_alone(capability: Capability, admin: Role) -> None:
    assert {role for role in Role if capability in GRANTS[role]} == {admin}


def test_only_the_admin_of_a_company_asks_for_a_link() -> None:
    assert Capability.REQUEST_LINKS not in GRANTS[Role.COMPANY_MANAGER]
    assert Capability.READ_PARTNERS not in GRANTS[Role.COMPANY_MANAGER]
