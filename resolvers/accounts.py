"""Accounts: signing in, choosing a cabinet, signing out, and who a token speaks for."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.access import GRANTS, Actor, Capabilities, Role, TenantKind
from domain.accounts import CHOICE_LIFETIME, LONGEST_PASSWORD, MOST_CABINETS, Account
from domain.attempts import client_network
from domain.emails import email_key
from domain.refusals import ChoiceExpired, CookieNotAllowed, InvalidCredentials
from domain.tokens import token_capabilities
from persistence import accounts as persisted
from persistence import attempts, audit, sessions
from persistence.queries import Query
from resolvers.pos import PosIdentities

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime
    from uuid import UUID

    from persistence.database import Database, Unit
    from resolvers.context import Context


MOST_RECALLED = 10_000
"""How many tokens are remembered; those identified longest ago are forgotten first."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session was opened; `token` is `None` when it went into a cookie."""

    token: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """The password fits several cabinets: the answer to `chooseCabinet` opens one [001]."""

    token: str
    accounts: list[Account]


async def sign_in(
    context: Context, login: str, password: str, *, cookie: bool
) -> SignedIn | Choice:
    """Open the cabinet whose password this is, or offer those it fits.

    Every attempt verifies the same number of hashes, so that neither time nor answer tells
    whether the login exists or how many cabinets it has.
    """
    _check_cookie(context, cookie=cookie)
    await _throttle(context, login)
    accounts = await _accounts(context.database, login)
    if not context.tools.rules.mrc_password_only:
        accounts = [account for account in accounts if account.kind is not TenantKind.MRC]
    if len(password) > LONGEST_PASSWORD:
        accounts = []
    passwords = context.tools.passwords
    hashes = [account.password_hash for account in accounts]
    padding = [passwords.dummy] * (MOST_CABINETS - len(hashes))
    fits = await passwords.matches(password[:LONGEST_PASSWORD], hashes + padding)
    opened = [account for account, fit in zip(accounts, fits, strict=False) if fit]
    if not opened:
        raise InvalidCredentials
    if len(opened) == 1:

        async def only(unit: Unit) -> UUID:
            # Who knows the password is not kept out for having signed in often.
            await attempts.forget(unit, context.tools.rules.sign_ins_by_account, email_key(login))
            await _still_fits(unit, opened)
            return opened[0].user

        return await _open(context, only, opened[0].tenant, cookie=cookie)
    return await _offer(context, login, opened)


async def _throttle(context: Context, login: str) -> None:
    """Count an attempt for the account, whether there is one or not, and for the address."""
    rules, client = context.tools.rules, context.exchange.client

    async def work(unit: Unit) -> None:
        await attempts.spend(unit, rules.sign_ins_by_account, email_key(login))
        if client:
            await attempts.spend(unit, rules.sign_ins_by_address, client_network(client))

    await context.carry_out(work)


async def _accounts(database: Database, login: str) -> list[Account]:
    query = Query.compile(persisted.accounts_by_login(), database.reader.dialect)
    values = {"login": email_key(login), "most": MOST_CABINETS}
    return [Account(**row) for row in await database.reader.fetch(query, values)]


async def _open(
    context: Context, chosen: Callable[[Unit], Awaitable[UUID]], tenant: UUID, *, cookie: bool
) -> SignedIn:
    """Open a session for the user of `tenant` that `chosen` returns, in the unit that finds him."""
    token, lifetime = sessions.new_token(), context.tools.rules.session_lifetime
    exchange = context.exchange
    agent, address = exchange.user_agent or None, exchange.client or None

    async def work(unit: Unit) -> SignedIn:
        expires_at = unit.now + lifetime
        user = await chosen(unit)
        session = await sessions.add_session(unit, user, token, expires_at, agent, address=address)
        author = audit.Author(user, tenant, session)
        request = exchange.request_id
        about = [(user, tenant)]
        await audit.record(unit, author, "signIn", request, about, address=address)
        return SignedIn(None if cookie else token, expires_at)

    signed_in = await context.carry_out(work)
    if cookie:
        context.exchange.set_session_cookie(token, int(lifetime.total_seconds()))
    return signed_in


