"""Races for a regional client: it is bound to one multi-regional company."""

from __future__ import annotations

from persistence.companies import RegionalDetails
from tests.client import Gateway
from tests.conservation.clients import at_once, order
from tests.conservation.profiles import rounds
from tests.conservation.verifying import verified
from tests.world import World


async def test_two_mrcs_bind_a_client_once(
    world: World, gateway: Gateway, other_gateway: Gateway
) -> None:
    rivals = [await world.mrc("Первая"), await world.mrc("Вторая")]
    for n in range(rounds(10, 200)):
        number = f"8-700-220-{n // 100:02}-{n % 100:02}"
        await world.company(regional=RegionalDetails(multichannel_number=number))
        bound, refused = await at_once(
            *(
                order(here.http, rival, "bindRegionalClient", multichannelNumber=number)
                for rival, here in zip(
                    (*rivals, *rivals), (gateway, other_gateway) * 2, strict=True
                )
            )
        )
        # The winner's own second try finds the client bound to itself.
        assert (len(bound), len(refused)) == (2, 2)
        assert refused.names == {"ClientNotBindable"}
    await verified(world.tools)
