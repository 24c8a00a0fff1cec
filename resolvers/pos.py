"""The POS: who a sync key or a device token speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access import GRANTS, Actor, Role, TenantKind
from domain.devices import DEVICE_TOKEN, SYNC_KEY
from persistence import pos
from persistence.queries import Query
from persistence.sessions import token_hash

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Database, Unit
    from resolvers.context import Context


class PosClosed(PermissionError):
    """The device was removed, or its company blocked, while its request waited."""


class PosIdentities:
    """Tells which POS a credential is of; it is asked anew for each request."""

    def __init__(self, database: Database) -> None:
        """Compile the look-ups for this database."""
        self._database = database
        dialect = database.reader.dialect
        self._queries = {
            SYNC_KEY: (Role.POS_OUTLET, Query.compile(pos.LIVE_OUTLET, dialect)),
            DEVICE_TOKEN: (Role.POS_DEVICE, Query.compile(pos.LIVE_DEVICE, dialect)),
        }

    async def identify(self, credential: str) -> Actor | None:
        """Return the POS, or `None` for what is no credential of one, or no longer."""
        for prefix, (role, query) in self._queries.items():
            if credential.startswith(prefix):
                values = {"token_hash": token_hash(credential)}
                for row in await self._database.reader.fetch(query, values):
                    itself = row.get("device") or row["outlet"]
                    return Actor(
                        role=role,
                        capabilities=GRANTS[role],
                        kind=TenantKind.COMPANY,
                        tenant=row["tenant"],
                        user=itself,
                        session=itself,
                        outlet=row["outlet"],
                        device=row.get("device"),
                    )
        return None


async def at_work(context: Context, unit: Unit) -> UUID:
    """Lock the calling device and return it; what changes anything of it begins here."""
    actor = context.actor
    if not await pos.lock_working_device(unit, actor.user, actor.tenant):
        raise PosClosed
    return actor.user