async def _still_fits(unit: Unit, verified: list[Account]) -> list[UUID]:
    """Return the users whose password is still the one that was verified; refuse if it is none's.

    Verifying takes a while: what was reset or blocked meanwhile must not be opened behind that.
    """
    hashes = {account.user: account.password_hash for account in verified}
    standing = await persisted.lock_open(unit, hashes)
    if not standing:
        raise InvalidCredentials
    return [key for key in hashes if key in standing]


def _check_cookie(context: Context, *, cookie: bool) -> None:
    if cookie and not context.exchange.cookies_allowed:
        raise CookieNotAllowed


async def _offer(context: Context, login: str, accounts: list[Account]) -> Choice:
    token = sessions.new_token()

    async def work(unit: Unit) -> Choice:
        keys = await _still_fits(unit, accounts)
        await attempts.forget(unit, context.tools.rules.sign_ins_by_account, email_key(login))
        await sessions.add_choice(unit, token, keys, unit.now + CHOICE_LIFETIME)
        return Choice(token, accounts)

    return await context.carry_out(work)


async def choose_cabinet(
    context: Context, choice: str, tenant: UUID | None, *, cookie: bool
) -> SignedIn:
    """Open one of the offered cabinets; a choice is good for one."""
    _check_cookie(context, cookie=cookie)
    if tenant is None:
        raise ChoiceExpired

    async def chosen(unit: Unit) -> UUID:
        user = await sessions.use_choice(unit, choice, tenant)
        if user is None:
            raise ChoiceExpired
        return user

    return await _open(context, chosen, tenant, cookie=cookie)


async def sign_out(context: Context) -> None:
    """End the caller's session."""
    actor = context.actor

    async def work(unit: Unit) -> None:
        await sessions.end_session(unit, actor.session)
        await context.audit(unit, "signOut", [(actor.user, actor.tenant)])

    await context.carry_out(work)
    context.exchange.drop_session_cookie()


class Identities:
    """Tells who a token speaks for; revocation is immediate.

    Who was identified once is recalled without asking the database. That is worth nothing by
    itself: whoever relies on it must ask for the session again, as guarded statements do.
    """

    def __init__(self, database: Database) -> None:
        """Compile the look-up for this database."""
        self._database = database
        self._query = Query.compile(sessions.LIVE_SESSION, database.reader.dialect)
        self._pos = PosIdentities(database)
        self._recalled: OrderedDict[bytes, Actor] = OrderedDict()

    def recall(self, token: str) -> Actor | None:
        """Return who this token spoke for when it was last identified, if that is remembered."""
        return self._recalled.get(sessions.token_hash(token))

    def forget(self, token: str) -> None:
        """Forget a token that was recalled in vain."""
        self._recalled.pop(sessions.token_hash(token), None)

    async def identify(self, token: str) -> Actor | None:
        """Return the actor, or `None` for an unknown, expired or revoked token."""
        pos = await self._pos.identify(token)
        if pos is not None:
            return pos
        digest = sessions.token_hash(token)
        rows = await self._database.reader.fetch(
            self._query, {"token_hash": digest, "_now": self._database.clock.now()}
        )
        if not rows:
            self._recalled.pop(digest, None)
            return None
        row = rows[0]
        role = Role.of(row["kind"], row["right"])
        actor = Actor(
            role=role,
            capabilities=_capabilities(role, row),
            kind=row["kind"],
            tenant=row["tenant"],
            user=row["user"],
            session=row["session"],
        )
        self._recalled[digest] = actor
        self._recalled.move_to_end(digest)
        if len(self._recalled) > MOST_RECALLED:
            self._recalled.popitem(last=False)
        return actor


def _capabilities(role: Role, row: Mapping[str, Any]) -> Capabilities:
    """Return what a session grants: all of the role, or an API token's scopes within it."""
    if row["scopes"] is None:
        return GRANTS[role]
    return token_capabilities(role, row["scopes"], every_product=row["every_product"])
